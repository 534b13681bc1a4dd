// Two projects: `fast` beside the sources, `slow` in test/ (real training, browsers, parity with Python).
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    maxWorkers: "100%", // of the cores: the default leaves one idle, and of two that is half
    pool: "forks", // native sessions and worker threads: a crash takes one file's process, not the run
    setupFiles: ["test/silent-console.ts"],
    env: { ODDITY_DATA: process.env.ODDITY_DATA || fileURLToPath(new URL("datasets", import.meta.url)) },
    projects: [
      { extends: true, test: { name: "fast", include: ["src/**/*.test.ts"], testTimeout: 60_000 } },
      { extends: true, test: { name: "slow", include: ["test/**/*.test.ts"], testTimeout: 600_000 } },
    ],
  },
});
