// --target: a model of the user's own, for detectors that watch one.

import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { AnyDetector, Target } from "../detectors/define.js";
import { detectors } from "../detectors/list.js";
import { embedExternalData } from "../graph/onnx/foreign/external.js";
import { OddityError } from "../tensor/errors.js";
import type { LearnOptions } from "./options.js";

/** @throws OddityError where the detector watches none */
export function checkWatched({ id, extras }: AnyDetector, { target, layers }: LearnOptions): void {
  if (target === undefined) {
    if (layers === undefined) return;
    throw new OddityError(
      { place: "--layers", expected: "a model whose layers they are", got: "none", hint: "name it with --target FILE" },
      { usage: true },
    );
  }
  if (extras.includes("target")) return;
  const able = detectors.filter((each) => each.extras.includes("target")).map((each) => each.id);
  throw new OddityError(
    {
      place: "--target",
      expected: "a detector that watches a model",
      got: id,
      hint: `${able.length === 1 ? "this one does" : "these do"}: ${able.join(", ")}`,
    },
    { usage: true },
  );
}

/** The file with its weights, which may stand in files beside it. */
export async function readTarget({ target, layers }: LearnOptions): Promise<Target | undefined> {
  if (target === undefined) return undefined;
  const bytes = await embedExternalData(await read(target), (location) => read(join(dirname(target), location)));
  return { bytes, ...(layers ? { layers } : {}) };
}

const read = (path: string): Promise<Uint8Array> =>
  readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === "ENOENT" || error.code === "EISDIR"
      ? new OddityError({ place: path, expected: "an ONNX file", got: "no such file" }, { usage: true })
      : error;
  });
