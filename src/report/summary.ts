// What was found, in sentences and in a few large numbers.
import { count, counted, duration, number, percent } from "./format.js";
import { type Html, html } from "./html.js";
import type { DetectReport, StrangeRow } from "./report.js";

export function summary(report: DetectReport): Html {
  const { source, flagged, rule, strangest, falseAlarmRate } = report;
  const noun = source.pictures ? "picture" : "row";
  const share = source.rows > 0 ? ` (${percent(flagged / source.rows)})` : "";
  const first = strangest[0];
  return html`
<p class="lead"><strong>${count(flagged)} of ${counted(source.rows, noun)}</strong> ${flagged === 1 ? "is" : "are"} flagged${share} ${rule}.
${falseAlarmRate === undefined ? undefined : html`Were every ${noun} normal, about ${count(Math.round(falseAlarmRate * source.rows))} would be flagged by chance.`}</p>
${first ? html`<p>${strangestSentence(first)}</p>` : undefined}
${largeNumbers(report)}`;
}

function strangestSentence({ row, name, score, pValue, reasons }: StrangeRow): Html {
  const [main, second] = reasons;
  const start = html`The strangest is ${name === undefined ? `row ${row}` : html`<span class="name">${name}</span>`}, with a score of ${number(score)} and a p-value of ${number(pValue, 2)}`;
  if (!main) return html`${start}.`;
  const also =
    second && second.share >= 0.1
      ? html` and <span class="name">${second.column}</span> for ${percent(second.share)}`
      : "";
  return html`${start}; <span class="name">${main.column}</span> accounts for ${percent(main.share)} of it${also}.`;
}

function largeNumbers({ source, flagged, detector, metrics }: DetectReport): Html {
  const facts: [string, string][] = [
    [source.pictures ? "Pictures" : "Rows", count(source.rows)],
    ["Flagged", count(flagged)],
    ...(metrics ?? []).slice(0, 2).map(({ name, value }): [string, string] => [name, value.toFixed(3)]),
    ["Detector", detector.id],
    ...(detector.seconds === undefined ? [] : [["Time to fit", duration(detector.seconds)] as [string, string]]),
  ];
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
