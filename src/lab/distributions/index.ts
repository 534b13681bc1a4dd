// The distributions: settings, help, docs and tests loop over this list.

import { z } from "zod";
import { unknownName } from "../../tensor/errors.js";
import { parsed } from "../fault.js";
import type { Distribution, Family } from "./define.js";
import { exponential } from "./exponential.js";
import { gaussian } from "./gaussian.js";
import { gaussianMixture } from "./gaussian-mixture.js";
import { grid } from "./grid.js";
import { logNormal } from "./log-normal.js";
import { moons } from "./moons.js";
import { rings } from "./rings.js";
import { spirals } from "./spirals.js";
import { student } from "./student-t.js";
import { uniform } from "./uniform.js";

export const families = [
  gaussian,
  uniform,
  exponential,
  student,
  logNormal,
  gaussianMixture,
  rings,
  moons,
  grid,
  spirals,
] as readonly Family[];

export type { Distribution, Family } from "./define.js";

/** A distribution as settings name it: its kind, and parameters beside it. */
export const distributionSchema = z.looseObject({ kind: z.string() });
export type DistributionSpec = z.infer<typeof distributionSchema>;

/** @throws OddityError that names the place, for unknown kinds and parameters and for values out of range */
export function distributionOf({ kind, ...given }: DistributionSpec, place: string): Distribution {
  const family = families.find((each) => each.kind === kind);
  if (family === undefined)
    throw unknownName(
      `${place}.kind`,
      kind,
      families.map((each) => each.kind),
    );
  return family.make(parsed(z.strictObject(family.parameters), given, place), place);
}
