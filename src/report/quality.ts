// How well the scores agree with known labels, beside chance and beside simple methods.
import { number } from "./format.js";
import { type Html, html, type Insert } from "./html.js";
import type { DetectReport, MetricLine } from "./report.js";

/** Nothing when no label is known. */
export function quality({ metrics, controls, detector }: DetectReport): Html | undefined {
  if (!metrics?.length) return undefined;
  const intervals = metrics.some(({ low, high }) => low !== undefined && high !== undefined);
  return html`
<section><h2>Against the known labels</h2>
<p>How well the scores agree with the labels. “Chance” is what a score without any information gets.</p>
<div class="wide" tabindex="0" role="region" aria-label="Metrics">
<table><thead><tr><th scope="col">Metric</th><th scope="col" class="right">Value</th>
${intervals ? html`<th scope="col" class="right">95 % interval</th>` : undefined}<th scope="col" class="right">Chance</th></tr></thead>
<tbody>${metrics.map((line) => metricRow(line, intervals))}</tbody></table></div>
${controls?.length ? controlTable(metrics, controls, detector.id) : undefined}
</section>`;
}

const figure = (value: number | undefined) => (value === undefined ? "–" : value.toFixed(3));

function metricRow({ name, value, low, high, chance, about }: MetricLine, intervals: boolean): Html {
  const interval = low === undefined || high === undefined ? "–" : `${figure(low)} to ${figure(high)}`;
  return html`<tr><th scope="row">${name}${about ? html`<br><span class="quiet">${about}</span>` : undefined}</th>
<td class="right"><strong>${figure(value)}</strong></td>${intervals ? html`<td class="right">${interval}</td>` : undefined}
<td class="right">${chance === undefined ? "–" : number(chance, 2)}</td></tr>`;
}

function controlTable(
  metrics: readonly MetricLine[],
  controls: NonNullable<DetectReport["controls"]>,
  id: string,
): Html {
  const names = metrics.map(({ name }) => name).filter((name) => controls.some((control) => name in control.metrics));
  const line = (name: Insert, cells: readonly (number | undefined)[]) =>
    html`<tr><th scope="row">${name}</th>${cells.map((value) => html`<td class="right">${figure(value)}</td>`)}</tr>`;
  return html`
<h3>Beside simple methods on the same rows</h3>
<p class="quiet">What a simpler method reaches as well is no merit of the detector.</p>
<div class="wide" tabindex="0" role="region" aria-label="Simple methods">
<table><thead><tr><th scope="col">Method</th>${names.map((name) => html`<th scope="col" class="right">${name}</th>`)}</tr></thead>
<tbody>${line(
    html`${id} <span class="quiet">(this report)</span>`,
    names.map((name) => metrics.find((metric) => metric.name === name)?.value),
  )}
${controls.map((control) =>
  line(
    control.name,
    names.map((name) => control.metrics[name]),
  ),
)}</tbody></table></div>`;
}
