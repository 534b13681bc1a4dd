// The one frame of all detectors: parameters, how raw columns are encoded, and how scores are learned from encoded rows.

import type { Table } from "../data/table.js";
import type { EncodingOptions } from "../encode/learn.js";
import type { Node } from "../graph/node.js";
import type { Machine } from "../host/host.js";
import type { Random } from "../tensor/random.js";
import type { Rows } from "../train/feeds.js";
import type { Progress } from "../train/loop.js";
import { type FitOptions, fit } from "./fit.js";
import type { Model } from "./model.js";
import { type Given, parseParameters, type Shape, type Values } from "./parameters.js";

/** Encoded rows and everything else that learning may use. Labels are not among them. */
export interface LearningSite extends Machine {
  readonly width: number;
  /** Rows to learn from. */
  readonly rows: Rows;
  /** Rows kept apart; what they are used for must be said. */
  readonly heldOut: Rows;
  readonly seed: number;
  readonly random: Random;
  readonly onProgress: (progress: Progress) => void;
  readonly signal?: AbortSignal;
  /** Where to keep snapshots, and whether to go on from one. */
  readonly checkpoint?: {
    readonly path: string;
    readonly fingerprint: string;
    readonly resume: boolean;
    readonly everySeconds: number;
  };
}

export interface Learned {
  /** A score for each row: x f32[batch, width] gives f32[batch]; higher is stranger. */
  score(x: Node): Node;
  /** Steps, epochs, how it ended: for the model's header. */
  readonly facts: Readonly<Record<string, string | number>>;
}

export interface Definition<S extends Shape = Shape> {
  readonly id: string;
  readonly about: string;
  readonly paper: string;
  readonly parameters: S;
  encoding(parameters: Values<S>): EncodingOptions;
  learn(parameters: Values<S>, site: LearningSite): Promise<Learned>;
}

/** A detector with its parameters: a printable value that can be fitted. */
export interface Detector {
  readonly id: string;
  readonly about: string;
  readonly paper: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  fit(rows: Table, options: FitOptions): Promise<Model>;
}

export interface DetectorMaker<S extends Shape = Shape> extends Omit<Definition<S>, "encoding" | "learn"> {
  (given?: Given<S>): Detector;
}

/** Makes a detector of a definition: `egbad({ latent: 16 }).fit(rows, { seed: 1 })`. */
export function defineDetector<const S extends Shape>(definition: Definition<S>): DetectorMaker<S> {
  const { id, about, paper, parameters: shape } = definition;
  const make = (given: Given<S> = {}): Detector => {
    const parameters = parseParameters(id, shape, given);
    return {
      id,
      about,
      paper,
      parameters,
      fit: (rows, options) =>
        fit(
          {
            id,
            parameters,
            encoding: definition.encoding(parameters),
            learn: (site) => definition.learn(parameters, site),
          },
          rows,
          options,
        ),
    };
  };
  return Object.assign(make, { id, about, paper, parameters: shape });
}
