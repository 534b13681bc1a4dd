// A model of the user's own as the target: rows go in as they are in the file, pixels as the model was trained on them.

import type { Node } from "../../graph/node.js";
import { constant } from "../../graph/op.js";
import { add, div, mul, sub } from "../../graph/ops/arithmetic.js";
import { concat, slice } from "../../graph/ops/cut.js";
import { reshape, transpose } from "../../graph/ops/shape.js";
import type { Foreign } from "../../runtime/foreign.js";
import { openForeign } from "../../runtime/foreign.js";
import { sizeOf } from "../../tensor/dtype.js";
import { OddityError } from "../../tensor/errors.js";
import { tensor } from "../../tensor/tensor.js";
import type { Rows } from "../../train/feeds.js";
import type { Target as Given, LearningSite, RowShape } from "../define.js";
import { judgedOf } from "../row.js";
import type { Space } from "./space.js";
import type { Target } from "./targets.js";

/** How a model wants its pixels: 0 to 1, -1 to 1, 0 to 255, or 0 to 1 less ImageNet's mean and in its deviations. */
export const pixelRanges = ["unit", "signed", "byte", "imagenet"] as const;
export type PixelRange = (typeof pixelRanges)[number];

/** A target that is there already. */
export interface Watched {
  readonly target: Target;
  readonly space: Space;
  /** Numbers that its watched layers give for a row. */
  readonly activations: number;
  readonly notes: readonly string[];
}

const PLACE = "target";

/**
 * @param shape of the rows that train, which may carry labels where those of the site do not
 * @throws OddityError where the model cannot be watched, or does not take rows like these
 */
export async function watch(given: Given, site: LearningSite, shape: RowShape, pixels: PixelRange): Promise<Watched> {
  const foreign = await openForeign(given.bytes, site.host.runtime, { place: PLACE, layers: given.layers });
  const apply = site.picture ? pictureInput(foreign, site.picture) : columnInputs(foreign, site.features);
  return {
    target: {
      parameters: [],
      bind: () => (rows) => ({ activations: concat(foreign.apply(apply(rows)).map(inRows), 1) }),
    },
    space: site.picture ? pictureSpace(shape, pixels) : tableSpace(site, shape),
    activations: foreign.width,
    notes: [
      `watches ${foreign.values.map(({ name, size }) => `${name} (${size})`).join(", ")} of the given model`,
      ...foreign.notes,
    ],
  };
}

const inRows = (value: Node): Node =>
  reshape(value, { shape: [value.shape[0]!, sizeOf(value.shape.slice(1) as number[])] });

/** Columns in the order of the file: all to the one input, or each input its own, one after another. */
function columnInputs({ inputs }: Foreign, features: number): (rows: Node) => Node[] {
  const sizes = inputs.map(({ shape }) => sizeOf(shape));
  const wanted = sizes.reduce((sum, size) => sum + size, 0);
  if (wanted !== features)
    throw new OddityError({
      place: PLACE,
      expected: `rows of ${wanted} numbers, which the model takes`,
      got: `${features} columns`,
      hint: "leave out columns that it was not trained on (--drop), and keep their order",
    });
  return (rows) => {
    let start = 0;
    return sizes.map((size) => slice(rows, { axis: 1, start, end: (start += size) }));
  };
}

type Picture = NonNullable<RowShape["picture"]>;

/** Rows in the order channel, row, column as [channels, height, width], or as [height, width, channels]. */
function pictureInput({ inputs }: Foreign, picture: Picture): (rows: Node) => Node[] {
  const { height, width, channels } = picture;
  const [first, ...others] = inputs;
  const planes = [channels, height, width];
  const { shape } = first!;
  const isPlanes = [planes, planes.slice(channels === 1 ? 1 : 0), [sizeOf(planes)]].some((each) => equal(each, shape));
  if (others.length === 0 && isPlanes) return (rows) => [rows];
  if (others.length === 0 && equal([height, width, channels], shape))
    return (rows) => [transpose(reshape(rows, { shape: [rows.shape[0]!, ...planes] }), { order: [0, 2, 3, 1] })];
  throw new OddityError({
    place: PLACE,
    expected: `pictures as the model takes them, ${inputs.map((each) => `[${each.shape.join(", ")}]`).join(" and ")}`,
    got: `pictures of ${height}×${width} with ${channels === 1 ? "1 channel" : "3 channels"}`,
    ...hintFor(shape),
  });
}

const equal = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, i) => size === b[i]);

/** The options that bring pictures to that shape, where it is one of pictures. */
function hintFor(shape: readonly number[]): { hint?: string } {
  const channelsFirst = shape.length === 3 && shape[0]! <= 3;
  const channels = shape.length === 3 ? shape[channelsFirst ? 0 : 2]! : 1;
  const [height, width] = channelsFirst ? shape.slice(1) : shape;
  if (shape.length < 2 || ![1, 3].includes(channels)) return {};
  return { hint: `read them with --size ${height}x${width} ${channels === 1 ? "--grey" : "--colour"}` };
}

/** Of ImageNet's red, green and blue. */
const imagenet = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };

function pictureSpace(shape: RowShape, pixels: PixelRange): Space {
  const { height, width, channels } = shape.picture!;
  if (pixels === "imagenet" && channels !== 3)
    throw new OddityError({ place: "a3.pixels", expected: "pictures in colour for imagenet", got: "grey ones" });
  const spread = (values: readonly number[]): Node =>
    constant(
      tensor(
        "f32",
        [channels * height * width],
        new Float32Array(channels * height * width).map((_, i) => values[Math.floor(i / (height * width))]!),
      ),
    );
  const fromUnit = (u: Node): Node => {
    switch (pixels) {
      case "unit":
        return u;
      case "signed":
        return sub(mul(u, 2), 1);
      case "byte":
        return mul(u, 255);
      case "imagenet":
        return div(sub(u, spread(imagenet.mean)), spread(imagenet.deviation));
    }
  };
  const unit = (x: Node): Node => mul(add(judgedOf(x, shape), 1), 0.5);
  return { unit, fromUnit, seen: (x) => fromUnit(unit(x)) };
}

/** Anomalies are made in units of the normal rows' range, and the model gets them in its own. */
function tableSpace(site: LearningSite, shape: RowShape): Space {
  const { low, range } = rangesOf(site.rows, site.width, site.features);
  const [from, by] = [low, range].map((values) => constant(tensor("f32", [site.features], values)));
  return {
    unit: (x) => div(sub(judgedOf(x, shape), from!), by!),
    seen: (x) => judgedOf(x, shape),
    fromUnit: (u) => add(mul(u, by!), from!),
  };
}

/** Of each column over the rows; 1 where all are equal. */
function rangesOf({ values, count }: Rows, width: number, features: number) {
  const low = new Float32Array(features).fill(Number.POSITIVE_INFINITY);
  const high = new Float32Array(features).fill(Number.NEGATIVE_INFINITY);
  for (let row = 0; row < count; row++)
    for (let j = 0; j < features; j++) {
      const value = values[row * width + j]!;
      if (value < low[j]!) low[j] = value;
      if (value > high[j]!) high[j] = value;
    }
  return { low, range: high.map((value, j) => (value > low[j]! ? value - low[j]! : 1)) };
}
