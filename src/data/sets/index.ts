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
import { nslKdd } from "./nsl-kdd.js";
import { omniglot } from "./omniglot.js";

export const tableSets: readonly TableSet[] = [kdd99, ...nslKdd, webAttacks, backdoor, creditcard, ...adbench];

export const pictureSets: readonly PictureSet[] = [mnist, fashionMnist, cifar10, omniglot, kolektorsdd];

export const datasets: readonly Dataset[] = [...tableSets, ...pictureSets];

/** @throws OddityError for an unknown id, with the nearest known one */
export const datasetOf = (id: string): Dataset => withId("data set", id.toLowerCase(), datasets);

/** @throws OddityError for an unknown id, or one of pictures */
export function tableSetOf(id: string): TableSet {
  const found = datasetOf(id);
  if (found.kind === "table") return found;
  throw new OddityError({ place: `data set ${found.id}`, expected: "a table", got: "pictures" }, { usage: true });
}

/** @throws OddityError for an unknown id, or one of a table */
export function pictureSetOf(id: string): PictureSet {
  const found = datasetOf(id);
  if (found.kind === "pictures") return found;
  throw new OddityError({ place: `data set ${found.id}`, expected: "pictures", got: "a table" }, { usage: true });
}
