// A run's snapshot as a file. The fingerprint says which run it belongs to, so that it is never resumed as another.

import { z } from "zod";
import { firstLine, OddityError } from "../tensor/errors.js";
import type { Snapshot, State } from "./loop.js";
import { decodeTensors, encodeTensors } from "./safetensors.js";

const BEST = "best:";

export function encodeSnapshot({ stage, step, state, stop }: Snapshot, fingerprint: string): Uint8Array {
  const best = Object.entries(stop.bestState ?? {}).map(([name, data]) => [`${BEST}${name}`, data]);
  return encodeTensors({
    vectors: { ...state, ...(Object.fromEntries(best) as State) },
    metadata: {
      fingerprint,
      stage: String(stage),
      step: String(step),
      stop: JSON.stringify({ ...stop, best: String(stop.best), bestState: undefined }),
    },
  });
}

const factsSchema = z.object({
  stage: z.coerce.number().int(),
  step: z.coerce.number().int(),
  stop: z.string(),
  fingerprint: z.string(),
});
// written as text, since JSON has no infinity
const stopSchema = z.object({
  best: z.string().transform(Number),
  bestStep: z.number(),
  sinceBest: z.number(),
  lossSince: z.number(),
});

/** @throws OddityError for a damaged file and for one of another run */
export function decodeSnapshot(bytes: Uint8Array, fingerprint: string, place: string): Snapshot {
  const { vectors, stage, step, stop, fingerprint: found } = read(bytes, place);
  if (found !== fingerprint)
    throw new OddityError({
      place,
      expected: "a checkpoint of this run (same data, detector, parameters and seed)",
      got: "one of another",
      hint: "use the same options to resume, or remove the file to start anew",
    });
  const pick = (isBest: boolean): State =>
    Object.fromEntries(
      Object.entries(vectors)
        .filter(([name]) => name.startsWith(BEST) === isBest)
        .map(([name, data]) => [isBest ? name.slice(BEST.length) : name, data]),
    );
  const best = pick(true);
  return {
    stage,
    step,
    state: pick(false),
    stop: { ...stop, bestState: Object.keys(best).length > 0 ? best : undefined },
  };
}

function read(bytes: Uint8Array, place: string) {
  try {
    const { vectors, metadata } = decodeTensors(bytes);
    const { stop, ...facts } = factsSchema.parse(metadata);
    return { vectors, ...facts, stop: stopSchema.parse(JSON.parse(stop)) };
  } catch (cause) {
    const got = cause instanceof z.ZodError ? "one without its facts" : firstLine(cause);
    throw new OddityError({ place, expected: "a whole checkpoint", got, hint: "remove it to start anew" }, { cause });
  }
}
