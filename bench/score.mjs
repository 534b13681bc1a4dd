// Scoring a large CSV to CSV: rows a second and peak memory of the whole process, at 1,000,000 rows and twice as many,
// beside PyOD's Isolation Forest on the same file.   node bench/score.mjs [--rows 1000000] [--python .venv/bin/python]
//
// The file is KDD Cup 99, 10 percent, with a header, repeated until it is long enough; 41 columns.

import { spawn } from "node:child_process";
import { createReadStream, createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createGunzip } from "node:zlib";
import { locateFiles } from "../dist/data/sets/find.js";
import { kdd99 } from "../dist/data/sets/kdd99.js";

const { values } = parseArgs({
  options: { rows: { type: "string", default: "1000000" }, python: { type: "string", default: ".venv/bin/python" } },
});
const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "oddity-bench-"));

/** KDD Cup 99 without its label, `rows` times over. */
async function makeCsv(path, rows) {
  const lines = [];
  const source = createReadStream((await locateFiles(kdd99))[0]).pipe(createGunzip());
  for await (const line of createInterface({ input: source })) lines.push(line.slice(0, line.lastIndexOf(",")));
  const header = `${kdd99.header.slice(0, -1).join(",")}\n`;
  await pipeline(function* () {
    yield header;
    for (let i = 0; i < rows; i += 1000) {
      const block = Array.from({ length: Math.min(1000, rows - i) }, (_, k) => lines[(i + k) % lines.length]);
      yield `${block.join("\n")}\n`;
    }
  }, createWriteStream(path));
}

/** Runs a command to its end: seconds and peak resident memory of the process, from the kernel's own account. */
function run(command, args) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"], cwd: root });
    let peak = 0;
    let out = "";
    const look = setInterval(() => {
      try {
        const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
        peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
      } catch {
        clearInterval(look);
      }
    }, 100);
    child.stdout.on("data", (data) => {
      out += data;
    });
    child.on("close", (code) => {
      clearInterval(look);
      if (code !== 0) reject(new Error(`${command} ${args.join(" ")} ended with ${code}`));
      else resolve({ seconds: (performance.now() - started) / 1000, megabytes: Math.round(peak / 1024), out });
    });
  });
}

const oddity = (...args) => run(process.execPath, [join(root, "bin/oddity.js"), ...args, "--quiet", "--force"]);
const rows = Number(values.rows);
const files = [rows, 2 * rows].map((count) => ({ count, path: join(folder, `${count}.csv`) }));
for (const { count, path } of files) await makeCsv(path, count);

for (const detector of ["isolation-forest", "egbad"]) {
  const model = join(folder, `${detector}.onnx`);
  await oddity(
    "fit",
    "kdd99",
    "--detector",
    detector,
    "--out",
    model,
    ...(detector === "egbad" ? ["--set", "epochs=1"] : []),
  );
  for (const { count, path } of files) {
    const { seconds, megabytes } = await oddity("score", model, path, "--out", join(folder, "scored.csv"));
    console.log(
      JSON.stringify({
        what: `oddity score, ${detector}`,
        rows: count,
        rowsPerSecond: Math.round(count / seconds),
        megabytes,
      }),
    );
  }
}
if (existsSync(resolve(root, values.python))) {
  for (const { path } of files) {
    const { out } = await run(values.python, [
      "bench/peers/pyod_score.py",
      "--data",
      path,
      "--out",
      join(folder, "pyod.csv"),
    ]);
    console.log(out.trim());
  }
} else console.error(`${values.python}: not there, so PyOD was not run (bench/peers/README.md)`);
rmSync(folder, { recursive: true });
