// Neighbours of reference rows among themselves, in pieces, off the caller's thread.

import { writeOnnx } from "../../graph/onnx/write.js";
import { input } from "../../graph/op.js";
import { largestProduct, threadsFor } from "../../runtime/threads.js";
import { tensor } from "../../tensor/tensor.js";
import { takingTurns } from "../../tensor/turns.js";
import type { LearningSite } from "../define.js";
import { Pace } from "../pace.js";
import { nearest } from "./nearest.js";
import type { References } from "./references.js";

/** Numbers that one call of the runtime is given. */
const NUMBERS_AT_ONCE = 2 ** 18;

export interface Among {
  /** f32[count, k], rising in each row. */
  readonly distances: Float32Array;
  /** Whose they are: i32[count, k]. */
  readonly places: Int32Array;
}

/** The k nearest other rows of each row; k is below `references.count`. */
export async function nearestAmong(references: References, k: number, site: LearningSite): Promise<Among> {
  const { values, count, width, middle } = references;
  const x = input("x", "f32", ["batch", width]);
  const numbers = Float32Array.from({ length: count }, (_, i) => i);
  const centred: References = { ...references, middle: middle.map(() => 0) }; // the rows are less their middle already
  const found = nearest(x, centred, k + 1, [numbers]);
  const graph = {
    name: "neighbours",
    inputs: [x],
    outputs: [
      { name: "distances", node: found.distances },
      { name: "places", node: found.beside[0]! },
    ],
  };
  const threads = site.threads ?? threadsFor(largestProduct(graph), site.host.cores);
  const session = await site.host.runtime.open(writeOnnx(graph), { threads });
  const batch = Math.max(1, Math.min(2048, Math.floor(NUMBERS_AT_ONCE / width)));
  const among = { distances: new Float32Array(count * k), places: new Int32Array(count * k) };
  const turn = takingTurns();
  const pace = new Pace(count, site);
  try {
    for (let first = 0; first < count; first += batch) {
      const last = Math.min(first + batch, count);
      const rows = values.slice(first * width, last * width);
      const got = await session.run({ x: tensor("f32", [last - first, width], rows) }, { give: true });
      for (let i = first; i < last; i++) {
        const start = (i - first) * (k + 1);
        dropSelf(
          i,
          k,
          (got.distances!.data as Float32Array).subarray(start, start + k + 1),
          (got.places!.data as Float32Array).subarray(start, start + k + 1),
          among,
        );
      }
      await turn();
      pace.reach(last);
    }
  } finally {
    await session.close();
  }
  return among;
}

/** Row i stands among its own neighbours, at distance 0; where so many others are as near that it does not, the last goes. */
function dropSelf(i: number, k: number, distances: Float32Array, places: Float32Array, among: Among): void {
  const own = places.indexOf(i);
  let kept = i * k;
  for (let j = 0; j <= k; j++) {
    if (j === (own < 0 ? k : own)) continue;
    among.distances[kept] = distances[j]!;
    among.places[kept++] = places[j]!;
  }
}
