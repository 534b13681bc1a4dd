// What a chunk of training steps is fed: minibatches, noise, optimiser numbers. Everything is a function of the seed and
// the step's number, never of what was drawn before, so any chunk can be made again after a restart.

import { stepScalars } from "../nn/optimisers.js";
import type { Feeds } from "../runtime/runtime.js";
import { Random } from "../tensor/random.js";
import { tensor } from "../tensor/tensor.js";
import type { NoiseSpec, Plan } from "./program.js";

/** Training rows, encoded: f32[rows, width], row-major. */
export interface Rows {
  readonly values: Float32Array;
  readonly count: number;
  /**
   * Where rows stand stratum after stratum: every minibatch holds `batch` rows of each, in that order, drawn with
   * replacement. Without, a minibatch is the next part of a shuffled pass over all rows.
   */
  readonly strata?: readonly Stratum[];
}

/** Rows that are drawn anew for every minibatch, from a distribution in place of a table. */
export interface Drawn {
  /** Fills f32[rows, width], row-major, from a stream of random numbers of its own for each minibatch. */
  draw(random: Random, out: Float32Array): void;
}

export interface Stratum {
  readonly count: number;
  /** Of its rows in a minibatch. */
  readonly batch: number;
}

/** Rows in a minibatch: those asked for, or all where there are fewer; where rows have strata, what those make up. */
export const minibatchOf = ({ count, strata }: Rows, batch: number): number =>
  strata ? strata.reduce((sum, stratum) => sum + stratum.batch, 0) : Math.min(batch, count);

const sizeOf = (shape: readonly number[]): number => shape.reduce((n, dim) => n * dim, 1);

/** Bytes that one step is fed. */
export const bytesPerStep = (plan: Plan): number =>
  4 * (plan.streams.length * plan.batch * plan.width + plan.noise.reduce((sum, { shape }) => sum + sizeOf(shape), 0));

export class Feeder {
  readonly #plan: Plan;
  readonly #rows: Rows | Drawn;
  readonly #random: Random;
  readonly #totalSteps: number;
  readonly #orders = new Map<string, { epoch: number; order: Uint32Array }>();

  constructor(plan: Plan, rows: Rows | Drawn, seed: number, totalSteps: number) {
    this.#plan = plan;
    this.#rows = rows;
    this.#random = new Random(seed).at("train");
    this.#totalSteps = totalSteps;
  }

  /** Steps in one pass over the rows; a last short batch is left to the next pass's new order. Drawn rows are never passed. */
  get stepsPerEpoch(): number {
    return "draw" in this.#rows ? 1 : Math.max(1, Math.floor(this.#rows.count / this.#plan.batch));
  }

  /** Feeds for the steps first to first + count - 1. */
  chunk(first: number, count: number): Feeds {
    const { batch, width, streams, noise, moves } = this.#plan;
    const feeds: Record<string, Feeds[string]> = {};
    for (const stream of streams)
      feeds[`batch.${stream}`] = tensor("f32", [count, batch, width], this.#batches(stream, first, count));
    noise.forEach((spec, i) => {
      feeds[`noise.${i}`] = tensor("f32", [count, ...spec.shape], this.#noise(spec, i, first, count));
    });
    const scalars = Array.from({ length: count }, (_, k) =>
      moves.flatMap(({ optimiser, nth, of }) => stepScalars(optimiser, (first + k) * of + nth, this.#totalSteps * of)),
    ).flat();
    feeds.scalars = tensor("f32", [count, scalars.length / count], Float32Array.from(scalars));
    return feeds;
  }

  #batches(stream: string, first: number, count: number): Float32Array {
    const { batch, width } = this.#plan;
    const rows = this.#rows;
    const out = new Float32Array(count * batch * width);
    for (let k = 0; k < count; k++) {
      let place = k * batch * width;
      if ("draw" in rows) {
        rows.draw(this.#random.at("drawn", stream, first + k), out.subarray(place, place + batch * width));
        continue;
      }
      for (const row of this.#places(rows, stream, first + k)) {
        out.set(rows.values.subarray(row * width, (row + 1) * width), place);
        place += width;
      }
    }
    return out;
  }

  /** The rows of one step's minibatch. */
  #places({ count, strata }: Rows, stream: string, step: number): Uint32Array {
    const { batch } = this.#plan;
    if (strata) return drawn(strata, this.#random.at("drawn", stream, step));
    const order = this.#order(stream, Math.floor(step / this.stepsPerEpoch), count);
    const start = (step % this.stepsPerEpoch) * batch;
    // fewer rows than a batch come round again
    return Uint32Array.from({ length: batch }, (_, i) => order[(start + i) % order.length]!);
  }

  #order(stream: string, epoch: number, count: number): Uint32Array {
    const kept = this.#orders.get(stream);
    if (kept?.epoch === epoch) return kept.order;
    const order = this.#random.at("order", stream, epoch).permutation(count);
    this.#orders.set(stream, { epoch, order });
    return order;
  }

  #noise(spec: NoiseSpec, place: number, first: number, count: number): Float32Array {
    const size = sizeOf(spec.shape);
    const out = new Float32Array(count * size);
    for (let k = 0; k < count; k++) {
      const random = this.#random.at("noise", place, first + k);
      const part = out.subarray(k * size, (k + 1) * size);
      if (spec.kind === "keep") random.fillKeep(part, spec.share);
      else if (spec.kind === "uniform") random.fillUniform(part, 0, 1);
      else random.fillNormal(part);
    }
    return out;
  }
}

/** So many rows of each stratum, with replacement. */
function drawn(strata: readonly Stratum[], random: Random): Uint32Array {
  let before = 0;
  return Uint32Array.from(
    strata.flatMap(({ count, batch }) => {
      const first = before;
      before += count;
      return Array.from({ length: batch }, () => first + random.below(count));
    }),
  );
}
