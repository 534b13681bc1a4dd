// The laboratory's setting 9 against the same loop in PyTorch eager, in one run: milliseconds a step, and the seconds that its
// 200,001 steps take without measuring.   node bench/lab.mjs [--python .venv/bin/python] [--rounds 3]
//
// Rounds take turns, so that a slow minute of the machine meets both; each figure is the median of its rounds.

import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { runLab } from "../dist/lab/run.js";
import { settingOf } from "../dist/lab/setting.js";
import { settings } from "../dist/lab/settings/index.js";

const { values } = parseArgs({
  options: { python: { type: "string", default: ".venv/bin/python" }, rounds: { type: "string", default: "3" } },
});
const STEPS = 20_000;
const FULL = 200_001;
const spec = settings.find(({ id }) => id === "gandi-9");
const setting = settingOf(
  { ...spec, steps: STEPS, schedules: { ...spec.schedules, measures: [STEPS], plots: "never" } },
  "gandi-9",
);
const nowhere = async () => undefined;

async function ours() {
  const sink = { losses: nowhere, results: nowhere, checkpoint: nowhere, log: nowhere };
  const { seconds } = await runLab(setting, { seed: 0, sink, now: () => performance.now() / 1000 });
  return (seconds.training / STEPS) * 1000;
}

function torch() {
  const { status, stdout, stderr } = spawnSync(values.python, ["bench/peers/torch_gandi_step.py", "--steps", "2000"], {
    encoding: "utf8",
  });
  if (status === 0) return JSON.parse(stdout).ms_per_step;
  throw new Error(`PyTorch: ${stderr.trim().split("\n").at(-1)}`);
}

const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1];
const times = { ours: [], torch: [] };
for (let round = 0; round < Number(values.rounds); round++) {
  times.ours.push(await ours());
  times.torch.push(torch());
}
const [own, peer] = [median(times.ours), median(times.torch)];
console.log("| setting 9, batch 12 | ms a step | seconds for 200,001 steps | ratio |");
console.log("|---|--:|--:|--:|");
console.log(`| Oddity | ${own.toFixed(3)} | ${((own * FULL) / 1000).toFixed(0)} | 1 |`);
console.log(
  `| PyTorch eager, 1 thread | ${peer.toFixed(3)} | ${((peer * FULL) / 1000).toFixed(0)} | ${(peer / own).toFixed(1)} |`,
);
