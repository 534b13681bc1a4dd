// bin/oddity.js without the program it starts: one sentence with the way out, and exit code 1.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const clone = realpathSync(mkdtempSync(join(tmpdir(), "oddity-bin-")));
afterAll(() => rmSync(clone, { recursive: true }));
cpSync("bin", join(clone, "bin"), { recursive: true });
writeFileSync(join(clone, "package.json"), `{ "type": "module" }`);
writeFileSync(join(clone, "old-node.cjs"), `Object.defineProperty(process.versions, "node", { value: "20.18.3" });`);

test.each([
  { name: "nothing is built", nodeArgs: [], stderr: `run \`npm install\` in ${clone}/\n` },
  {
    name: "Node is too old",
    nodeArgs: ["--require", "./old-node.cjs"],
    stderr: "needs Node 20.19 or newer; this is 20.18.3\n",
  },
])("$name", ({ nodeArgs, stderr }) => {
  const run = spawnSync(process.execPath, [...nodeArgs, "bin/oddity.js", "--help"], { cwd: clone, encoding: "utf8" });
  expect(run.stderr).toContain(stderr);
  expect(run.stderr.trim().split("\n")).toHaveLength(1);
  expect(run.status).toBe(1);
});
