// Tables of a run: AUC beside its ceilings, what each criterion picked, and what was found at the usual cut.
import { criteria } from "../../detectors/gandi/criteria.js";
import type { Mode } from "../../lab/records.js";
import { count, number } from "../format.js";
import { type Html, html } from "../html.js";
import { hasLogits } from "./ranking.js";
import { highest, mean, meanAuc, modeWords, type Seen, shown } from "./seen.js";
import { picks } from "./sweet-spot.js";

export interface AucSummary {
  readonly last: number | undefined;
  readonly best: number | undefined;
  /** Mean over the measured steps of the last quarter of the run. */
  readonly quarter: number | undefined;
  /** The same of the logits, of pure batches. */
  readonly logits: number | undefined;
}

/** The step at which AUC, averaged over all anomalies, was highest. */
export const bestStep = (seen: Seen, mode: Mode): { step: number; auc: number } | undefined =>
  highest(meanAuc(seen, mode), ({ auc }) => auc);

export function aucSummary(seen: Seen, mode: Mode, anomaly: string): AucSummary {
  const lines = seen.of(mode, anomaly);
  const last = lines.at(-1);
  const best = bestStep(seen, mode);
  const late = lines.filter(({ step }) => last !== undefined && step >= 0.75 * last.step);
  const logits = late.flatMap(({ logitAuc }) => logitAuc ?? []);
  return {
    logits: logits.length > 0 ? mean(logits) : undefined,
    last: last?.auc,
    best: best && seen.at(mode, anomaly, best.step)?.auc,
    quarter: late.length > 0 ? mean(late.map(({ auc }) => auc)) : undefined,
  };
}

export const kindWords: Readonly<Record<keyof AucSummary, string>> = {
  last: "last step",
  best: "best step",
  quarter: "last quarter",
  logits: "logits, last quarter",
};

/** AUC in per cent, as the published figures have it. */
export const inPercent = (auc: number | undefined): string =>
  auc === undefined || !Number.isFinite(auc) ? "–" : (100 * auc).toFixed(1);

export const cells = (values: readonly string[]): Html[] =>
  values.map((value) => html`<td class="right">${value}</td>`);
export const heads = (names: readonly string[]): Html[] =>
  names.map((name) => html`<th scope="col" class="right">${name}</th>`);

export const tableOf = (label: string, head: Html, rows: readonly Html[]): Html => html`
<div class="wide" tabindex="0" role="region" aria-label="${label}"><table class="numbers"><thead>${head}</thead><tbody>${rows}</tbody></table></div>`;

export function aucTable(seen: Seen): Html | undefined {
  if (seen.modes.length === 0) return undefined;
  const summaries = new Map(
    seen.names.map((name) => [name, seen.modes.map((mode) => aucSummary(seen, mode, name))] as const),
  );
  const truths = new Map(seen.truth.anomalies.map((anomaly) => [anomaly.name, anomaly]));
  const kindsOf = (mode: Mode) =>
    mode === "pure" && hasLogits(seen)
      ? (["last", "best", "quarter", "logits"] as const)
      : (["last", "best", "quarter"] as const);
  const means = seen.modes.flatMap((mode, m) =>
    kindsOf(mode).map((kind) =>
      inPercent(mean([...summaries.values()].map((each) => each[m]![kind]).filter((auc) => auc !== undefined))),
    ),
  );
  const best = seen.modes.map((mode) => `${modeWords[mode]} ${count(bestStep(seen, mode)!.step)}`).join(", ");
  return html`
<h3>AUC in per cent</h3>
<p>At the last measured step (${count(seen.steps.at(-1)!)}), at the step whose mean over all anomalies is the highest (${best}; nobody who has no anomalies could have chosen it),
and as the mean over the last quarter of the run. 50 is guessing. “One-sided” is the ceiling of a score that knew the anomaly, “two-sided” that of the true density, the best that knows normal rows alone.</p>
${tableOf(
  "AUC of every anomaly",
  html`<tr><th scope="col" rowspan="2">Anomaly</th><th scope="colgroup" colspan="2" class="group">Ceilings</th>${seen.modes.map((mode) => html`<th scope="colgroup" colspan="${kindsOf(mode).length}" class="group">${modeWords[mode]}</th>`)}</tr>
<tr>${heads(["one-sided", "two-sided", ...seen.modes.flatMap((mode) => kindsOf(mode).map((kind) => kindWords[kind]))])}</tr>`,
  [
    ...seen.names.map((name) => {
      const { ceiling, twoSided } = truths.get(name)!;
      const own = summaries.get(name)!;
      const values = seen.modes.flatMap((mode, m) => kindsOf(mode).map((kind) => own[m]![kind]));
      return html`<tr><th scope="row">${shown(name)}</th>${cells([ceiling, twoSided, ...values].map(inPercent))}</tr>`;
    }),
    html`<tr class="total"><th scope="row">mean</th>${cells([
      inPercent(mean(seen.truth.anomalies.map(({ ceiling }) => ceiling))),
      inPercent(mean(seen.truth.anomalies.map(({ twoSided }) => twoSided))),
      ...means,
    ])}</tr>`,
  ],
)}`;
}

/** What each criterion would have picked, beside the best there was and the last step. */
export function pickTable(seen: Seen): Html | undefined {
  const chosen = picks(seen);
  if (chosen.length === 0) return undefined;
  const means = new Map(seen.modes.map((mode) => [mode, meanAuc(seen, mode)] as const));
  const at = (mode: Mode, step: number) => inPercent(means.get(mode)!.find((each) => each.step === step)?.auc);
  const last = seen.steps.at(-1)!;
  const row = (name: Html | string, step: number) =>
    html`<tr><th scope="row">${name}</th><td class="right">${count(step)}</td>${cells(seen.modes.map((mode) => at(mode, step)))}</tr>`;
  return html`
<h3>What each criterion picks</h3>
${tableOf(
  "Steps that the criteria pick",
  html`<tr><th scope="col">Chosen by</th>${heads(["step", ...seen.modes.map((mode) => `mean AUC, ${modeWords[mode]}`)])}</tr>`,
  [
    ...chosen.map(({ id, step }) => row(criterionWords(id), step)),
    ...(chosen.some(({ step }) => step === last) ? [] : [row("the last step", last)]),
    ...seen.modes.map((mode) => row(`the anomalies themselves, ${modeWords[mode]}`, bestStep(seen, mode)!.step)),
  ],
)}`;
}

const criterionWords = (id: string): Html => {
  const about = criteria.find((each) => each.id === id)?.about;
  return html`${shown(id)}${about ? html`<br><span class="quiet">${about}</span>` : undefined}`;
};

/** Rows at the cut of one half at the last measured step. */
export function confusionTable(seen: Seen): Html | undefined {
  const mode = seen.modes.includes("single") ? "single" : seen.modes[0];
  const step = seen.steps.at(-1);
  if (mode === undefined || step === undefined) return undefined;
  const rows = seen.names.flatMap((name) => {
    const line = seen.at(mode, name, step);
    if (!line) return [];
    const { found, missed, flagged, passed } = line.confusion;
    return [
      html`<tr><th scope="row">${shown(name)}</th>${cells([...[found, missed, flagged, passed].map(count), number(line.confidence, 3), number(line.realConfidence, 3)])}</tr>`,
    ];
  });
  return html`
<h3>At the cut of one half</h3>
<p>Step ${count(step)}, ${modeWords[mode]}: a row is flagged where the confidence that it is real is below ½. That is where the game would put the cut, not where a detector would: a detector's cut comes from held-out normal rows.</p>
${tableOf(
  "Rows at the cut of one half",
  html`<tr><th scope="col">Anomaly</th>${heads(["found", "missed", "true rows flagged", "true rows passed", "mean confidence", "of true rows"])}</tr>`,
  rows,
)}`;
}

export function fitTable(seen: Seen): Html | undefined {
  const [first, last] = [seen.fits[0], seen.fits.at(-1)];
  if (!first || !last) return undefined;
  const best = (test: string, pick: (values: number[]) => number) => {
    const values = seen.fits.map(({ tests }) => tests[test]!).filter(Number.isFinite);
    return values.length > 0 ? number(pick(values), 3) : "–";
  };
  return html`
<h3>Tests of fit</h3>
${tableOf(
  "Tests of fit",
  html`<tr><th scope="col">Test</th>${heads(["first", "lowest", "highest", "last"])}</tr>`,
  seen.tests.map(
    (test) =>
      html`<tr><th scope="row">${test}</th>${cells([
        number(first.tests[test] ?? Number.NaN, 3),
        best(test, (values) => Math.min(...values)),
        best(test, (values) => Math.max(...values)),
        number(last.tests[test] ?? Number.NaN, 3),
      ])}</tr>`,
  ),
)}`;
}
