// The detectors by name, for those who do not know which one they want until they run.

import { withId } from "../tensor/errors.js";
import { auto } from "./auto.js";
import { combine } from "./combine.js";
import type { AnyDetector, DetectorMaker } from "./define.js";
import * as single from "./index.js";

export const detectors = [...Object.values(single), combine, auto] as readonly unknown[] as readonly DetectorMaker[];

/** A detector by its id, with parameters that are checked. */
export const detectorById = (id: string, parameters: Readonly<Record<string, unknown>> = {}): AnyDetector =>
  withId("detector", id, detectors)(parameters);
