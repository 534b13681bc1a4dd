// The detectors by name, for those who do not know which one they want until they run.

import { unknownName } from "../tensor/errors.js";
import type { Detector, DetectorMaker } from "./define.js";
import * as all from "./index.js";

export const detectors = Object.values(all) as readonly DetectorMaker[];

/** A detector by its id, with parameters that are checked. */
export function detectorById(id: string, parameters: Readonly<Record<string, unknown>> = {}): Detector {
  const found = detectors.find((each) => each.id === id);
  if (found === undefined)
    throw unknownName(
      "detector",
      id,
      detectors.map((each) => each.id),
    );
  return found(parameters);
}
