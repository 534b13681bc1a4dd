// The moving picture as markup: a player for the page, one SVG and a few controls that its script fills with life, and an
// animated SVG file that needs no script (SMIL). Without script, or without animation, the last frame is seen.
import { createHash } from "node:crypto";
import { fontStack } from "../figures/frame.js";
import { count, number } from "../format.js";
import { type Html, html, trusted } from "../html.js";
import { palette } from "../palette.js";
import { type Frame, type Moving, type Pen, type Stage, toPixels } from "./frames.js";

/** The same for all runs: what it shows is in the page's attributes. */
export const playerScript = `for (const player of document.querySelectorAll("[data-player]")) {
  const { paths, frames } = JSON.parse(player.dataset.player);
  const find = (name) => player.querySelector("[data-" + name + "]");
  const [bar, button, slider, output] = ["controls", "play", "slider", "step"].map(find);
  const moving = player.querySelectorAll("[data-moving] path");
  let timer;
  const show = (i) => {
    const [step, ...chosen] = frames[i];
    moving.forEach((path, k) => path.setAttribute("d", paths[chosen[k]]));
    output.textContent = "step " + step.toLocaleString("en-US");
    slider.value = i;
  };
  const stop = () => { clearInterval(timer); timer = undefined; button.textContent = "Play"; };
  const next = () => { const i = Number(slider.value) + 1; if (i < frames.length) show(i); else stop(); };
  button.addEventListener("click", () => {
    if (timer !== undefined) return stop();
    if (Number(slider.value) === frames.length - 1) show(0);
    button.textContent = "Pause";
    timer = setInterval(next, 150);
  });
  slider.addEventListener("input", () => { stop(); show(Number(slider.value)); });
  bar.hidden = false;
}`;

/** A source of the page's Content-Security-Policy that allows this script and no other. */
export const scriptSource = (script: string): string =>
  `'sha256-${createHash("sha256").update(script, "utf8").digest("base64")}'`;

export function player(moving: Moving): Html {
  const { frames, paths, alt, caption } = moving;
  const last = frames.length - 1;
  const data = JSON.stringify({ paths, frames: frames.map(({ step, paths: chosen }) => [step, ...chosen]) });
  return html`
<figure class="figure player" data-player="${data}"><div role="img" aria-label="${alt}">${trusted(picture(moving))}</div>
<div class="controls" data-controls hidden><button type="button" data-play>Play</button>
<input type="range" data-slider min="0" max="${last}" step="1" value="${last}" aria-label="measured step"></div>
<p class="at" data-step>${stepText(frames[last]!)}</p>
<figcaption>${caption}</figcaption></figure>`;
}

const stepText = ({ step }: Frame): string => `step ${count(step)}`;

const picture = (moving: Moving): string =>
  svg(
    moving,
    `<g data-moving="">${moving.pens.map((pen, k) => drawn(pen, moving.paths[moving.frames.at(-1)!.paths[k]!]!)).join("")}</g>`,
  );

/** Plays for ever; `seconds` for all frames, the last of which stands still at the end for a while. */
export function animatedSvg(moving: Moving, seconds = 20): string {
  const { frames, pens, paths, stage } = moving;
  const total = frames.length + Math.max(1, Math.round(frames.length / 8));
  const time = (at: number): string => String(Math.round((at / total) * 1e4) / 1e4);
  const layers = frames.map((frame, i) => {
    const isLast = i === frames.length - 1;
    const times = [[0, "0"], [i, "1"], ...(isLast ? [] : [[i + 1, "0"]])].slice(i === 0 ? 1 : 0);
    const animation =
      frames.length === 1
        ? ""
        : `<animate attributeName="opacity" dur="${seconds}s" repeatCount="indefinite" calcMode="discrete" keyTimes="${times.map(([at]) => time(Number(at))).join(";")}" values="${times.map(([, value]) => value).join(";")}"/>`;
    const text = words(stage.left + stage.width, 20, stepText(frame), "end", palette.ink.light);
    return `<g opacity="${isLast ? 1 : 0}">${pens.map((pen, k) => drawn(pen, paths[frame.paths[k]!]!)).join("")}${text}${animation}</g>`;
  });
  return svg(moving, layers.join("\n"));
}

function svg(moving: Moving, inner: string): string {
  const { stage, still } = moving;
  const [width, height] = [stage.left + stage.width + 14, stage.top + stage.height + 58];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${fontStack.replaceAll('"', "'")}"><rect width="${width}" height="${height}" fill="${palette.page.light}"/>${axes(stage)}${still.map(({ pen, path }) => drawn(pen, path)).join("")}${inner}${legend(moving, height - 10)}</svg>`;
}

function drawn({ stroke, width, fill, opacity, round, dash }: Pen, path: string): string {
  const attributes = [
    `fill="${fill ?? "none"}"`,
    ...(stroke ? [`stroke="${stroke}"`, `stroke-width="${Math.round((width ?? 1) * 100) / 100}"`] : []),
    ...(opacity === undefined ? [] : [`${fill ? "fill-opacity" : "opacity"}="${opacity}"`]),
    ...(dash ? [`stroke-dasharray="${dash}"`] : []),
    ...(round ? ['stroke-linecap="round"'] : []),
  ];
  return `<path d="${path}" ${attributes.join(" ")}/>`;
}

const words = (
  x: number,
  y: number,
  text: string,
  anchor: "start" | "middle" | "end",
  fill: string,
  more = "",
): string =>
  `<text x="${Math.round(x * 10) / 10}" y="${Math.round(y * 10) / 10}" font-size="11" text-anchor="${anchor}" fill="${fill}"${more}>${text}</text>`;

function axes(stage: Stage): string {
  const { x, y, left, top, width, height } = stage;
  const px = toPixels(stage);
  const base = top + height;
  const muted = palette.muted.light;
  const across = ticks(x).map((at) => words(px.x(at), base + 16, number(at), "middle", muted));
  const up = ticks(y).map(
    (at) =>
      `<path d="M${left} ${Math.round(px.y(at) * 10) / 10}h${width}" stroke="${palette.line.light}" fill="none"/>${words(left - 6, px.y(at) + 4, number(at), "end", muted)}`,
  );
  const middle = top + height / 2;
  return [
    ...up,
    ...across,
    words(left + width / 2, base + 32, "x", "middle", muted),
    words(12, middle, stage.yTitle, "middle", muted, ` transform="rotate(-90 12 ${middle})"`),
  ].join("");
}

/** Four to eight round numbers from end to end. */
export function ticks([from, to]: readonly [number, number]): number[] {
  const rough = (to - from) / 8;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const first = Math.ceil(from / step - 1e-9);
  return Array.from({ length: Math.floor(to / step + 1e-9) - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

function legend({ legend: entries, stage }: Moving, y: number): string {
  let x = stage.left;
  return entries
    .map(({ text, colour }) => {
      const entry = `<rect x="${x}" y="${y - 8}" width="14" height="8" fill="${colour}"/>${words(x + 19, y, text, "start", palette.ink.light)}`;
      x += 34 + 6.4 * text.length;
      return entry;
    })
    .join("");
}
