// One series of a collection by its name, ready for work.

import { unknownName } from "../../tensor/errors.js";
import type { FindOptions } from "./find.js";
import { seriesNamed, seriesSets } from "./index.js";
import { type LabelledSeries, readSeries } from "./series.js";

/**
 * @param id "nab/nyc_taxi"
 * @throws OddityError when there is no such series, or a file of it is not found or damaged
 */
export async function loadSeries(id: string, options: FindOptions = {}): Promise<LabelledSeries> {
  const named = seriesNamed(id);
  if (named) return readSeries(named.set, named.member, options);
  throw unknownName(
    "series",
    id,
    seriesSets.map((set) => `${set.id}/${set.members[0]}`),
  );
}
