// The data sets: adding one is a file here and a line below.

import { withId } from "../../tensor/errors.js";
import { adbench } from "./adbench.js";
import type { Dataset } from "./define.js";
import { kdd99 } from "./kdd99.js";

export const datasets: readonly Dataset[] = [kdd99, ...adbench];

/** @throws OddityError for an unknown id, with the nearest known one */
export const datasetOf = (id: string): Dataset => withId("data set", id.toLowerCase(), datasets);
