// Heat maps against masks: whether the pixels that a model finds strange are those that are marked.

import { type MaskOptions, readMasks } from "../../data/pictures/masks.js";
import { pick, pictureSize, type Table } from "../../data/table.js";
import type { Model } from "../../detectors/model.js";
import { pixelAuroc } from "../../metrics/pixel-auroc.js";
import { count } from "../../report/format.js";
import type { MetricLine } from "../../report/report.js";

/** Pixels whose heat is asked for at once. */
const PIXELS = 2 ** 20;

/** Pixel AUROC over all pixels of these pictures; undefined where none of them is marked. */
export async function pixelQuality(model: Model, table: Table, options: MaskOptions): Promise<MetricLine | undefined> {
  if (!table.columns.some(({ name }) => name === "mask")) return undefined;
  const masks = await readMasks(table, options);
  const marked = masks.reduce((sum, pixel) => sum + pixel, 0);
  if (marked === 0 || marked === masks.length) return undefined;
  const area = masks.length / table.rows;
  const heat = new Float32Array(masks.length);
  const rows = Math.max(1, Math.floor(PIXELS / pictureSize(table.pictures!)));
  for (let first = 0; first < table.rows; first += rows) {
    const places = Array.from({ length: Math.min(rows, table.rows - first) }, (_, i) => first + i);
    heat.set((await model.show(pick(table, places))).heat, first * area);
  }
  return {
    name: "pixel AUROC",
    value: pixelAuroc(heat, masks),
    chance: 0.5,
    about: `of ${count(masks.length)} pixels, ${count(marked)} of them marked`,
  };
}
