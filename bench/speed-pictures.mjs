// GANomaly's training step and AnoGAN's search against PyTorch eager (both memory layouts), in one run: a table of
// milliseconds and ratios.   node bench/speed-pictures.mjs [--python .venv/bin/python] [--rounds 2] [--work step,search]
//
// Rounds take turns, so that a slow minute of the machine meets everyone; each figure is the least of its rounds, the least of several runs each.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    python: { type: "string", default: ".venv/bin/python" },
    rounds: { type: "string", default: "2" },
    work: { type: "string", default: "step,search" },
  },
});
const root = fileURLToPath(new URL("..", import.meta.url));

/** The last JSON line that a command prints. */
function lineOf(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args.map(String), { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr.trim().split("\n").at(-1)}`);
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

const step = "GANomaly step, 32×32×3, batch 64";
const search = "AnoGAN search step, 28×28, batch 100";
const contenders = [1, 2].flatMap((threads) => [
  {
    ...{ work: step, name: "Oddity", threads },
    run: () => lineOf(process.execPath, ["bench/ganomaly-step.mjs", "--channels", 3, "--threads", threads]).best,
  },
  {
    ...{ work: search, name: "Oddity", threads },
    run: () => lineOf(process.execPath, ["bench/anogan-search.mjs", "--threads", threads]).best,
  },
  ...["contiguous", "channels_last"].flatMap((layout) => [
    {
      ...{ work: step, name: `PyTorch eager, ${layout}`, threads },
      run: () =>
        lineOf(values.python, [
          "bench/peers/torch_ganomaly_step.py",
          "--threads",
          threads,
          "--layout",
          layout,
          "--steps",
          20,
        ]).ms_best_chunk,
    },
    {
      ...{ work: search, name: `PyTorch eager, ${layout}`, threads },
      run: () =>
        lineOf(values.python, [
          "bench/peers/torch_anogan_search.py",
          "--threads",
          threads,
          "--layout",
          layout,
          "--steps",
          50,
        ]).ms_best_chunk,
    },
  ]),
]);
const works = { step, search };
const wanted = values.work.split(",").map((name) => works[name]);
const chosen = contenders.filter(({ work }) => wanted.includes(work));
const times = new Map(chosen.map((each) => [each, []]));
for (let round = 0; round < Number(values.rounds); round++) for (const each of chosen) times.get(each).push(each.run());

const rows = chosen.map((each) => ({ ...each, milliseconds: Math.min(...times.get(each)) }));
for (const work of wanted) {
  const own = rows.filter((row) => row.work === work);
  const best = (name) => Math.min(...own.filter((row) => row.name === name).map(({ milliseconds }) => milliseconds));
  console.log(`\n| ${work} | threads | ms | against Oddity's better |\n|---|--:|--:|--:|`);
  for (const { name, threads, milliseconds } of own)
    console.log(
      `| ${name} | ${threads} | ${milliseconds.toFixed(1)} | ${(milliseconds / best("Oddity")).toFixed(2)} |`,
    );
}
