// The data sets: adding one is a file here and a line below.

import { OddityError, withId } from "../../tensor/errors.js";
import { adbench } from "./adbench.js";
import { cifar10 } from "./cifar10.js";
import { creditcard } from "./creditcard.js";
import type { Dataset, PictureSet, TableSet } from "./define.js";
import { backdoor, webAttacks } from "./intrusions.js";
import { kdd99 } from "./kdd99.js";
import { kolektorsdd } from "./kolektorsdd.js";
import { fashionMnist, mnist } from "./mnist.js";
import { nab } from "./nab.js";
import { nslKdd } from "./nsl-kdd.js";
import { omniglot } from "./omniglot.js";
import { memberOf, type SeriesSet } from "./series.js";
import { msl, smap } from "./smap-msl.js";

export const tableSets: readonly TableSet[] = [kdd99, ...nslKdd, webAttacks, backdoor, creditcard, ...adbench];

export const pictureSets: readonly PictureSet[] = [mnist, fashionMnist, cifar10, omniglot, kolektorsdd];

/** Collections: one series of them is `id/name`. */
export const seriesSets: readonly SeriesSet[] = [nab, smap, msl];

export const datasets: readonly Dataset[] = [...tableSets, ...pictureSets, ...seriesSets];

/** @throws OddityError for an unknown id, with the nearest known one */
export const datasetOf = (id: string): Dataset => withId("data set", id.toLowerCase(), datasets);

/** @throws OddityError for an unknown id, or one of another kind */
export function tableSetOf(id: string): TableSet {
  const found = datasetOf(id);
  if (found.kind === "table") return found;
  throw otherKind(found, "a table");
}

/** @throws OddityError for an unknown id, or one of another kind */
export function pictureSetOf(id: string): PictureSet {
  const found = datasetOf(id);
  if (found.kind === "pictures") return found;
  throw otherKind(found, "pictures");
}

const kinds: Readonly<Record<Dataset["kind"], string>> = { table: "a table", pictures: "pictures", series: "series" };

const otherKind = ({ id, kind }: Dataset, expected: string) =>
  new OddityError({ place: `data set ${id}`, expected, got: kinds[kind] }, { usage: true });

/** "nab/nyc_taxi": the set and the name of a series in it; undefined where no set has the id before the first slash. */
export function seriesNamed(name: string): { readonly set: SeriesSet; readonly member: string } | undefined {
  const [, id = name, member] = /^([^/]+)\/(.+)$/.exec(name) ?? [];
  const set = seriesSets.find((each) => each.id === id.toLowerCase());
  if (set === undefined) return undefined;
  if (member !== undefined) return { set, member: memberOf(set, member) };
  throw new OddityError(
    {
      place: id,
      expected: `one of its ${set.members.length} series, as in ${set.id}/${set.members[0]}`,
      got: "the name of the collection",
      hint: `"oddity data info ${set.id}" lists them`,
    },
    { usage: true },
  );
}
