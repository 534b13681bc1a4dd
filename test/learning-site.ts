// What a detector learns from, made of plain numbers, for tests that look at trained networks.

import type { LearningSite, RowShape } from "../src/detectors/define.js";
import { nodeHost } from "../src/host/node.js";
import { Random } from "../src/tensor/random.js";

/** A table of so many features, or grey pictures of this side. */
export const tableOf = (features: number): RowShape => ({
  features,
  condition: 0,
  width: features,
  picture: undefined,
});
export const picturesOf = (side: number, channels: 1 | 3 = 1): RowShape => {
  const features = side * side * channels;
  return { features, condition: 0, width: features, picture: { height: side, width: side, channels } };
};

/** Rows of this shape, one after another; nothing is held out. */
export function siteOf(values: Float32Array, shape: RowShape, seed = 1): LearningSite {
  const shared = nodeHost.shared(values.length);
  shared.set(values);
  return {
    ...shape,
    host: nodeHost,
    device: "cpu",
    threads: 1,
    rows: { values: shared, count: values.length / shape.width },
    heldOut: { values: new Float32Array(0), count: 0 },
    select: "last",
    seed,
    random: new Random(seed),
    onProgress: () => undefined,
  };
}

/** Rows f32[rows, 3] near a line: x, x and -x, with a tenth of noise. */
export function nearLine(rows: number, seed: number): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length: rows }, () => random.normal()).reduce(
    (out, x, i) => {
      out.set([x + 0.1 * random.normal(), x + 0.1 * random.normal(), 0.1 * random.normal() - x], 3 * i);
      return out;
    },
    new Float32Array(3 * rows),
  );
}
