// The same training programs on the WebGPU device: the numbers of the CPU, to rounding.

import { expect, test } from "vitest";
import { writeOnnx } from "../src/graph/onnx/write.js";
import { slice } from "../src/graph/ops/cut.js";
import { mlp, tanh } from "../src/nn/layers.js";
import { meanSquare } from "../src/nn/losses.js";
import { adam } from "../src/nn/optimisers.js";
import { nodeRuntime } from "../src/runtime/node.js";
import type { Device, Fetches } from "../src/runtime/runtime.js";
import { Random } from "../src/tensor/random.js";
import { tensor, toNumbers } from "../src/tensor/tensor.js";
import { Feeder } from "../src/train/feeds.js";
import { type Game, trainingProgram } from "../src/train/program.js";
import { anyGame, pairGame, pairs, startingState } from "./games.js";
import { need } from "./need.js";

const networks = { line: mlp([3, 16, 16, 1], tanh) };
const regression: Game<typeof networks> = {
  networks,
  optimiser: adam({ rate: 1e-2 }),
  average: 0.9,
  turns: [
    {
      moves: ["line"],
      losses: ({ line }, x) => ({
        square: meanSquare(line(slice(x, { axis: 1, start: 0, end: 3 })), slice(x, { axis: 1, start: 3, end: 4 })),
      }),
    },
  ],
};

const STEPS = 20;

/** The outputs of some steps from seeded weights over seeded rows. */
async function trained(game: Game, size: { batch: number; width: number }, device: Device): Promise<Fetches> {
  const { graph, plan } = trainingProgram(game, size);
  const values = new Random(5).fillNormal(new Float32Array(40 * size.width));
  const feeder = new Feeder(plan, { values, count: 40 }, 1, STEPS);
  const state = Object.entries(startingState(game, 2)).map(([name, data]) => [
    `state.${name}`,
    tensor("f32", [data.length], data),
  ]);
  const session = await nodeRuntime.open(writeOnnx(graph), { device });
  const got = await session.run({ ...feeder.chunk(0, STEPS), ...Object.fromEntries(state) });
  await session.close();
  return got;
}

test.each([
  ["a regression", anyGame(regression), { batch: 8, width: 4 }],
  ["a game of three networks", pairGame(), pairs],
])("%s", async (_, game, size) => {
  need("webgpu");
  const [expected, got] = [await trained(game, size, "cpu"), await trained(game, size, "webgpu")];
  expect(Object.keys(got)).toEqual(Object.keys(expected));
  for (const [name, value] of Object.entries(expected)) {
    const numbers = toNumbers(got[name]!);
    toNumbers(value).forEach((x, i) => {
      expect(Math.abs(x - numbers[i]!) / (1 + Math.abs(x)), `${name}[${i}]: ${numbers[i]}, not ${x}`).toBeLessThan(
        1e-4,
      );
    });
  }
});
