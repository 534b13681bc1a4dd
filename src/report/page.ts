// The report as one HTML file: no script, no network, nothing outside it.
import type { Figure } from "./figures/index.js";
import { moment } from "./format.js";
import { gallery } from "./gallery.js";
import { type Html, html, trusted } from "./html.js";
import { limits, making, usage } from "./making.js";
import { quality } from "./quality.js";
import type { DetectReport } from "./report.js";
import { strangestRows } from "./strangest.js";
import { style } from "./style.js";
import { summary } from "./summary.js";

export interface DrawnFigure extends Figure {
  readonly svg: string;
}

export function page(report: DetectReport, figures: readonly DrawnFigure[]): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${report.title}</title>
<style>${trusted(style)}</style>
</head>
<body>
<main>
<header>
<h1>${report.title}</h1>
<p class="quiet">${report.source.name} · ${moment(report.created)}</p>
${summary(report)}
</header>
${
  report.gallery
    ? html`<section><h2>The strangest pictures</h2>${gallery(report.gallery)}</section>`
    : html`<section><h2>The strangest rows</h2>${strangestRows(report.strangest)}</section>`
}
${figures.length > 0 ? html`<section><h2>Figures</h2><div class="figures">${figures.map(drawn)}</div></section>` : undefined}
${quality(report)}
${making(report)}
${usage(report)}
${limits(report)}
<footer>Made by Oddity. This page holds everything it shows; it loads nothing.</footer>
</main>
</body>
</html>
`.markup;
}

function drawn({ svg, alt, caption }: DrawnFigure): Html {
  return html`
<figure class="figure"><div role="img" aria-label="${alt}">${trusted(svg)}</div>
<figcaption>${caption}</figcaption></figure>`;
}
