// The players of a snapshot at work: rows from noise, and logits of rows.

import { writeOnnx } from "../graph/onnx/write.js";
import { input } from "../graph/op.js";
import { parameterCount } from "../nn/network.js";
import type { Runtime, Session } from "../runtime/runtime.js";
import type { Random } from "../tensor/random.js";
import { tensor } from "../tensor/tensor.js";
import type { State } from "../train/loop.js";
import { bindAll, viewOf } from "../train/program.js";
import type { Setting } from "./setting.js";

/** Rows that others are compared with, each counted so many times. */
export interface Others {
  /** f32[n, dims]. */
  readonly rows: Float32Array;
  /** f32[n]. */
  readonly weights: Float32Array;
  /** How often the row itself counts besides. */
  readonly own: number;
}

export interface Judge {
  /** f32[count, dims] from noise of its own. */
  generate(state: State, random: Random, count: number): Promise<Float32Array>;
  /**
   * Logits f32[n] of rows f32[n, dims]. Where the discriminator looks around: among the rows themselves, or among others in their
   * place.
   */
  logits(state: State, rows: Float32Array, others?: Others): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Numbers in the largest tensor of a call where rows are compared with others: about 64 MB. */
const MOST_NUMBERS = 2 ** 24;
const ROWS = 8192;

export async function openJudge(runtime: Runtime, setting: Setting): Promise<Judge> {
  const { players, spec, real } = setting;
  const { dims } = real;
  const flat = (name: keyof typeof players) => input(`state.${name}`, "f32", [parameterCount(players[name])]);
  const [generator, discriminator] = [flat("generator"), flat("discriminator")];
  const views = new Map([
    ["generator", viewOf("generator", players.generator, new Map([["generator", generator]]))],
    ["discriminator", viewOf("discriminator", players.discriminator, new Map([["discriminator", discriminator]]))],
  ]);
  const bound = bindAll(players, views);
  const noise = input("noise", "f32", ["batch", spec.noise.width]);
  const x = input("x", "f32", ["batch", dims]);
  const others = input("others", "f32", ["others", dims]);
  const weights = input("weights", "f32", ["others"]);
  const own = input("own", "f32", []);
  const open = (
    name: string,
    inputs: Parameters<typeof writeOnnx>[0]["inputs"],
    node = bound.discriminator(x),
  ): Promise<Session> => runtime.open(writeOnnx({ name, inputs, outputs: [{ name: "y", node }] }), { threads: 1 });
  const sessions = {
    generate: await open("generate", [generator, noise], bound.generator(noise)),
    among: await open("among", [discriminator, x]),
    beside: setting.looksAround
      ? await open("beside", [discriminator, x, others, weights, own], bound.discriminator(x, others, weights, own))
      : undefined,
  };
  const fed = (state: State, name: "generator" | "discriminator") => ({
    [`state.${name}`]: tensor("f32", [state[name]!.length], state[name]!),
  });
  const dots = (count: number, rows: Float32Array) => tensor("f32", [count, dims], rows);

  return {
    async generate(state, random, count) {
      const { width } = spec.noise;
      const drawn = new Float32Array(count * width);
      if (spec.noise.kind === "uniform") random.fillUniform(drawn, spec.noise.low, spec.noise.high);
      else {
        const { mean, deviation } = spec.noise;
        random.fillNormal(drawn).forEach((z, i) => {
          drawn[i] = mean + deviation * z;
        });
      }
      const got = await sessions.generate.run({
        ...fed(state, "generator"),
        noise: tensor("f32", [count, width], drawn),
      });
      return got.y!.data as Float32Array;
    },
    async logits(state, rows, beside) {
      const count = rows.length / dims;
      const weights = fed(state, "discriminator");
      const { beside: compare } = sessions;
      if (compare === undefined || beside === undefined) {
        // among themselves all at once, since every row counts for every other
        const most = setting.looksAround ? count : ROWS;
        return inParts(
          rows,
          dims,
          most,
          async (part, size) => (await sessions.among.run({ ...weights, x: dots(size, part) })).y!.data as Float32Array,
        );
      }
      const n = beside.weights.length;
      const around = {
        others: dots(n, beside.rows),
        weights: tensor("f32", [n], beside.weights),
        own: tensor("f32", [], Float32Array.of(beside.own)),
      };
      const most = Math.max(1, Math.floor(MOST_NUMBERS / (n * NUMBERS_PER_PAIR)));
      return inParts(
        rows,
        dims,
        most,
        async (part, size) =>
          (await compare.run({ ...weights, ...around, x: dots(size, part) })).y!.data as Float32Array,
      );
    },
    async close() {
      await Promise.all(Object.values(sessions).map((session) => session?.close()));
    },
  };
}

/** Kernels times dimensions of GANDI's minibatch layer. */
const NUMBERS_PER_PAIR = 15;

async function inParts(
  rows: Float32Array,
  dims: number,
  most: number,
  run: (part: Float32Array, size: number) => Promise<Float32Array>,
): Promise<Float32Array> {
  const count = rows.length / dims;
  const out = new Float32Array(count);
  for (let first = 0; first < count; first += most) {
    const last = Math.min(count, first + most);
    out.set(await run(rows.slice(first * dims, last * dims), last - first), first);
  }
  return out;
}
