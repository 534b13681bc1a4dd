// A failure as the user meets it: one sentence on stderr, the same as JSON on stdout where JSON was asked for, and an exit code.

import { CommanderError } from "commander";
import { firstLine, OddityError } from "../tensor/errors.js";

/** Stopped on request; nothing is wrong. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

/** Exit codes: what is not here is 1. */
const USAGE = 2;
const STOPPED = 130;

/** Prints the failure. @returns the exit code */
export function report(error: unknown, { words, help }: { words: readonly string[]; help: string }): number {
  if (isCode(error, "EPIPE")) return 0;
  // a verb alone, whose help has just been printed
  if (isCode(error, "commander.help")) return USAGE;
  const { sentence, code } = explained(error, help);
  if (words.includes("--json")) {
    const fault = error instanceof OddityError ? error.fault : undefined;
    process.stdout.write(
      `${JSON.stringify({ error: { message: sentence, exitCode: code, ...(fault && { fault }) } })}\n`,
    );
  }
  process.stderr.write(`${sentence}\n`);
  if (words.includes("--debug") && error instanceof Error) {
    process.stderr.write(`${error.stack}\n`);
    if (error.cause instanceof Error) process.stderr.write(`caused by ${error.cause.stack}\n`);
  }
  return code;
}

function explained(error: unknown, help: string): { sentence: string; code: number } {
  if (error instanceof OddityError) return { sentence: `oddity: ${error.message}`, code: error.usage ? USAGE : 1 };
  if (error instanceof Stopped) return { sentence: error.message, code: STOPPED };
  if (error instanceof CommanderError) {
    const said = error.message
      .replace(/^error: /, "")
      .replace(/\n\(Did you mean (.*)\?\)$/, ' (did you mean "$1"?)')
      .replace(/\. (It|Allowed)/, (_, word: string) => `: ${word.toLowerCase()}`)
      .replace(/\.$/, "");
    return { sentence: `oddity: ${said}; "${help} --help" shows what there is`, code: USAGE };
  }
  if (error instanceof Error && (error.name === "DivergedError" || "syscall" in error))
    return { sentence: `oddity: ${firstLine(error)}`, code: 1 };
  if (error instanceof Error && /WebGPU adapter/.test(error.message)) return explained(noGraphics(error), help);
  return { sentence: `oddity: internal: ${firstLine(error)} (--debug shows where)`, code: 1 };
}

const noGraphics = (cause: Error): OddityError =>
  new OddityError(
    {
      place: "--device webgpu",
      expected: "a graphics device with a driver",
      got: "none",
      hint: "on Linux it takes a Vulkan driver; --device cpu works everywhere",
    },
    { cause },
  );

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
