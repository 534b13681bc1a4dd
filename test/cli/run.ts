// The compiled command as a process of its own, in a folder of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Place {
  readonly path: string;
  /** Names in it, hidden ones too. */
  names(): string[];
  /** Scratch folders that are left. */
  scratch(): string[];
  start(args: readonly string[], options?: { stdin?: string; shell?: string }): Running;
  run(...args: string[]): Promise<Ended>;
  remove(): void;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

const bin = resolve("bin/oddity.js");

/** A folder to run in; scratch files go to one beside it. */
export function newPlace(): Place {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "cli-test-")));
  const path = mkdtempSync(join(root, "work-"));
  const scratch = mkdtempSync(join(root, "tmp-"));
  const start: Place["start"] = (args, { stdin, shell } = {}) => {
    const words = [process.execPath, bin, ...args];
    const [command, ...rest] = shell === undefined ? words : ["sh", "-c", shell, ...words];
    const child = spawn(command!, rest, { cwd: path, env: { ...process.env, TMPDIR: scratch } });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
    child.stdin.on("error", () => undefined).end(stdin ?? "");
    const ended = new Promise<Ended>((done) => child.on("close", (code) => done({ code, stdout, stderr })));
    return { child, ended };
  };
  return {
    path,
    names: () => readdirSync(path).sort(),
    scratch: () => readdirSync(scratch),
    start,
    run: (...args) => start(args).ended,
    remove: () => rmSync(root, { recursive: true }),
  };
}

/** A table of 400 rows: two numbers, a category, and a label; every 40th row is "bad" and far away. */
export function tableText(rows = 400): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const bad = i % 40 === 39;
    const angle = i * 2.399963;
    return `${(Math.sin(angle) + (bad ? 6 : 0)).toFixed(3)},${(5 + 2 * Math.cos(angle * 3)).toFixed(3)},${"xyz"[i % 3]},${bad ? "bad" : "good"}`;
  });
  return `a,b,c,label\n${lines.join("\n")}\n`;
}
