// KolektorSDD: surfaces of commutators from a production line, some cracked; the first 8 of 50 items, with masks of the cracks.

import { basename, dirname } from "node:path";
import { categoryOf } from "../pictures/columns.js";
import { readFiles } from "../pictures/folder.js";
import { definePictureSet } from "./define.js";
import { sums } from "./kolektorsdd-sums.js";

export const kolektorsdd = definePictureSet({
  id: "kolektorsdd",
  about: "Surfaces of commutators, with masks of their cracks; the first 8 of 50 items, 8 surfaces each.",
  source: {
    files: sums.map(([sha256, path]) => ({ file: `kolektorsdd/${path}`, sha256 })),
    licence: "CC BY-NC-SA 4.0 (not for commercial use)",
    cite: "D. Tabernik, S. Šela, J. Skvarč, D. Skočaj (2019). Segmentation-based deep-learning approach for surface-defect detection. Journal of Intelligent Manufacturing.",
    home: "https://www.vicos.si/resources/kolektorsdd",
  },
  facts: {
    // pictures are 500 wide and 1240 to 1270 high; the paper's networks see 1408×512, of which this is the half
    ...{ rows: 64, height: 704, width: 256, channels: 1 },
    counts: { all: [8, 56] },
  },
  normal: ["good"],
  /** Column `class` is "defect" or "good", column `item` the commutator, which parts should not divide. */
  async read(paths, options) {
    const masks = new Map(paths.map((path) => [path.replace(/_label\.bmp\.gz$/, ""), path]));
    const files = paths
      .filter((path) => path.endsWith(".jpg"))
      .map((path) => ({ path, mask: masks.get(path.replace(/\.jpg$/, ""))! }));
    const layout = { about: "KolektorSDD", files, normal: ["good"], classByMask: true };
    const size = options.mostArea === undefined ? { height: 704, width: 256 } : {};
    const { table } = await readFiles("data set kolektorsdd", layout, { ...size, ...options, strict: true });
    const items = table.pictures!.names!.map((path) => basename(dirname(path)));
    return { ...table, columns: [...table.columns, categoryOf("item", items)] };
  },
});
