// A test of fit as one object: what it is, worked examples, and the number. It compares rows that the generator made with as many
// of the true distribution, or with the distribution itself. Values are finite for all finite rows, collapsed generators included:
// they are written as JSON.

import type { Distribution } from "../distributions/index.js";
import { type Line, type Samples, samplesOf } from "./samples.js";

export interface FitExample {
  readonly generated: readonly number[];
  readonly real: readonly number[];
  /** 2 where the rows are pairs; else of one dimension. */
  readonly dims?: 2;
  /** Of tests that look at the distribution itself. */
  readonly distribution?: Distribution;
  readonly value: number;
}

interface Described {
  /** The published name where it is one of GANDI's: KL, KS_s, KS_p, CDF_l1, Anderson. */
  readonly id: string;
  readonly about: string;
  /** One of GANDI's, with its defects. */
  readonly isPublished: boolean;
  /** "lower": 0 or near it is a perfect fit; "higher" for p-values; "half": 0.5 is perfect, and both sides of it are worse. */
  readonly better: "lower" | "higher" | "half";
  /** Worked out by a person. */
  readonly examples: readonly FitExample[];
  /** Slow and obvious, for tests; where the fast form is clever. */
  reference?(generated: ArrayLike<number>, real: ArrayLike<number>, dims: number): number;
}

export type FitTestDefinition = Described &
  (
    | { readonly dims: 1; of(line: Line): number }
    | {
        readonly dims: 2 | "any";
        of(samples: Samples): number;
      }
  );

export interface FitTest extends Described {
  readonly dims: 1 | 2 | "any";
  /** For several tests of the same rows: these are checked and sorted once. */
  of(samples: Samples): number;
  /**
   * @param generated, real f32[n, dims], row-major; the numbers of rows may differ
   * @throws OddityError where there are no rows, or one has a number that is not finite
   */
  compute(generated: Float32Array, real: Float32Array, distribution: Distribution): number;
}

export function defineFitTest(definition: FitTestDefinition): FitTest {
  const of = (samples: Samples): number => {
    if (definition.dims !== 1) return definition.of(samples);
    if (samples.line === undefined) throw new Error(`internal: ${definition.id} of rows of ${samples.dims} numbers`);
    return definition.of(samples.line);
  };
  return {
    ...definition,
    of,
    compute: (generated, real, distribution) => of(samplesOf(generated, real, distribution)),
  };
}
