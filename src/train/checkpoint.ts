// A run's snapshot as a file. The fingerprint says which run it belongs to, so that it is never resumed as another.

import { z } from "zod";
import { firstLine, OddityError } from "../tensor/errors.js";
import type { Snapshot, State } from "./loop.js";
import { decodeTensors, encodeTensors } from "./safetensors.js";

const BEST = "best:";
const keptAt = (step: number): string => `kept ${step}:`;
const isOwn = (name: string): boolean => !/^(best|kept \d+):/.test(name);

export function encodeSnapshot({ stage, step, state, stop, kept }: Snapshot, fingerprint: string): Uint8Array {
  return encodeTensors({
    vectors: {
      ...state,
      ...named(BEST, stop.bestState ?? {}),
      ...Object.assign({}, ...(kept ?? []).map((each) => named(keptAt(each.step), each.vectors))),
    },
    metadata: {
      fingerprint,
      stage: String(stage),
      step: String(step),
      stop: JSON.stringify({ ...stop, best: String(stop.best), bestState: undefined }),
      ...(kept ? { kept: JSON.stringify(kept.map((each) => each.step)) } : {}),
    },
  });
}

const named = (prefix: string, vectors: State): State =>
  Object.fromEntries(Object.entries(vectors).map(([name, data]) => [`${prefix}${name}`, data]));

const factsSchema = z.object({
  stage: z.coerce.number().int(),
  step: z.coerce.number().int(),
  stop: z.string(),
  fingerprint: z.string(),
  kept: z.string().optional(),
});
const keptSchema = z.array(z.number());
// written as text, since JSON has no infinity
const stopSchema = z.object({
  best: z.string().transform(Number),
  bestStep: z.number(),
  sinceBest: z.number(),
  lossSince: z.number(),
});

/** @throws OddityError for a damaged file and for one of another run */
export function decodeSnapshot(bytes: Uint8Array, fingerprint: string, place: string): Snapshot {
  const { vectors, stage, step, stop, kept, fingerprint: found } = read(bytes, place);
  if (found !== fingerprint)
    throw new OddityError({
      place,
      expected: "a checkpoint of this run (same data, detector, parameters and seed)",
      got: "one of another",
      hint: "use the same options to resume, or remove the file to start anew",
    });
  const entries = Object.entries(vectors);
  const under = (prefix: string): State =>
    Object.fromEntries(
      entries.flatMap(([name, data]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), data]] : [])),
    );
  const best = under(BEST);
  return {
    stage,
    step,
    state: Object.fromEntries(entries.filter(([name]) => isOwn(name))),
    stop: { ...stop, bestState: Object.keys(best).length > 0 ? best : undefined },
    ...(kept ? { kept: kept.map((at) => ({ step: at, vectors: under(keptAt(at)) })) } : {}),
  };
}

function read(bytes: Uint8Array, place: string) {
  try {
    const { vectors, metadata } = decodeTensors(bytes);
    const { stop, kept, ...facts } = factsSchema.parse(metadata);
    return {
      vectors,
      ...facts,
      stop: stopSchema.parse(JSON.parse(stop)),
      kept: kept === undefined ? undefined : keptSchema.parse(JSON.parse(kept)),
    };
  } catch (cause) {
    const got = cause instanceof z.ZodError ? "one without its facts" : firstLine(cause);
    throw new OddityError({ place, expected: "a whole checkpoint", got, hint: "remove it to start anew" }, { cause });
  }
}
