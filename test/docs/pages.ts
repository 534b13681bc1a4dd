// The pages of the documentation as values: their blocks of code, their links and their headings.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Block {
  /** "README.md:40", the line of its first line of code. */
  readonly place: string;
  readonly language: string;
  readonly code: string;
  /** Why it is not run: from a comment `<!-- not run: … -->` on the line before it. */
  readonly notRun: string | undefined;
}

export interface Page {
  /** Relative to the repository. */
  readonly path: string;
  readonly blocks: readonly Block[];
  readonly links: readonly string[];
  /** As a link names them. */
  readonly anchors: ReadonlySet<string>;
}

export const pagePaths = (): string[] => [
  "README.md",
  "CHANGELOG.md",
  "datasets/README.md",
  "bench/peers/README.md",
  ...readdirSync("docs")
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];

export const readPage = (path: string): Page => parsePage(path, readFileSync(path, "utf8"));

export function parsePage(path: string, text: string): Page {
  const blocks: Block[] = [];
  const prose: string[] = [];
  const lines = text.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const language = /^```(\w*)$/.exec(lines[i]!)?.[1];
    if (language === undefined) {
      prose.push(lines[i]!);
      continue;
    }
    const end = lines.indexOf("```", i + 1);
    if (end < 0) throw new Error(`${path}:${i + 1}: a block that does not end`);
    const notRun = /^<!-- not run: (.+) -->$/.exec(lines[i - 1] ?? "")?.[1];
    blocks.push({ place: `${path}:${i + 2}`, language, code: `${lines.slice(i + 1, end).join("\n")}\n`, notRun });
    i = end;
  }
  const words = prose.join("\n").replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, ""));
  return {
    path,
    blocks,
    links: Array.from(words.matchAll(/\]\(([^)\s]+)\)/g), ([, target]) => target!),
    anchors: new Set(prose.flatMap((line) => /^#+ (.+)$/.exec(line)?.[1] ?? []).map(anchorOf)),
  };
}

/** Lower case, spaces as hyphens, everything else but letters, digits, hyphens and underscores left out. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
