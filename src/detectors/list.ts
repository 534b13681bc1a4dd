// The detectors by name, for those who do not know which one they want until they run.

import { withId } from "../tensor/errors.js";
import type { AnyDetector, DetectorMaker } from "./define.js";
import * as all from "./index.js";

export const detectors = Object.values(all) as readonly DetectorMaker[];

/** A detector by its id, with parameters that are checked. */
export const detectorById = (id: string, parameters: Readonly<Record<string, unknown>> = {}): AnyDetector =>
  withId("detector", id, detectors)(parameters);
