// Fitting: rows apart for calibration, encoding learned on the rest, scores learned, calibrated, assembled into one file.

import { flipped } from "../data/pictures/transform.js";
import { pick, pickInTurns, type Table } from "../data/table.js";
import { calibrate } from "../decide/conformal.js";
import { falseAlarms, printRule, type Rule, threshold } from "../decide/rules.js";
import { type Encoding, widthsOf } from "../encode/encoding.js";
import { type EncodingOptions, learnEncodingInTurns } from "../encode/learn.js";
import { encodingProgram, feedsOf } from "../encode/program.js";
import type { Graph } from "../graph/node.js";
import { writeOnnx } from "../graph/onnx/write.js";
import type { Host } from "../host/host.js";
import { version } from "../host/version.js";
import type { Device } from "../runtime/runtime.js";
import { largestProduct, threadsFor } from "../runtime/threads.js";
import { OddityError } from "../tensor/errors.js";
import { Random } from "../tensor/random.js";
import { takingTurns } from "../tensor/turns.js";
import type { Rows } from "../train/feeds.js";
import type { Progress } from "../train/loop.js";
import { modelGraph, scoreGraph } from "./assemble.js";
import { checkFit } from "./checks.js";
import type { Extra, Extras, Learned, LearningSite, selections } from "./define.js";
import { FORMAT, type Header, toMetadata } from "./header.js";
import { Model, rowsAtOnce } from "./model.js";
import { type FitWindow, seriesParts } from "./series.js";

export interface FitOptions {
  /** Every random number of the run comes from it. */
  readonly seed: number;
  /** Share of the rows kept apart for p-values, at most 10,000 of them. 0: training rows calibrate, and p-values are too small. */
  readonly heldOut?: number;
  /** Rows at most whose scores calibrate p-values; 10,000 when left out, or fewer where scores are costly. */
  readonly calibrating?: number;
  /** What the label in the model file means. */
  readonly rule?: Rule;
  /** Columns that are the context a row is judged in: it may be usual in itself and strange there. */
  readonly condition?: readonly string[];
  /** The rows are a series: what is learned and scored are windows over it, and the model says how strange each row is. */
  readonly window?: FitWindow;
  /** Which weights of the run score; "last" when left out. */
  readonly select?: (typeof selections)[number];
  /** Pictures train twice, the second time mirrored left to right. Rows held out stay as they are. */
  readonly mirrored?: boolean;
  /**
   * Labelled rows (1: anomaly) that pick the weights. Only to rebuild published tables that picked by their test labels:
   * what such a model scores on these rows says nothing of others.
   */
  readonly oracle?: { readonly rows: Table; readonly labels: Uint8Array };
  readonly threads?: number;
  readonly device?: Device;
  readonly onProgress?: (progress: Progress) => void;
  /** Ends encoding and learning. What is learned is not thrown away any more: the last scores are soon there. */
  readonly signal?: AbortSignal;
  /** File for snapshots; with `resume` a run goes on from it. It is removed when the run is done. */
  readonly checkpoint?: { readonly path: string; readonly resume?: boolean; readonly everySeconds?: number };
  readonly host?: Host;
}

export interface Recipe {
  readonly id: string;
  readonly conditional: boolean;
  readonly takes?: "pictures";
  readonly extras: readonly Extra[];
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly encoding: EncodingOptions;
  learn(site: LearningSite): Promise<Learned>;
}

const MOST_HELD_OUT = 10_000;
/** With fewer rows, keeping some apart costs more than it tells. */
const FEWEST_ROWS_TO_SPLIT = 20;
/** Numbers that are encoded, or rows that are scored, in one call of the runtime. */
const ENCODE_NUMBERS = 2 ** 21;
const SCORE_ROWS = 8192;

export async function fit(recipe: Recipe, table: Table, options: FitOptions & Extras): Promise<Model> {
  checkFit(recipe, table, options);
  options.signal?.throwIfAborted();
  const host = options.host ?? (await import("../host/node.js")).nodeHost;
  const random = new Random(options.seed);
  const turn = takingTurns();
  const share = shareOf(options.heldOut ?? 0.2);
  const series =
    options.window &&
    seriesParts(table, options.window, {
      condition: options.condition ?? [],
      share,
      random: random.at("held out"),
    });
  const parts = series ?? (await holdOut(table, share, random.at("held out"), turn));
  const train = options.mirrored ? flipped(parts.train) : parts.train;
  const { condition = [], oracle, anomalies, target } = options;
  const encoding = await learnEncodingInTurns(train, { ...recipe.encoding, condition }, turn);
  const widths = widthsOf(encoding);
  const [rows, heldOut, known, judged] = await encodeTables(
    encoding,
    [train, parts.heldOut, anomalies ?? none, oracle?.rows ?? none],
    host,
    options.signal,
  );
  const learned = await recipe.learn({
    host,
    device: options.device ?? "cpu",
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    ...widths,
    width: widths.features + widths.condition,
    picture: encoding.picture,
    rows: rows!,
    heldOut: heldOut!,
    ...(anomalies ? { anomalies: known! } : {}),
    ...(target ? { target } : {}),
    select: options.select ?? "last",
    ...(oracle ? { oracle: { rows: judged!, labels: oracle.labels } } : {}),
    seed: options.seed,
    random: random.at(recipe.id),
    onProgress: options.onProgress ?? (() => undefined),
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.checkpoint
      ? {
          checkpoint: {
            resume: false,
            everySeconds: 30,
            ...options.checkpoint,
            fingerprint: await fingerprintOf(recipe, options, encoding, [rows!, known!]),
          },
        }
      : {}),
  });
  const most = options.calibrating ?? learned.calibrating ?? MOST_HELD_OUT;
  const calibrating = parts.calibrating(most, random.at("calibrating"));
  const scores = await run(host, scoreGraph(encoding, learned.score), encoding, calibrating.table);
  const calibration = calibrate(forgiving(scores));
  const points = series && calibrate(forgiving(calibrating.points!(scores)));
  const rule = options.rule ?? defaultRule(Math.min(calibration.length, points?.length ?? Number.POSITIVE_INFINITY));
  const limit = threshold(rule, calibration);
  if (limit === undefined)
    throw new OddityError(
      { place: "rule", expected: "a rule with a fixed threshold", got: printRule(rule) },
      { usage: true },
    );
  const header: Header = {
    format: FORMAT,
    version,
    detector: recipe.id,
    parameters: recipe.parameters,
    seed: options.seed,
    encoding,
    ...(series && points ? { window: { ...series.window, threshold: threshold(rule, points)! } } : {}),
    rows: { trained: rows!.count, heldOut: heldOut!.count, ...(anomalies ? { anomalies: anomalies.rows } : {}) },
    training: learned.facts,
    rule: printRule(rule),
    threshold: limit,
    notes: [
      ...parts.notes,
      ...(learned.notes ?? []),
      ...(oracle
        ? ["weights picked by the labels of rows that were given for it: for rebuilding published tables"]
        : []),
    ],
  };
  const graph = modelGraph(encoding, learned.score, calibration, limit);
  const bytes = writeOnnx(graph, { metadata: toMetadata(header, calibration, points), version });
  return Model.open(bytes, "model", {
    host,
    threads: options.threads ?? threadsFor(largestProduct(graph), host.cores),
  });
}

const none: Table = { rows: 0, columns: [] };

interface Parts {
  readonly train: Table;
  readonly heldOut: Table;
  readonly notes: string[];
  /** The rows whose scores calibrate p-values, at most so many. */
  calibrating(most: number, random: Random): { readonly table: Table; points?(scores: Float32Array): Float32Array };
}

function shareOf(heldOut: number): number {
  if (heldOut >= 0 && heldOut < 1) return heldOut;
  throw new OddityError(
    { place: "heldOut", expected: "a share from 0 to below 1", got: `${heldOut}` },
    { usage: true },
  );
}

async function holdOut(table: Table, share: number, random: Random, turn: () => Promise<void>): Promise<Parts> {
  const wanted = table.rows < FEWEST_ROWS_TO_SPLIT ? 0 : Math.min(Math.floor(share * table.rows), MOST_HELD_OUT);
  const order = random.permutation(table.rows);
  const places = order.subarray(0, wanted).sort();
  const heldOut = await pickInTurns(table, places, turn);
  if (wanted > 0)
    return {
      train: await pickInTurns(table, order.subarray(wanted).sort(), turn),
      heldOut,
      calibrating: someOf(heldOut),
      notes: [],
    };
  return {
    train: table,
    heldOut,
    calibrating: someOf(await pickInTurns(table, order.subarray(0, MOST_HELD_OUT), turn)),
    notes: ["p-values come from training rows, so they are smaller than they should be"],
  };
}

const someOf =
  (rows: Table): Parts["calibrating"] =>
  (most, random) => ({ table: pick(rows, random.sample(rows.rows, most).sort()) });

/**
 * Calibration scores, each a little higher. The same row scores a few bits otherwise in another runtime or place of a
 * batch; it must not count as stranger than its own twin among the calibration rows, of which tables of counts and flags
 * are full. Scores near 0 are differences of larger numbers (a logit is): they get as much as the mean one.
 */
function forgiving(scores: Float32Array): Float32Array {
  const usual = scores.reduce((sum, score) => sum + Math.abs(score) / scores.length, 0);
  return scores.map((score) => score + Math.max(Math.abs(score), usual) * 2 ** -16);
}

/** 1 false alarm in 100, or as few as the number of calibration rows can tell apart. */
const defaultRule = (rows: number): Rule => falseAlarms(Math.max(0.01, 1 / (rows + 1)));

/** Encodes tables into memory that threads can share. */
async function encodeTables(
  encoding: Encoding,
  tables: readonly Table[],
  host: Host,
  signal: AbortSignal | undefined,
): Promise<Rows[]> {
  const { inputs, x } = encodingProgram(encoding);
  const session = await host.runtime.open(writeOnnx({ name: "encode", inputs, outputs: [{ name: "x", node: x }] }));
  const { features, condition } = widthsOf(encoding);
  const width = features + condition;
  const batch = Math.max(1, Math.floor(ENCODE_NUMBERS / width));
  const encoded: Rows[] = [];
  try {
    for (const table of tables) {
      const values = host.shared(table.rows * width);
      for (let first = 0; first < table.rows; first += batch) {
        const last = Math.min(first + batch, table.rows);
        const got = await session.run(feedsOf(encoding, table, first, last), { give: true });
        signal?.throwIfAborted();
        values.set(got.x!.data as Float32Array, first * width);
      }
      encoded.push({ values, count: table.rows });
    }
  } finally {
    await session.close();
  }
  return encoded;
}

async function run(host: Host, graph: Graph, encoding: Encoding, table: Table): Promise<Float32Array> {
  const session = await host.runtime.open(writeOnnx(graph), { threads: threadsFor(largestProduct(graph), host.cores) });
  const scores = new Float32Array(table.rows);
  const batch = rowsAtOnce(encoding, SCORE_ROWS);
  for (let first = 0; first < table.rows; first += batch) {
    const last = Math.min(first + batch, table.rows);
    const got = await session.run(feedsOf(encoding, table, first, last), { give: true });
    scores.set(got.score!.data as Float32Array, first);
  }
  await session.close();
  return scores;
}

/** Two runs with the same one draw the same numbers for the same rows. */
async function fingerprintOf(
  { id, parameters }: Recipe,
  { seed, target }: FitOptions & Extras,
  encoding: Encoding,
  known: readonly Rows[],
): Promise<string> {
  const rows = await Promise.all(known.map(({ values }) => sha256(values.slice()))); // copies, as shared memory cannot be digested
  const watched = target && { bytes: await sha256(target.bytes.slice()), layers: target.layers };
  return sha256(new TextEncoder().encode(JSON.stringify({ id, parameters, seed, encoding, rows, watched })));
}

async function sha256(data: Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer>): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", data);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
