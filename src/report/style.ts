// The style sheet of the page: one column of text, figures two abreast, both colour schemes, phone to paper.
import { fontStack } from "./figures/frame.js";
import { palette, type Shade } from "./palette.js";

const shades: [string, Shade][] = Object.entries(palette);
const variables = (scheme: keyof Shade) => shades.map(([name, shade]) => `--${name}:${shade[scheme]}`).join(";");

/** Drawn figures carry light colours as attributes; a dark page gives each its twin. */
const figureShades = shades
  .flatMap(([name, { light }]) =>
    (["fill", "stroke"] as const).map((paint) => `.figure [${paint}="${light}"]{${paint}:var(--${name})}`),
  )
  .join("\n  ");

export const style = `
:root { color-scheme: light dark; ${variables("light")} }
@media (prefers-color-scheme: dark) {
  :root { ${variables("dark")} }
  ${figureShades}
}
* { box-sizing: border-box }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100% }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 ${fontStack}; font-variant-numeric: tabular-nums }
main { max-width: 62rem; margin: 0 auto; padding: 3.5rem 1.5rem 5rem }
h1 { font-size: 2rem; line-height: 1.2; letter-spacing: -0.02em; margin: 0 0 .35rem; text-wrap: balance }
h2 { font-size: 1.3rem; letter-spacing: -0.01em; margin: 3.5rem 0 .5rem }
h3 { font-size: 1rem; margin: 1.75rem 0 .5rem }
p { margin: .5rem 0; max-width: 44rem }
.quiet, figcaption, th, dt, summary { color: var(--muted) }
.lead { font-size: 1.2rem; line-height: 1.5; margin-top: 1.75rem; text-wrap: pretty }
.lead + p { margin-top: .75rem }
a { color: var(--normal) }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875em }
.name { font-weight: 600; overflow-wrap: anywhere }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: 1.25rem; margin: 2rem 0 0; padding: 1.25rem 0; border-block: 1px solid var(--line) }
.facts dt { font-size: .8125rem }
.facts dd { margin: .1rem 0 0; font-size: 1.5rem; line-height: 1.25; font-weight: 600; letter-spacing: -0.01em }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 0 }
th { font-size: .8125rem; font-weight: 400; text-align: left; vertical-align: bottom }
th, td { padding: .5rem 1.25rem .5rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
th:last-child, td:last-child { padding-right: 0 }
tbody th .quiet { font-weight: 400 }
tbody th { font-size: inherit; color: inherit; font-weight: 600; vertical-align: top }
.right { text-align: right; white-space: nowrap }
.wide { overflow-x: auto }
.reasons { list-style: none; margin: 0; padding: 0; display: grid; gap: .3rem }
.reasons li { display: grid; grid-template-columns: 3.25rem 5.5rem minmax(0, 1fr); gap: .75rem; align-items: baseline }
.bar { display: block; height: .5rem; border-radius: 2px; background: var(--line); overflow: hidden }
.bar i { display: block; height: 100%; background: var(--normal) }
details { margin-top: .45rem }
summary { cursor: pointer; font-size: .875rem; width: fit-content }
summary:focus-visible, .wide:focus-visible, a:focus-visible { outline: 2px solid var(--normal); outline-offset: 3px; border-radius: 2px }
.pairs { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 0 2rem; margin: .5rem 0 0; font-size: .875rem }
.pairs div { display: flex; justify-content: space-between; gap: 1rem; border-bottom: 1px solid var(--line); padding: .2rem 0 }
.pairs dt { flex: none; max-width: 70%; overflow-wrap: anywhere }
.pairs dd { margin: 0; text-align: right; overflow-wrap: anywhere; min-width: 0 }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 2.5rem 3rem; margin-top: 1.5rem }
.figure { margin: 0; min-width: 0 }
.figure svg { display: block; width: 100%; height: auto; max-width: 34rem }
figcaption { font-size: .875rem; line-height: 1.5; margin-top: .5rem; max-width: 34rem }
pre { background: var(--faint); border-radius: 6px; padding: 1rem 1.15rem; overflow-x: auto; line-height: 1.5; margin: .5rem 0 0 }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: 1.75rem 2rem; margin-top: 1.25rem }
.card { margin: 0; min-width: 0; break-inside: avoid }
.card .name { color: var(--ink) }
.panels { display: flex; gap: 3px; align-items: flex-start }
.panels img { flex: 0 1 auto; min-width: 0; height: auto; image-rendering: pixelated }
.heat { display: flex; align-items: center; gap: .75rem; max-width: 24rem; margin-top: 1rem; font-size: .875rem }
.heat i { flex: 1; height: .75rem; border-radius: 2px }
.notes { padding-left: 1.2rem; max-width: 44rem }
.notes li { margin: .4rem 0 }
footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: .875rem; color: var(--muted) }
@media (max-width: 40rem) {
  main { padding: 2rem 1rem 3rem }
  h1 { font-size: 1.6rem }
  .lead { font-size: 1.1rem }
  .facts dd { font-size: 1.25rem }
  .strangest thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  .strangest, .strangest tbody { display: block }
  .strangest tr { display: flex; flex-wrap: wrap; gap: .1rem .85rem; padding: .9rem 0; border-bottom: 1px solid var(--line) }
  .strangest th, .strangest td { padding: 0; border: 0 }
  .strangest [data-label]::before { content: attr(data-label) " "; color: var(--muted); font-weight: 400 }
  .strangest .why { flex: 1 0 100%; margin-top: .5rem }
  .reasons li { grid-template-columns: 2.75rem 2.5rem minmax(0, 1fr) }
}
@media print {
  main { max-width: none; padding: 0 }
  .figure, tr, pre { break-inside: avoid }
  pre { white-space: pre-wrap }
}
`;
