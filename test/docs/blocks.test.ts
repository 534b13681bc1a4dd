// What the pages show, works: TypeScript compiles and runs, commands end with 0, in the order of the page and in a folder of their own.

import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { need } from "../need.js";
import { type Block, pagePaths, parsePage, readPage } from "./pages.js";
import { compile, typeErrors } from "./program.js";

mkdirSync(".cache", { recursive: true });
/** Below the repository, so that "oddity" and the packages are found from there. */
const compiled = mkdtempSync(resolve(".cache", "docs-"));
const work = mkdtempSync(join(tmpdir(), "oddity-docs-"));
afterAll(() => {
  rmSync(compiled, { recursive: true });
  rmSync(work, { recursive: true });
});

writeFileSync(join(compiled, "vitest.config.mjs"), "export default {};\n"); // else the repository's own is found

/** `npx oddity` is the compiled command of this clone. */
const tools = join(work, "tools");
mkdirSync(tools);
writeFileSync(join(tools, "npx"), `#!/bin/sh\nshift\nexec "${process.execPath}" "${resolve("bin/oddity.js")}" "$@"\n`);
chmodSync(join(tools, "npx"), 0o755);

/** `fetch("model.onnx")` reads the page's folder, as a server beside the page would. */
const fetching = join(work, "fetching.mjs");
writeFileSync(
  fetching,
  `import { readFile } from "node:fs/promises";
globalThis.fetch = async (path) => new Response(await readFile(path));\n`,
);

const pages = pagePaths()
  .filter((path) => path === "README.md" || path.startsWith("docs/"))
  .map(readPage);
const isRun = ({ notRun }: Block): boolean => notRun === undefined;
const isProgram = (block: Block): boolean => block.language === "ts" && isRun(block);

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function run(command: string, args: readonly string[], cwd: string): Promise<Ended> {
  const env = { ...process.env, PATH: `${tools}:${process.env.PATH}`, ODDITY_DATA: "" };
  const child = spawn(command, args, { cwd, env });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stdin.end();
  return new Promise((done) => child.on("close", (code) => done({ code, output })));
}

/** How a block is run. */
function commandOf({ language, code }: Block, out: string | undefined): readonly [string, ...string[]] {
  if (language === "sh") return ["sh", "-e", "-c", code];
  if (language === "python") return [need("python"), "-c", code];
  if (out === undefined) throw new Error(`a block of ${language} was not compiled`);
  if (!out.endsWith(".test.mjs")) return [process.execPath, "--import", fetching, out];
  return [process.execPath, resolve("node_modules/vitest/vitest.mjs"), "run", "--root", compiled];
}

test("a type error in a page is seen, with its line", () => {
  const { blocks } = parsePage(
    "docs/x.md",
    'text\n```ts\nimport { knn } from "oddity";\n\nawait knn({ neighbors: 3 });\n```\n',
  );
  expect(typeErrors(blocks)).toEqual([expect.stringMatching(/^docs\/x\.md:5: .*neighbors/)]);
});

test("TypeScript compiles", () => {
  const blocks = pages.flatMap((page) => page.blocks).filter(isProgram);
  expect(blocks.length).toBeGreaterThan(4);
  expect(typeErrors(blocks)).toEqual([]);
});

describe("blocks run", () => {
  for (const { path, blocks } of pages) {
    const cwd = join(work, path.replaceAll(/\W/g, "-"));
    mkdirSync(cwd);
    const outs = compile(blocks.filter(isProgram), compiled);
    for (const block of blocks.filter((each) => isRun(each) && ["ts", "sh", "python"].includes(each.language))) {
      test(`${block.place}, ${block.language}`, async () => {
        const [command, ...args] = commandOf(block, outs.get(block));
        const { code, output } = await run(command, args, cwd);
        expect(code, output).toBe(0);
      });
    }
  }
});

test("what is not run says why, and commands are not left out by a misspelt language", () => {
  const known = ["ts", "sh", "python", ""];
  const blocks = pages.flatMap((page) => page.blocks);
  expect(blocks.filter(({ language }) => !known.includes(language)).map(({ place }) => place)).toEqual([]);
  expect(blocks.filter(({ language, code }) => language === "" && /npx|npm|import /.test(code))).toEqual([]);
});
