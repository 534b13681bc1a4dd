// The header of a model file: what it is, how it was made, and what it needs, as JSON in the ONNX metadata.

import { z } from "zod";
import { pointRules, relatives } from "../data/series/window.js";
import { scalings } from "../encode/encoding.js";
import { readOnnx } from "../graph/onnx/read.js";
import { OddityError } from "../tensor/errors.js";

/** Raised when a reader of an older version could misread a file. */
export const FORMAT = 1;

const number = {
  name: z.string(),
  shift: z.number(),
  factor: z.number(),
  fill: z.number(),
  indicator: z.boolean(),
  knots: z.array(z.number()).readonly().optional(),
};

const column = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("number"), ...number }),
  z.object({ kind: z.literal("date"), ...number, cyclic: z.boolean().optional() }),
  z.object({ kind: z.literal("constant"), name: z.string(), value: z.number().nullable() }),
  z.object({
    kind: z.literal("category"),
    name: z.string(),
    levels: z.array(z.string()).readonly(),
    unseen: z.boolean(),
    usual: z.string(),
  }),
]);

const headerSchema = z.object({
  format: z.literal(FORMAT),
  /** Version of this library that wrote the file. */
  version: z.string(),
  detector: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  seed: z.number(),
  encoding: z.object({
    scaling: z.enum(scalings),
    columns: z.array(column).readonly(),
    picture: z
      .object({
        height: z.number(),
        width: z.number(),
        channels: z.union([z.literal(1), z.literal(3)]),
        resized: z.enum(["stretch", "cover", "contain"]).optional(),
        recoloured: z.boolean().optional(),
      })
      .optional(),
    condition: z.array(column).readonly().optional(),
  }),
  /** Set where the rows of the encoding are windows over a series. */
  window: z
    .object({
      length: z.number(),
      step: z.number(),
      relative: z.enum(relatives),
      points: z.enum(pointRules),
      channels: z.array(z.string()).readonly(),
      time: z.string().optional(),
      calendar: z.boolean(),
      ends: z.array(z.string()).readonly(),
      /** From which score on a point of the series is flagged. */
      threshold: z.number(),
    })
    .optional(),
  rows: z.object({ trained: z.number(), heldOut: z.number(), anomalies: z.number().optional() }),
  training: z.record(z.string(), z.union([z.string(), z.number()])),
  /** The rule behind the output "label" and its score threshold. */
  rule: z.string(),
  threshold: z.number(),
  notes: z.array(z.string()).readonly(),
});

const newerSchema = z.object({ format: z.number().gt(FORMAT), version: z.unknown() });

export type Header = z.output<typeof headerSchema>;

const HEADER = "oddity";
const CALIBRATION = "oddity.calibration";
const POINTS = "oddity.points";

/** @param points of a model of windows: scores of held-out points, where `calibration` has those of windows */
export const toMetadata = (
  header: Header,
  calibration: Float32Array,
  points?: Float32Array,
): Record<string, string> => ({
  [HEADER]: JSON.stringify(header),
  [CALIBRATION]: textOf(calibration),
  ...(points ? { [POINTS]: textOf(points) } : {}),
});

const textOf = ({ buffer, byteOffset, byteLength }: Float32Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString("base64");

export interface Metadata {
  readonly header: Header;
  readonly calibration: Float32Array;
  /** Of a model of windows. */
  readonly points?: Float32Array;
}

/** @throws OddityError for bytes that are not ONNX, not ours, of a newer format, or with a header that does not fit */
export function fromMetadata(bytes: Uint8Array, place: string): Metadata {
  const metadata = metadataOf(bytes, place);
  const text = metadata[HEADER];
  const encoded = metadata[CALIBRATION];
  if (text === undefined || encoded === undefined)
    throw new OddityError({ place, expected: "a model written by oddity", got: "an ONNX file without its header" });
  const raw = jsonOf(text);
  const newer = newerSchema.safeParse(raw);
  if (newer.success)
    throw new OddityError({
      place,
      expected: `model format ${FORMAT} or older`,
      got: `format ${newer.data.format}, written by oddity ${String(newer.data.version)}`,
      hint: "a newer oddity reads it",
    });
  const parsed = headerSchema.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new OddityError({
      place: [`${place}: header`, ...(issue?.path ?? [])].join("."),
      expected: "a valid header",
      got: issue?.message ?? "another",
    });
  }
  const calibration = scoresOf(encoded, place);
  const header = parsed.data;
  return { header, calibration, ...(header.window ? { points: scoresOf(metadata[POINTS] ?? "", place) } : {}) };
}

function scoresOf(text: string, place: string): Float32Array {
  const scores = new Uint8Array(Buffer.from(text, "base64"));
  if (scores.length > 0 && scores.length % 4 === 0) return new Float32Array(scores.buffer);
  throw new OddityError({ place, expected: "whole calibration scores", got: `${scores.length} bytes of them` });
}

/** The value of a JSON text; undefined where it is none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function metadataOf(bytes: Uint8Array, place: string): Readonly<Record<string, string | undefined>> {
  try {
    return readOnnx(bytes).metadata;
  } catch (cause) {
    const got = bytes.length === 0 ? "an empty file" : "something else, or a file cut off";
    throw new OddityError({ place, expected: "an ONNX model", got }, { cause });
  }
}
