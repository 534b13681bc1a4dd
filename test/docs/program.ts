// TypeScript of a page: checked as it stands in the repository, and made runnable against dist.
//
// A block whose first line is a path (`// src/detectors/mine.ts`) is a file at that path; any other is a program of a user, who imports "oddity".

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import ts from "typescript";
import type { Block } from "./pages.js";

const { config } = ts.readConfigFile("tsconfig.json", ts.sys.readFile) as { config: { compilerOptions: object } };
const { options } = ts.convertCompilerOptionsFromJson(
  { ...config.compilerOptions, incremental: false, tsBuildInfoFile: undefined },
  ".",
);

/** Where a block stands, or would stand, in the repository. */
const placeOf = ({ code, place }: Block): string =>
  resolve(/^\/\/ (src\/\S+\.ts)\n/.exec(code)?.[1] ?? `docs/${place.replaceAll(/\W/g, "-")}.ts`);

/** Declarations are parsed once for all programs. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** What the compiler has against the blocks, with the line of the page. */
export function typeErrors(blocks: readonly Block[]): string[] {
  const byPath = new Map(blocks.map((block) => [placeOf(block), block]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => byPath.has(resolve(path)) || fileExists(path);
  host.readFile = (path) => byPath.get(resolve(path))?.code ?? readFile(path);
  host.getSourceFile = (path, ...rest) => {
    const block = byPath.get(resolve(path));
    if (block)
      return ts.createSourceFile(path, block.code, {
        languageVersion: ts.ScriptTarget.ES2022,
        impliedNodeFormat: ts.ModuleKind.ESNext,
      });
    if (!parsed.has(path)) parsed.set(path, getSourceFile(path, ...rest));
    return parsed.get(path);
  };
  const program = ts.createProgram([...byPath.keys()], options, host);
  // of the blocks alone: what they import has been checked
  const files = [...byPath.keys()].map((path) => program.getSourceFile(path));
  const found = files.flatMap((file) => [
    ...program.getSyntacticDiagnostics(file),
    ...program.getSemanticDiagnostics(file),
  ]);
  return found.map(({ file, start, messageText }) => {
    const text = ts.flattenDiagnosticMessageText(messageText, " ");
    const block = file && byPath.get(resolve(file.fileName));
    if (!file || !block || start === undefined) return `${file?.fileName ?? ""}: ${text}`;
    const [page, first] = block.place.split(":");
    return `${page}:${Number(first) + file.getLineAndCharacterOfPosition(start).line}: ${text}`;
  });
}

/** Writes the blocks as JavaScript below `folder`, imports of sources turned to dist. @returns the path of each */
export function compile(blocks: readonly Block[], folder: string): ReadonlyMap<Block, string> {
  const root = resolve(".");
  const outOf = (place: string): string => join(folder, place.slice(root.length)).replace(/\.ts$/, ".mjs");
  const places = new Set(blocks.map(placeOf));
  const outs = new Map<Block, string>();
  for (const block of blocks) {
    const place = placeOf(block);
    const { outputText } = ts.transpileModule(block.code, {
      compilerOptions: { ...options, module: ts.ModuleKind.ESNext, noEmit: false },
    });
    const code = outputText.replaceAll(/(from ")(\.[^"]+)(")/g, (_, before: string, name: string, after: string) => {
      const source = resolve(dirname(place), name.replace(/\.js$/, ".ts"));
      const target = places.has(source)
        ? outOf(source)
        : source.replace(join(root, "src"), join(root, "dist")).replace(/\.ts$/, ".js");
      return `${before}${target}${after}`;
    });
    const out = outOf(place);
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, code);
    outs.set(block, out);
  }
  return outs;
}
