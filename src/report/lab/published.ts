// AUC that was published for GANDI's setting 9 (E. Karavani 2017, github.com/ehudkr/gandi): in per cent, as the legends of its
// stored ROC figures give them. One run; pure batches.

export interface Published {
  readonly setting: string;
  readonly source: string;
  /** By shift: AUC in per cent, and the step of the figure. */
  readonly auc: readonly { readonly shift: number; readonly percent: number; readonly step: number }[];
}

const row = (distance: number, negative: number, positive: number) => [
  { shift: -distance, percent: negative, step: 180_000 },
  { shift: distance, percent: positive, step: 200_000 },
];

export const published: readonly Published[] = [
  {
    setting: "gandi-9",
    source:
      "legends of the stored ROC figures of github.com/ehudkr/gandi (2017), one run: negative shifts at step 180,000, positive ones at step 200,000",
    auc: [
      ...row(0.1, 42.84, 49.12),
      ...row(0.5, 58.16, 61.57),
      ...row(1, 72.4, 73.12),
      ...row(2, 91.93, 87.71),
      ...row(3, 98.95, 96.03),
      ...row(4, 99.95, 99.37),
      ...row(5, 100, 100),
      ...row(10, 100, 100),
    ],
  },
];
