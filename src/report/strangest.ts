// The strangest rows, each with its reasons, and its values behind a fold.
import { cell, number, percent } from "./format.js";
import { type Html, html } from "./html.js";
import type { Reason, StrangeRow } from "./report.js";

const mostReasons = 3;

export function strangestRows(rows: readonly StrangeRow[]): Html {
  if (rows.length === 0) return html`<p>No row was singled out.</p>`;
  const truth = rows.some((row) => row.truth !== undefined);
  // The roles keep it a table for screen readers where a narrow screen lays it out otherwise.
  return html`
<p>The higher the score, the stranger the row. The p-value is the share of held-out normal rows that are at least as strange.
A bar shows how much of the score a column accounts for.</p>
<table class="strangest" role="table">
<thead role="rowgroup"><tr role="row">
<th scope="col" role="columnheader">Row</th>
<th scope="col" role="columnheader" class="right">Score</th>
<th scope="col" role="columnheader" class="right">p-value</th>
${truth ? html`<th scope="col" role="columnheader">Truth</th>` : undefined}
<th scope="col" role="columnheader">Why</th>
</tr></thead>
<tbody role="rowgroup">${rows.map((row) => strangeRow(row, truth))}</tbody>
</table>`;
}

function strangeRow({ row, score, pValue, truth, values, reasons }: StrangeRow, withTruth: boolean): Html {
  return html`
<tr role="row">
<th scope="row" role="rowheader" data-label="Row">${String(row)}</th>
<td role="cell" class="right" data-label="score">${number(score)}</td>
<td role="cell" class="right" data-label="p">${number(pValue, 2)}</td>
${withTruth ? html`<td role="cell">${truth ?? ""}</td>` : undefined}
<td role="cell" class="why">
${reasons.length > 0 ? html`<ul class="reasons">${reasons.slice(0, mostReasons).map(reasonLine)}</ul>` : undefined}
${allValues(values)}
</td>
</tr>`;
}

function reasonLine({ column, share, value, typical }: Reason): Html {
  const width = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return html`<li><span class="right">${percent(Math.round(share * 100) / 100)}</span><span class="bar"><i style="width:${width}%"></i></span>
<span><span class="name">${column}</span> is ${cell(value)}<span class="quiet">, usually ${cell(typical)}</span></span></li>`;
}

function allValues(values: StrangeRow["values"]): Html | undefined {
  const pairs = Object.entries(values);
  if (pairs.length === 0) return undefined;
  return html`<details><summary>${pairs.length === 1 ? "Its value" : `All ${pairs.length} values`}</summary>
<dl class="pairs">${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd>${cell(value)}</dd></div>`)}</dl></details>`;
}
