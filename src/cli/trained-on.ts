// The rows that made a model, in words.

import type { Header } from "../detectors/header.js";
import { count, counted } from "../report/format.js";

/** "320 trained, 80 held out, 5 known anomalies" */
export const trainedOn = ({ rows: { trained, heldOut, anomalies } }: Header): string =>
  [
    `${count(trained)} trained`,
    `${count(heldOut)} held out`,
    ...(anomalies === undefined ? [] : [counted(anomalies, "known anomaly", "known anomalies")]),
  ].join(", ");
