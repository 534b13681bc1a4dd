// Omniglot, the small background set 1: drawn letters, for detectors that learned digits. Read as MNIST is: light ink on black.

import { readFile } from "node:fs/promises";
import { unzipSync } from "fflate";
import { categoryOf } from "../pictures/columns.js";
import { inParallel } from "../pictures/parallel.js";
import { asAsked } from "../pictures/read.js";
import { sharp } from "../pictures/sharp.js";
import { definePictureSet } from "./define.js";

const SIDE = 105;

const LETTERS = [..."abcdefghijklmnopqrstuvwxyz"];

export const omniglot = definePictureSet({
  id: "omniglot",
  about: "Letters of five alphabets, each of 136 characters drawn by 20 people, 105×105; light on black, as in MNIST.",
  source: {
    files: [
      {
        file: "omniglot/images_background_small1.zip",
        sha256: "f38eb80f801274ac2b4dff5b24289016bfaba4a7d5bb50deebf27104ad6cb8a4",
        url: "https://raw.githubusercontent.com/brendenlake/omniglot/057f034baf2ecb8530bc5710e5a23584d2a519cc/python/images_background_small1.zip",
      },
    ],
    licence: "MIT",
    cite: "B. Lake, R. Salakhutdinov, J. Tenenbaum (2015). Human-level concept learning through probabilistic program induction. Science 350(6266).",
    home: "https://github.com/brendenlake/omniglot",
  },
  facts: {
    ...{ rows: 2720, height: SIDE, width: SIDE, channels: 1 },
    counts: { all: new Array(136).fill(20) },
  },
  /**
   * Column `class` is alphabet and character ("Greek/character01"), column `alphabet` the alphabet, column `letter` the small letter
   * ("a" to "z") where the alphabet is Latin, and missing elsewhere.
   */
  async read([path], options) {
    const drawings = unzipSync(await readFile(path!), { filter: ({ name }) => name.endsWith(".png") });
    const names = Object.keys(drawings).sort((a, b) => (a < b ? -1 : 1));
    const pixels = new Uint8Array(names.length * SIDE * SIDE);
    await inParallel(names, async (name, row) => {
      const drawing = await sharp(drawings[name]).toColourspace("b-w").raw().toBuffer();
      pixels.set(
        drawing.map((value) => 255 - value),
        row * SIDE * SIDE,
      );
    });
    const parts = names.map((name) => name.split("/").slice(1)); // the first is the archive's own folder
    const table = {
      rows: names.length,
      columns: [
        categoryOf(
          "class",
          parts.map(([alphabet, character]) => `${alphabet}/${character}`),
        ),
        categoryOf(
          "alphabet",
          parts.map(([alphabet]) => alphabet),
        ),
        categoryOf(
          "letter",
          parts.map(([alphabet, character]) =>
            alphabet === "Latin" ? LETTERS[Number(character!.slice("character".length)) - 1] : undefined,
          ),
          LETTERS,
        ),
      ],
      pictures: { height: SIDE, width: SIDE, channels: 1, pixels, names },
    } as const;
    return asAsked(table, "Omniglot", options).table;
  },
});
