// The rows that criteria look at, the same at every step: normal ones, and some made from them that are a little or wholly
// strange. Contexts stay as they are. Features are taken as encoded: a category's numbers are moved like any other's.

import type { Random } from "../../tensor/random.js";
import type { Rows } from "../../train/feeds.js";
import type { RowShape } from "../define.js";

/** Rows of each kind at most, and numbers in them: fewer rows of pictures. */
const MOST_ROWS = 1000;
const MOST_NUMBERS = 2 ** 18;
/** Training rows of which deviations and ranges are taken. */
const MOST_MEASURED = 10_000;
/** Of the range that is drawn from uniformly. */
const WIDENED = 1.1;

export interface LookedAt {
  readonly heldOut: Rows;
  readonly trained: Rows;
  readonly corrupted: Rows;
  readonly shuffled: Rows;
  readonly background: Rows;
}

/** @param heldOut normal rows that did not train; the training rows themselves where there are none */
export function rowsToLookAt(rows: Rows, heldOut: Rows, shape: RowShape, random: Random): LookedAt {
  const { width, features } = shape;
  const most = Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_NUMBERS / width)));
  const usual = someOf(heldOut.count > 0 ? heldOut : rows, most, width, random.at("usual"));
  const measured = featuresOf(someOf(rows, MOST_MEASURED, width, random.at("measured")), shape);
  const changed = (change: (value: number, feature: number, row: number) => number): Rows => ({
    count: usual.count,
    values: usual.values.map((value, i) => {
      const feature = i % width;
      return feature < features ? change(value, feature, Math.floor(i / width)) : value;
    }),
  });
  const [noise, places, other] = [random.at("corrupted"), random.at("background"), random.at("shuffled")];
  return {
    heldOut: usual,
    trained: someOf(rows, most, width, random.at("trained")),
    corrupted: changed((value, feature) => value + measured[feature]!.deviation * noise.normal()),
    shuffled: changed((value, feature) =>
      other.uniform() < 0.5 ? value : usual.values[other.below(usual.count) * width + feature]!,
    ),
    background: changed((_, feature) => {
      const { low, high } = measured[feature]!;
      return (low + high) / 2 + (places.uniform() - 0.5) * WIDENED * (high - low);
    }),
  };
}

function someOf({ values, count }: Rows, most: number, width: number, random: Random): Rows {
  if (count <= most) return { values: values.slice(0, count * width), count };
  const picked = new Float32Array(most * width);
  for (const [i, row] of random.sample(count, most).sort().entries())
    picked.set(values.subarray(row * width, (row + 1) * width), i * width);
  return { values: picked, count: most };
}

interface Feature {
  readonly deviation: number;
  readonly low: number;
  readonly high: number;
}

function featuresOf({ values, count }: Rows, { width, features }: RowShape): Feature[] {
  return Array.from({ length: features }, (_, feature) => {
    let [sum, squares, low, high] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = feature; i < values.length; i += width) {
      const value = values[i]!;
      sum += value;
      squares += value * value;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    return { deviation: Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2)), low, high };
  });
}
