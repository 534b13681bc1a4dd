// The strangest pictures as files, and with the most normal ones as the gallery of a report.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pngOf, type RawPicture } from "../../data/pictures/png.js";
import { pick, type Table } from "../../data/table.js";
import type { Model, Scored } from "../../detectors/model.js";
import { writeAtomic } from "../../disk/atomic.js";
import { type HeatScale, heatScale } from "../../report/heat.js";
import type { Gallery, PictureCard } from "../../report/report.js";
import type { Strange } from "../strange.js";
import { topPlaces } from "../strange.js";
import { heatPicture, type Shown, shownOf } from "./shown.js";

/** The most normal pictures that a report shows. */
const MOST_ORDINARY = 8;

export interface Pictured {
  readonly strangest: readonly Strange[];
  readonly shown: readonly Shown[];
  readonly scale: HeatScale;
  readonly gallery: Gallery;
}

/**
 * @param table the pictures that are reported on
 * @param known their scores, what each is called and is numbered, and, where it is known, what it is
 */
export async function pictured(
  model: Model,
  table: Table,
  known: {
    readonly scored: Scored;
    readonly row: (place: number) => number;
    readonly name: (place: number) => string;
    readonly truth?: ((place: number) => string) | undefined;
  },
  most: number,
): Promise<Pictured> {
  const { score, pValue } = known.scored;
  const top = topPlaces(score, most);
  const ordinary = topPlaces(
    score.map((value) => -value),
    Math.min(MOST_ORDINARY, Math.max(0, table.rows - top.length)),
  );
  const places = [...top, ...ordinary];
  const shown = await shownOf(model, pick(table, places));
  const scale = heatScale(shown.map(({ heat }) => heat));
  const facts = places.map((place) => ({
    score: score[place]!,
    pValue: pValue[place]!,
    ...(known.truth ? { truth: known.truth(place) } : {}),
  }));
  const cards = await Promise.all(
    shown.map(
      async (each, i): Promise<PictureCard> => ({
        name: known.name(places[i]!),
        ...facts[i]!,
        original: await pngOf(each.original),
        ...(each.rebuilt ? { rebuilt: await pngOf(each.rebuilt) } : {}),
        heat: await pngOf(heatPicture(each, scale)),
      }),
    ),
  );
  const { height, width } = table.pictures!;
  return {
    strangest: top.map((place, i) => {
      const { region } = shown[i]!;
      const of = { row: known.row(place), picture: known.name(place), ...(region ? { region } : {}) };
      return { ...of, ...facts[i]!, values: {}, reasons: [] };
    }),
    shown: shown.slice(0, top.length),
    scale,
    gallery: {
      strangest: cards.slice(0, top.length),
      ordinary: cards.slice(top.length),
      heat: scale,
      ...{ width, height },
    },
  };
}

/** `01-NAME.original.png`, `.heat.png`, and with reconstructions `.rebuilt.png` and `.residual.png`, by rank. */
export async function writeStrangest(folder: string, { strangest, shown, scale }: Pictured): Promise<void> {
  await mkdir(folder);
  for (const [i, each] of shown.entries()) {
    const parts: Record<string, RawPicture | undefined> = {
      original: each.original,
      heat: heatPicture(each, scale),
      rebuilt: each.rebuilt,
      residual: each.residual,
    };
    for (const [part, picture] of Object.entries(parts))
      if (picture)
        await writeAtomic(
          join(folder, `${fileName(i, shown.length, strangest[i]!.picture!)}.${part}.png`),
          await pngOf(picture),
        );
  }
}

/** "01-kos06-Part5": its rank, and its own name as far as a file may be called so. */
export function fileName(place: number, of: number, picture: string): string {
  const own = picture
    .replace(/\.\w{1,5}$/, "")
    .replace(/[^\w.-]+/g, "-")
    .replace(/^[-.]+/, "")
    .slice(-60);
  return `${String(place + 1).padStart(String(of).length, "0")}-${own}`;
}
