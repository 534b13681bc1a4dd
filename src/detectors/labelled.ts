// Rows for detectors that are told some anomalies: normal rows and known anomalies in one pool, the label of each being one
// more number at its tail.

import type { Node } from "../graph/node.js";
import { slice } from "../graph/ops/cut.js";
import { squeeze } from "../graph/ops/shape.js";
import type { Rows } from "../train/feeds.js";
import type { LearningSite } from "./define.js";

/** The rows with a label (0 normal, 1 known anomaly) behind their numbers; held-out rows are normal. */
export function withLabels(site: LearningSite): LearningSite {
  const { rows, heldOut, anomalies, oracle, width, host } = site;
  const labelled = (parts: readonly (readonly [Rows, number])[]): Rows => {
    const count = parts.reduce((sum, [part]) => sum + part.count, 0);
    const values = host.shared(count * (width + 1));
    let place = 0;
    for (const [part, label] of parts)
      for (let row = 0; row < part.count; row++) {
        values.set(part.values.subarray(row * width, (row + 1) * width), place);
        values[place + width] = label;
        place += width + 1;
      }
    return { values, count };
  };
  return {
    ...site,
    rows: labelled([[rows, 0], ...(anomalies ? [[anomalies, 1] as const] : [])]),
    heldOut: labelled([[heldOut, 0]]),
    ...(oracle ? { oracle: { ...oracle, rows: labelled([[oracle.rows, 0]]) } } : {}),
    width: width + 1,
    condition: site.condition + 1,
  };
}

/** The same with so many normal rows and known anomalies in every minibatch, in this order, drawn with replacement. */
export function balanced(
  site: LearningSite,
  batch: { readonly normal: number; readonly anomalous: number },
): LearningSite {
  const known = site.anomalies?.count ?? 0;
  const labelled = withLabels(site);
  const strata = [
    { count: site.rows.count, batch: batch.normal },
    ...(known > 0 ? [{ count: known, batch: batch.anomalous }] : []),
  ];
  return { ...labelled, rows: { ...labelled.rows, strata } };
}

/** The labels f32[batch] of rows that `withLabels` made, given their width. */
export const labelOf = (x: Node, { width }: { readonly width: number }): Node =>
  squeeze(slice(x, { axis: 1, start: width - 1, end: width }), { axes: [1] });
