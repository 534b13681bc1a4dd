// The data sets: adding one is a file here and a line below.

import { unknownName } from "../../tensor/errors.js";
import { adbench } from "./adbench.js";
import type { Dataset } from "./define.js";
import { kdd99 } from "./kdd99.js";

export const datasets: readonly Dataset[] = [kdd99, ...adbench];

/** @throws OddityError for an unknown id, with the nearest known one */
export function datasetOf(id: string): Dataset {
  const found = datasets.find((dataset) => dataset.id === id.toLowerCase());
  if (found) return found;
  throw unknownName(
    "data set",
    id,
    datasets.map((dataset) => dataset.id),
  );
}
