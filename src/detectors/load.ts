// A saved model, by the path of its file or by its bytes.

import { firstLine, OddityError } from "../tensor/errors.js";
import { Model, type OpenOptions } from "./model.js";

/** @throws OddityError where there is no file, or it is not a model of ours */
export async function load(file: string | Uint8Array, options: OpenOptions = {}): Promise<Model> {
  if (typeof file !== "string") return Model.open(file, "model", options);
  const { readFile } = await import("node:fs/promises"); // only where there are paths: a browser has bytes
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    const got = cause.code === "ENOENT" ? "nothing there" : firstLine(cause);
    throw new OddityError({ place: file, expected: "a model file", got }, { cause, usage: true });
  });
  return Model.open(bytes, file, options);
}
