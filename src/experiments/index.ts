// The published experiments. A new one is its file and one line here.

import { a3CreditCard, a3Ids, a3NslKdd } from "./a3.js";
import { a3Letters, a3Mnist } from "./a3-pictures.js";
import { adbenchOneClass } from "./adbench-one-class.js";
import { aladKdd99 } from "./alad-kdd99.js";
import { classTables } from "./class-tables.js";
import { mnistMislabelled, taxiContext } from "./contexts.js";
import { dagmmKdd99 } from "./dagmm-kdd99.js";
import type { Experiment } from "./define.js";
import { devnetBackdoor } from "./devnet-backdoor.js";
import { egbadKdd99 } from "./egbad-kdd99.js";
import { fewLabels } from "./few-labels.js";
import { nabSeries, spacecraft } from "./series.js";

export const experiments: readonly Experiment[] = [
  egbadKdd99,
  aladKdd99,
  dagmmKdd99,
  ...classTables,
  mnistMislabelled,
  taxiContext,
  ...adbenchOneClass,
  fewLabels,
  devnetBackdoor,
  nabSeries,
  spacecraft,
  a3NslKdd,
  a3CreditCard,
  a3Ids,
  a3Mnist,
  a3Letters,
];
