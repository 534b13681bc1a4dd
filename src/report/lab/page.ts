// A run as one page for who reads about it for the first time: what was asked, what was true, what each player learned, when it
// was best, numbers. Its only script is the player's, which the page's policy names by its hash.
import type { SettingSpec } from "../../lab/setting.js";
import { count, duration, moment, number } from "../format.js";
import { type Html, html, trusted } from "../html.js";
import type { DrawnFigure } from "../page.js";
import { style } from "../style.js";
import { darkRules } from "./colours.js";
import type { Moving } from "./frames.js";
import { aucTable, bestStep, confusionTable, fitTable, inPercent, pickTable } from "./numbers.js";
import type { LabFigure, Section } from "./parts.js";
import { player, playerScript, scriptSource } from "./player.js";
import { hasLogits } from "./ranking.js";
import { modeWords, type Seen } from "./seen.js";

export type DrawnLabFigure = LabFigure & DrawnFigure;

const labStyle = `
@media (prefers-color-scheme: dark) {
  ${darkRules}
}
.figures + .fold, .fold + .fold { margin-top: 1.5rem }
.fold > summary { font-size: 1rem; color: var(--ink) }
.numbers td, .numbers th { padding: .3rem 1rem .3rem 0 }
.numbers .group { text-align: center; border-bottom: 1px solid var(--line) }
.numbers tbody th { min-width: 4rem }
.numbers tbody th .quiet { font-size: .8125rem }
.numbers .total > * { border-top: 2px solid var(--line) }
.player { margin-top: 1.5rem }
.player svg { max-width: 40rem }
.controls { display: flex; gap: .75rem; align-items: center; max-width: 40rem; margin-top: .25rem }
.controls[hidden] { display: none }
.controls input { flex: 1; min-width: 0; accent-color: var(--normal) }
.controls button { font: inherit; font-size: .875rem; min-width: 4.5rem; padding: .25rem .75rem; color: var(--ink); background: var(--faint); border: 1px solid var(--line); border-radius: 6px; cursor: pointer }
.controls button:focus-visible, .controls input:focus-visible { outline: 2px solid var(--normal); outline-offset: 2px }
.at { font-size: .875rem; color: var(--muted); margin: .25rem 0 0 }
`;

interface Shell {
  readonly title: string;
  readonly script?: string;
  readonly body: Html;
}

/** The page around what it says: nothing is loaded, and no script runs but the one given. */
export const shell = ({ title, script, body }: Shell): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${trusted(`default-src 'none'; img-src data:; style-src 'unsafe-inline'${script ? `; script-src ${scriptSource(script)}` : ""}`)}">
<title>${title}</title>
<style>${trusted(style)}${trusted(labStyle)}</style>
</head>
<body>
<main>
${body}
<footer>Made by Oddity. This page holds everything it shows; it loads nothing.</footer>
</main>
${script ? html`<script>${trusted(script)}</script>` : undefined}
</body>
</html>
`.markup;

export function labPage(seen: Seen, figures: readonly DrawnLabFigure[], moving: Moving | undefined): string {
  const { config, step, isDone, seconds } = seen.run;
  const { setting, seed } = config;
  const best = seen.modes.map((mode) => ({ mode, ...bestStep(seen, mode)! }));
  const show = (section: Section) => figuresOf(figures.filter((figure) => figure.section === section));
  const facts: [string, string][] = [
    ["Steps", count(step)],
    ["Anomalies", count(seen.names.length)],
    ...best.map(({ mode, auc }): [string, string] => [`Best mean AUC, ${modeWords[mode]}`, `${inPercent(auc)} %`]),
    ["Training", duration(seconds.training)],
    ["Measuring", duration(seconds.measuring)],
  ];
  const title = `Can a discriminator find anomalies? ${setting.id}, seed ${seed}`;
  const body = html`<header>
<h1>${title}</h1>
<p class="quiet">${config.id} · ${moment(config.started)} · Oddity ${config.version}</p>
${isDone ? undefined : html`<p><strong>This run is not finished:</strong> it stands at step ${count(step)}.</p>`}
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</header>
<section><h2>What was asked</h2>${asked(seen)}</section>
<section><h2>What was true</h2>${truthWords(seen)}${show("truth")}</section>
<section><h2>What the generator learned</h2>
<p>The generator turns noise into rows. It never sees a true row, only whether the discriminator was deceived. How near it came to the true distribution is measured by tests of fit, which look at rows that neither player was trained on.</p>
${show("generator")}</section>
<section><h2>What the discriminator learned</h2>${modeNote(seen)}${moving ? player(moving) : undefined}${aucTable(seen)}${show("discriminator")}</section>
<section><h2>When it was best</h2>
<p>A game does not converge as a fit does: how well the discriminator ranks anomalies rises and falls with every turn. Who has anomalies can look; who has none needs a criterion that is computed from normal and generated rows alone.</p>
${show("best")}${pickTable(seen)}</section>
<section><h2>Numbers</h2>${fitTable(seen)}${confusionTable(seen)}${settingTable(setting)}</section>`;
  return shell({ title, body, ...(moving ? { script: playerScript } : {}) });
}

/** Figures two abreast, then those behind folds. */
export function figuresOf(figures: readonly DrawnLabFigure[]): Html {
  const folds = [...new Set(figures.flatMap(({ fold }) => fold ?? []))];
  const grid = (list: readonly DrawnLabFigure[]) =>
    list.length === 0 ? undefined : html`<div class="figures">${list.map(drawn)}</div>`;
  return html`${grid(figures.filter(({ fold }) => fold === undefined))}${folds.map(
    (fold) =>
      html`<details class="fold"><summary>${fold}</summary>${grid(figures.filter((each) => each.fold === fold))}</details>`,
  )}`;
}

const drawn = ({ svg, alt, caption }: DrawnFigure): Html => html`
<figure class="figure"><div role="img" aria-label="${alt}">${trusted(svg)}</div>
<figcaption>${caption}</figcaption></figure>`;

function asked({ run, names }: Seen): Html {
  const { setting } = run.config;
  return html`
${setting.about ? html`<p class="lead">${setting.about}</p>` : undefined}
<p>Two networks play against each other. The generator makes rows out of noise; the discriminator is shown true rows and generated ones and says how sure it is that each is real.
Only normal rows are ever shown to them. Afterwards the discriminator is asked about rows of ${count(names.length)} kinds that neither has seen: does it call them less real than normal rows?
How well it does is measured by AUC, the share of pairs of an anomaly and a normal row in which the anomaly gets the stranger score: 1 is perfect, 0.5 is guessing.</p>
<p>Two explanations are tried along the way: that the losses say when the discriminator is good, and that it is good when the generator fits the truth well. Watch both figures for whether they do.</p>`;
}

function truthWords({ truth, run }: Seen): Html {
  return html`<p>Normal rows are drawn from a known distribution (${words(run.config.setting.real)}) of ${truth.dims === 1 ? "one number" : "two numbers"} a row. Because it is known, so is the best that any score can do:
the ceiling of each anomaly, which no score of single rows can exceed.</p>`;
}

function modeNote(seen: Seen): Html {
  if (seen.modes.length < 2) return html`<p>Every row is judged by itself, so no score can exceed the ceilings.</p>`;
  return html`
<p>This discriminator looks around: a layer compares each row with the others of its batch. So it matters among which rows one is asked about, and both ways are measured.</p>
<p><strong>Pure batches</strong>, as published: normal rows are judged among normal rows only, anomalies among anomalies only. That leaks the answer: a whole batch that has moved is easily noticed, and every row in it is helped by its neighbours.
A single row far inside the normal range is then called strange because its batch is, and AUC can exceed the ceiling of single rows; this is not a detector's skill, since a detector is not told which rows belong together.
${hasLogits(seen) ? "In so large a batch the logits can grow until the confidence is 0 or 1 for all rows of both batches, as far as 32-bit numbers go: all are equal then, and the AUC is exactly ½, as a published figure would show it. The logits themselves, which still differ, are given beside it." : ""}</p>
<p><strong>Single rows</strong>: each row is judged among normal rows, as many as in a training batch. That is what a detector could do, and is what should be believed.</p>`;
}

function settingTable(setting: SettingSpec): Html {
  const { id, about, anomalies, schedules, ...rest } = setting;
  const pairs = Object.entries(rest).map(([name, value]): [string, string] => [name, words(value)]);
  return html`<h3>Setting ${id}</h3><dl class="pairs">${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** A value of a setting as people write it: "gaussian, mean 4, deviation 1". */
function words(value: unknown): string {
  if (typeof value === "number") return number(value, 6);
  if (Array.isArray(value)) return value.map(words).join(", ");
  if (typeof value !== "object" || value === null) return value === null ? "none" : String(value);
  return Object.entries(value)
    .map(([name, part]) => (name === "kind" ? words(part) : `${name} ${words(part)}`))
    .join(", ");
}
