// Links between pages lead somewhere, and the generated pages say what the program says.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { pagePaths, parsePage, readPage } from "./pages.js";

/** What is wrong with a page's relative links. */
function faults(page: ReturnType<typeof readPage>): string[] {
  return page.links
    .filter((link) => !/^[a-z]+:/.test(link))
    .flatMap((link) => {
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? page.path : join(dirname(page.path), file);
      if (file !== "" && !existsSync(target)) return [`${link}: there is no ${target}`];
      if (anchor === undefined) return [];
      const { anchors } = file === "" ? page : readPage(target);
      return anchors.has(anchor) ? [] : [`${link}: ${target} has no such heading`];
    });
}

test("every page is read, and a bad link is seen", () => {
  expect(pagePaths()).toContain("docs/architecture.md");
  const bad = parsePage(
    "docs/x.md",
    "# A `b` (c)!\n[1](#a-b-c) [2](../README.md#start) [3](none.md) [4](#none) `[5](none)`\n```sh\n[6](none)\n```\n",
  );
  expect(faults(bad)).toEqual(["none.md: there is no docs/none.md", "#none: docs/x.md has no such heading"]);
});

describe("relative links", () => {
  for (const path of pagePaths()) test(path, () => expect(faults(readPage(path))).toEqual([]));
});

test("pages are reached from the README", () => {
  const linked = pagePaths().flatMap((path) => readPage(path).links.map((link) => join(dirname(path), link)));
  const alone = pagePaths().filter((path) => path.startsWith("docs/") && !linked.includes(path));
  expect(alone).toEqual([]);
});

test("generated pages are current", () => {
  const { status, stderr } = spawnSync(process.execPath, ["scripts/docs.mjs", "--check"], { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
});
