// Things a test may need that npm does not install. Without one the test is skipped with the reason, unless
// ODDITY_REQUIRE names it (`ODDITY_REQUIRE=python,browser,webgpu`), as continuous integration does: then it fails.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { TestRunner } from "vitest";

const fromRoot = (path: string) => fileURLToPath(new URL(path, new URL("../", import.meta.url)));

/** Where each is looked for (the first that exists counts), and the way to get it. */
const places = {
  python: {
    paths: () => [process.env.ODDITY_PYTHON, ".venv/bin/python"],
    hint: "set ODDITY_PYTHON to a Python with bench/peers/requirements-parity.txt installed",
  },
  browser: {
    paths: () => [process.env.ODDITY_CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"],
    hint: "set ODDITY_CHROMIUM to a Chromium",
  },
  webgpu: {
    paths: () => [process.env.VK_DRIVER_FILES, process.env.VK_ICD_FILENAMES],
    hint: "set VK_DRIVER_FILES to the JSON file of a Vulkan driver, such as Chromium's vk_swiftshader_icd.json",
  },
};

/** The path of what is needed. To be called inside a test, which it skips or fails when there is none. */
export function need(what: keyof typeof places): string {
  const { paths, hint } = places[what];
  const found = paths()
    .filter((path) => path !== undefined && path !== "")
    .map((path) => fromRoot(path as string))
    .find(existsSync);
  if (found !== undefined) return found;
  const test = TestRunner.getCurrentTest();
  if (test === undefined) throw new Error(`need("${what}") belongs inside a test, which it may skip`);
  const reason = `no ${what} here; ${hint}`;
  if (process.env.ODDITY_REQUIRE?.split(",").includes(what)) throw new Error(reason);
  return test.context.skip(reason);
}
