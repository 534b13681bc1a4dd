// How the model came about, and how to use it again.
import { count, duration, number } from "./format.js";
import { type Html, html } from "./html.js";
import type { DetectReport } from "./report.js";

export function making({ detector, source, scores }: DetectReport): Html {
  const facts: [string, string][] = [
    [`${source.pictures ? "Pictures" : "Rows"} reported on`, count(source.rows)],
    source.pictures ? ["Size", source.pictures] : ["Columns", count(source.columns)],
    ["Trained on", count(detector.trainedRows)],
    ["Held out, behind the p-values", count(scores.calibrationRows)],
    ...(detector.steps === undefined ? [] : [["Training steps", count(detector.steps)] as [string, string]]),
    ...(detector.seconds === undefined ? [] : [["Time to fit", duration(detector.seconds)] as [string, string]]),
    ["Seed", String(detector.seed)],
  ];
  return html`
<section><h2>How it was made</h2>
<p><span class="name">${detector.id}</span>: ${detector.about}${detector.paper ? html` <span class="quiet">(${detector.paper})</span>` : undefined}</p>
${detector.note ? html`<p>${detector.note}</p>` : undefined}
${pairTable("Training", facts)}
${pairTable(
  "Parameters",
  Object.entries(detector.parameters).map(([name, value]) => [name, parameter(value)]),
)}
</section>`;
}

export function usage({ usage: ways, source }: DetectReport): Html | undefined {
  if (!ways?.length) return undefined;
  return html`
<section><h2>Scoring new rows</h2>
<p>The model is one file that takes ${source.pictures ? "the bytes of pictures" : "the raw columns"} and gives scores and p-values.</p>
${ways.map(({ title, code }) => html`<h3>${title}</h3><pre tabindex="0"><code>${code}</code></pre>`)}
</section>`;
}

/** The limits a reader must know, the smallest possible p-value always among them. */
export function limits({ notes, source, scores: { calibrationRows } }: DetectReport): Html | undefined {
  const floor =
    calibrationRows > 0
      ? [
          `The p-values rest on ${count(calibrationRows)} held-out ${source.pictures ? "pictures" : "rows"}, so none can be smaller than ${number(1 / (calibrationRows + 1), 2)}.`,
        ]
      : [];
  const lines = [...notes, ...floor];
  if (lines.length === 0) return undefined;
  return html`<section><h2>Notes and limits</h2><ul class="notes">${lines.map((line) => html`<li>${line}</li>`)}</ul></section>`;
}

function pairTable(title: string, pairs: readonly [string, string][]): Html | undefined {
  if (pairs.length === 0) return undefined;
  return html`<h3>${title}</h3><dl class="pairs">${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function parameter(value: unknown): string {
  if (typeof value === "number") return number(value, 6);
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map(parameter).join(", ");
  return value === undefined ? "none" : JSON.stringify(value);
}
