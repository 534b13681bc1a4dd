// What a report says, as plain data: no detector, no file and no drawing is known here.

export type Cell = string | number | null;

export interface DetectReport {
  title: string;
  /** When the report was made, ISO 8601. */
  created: string;
  /** With `pictures`, rows are pictures, and that is what they are: "64×64 pixels in grey". */
  source: { name: string; rows: number; columns: number; pictures?: string };
  detector: DetectorFacts;
  /** The rule, worded to end "12 of 400 rows are flagged …": "at a false-alarm rate of 1 %". */
  rule: string;
  /** Share of normal rows the rule is meant to flag, 0 to 1; absent when the rule promises none. */
  falseAlarmRate?: number;
  flagged: number;
  scores: Scores;
  /** Strangest first. */
  strangest: StrangeRow[];
  /** Of pictures: the strangest and the most normal ones. */
  gallery?: Gallery;
  losses?: LossRecord[];
  metrics?: MetricLine[];
  curves?: { roc: Point[]; precisionRecall: Point[] };
  /** The same metrics for simple methods on the same rows. */
  controls?: { name: string; metrics: Record<string, number> }[];
  /** How to score new rows with the model: commands and programs, shown as they are. */
  usage?: { title: string; code: string }[];
  /** Limits and warnings, one paragraph each. */
  notes: string[];
}

export interface DetectorFacts {
  id: string;
  about: string;
  paper?: string;
  parameters: Record<string, unknown>;
  seed: number;
  trainedRows: number;
  /** Wall-clock time of fitting; absent when the model came from a file. */
  seconds?: number;
  steps?: number;
  note?: string;
}

export interface Scores {
  /** One a row, higher is stranger. */
  values: Float32Array;
  /** 1 is an anomaly, 0 is normal; absent when the truth is unknown. */
  labels?: Uint8Array;
  threshold?: number;
  /** Conformal p-values of the same rows, 0 to 1. */
  pValues?: Float32Array;
  /** How many held-out normal rows the p-values rest on. */
  calibrationRows: number;
}

export interface StrangeRow {
  /** The row's number as the scored table gives it. */
  row: number;
  /** What a picture is called. */
  name?: string;
  score: number;
  pValue: number;
  truth?: string;
  values: Record<string, Cell>;
  /** Largest share first. */
  reasons: Reason[];
}

/** All of its pictures have one size, and their heat one scale. */
export interface Gallery {
  /** Strangest first. */
  strangest: PictureCard[];
  /** Most normal first. */
  ordinary: PictureCard[];
  /** The heat that is not drawn, and that from which on the colour stays the same. */
  heat: { low: number; high: number };
  width: number;
  height: number;
}

/** A picture beside what the detector makes of it; each a PNG file. */
export interface PictureCard {
  name: string;
  score: number;
  pValue: number;
  truth?: string;
  original: Uint8Array;
  /** As the detector would have it; absent for detectors that rebuild nothing. */
  rebuilt?: Uint8Array;
  /** The heat over the original. */
  heat: Uint8Array;
}

export interface Reason {
  column: string;
  /** Part of the row's score this column accounts for, 0 to 1. */
  share: number;
  value: Cell;
  /** The usual value: a median or the commonest category. */
  typical: Cell;
}

/** The losses at one step, by name. */
export type LossRecord = { step: number } & Record<string, number>;

export interface MetricLine {
  name: string;
  value: number;
  /** Ends of the bootstrap interval. */
  low?: number;
  high?: number;
  /** What a score without information would get. */
  chance?: number;
  about?: string;
}

export interface Point {
  x: number;
  y: number;
}
