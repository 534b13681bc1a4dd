// The EGBAD training step against PyTorch (eager and compiled) and TensorFlow.js, in one run: a table of milliseconds
// and ratios, and the share of the machine's own GEMM speed.   node bench/speed.mjs [--python .venv/bin/python] [--rounds 3]
//
// Peers that are not set up (bench/peers/README.md) are named and left out. Rounds take turns, so that a slow minute
// of the machine meets everyone; each figure is the median of its rounds.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { python: { type: "string", default: ".venv/bin/python" }, rounds: { type: "string", default: "3" } },
});
const root = fileURLToPath(new URL("..", import.meta.url));

/** JSON lines that a command prints; none where it fails, with the reason on stderr. */
function linesOf(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: "utf8" });
  if (status !== 0) {
    console.error(`left out: ${command} ${args.join(" ")}: ${stderr.trim().split("\n").at(-1)}`);
    return [];
  }
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
}

const torch = (batch, threads, mode, steps) => ({
  name: `PyTorch ${mode}`,
  batch,
  threads,
  run: () => {
    const flags = { batch, threads, mode, steps };
    const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
    return linesOf(values.python, ["bench/peers/torch_egbad_step.py", ...args])[0]?.ms_per_step;
  },
});
const ours = (batch, threads) => ({
  name: "Oddity",
  batch,
  threads,
  run: () =>
    linesOf(process.execPath, [
      "bench/egbad-step.mjs",
      "--batch",
      `${batch}`,
      "--threads",
      `${threads}`,
      "--seconds",
      "6",
    ])[0]?.milliseconds,
});
const tfjs = (batch, steps) => ({
  name: "TensorFlow.js wasm",
  batch,
  threads: 1,
  run: () =>
    linesOf(process.execPath, ["bench/peers/tfjs_egbad_step.mjs", "--batch", `${batch}`, "--steps", `${steps}`])[0]
      ?.ms_per_step,
});

const contenders = [50, 1024].flatMap((batch) => {
  const steps = batch === 50 ? 3000 : 300;
  return [
    ...[1, 2].map((threads) => ours(batch, threads)),
    ...(existsSync(resolve(root, values.python))
      ? [1, 2].flatMap((threads) => ["eager", "compile"].map((mode) => torch(batch, threads, mode, steps)))
      : []),
    tfjs(batch, batch === 50 ? 200 : 20),
  ];
});
const times = new Map(contenders.map((each) => [each, []]));
for (let round = 0; round < Number(values.rounds); round++)
  for (const each of contenders) {
    // what is slow once is not run again and again
    if (times.get(each)[0] > 300) continue;
    const milliseconds = each.run();
    if (milliseconds !== undefined) times.get(each).push(milliseconds);
  }

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const rows = contenders
  .filter((each) => times.get(each).length > 0)
  .map((each) => ({ ...each, milliseconds: median(times.get(each)) }));
const best = (name, batch) =>
  Math.min(...rows.filter((row) => row.name === name && row.batch === batch).map(({ milliseconds }) => milliseconds));
console.log("| | batch | threads | ms a step | against Oddity's better |\n|---|--:|--:|--:|--:|");
for (const { name, batch, threads, milliseconds } of rows)
  console.log(
    `| ${name} | ${batch} | ${threads} | ${milliseconds.toFixed(2)} | ${(milliseconds / best("Oddity", batch)).toFixed(2)} |`,
  );
console.log("\n| ratio, better of threads | batch 50 | batch 1024 |\n|---|--:|--:|");
for (const peer of ["PyTorch eager", "PyTorch compile", "TensorFlow.js wasm"])
  if (rows.some(({ name }) => name === peer))
    console.log(
      `| ${peer} / Oddity | ${[50, 1024].map((batch) => (best(peer, batch) / best("Oddity", batch)).toFixed(2)).join(" | ")} |`,
    );

const gemm = linesOf(values.python, ["bench/peers/gemm.py"]).filter(({ work }) => work.includes("best"));
const own = linesOf(process.execPath, ["bench/egbad-step.mjs", "--seconds", "6"]);
for (const { threads, gflops } of gemm)
  for (const step of own.filter((each) => each.threads === threads))
    console.log(
      `\nbatch ${step.batch}, ${threads} thread(s): ${step.gflops} of ${gflops} GFLOP/s, ${Math.round((100 * step.gflops) / gflops)} % of the machine's GEMM speed`,
    );
