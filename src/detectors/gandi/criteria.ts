// Criteria that know no anomaly and say of a discriminator, as it was at some step of a training, how good a detector it is.
// Karavani 2017 asks whether the losses or the fit of the generator tell; the areas against made rows are others' (below).

import { type Cloud, energyDistance, outranks, spearman } from "./compare.js";

/** Higher is stranger: negative logits -l, or how far they are from what is usual. */
export type Scores = ArrayLike<number>;

/** Scores of rows that are the same at every step. */
export interface FixedRows {
  /** Normal rows that did not train. */
  readonly heldOut: Scores;
  /** The held-out rows with a normal number of one deviation of its feature (among training rows) added to each number. */
  readonly corrupted: Scores;
  /** The held-out rows with half of the features, drawn for each row, taken from another row each. */
  readonly shuffled: Scores;
  /** Uniform over the range of the training rows, widened to 1.1 times of itself in each feature. */
  readonly background: Scores;
}

/** What is seen of one discriminator. What a criterion needs and does not find leaves it without a value. */
export interface Seen extends FixedRows {
  readonly trained?: Scores;
  /** Rows of the generator of the same step. */
  readonly generated?: Scores;
  readonly losses?: {
    readonly discriminator: number;
    /** The discriminator's where nothing can be told apart. */
    readonly uninformed: number;
  };
  /** The snapshot before. */
  readonly before?: FixedRows;
  /** The held-out rows themselves and as many generated ones. */
  readonly clouds?: { readonly heldOut: Cloud; readonly generated: Cloud };
}

export interface CriterionExample {
  readonly seen: Seen;
  readonly value: number | undefined;
}

export interface Criterion {
  readonly id: string;
  readonly about: string;
  /** Worked out by a person. */
  readonly examples: readonly CriterionExample[];
  /** Higher is better; undefined where it cannot be known. */
  compute(seen: Seen): number | undefined;
}

const few: FixedRows = { heldOut: [1, 2], corrupted: [2, 3], shuffled: [0, 3], background: [3, 4] };
const line = (...values: number[]): Cloud => ({ values: Float32Array.from(values), width: 1 });

const againstBackground = ({ heldOut, background }: FixedRows): number => outranks(background, heldOut);
const againstCorrupted = ({ heldOut, corrupted }: FixedRows): number => outranks(corrupted, heldOut);
const againstShuffled = ({ heldOut, shuffled }: FixedRows): number => outranks(shuffled, heldOut);

const all = ({ heldOut, corrupted, shuffled, background }: FixedRows): number[] => [
  ...Array.from(heldOut),
  ...Array.from(corrupted),
  ...Array.from(shuffled),
  ...Array.from(background),
];
const agreement = (seen: Seen): number | undefined => seen.before && spearman(all(seen), all(seen.before));

export const criteria = [
  {
    id: "last",
    about: "none is better than another, and of equal ones the later counts",
    examples: [{ seen: few, value: 0 }],
    compute: () => 0,
  },
  {
    id: "loss-equilibrium",
    about: "how near the discriminator's loss is to what it is when nothing can be told apart",
    examples: [
      { seen: { ...few, losses: { discriminator: 1.25, uninformed: 1.5 } }, value: -0.25 },
      { seen: { ...few, losses: { discriminator: 1.75, uninformed: 1.5 } }, value: -0.25 },
      { seen: few, value: undefined },
    ],
    compute: ({ losses }) => losses && -Math.abs(losses.discriminator - losses.uninformed),
  },
  {
    id: "fit",
    about: "minus the energy distance between generated and held-out rows",
    examples: [
      // 2·(|0-1| + |2-1|)/2 - (0+2+2+0)/4 - 0
      { seen: { ...few, clouds: { heldOut: line(0, 2), generated: line(1, 1) } }, value: -1 },
      { seen: { ...few, clouds: { heldOut: line(0, 2), generated: line(2, 0) } }, value: 0 },
      { seen: few, value: undefined },
    ],
    compute: ({ clouds }) => clouds && 0 - energyDistance(clouds.heldOut, clouds.generated),
  },
  {
    id: "real-against-generated",
    about: "AUROC of rows of the generator at that step among held-out rows",
    examples: [
      { seen: { ...few, generated: [1.5, 3] }, value: 3 / 4 },
      { seen: few, value: undefined },
    ],
    compute: ({ heldOut, generated }) => generated && outranks(generated, heldOut),
  },
  {
    id: "real-against-corrupted",
    about: "AUROC of held-out rows with noise among the same without",
    examples: [{ seen: few, value: 3.5 / 4 }], // 2 against 2 is one half
    compute: againstCorrupted,
  },
  {
    id: "real-against-shuffled",
    about: "AUROC of held-out rows with half of their features from other rows among the same as they are",
    examples: [{ seen: few, value: 2 / 4 }],
    compute: againstShuffled,
  },
  {
    id: "real-against-background",
    about:
      "AUROC of uniform rows among held-out rows: one less the area under the mass-volume curve (Clémençon and Jakubowicz 2013, Goix 2016)",
    examples: [{ seen: few, value: 1 }],
    compute: againstBackground,
  },
  {
    id: "real-against-made",
    about: "mean of the AUROCs against corrupted, shuffled and uniform rows",
    examples: [{ seen: few, value: (3.5 / 4 + 2 / 4 + 1) / 3 }],
    compute: (seen) => (againstCorrupted(seen) + againstShuffled(seen) + againstBackground(seen)) / 3,
  },
  {
    id: "agreement",
    about: "Spearman's correlation with the snapshot before, over held-out and made rows together",
    examples: [
      { seen: few, value: undefined },
      { seen: { ...few, before: few }, value: 1 },
      { seen: { ...pairs(1, 2), before: pairs(2, 1) }, value: -1 },
    ],
    compute: agreement,
  },
  {
    id: "agreement-and-made",
    about: "agreement times the mean AUROC against made rows",
    examples: [
      { seen: few, value: undefined },
      { seen: { ...few, before: few }, value: (3.5 / 4 + 2 / 4 + 1) / 3 },
    ],
    compute: (seen) => {
      const same = agreement(seen);
      return same && (same * (againstCorrupted(seen) + againstShuffled(seen) + againstBackground(seen))) / 3;
    },
  },
  {
    id: "held-out-as-trained",
    about: "how little held-out rows can be told from rows that trained: minus |AUROC - 1/2|",
    examples: [
      { seen: { ...few, trained: [1.5, 0] }, value: -1 / 4 },
      { seen: { ...few, trained: [3, 1.5] }, value: -1 / 4 },
      { seen: few, value: undefined },
    ],
    compute: ({ heldOut, trained }) => trained && -Math.abs(outranks(heldOut, trained) - 1 / 2),
  },
] as const satisfies readonly Criterion[];

/** One row of each kind; the last two score as the first two. */
function pairs(first: number, second: number): FixedRows {
  return { heldOut: [first], corrupted: [second], shuffled: [first], background: [second] };
}

export type CriterionId = (typeof criteria)[number]["id"];
export const criterionIds = criteria.map(({ id }) => id) as [CriterionId, ...CriterionId[]];
