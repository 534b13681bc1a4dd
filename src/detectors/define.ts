// The one frame of all detectors: parameters, how raw columns are encoded, and how scores are learned from encoded rows.

import type { Table } from "../data/table.js";
import type { PictureEncoding, Widths } from "../encode/encoding.js";
import type { EncodingOptions } from "../encode/learn.js";
import type { Node } from "../graph/node.js";
import type { Machine } from "../host/host.js";
import type { Random } from "../tensor/random.js";
import type { Rows } from "../train/feeds.js";
import type { Progress } from "../train/loop.js";
import { type FitOptions, fit, type Recipe } from "./fit.js";
import type { Model } from "./model.js";
import { type Given, parseParameters, type Shape, type Values } from "./parameters.js";

/** What an encoded row is: `features` numbers that are judged, and behind them `condition` numbers of their context. */
export interface RowShape extends Widths {
  /** All numbers of a row. */
  readonly width: number;
  /** Where the features are the pixels of a picture, in the order channel, row, column, each -1 to 1. */
  readonly picture: PictureEncoding | undefined;
}

/** How the best weights of a run are picked: the last ones, or those with the least criterion on held-out normal rows. */
export const selections = ["last", "held-out"] as const;

/** A model of the user's own, for detectors that watch one. */
export interface Target {
  /** An ONNX file. */
  readonly bytes: Uint8Array;
  /** Names of values or nodes in it; what its activation layers give when left out. */
  readonly layers?: readonly string[];
}

/** What only some detectors take besides rows: `fit` of the others has no such option. */
export interface Extras {
  /** Rows known to be anomalies, with the columns of the others. They never calibrate, scale or hold anything out. */
  readonly anomalies?: Table;
  readonly target?: Target;
}

export type Extra = keyof Extras;

/** Encoded rows and everything else that learning may use. Labels are not among them,
 * but for the rows that semi-supervised detectors are told to be anomalies. */
export interface LearningSite extends Machine, RowShape {
  /** Rows to learn from. */
  readonly rows: Rows;
  /** Rows kept apart; what they are used for must be said. */
  readonly heldOut: Rows;
  /** Rows known to be anomalies; for detectors that take them. */
  readonly anomalies?: Rows;
  /** The model to watch; for detectors that take one. */
  readonly target?: Target;
  readonly select: (typeof selections)[number];
  /** Labelled rows that pick the weights with the highest AUROC: only to rebuild published tables that did so. */
  readonly oracle?: { readonly rows: Rows; readonly labels: Uint8Array };
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

/** What a detector says of rows. */
export interface Verdict {
  /** f32[batch]; higher is stranger. */
  readonly score: Node;
  /** The rows as the detector would have them, f32[batch, features], in encoded units. */
  readonly rebuilt?: Node;
  /** How strange each pixel is, f32[batch, height·width]; the distance between row and `rebuilt` where left out. */
  readonly heat?: Node;
}

export interface Learned {
  /** x f32[batch, width]; a lone node is the score. */
  score(x: Node): Node | Verdict;
  /** Rows whose scores calibrate p-values, at most: for scores that are costly to compute. */
  readonly calibrating?: number;
  /** Steps, epochs, how it ended: for the model's header. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** What whoever uses the model should know, in sentences. */
  readonly notes?: readonly string[];
}

export interface Definition<S extends Shape = Shape, E extends Extra = Extra> {
  readonly id: string;
  readonly about: string;
  readonly paper: string;
  readonly parameters: S;
  /** Whether rows can be judged in a context ("condition" columns). */
  readonly conditional?: boolean;
  /** Set where a detector knows pictures only. */
  readonly takes?: "pictures";
  /** What it takes besides rows. */
  readonly extras?: readonly E[];
  encoding(parameters: Values<S>, given: Extras): EncodingOptions;
  learn(parameters: Values<S>, site: LearningSite): Promise<Learned>;
}

/** A detector with its parameters: a printable value that can be fitted. */
export interface Detector<E extends Extra = never> {
  readonly id: string;
  readonly about: string;
  readonly paper: string;
  readonly conditional: boolean;
  readonly extras: readonly Extra[];
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What `fit` does: for detectors that are made of others. */
  recipe(given: Extras): Recipe;
  fit(rows: Table, options: FitOptions & Pick<Extras, E>): Promise<Model>;
}

export interface DetectorMaker<S extends Shape = Shape, E extends Extra = never>
  extends Omit<Definition<S>, "encoding" | "learn" | "extras"> {
  readonly conditional: boolean;
  readonly extras: readonly Extra[];
  (given?: Given<S>): Detector<E>;
}

/** A detector that was chosen by name. What it does not take besides rows, it refuses when it is fitted. */
export type AnyDetector = Detector<Extra>;

/** Makes a detector of a definition: `egbad({ latent: 16 }).fit(rows, { seed: 1 })`. */
export function defineDetector<const S extends Shape, const E extends Extra = never>(
  definition: Definition<S, E>,
): DetectorMaker<S, E> {
  const { id, about, paper, conditional = false, takes, extras = [], parameters: shape } = definition;
  const taken = takes === undefined ? {} : { takes };
  const make = (given: Given<S> = {}): Detector<E> => {
    const parameters = parseParameters(id, shape, given);
    const recipe = (told: Extras): Recipe => ({
      id,
      conditional,
      ...taken,
      extras,
      parameters,
      encoding: definition.encoding(parameters, told),
      learn: (site) => definition.learn(parameters, site),
    });
    return {
      id,
      about,
      paper,
      conditional,
      extras,
      parameters,
      recipe,
      fit: (rows, options) => fit(recipe(options as Extras), rows, options),
    };
  };
  return Object.assign(make, { id, about, paper, conditional, ...taken, extras, parameters: shape });
}
