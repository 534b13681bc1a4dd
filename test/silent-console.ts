// Set-up of every test file: a console call fails the test it happens in. The library speaks through return values,
// events and errors; recorded rather than thrown, so that a catch in the code under test cannot hide it.
import { afterEach } from "vitest";

const calls: string[] = [];

for (const method of ["debug", "error", "info", "log", "trace", "warn"] as const) {
  console[method] = (...args: unknown[]) => void calls.push(`console.${method}(${args.map(String).join(", ")})`);
}

afterEach(() => {
  const found = calls.splice(0);
  if (found.length > 0) throw new Error(`the code under test wrote to the console: ${found.join("; ")}`);
});
