// Several runs on one page: AUC of every anomaly by setting, as mean and deviation over seeds, beside what was published.
import type { LabRun, Mode } from "../../lab/records.js";
import { count, counted } from "../format.js";
import { type Html, html } from "../html.js";
import type { Write, Written } from "../write.js";
import { aucByAnomaly, bandsBySide, meanBySetting } from "./compare-figures.js";
import { deviation, type Group, groupsOf, overSeeds, publishedAuc } from "./groups.js";
import { type AucSummary, cells, heads, inPercent, kindWords, tableOf } from "./numbers.js";
import { figuresOf, shell } from "./page.js";
import { hasLogits } from "./ranking.js";
import { mean, modeWords, shown } from "./seen.js";
import { collect } from "./write.js";

/** Writes `report.html` and each figure as SVG and PNG. */
export async function writeComparison(runs: readonly LabRun[], write: Write): Promise<Written> {
  const groups = groupsOf(runs);
  const files = collect(write);
  const modes = [...new Set(groups.flatMap((group) => group.runs.flatMap((seen) => seen.modes)))];
  const figures = await files.figures(
    [
      ...modes.map((mode) => aucByAnomaly(groups, mode)),
      ...modes.map((mode) => meanBySetting(groups, mode)),
      ...groups.flatMap((group) => modes.flatMap((mode) => bandsBySide(group, mode))),
    ].filter((figure) => figure !== undefined),
  );
  const title = groups.length === 1 ? `${groups[0]!.setting} over seeds` : "Settings side by side";
  const body = html`<header>
<h1>${title}</h1>
<p class="quiet">${counted(runs.length, "run")}</p>
<p class="lead">How well discriminators rank anomalies they have never seen, by setting; ± is the deviation over seeds.</p>
${groups.map(settingLine)}
</header>
<section><h2>AUC by anomaly</h2>
<p>In per cent, as the mean over the last quarter of each run and at its last step. 50 is guessing. “One-sided” is the ceiling of a score that knew the anomaly, “two-sided” that of the true density, the best that knows normal rows alone.
Only numbers of pure batches compare with published ones: that is how those were measured. What single rows show is what a detector could do.
${groups.some(({ runs }) => runs.some(hasLogits)) ? "In a large pure batch the confidence can become 0 or 1 for all rows alike, and its AUC ½; “logits” is the AUC of the logits, which still differ." : ""}</p>
${modes.map((mode) => table(groups, mode))}
${groups.flatMap((group) => (group.published ? [html`<p class="quiet">Published of ${group.setting}: ${group.published.source}.</p>`] : []))}
</section>
<section><h2>Figures</h2>${figuresOf(figures)}</section>
${unfinished(runs)}`;
  await files.put("report.html", shell({ title, body }));
  return files.written();
}

const settingLine = ({ setting, about, runs }: Group): Html =>
  html`<p><span class="name">${setting}</span>${about ? `: ${about}` : ""} <span class="quiet">(${runs.length === 1 ? "seed" : "seeds"} ${runs.map(({ run }) => String(run.config.seed)).join(", ")})</span></p>`;

function unfinished(runs: readonly LabRun[]): Html | undefined {
  const open = runs.filter(({ isDone }) => !isDone);
  if (open.length === 0) return undefined;
  return html`<section><h2>Notes and limits</h2><ul class="notes">${open.map(({ config, step }) => html`<li>${config.id} is not finished: it stands at step ${count(step)}.</li>`)}</ul></section>`;
}

function table(groups: readonly Group[], mode: Mode): Html {
  const names = [...new Set(groups.flatMap(({ runs }) => runs.flatMap((seen) => seen.names)))];
  const withPublished = groups.filter((group) => mode === "pure" && group.published);
  const kinds: readonly (keyof AucSummary)[] =
    mode === "pure" && groups.some(({ runs }) => runs.some(hasLogits))
      ? ["quarter", "last", "logits"]
      : ["quarter", "last"];
  const truthOf = (name: string) =>
    groups.flatMap(({ runs }) => runs.flatMap(({ truth }) => truth.anomalies.filter((each) => each.name === name)));
  /** Settings that mean different things by one name have different ceilings. */
  const ceiling = (name: string, kind: "ceiling" | "twoSided"): string => {
    const values = new Set(truthOf(name).map((truth) => inPercent(truth[kind])));
    return values.size === 1 ? [...values][0]! : "differs";
  };
  return html`
<h3>${modeWords[mode]}</h3>
${tableOf(
  `AUC of every anomaly, ${modeWords[mode]}`,
  html`<tr><th scope="col" rowspan="2">Anomaly</th><th scope="colgroup" colspan="2" class="group">Ceilings</th>${withPublished.map(() => html`<th scope="col" class="right">published</th>`)}${groups.map(({ setting }) => html`<th scope="colgroup" colspan="${kinds.length}" class="group">${setting}</th>`)}</tr>
<tr>${heads(["one-sided", "two-sided", ...withPublished.map(({ setting }) => setting), ...groups.flatMap(() => kinds.map((kind) => kindWords[kind]))])}</tr>`,
  names.map(
    (name) =>
      html`<tr><th scope="row">${shown(name)}</th>${cells([
        ceiling(name, "ceiling"),
        ceiling(name, "twoSided"),
        ...withPublished.map((group) => inPercent(publishedAuc(group, mode, name))),
        ...groups.flatMap((group) => kinds.map((kind) => plusMinus(overSeeds(group, mode, name, kind)))),
      ])}</tr>`,
  ),
)}`;
}

/** "91.3 ± 0.8"; of one seed without deviation. */
function plusMinus(values: readonly number[]): string {
  if (values.length === 0) return "–";
  const spread = deviation(values);
  return `${inPercent(mean(values))}${spread === undefined ? "" : ` ± ${(100 * spread).toFixed(1)}`}`;
}
