// A test of fit as one object: what it is, worked examples, and the number. It compares rows that the generator made with as many
// of the true distribution, or with the distribution itself.

import type { Distribution } from "../distributions/index.js";

export interface FitExample {
  readonly generated: readonly number[];
  readonly real: readonly number[];
  /** Of tests that look at the distribution itself. */
  readonly distribution?: Distribution;
  readonly value: number;
}

export interface FitTest {
  /** The published name where it is one of GANDI's: KL, KS_s, KS_p, CDF_l1, Anderson. */
  readonly id: string;
  readonly about: string;
  /** One of GANDI's, with its defects. */
  readonly isPublished: boolean;
  readonly dims: 1 | "any";
  /** "lower": 0 or near it is a perfect fit; "higher" for p-values. */
  readonly better: "lower" | "higher";
  /** Worked out by a person. */
  readonly examples: readonly FitExample[];
  /** @param generated, real f32[n, dims], row-major */
  compute(generated: Float32Array, real: Float32Array, distribution: Distribution): number;
}
