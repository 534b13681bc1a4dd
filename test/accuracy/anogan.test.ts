// AnoGAN and the plain GAN on real digits, in seconds: a digit that was never seen outranks one that was.

import { expect, test } from "vitest";
import { textsOf } from "../../src/data/pictures/columns.js";
import { locateFiles } from "../../src/data/sets/find.js";
import { pictureSetOf } from "../../src/data/sets/index.js";
import { loadPictures } from "../../src/data/sets/load-pictures.js";
import { pick } from "../../src/data/table.js";
import { anogan, gan } from "../../src/detectors/index.js";
import { auroc } from "../../src/metrics/auroc.js";

const EACH = 60;
const brief = { epochs: 1, fewestSteps: 150, filters: 8, batch: 32 };

test.for([
  ["anogan", anogan({ ...brief, steps: 20 })],
  ["gan", gan({ ...brief, steps: 10 })],
] as const)("%s: zeros are strange to one who knows ones", async ([, detector], { skip }) => {
  const missing = await locateFiles(pictureSetOf("mnist"), {}).then(
    () => undefined,
    (error: Error) => error.message,
  );
  if (missing !== undefined) return skip(missing);
  const { table } = await loadPictures("mnist");
  const classes = textsOf(table.columns.find(({ name }) => name === "class"));
  const [usual, strange] = ["1", "0"].map((digit) => classes.flatMap((each, row) => (each === digit ? [row] : [])));
  const model = await detector.fit(pick(table, usual!.slice(0, 600)), { seed: 1 });
  const scores = await model.score(pick(table, [...usual!.slice(600, 600 + EACH), ...strange!.slice(0, EACH)]));
  await model.close();
  expect(
    auroc.compute(
      scores,
      Uint8Array.from({ length: 2 * EACH }, (_, i) => Number(i >= EACH)),
    ),
  ).toBeGreaterThan(0.9);
});
