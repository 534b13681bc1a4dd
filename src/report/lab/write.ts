// Drawing and writing the page of a run and its figures. Where the files go is the caller's business.
import type { LabRun } from "../../lab/records.js";
import { toPng, toSvg } from "../render.js";
import type { Write, Written } from "../write.js";
import { type Choice, figuresFor } from "./figures.js";
import { moving } from "./frames.js";
import { type DrawnLabFigure, labPage } from "./page.js";
import type { LabFigure } from "./parts.js";
import { animatedSvg } from "./player.js";
import { look } from "./seen.js";

/** Frames of the animated file, which has no way to share what two frames have in common. */
const framesOfFile = { 1: 120, 2: 48 } as const;

/** Writes `report.html`, each figure as SVG and PNG, and the moving picture as an animated SVG. */
export async function writeLabReport(run: LabRun, write: Write, choice: Choice = {}): Promise<Written> {
  const seen = look(run);
  const files = collect(write);
  const figures = await files.figures(figuresFor(seen, choice));
  const film = moving(seen, framesOfFile[seen.truth.dims]);
  if (film) await files.picture("moving", animatedSvg(film));
  await files.put("report.html", labPage(seen, figures, moving(seen)));
  return files.written();
}

export async function draw(figures: readonly LabFigure[]): Promise<DrawnLabFigure[]> {
  const drawn: DrawnLabFigure[] = [];
  for (const figure of figures) drawn.push({ ...figure, svg: slim(await toSvg(figure.spec), figure.name) });
  return drawn;
}

/** Files as they are written, and whether any could not be. */
export function collect(write: Write) {
  const names: string[] = [];
  let isFontless = false;
  const put = async (name: string, content: string | Uint8Array): Promise<void> => {
    await write(name, content);
    names.push(name);
  };
  const picture = async (name: string, svg: string): Promise<void> => {
    await put(`figures/${name}.svg`, svg);
    const png = await toPng(svg);
    if (png) await put(`figures/${name}.png`, png);
    else isFontless = true;
  };
  return {
    put,
    picture,
    async figures(list: readonly LabFigure[]): Promise<DrawnLabFigure[]> {
      const all = await draw(list);
      for (const { name, svg } of all) await picture(name, svg);
      return all;
    },
    written: (): Written =>
      isFontless ? { names, missing: "no PNG files: this machine has no fonts to write their text with" } : { names },
  };
}

/** Neighbours without an edge that have one colour: cells of maps, which come sorted by it. */
const alike = /<path d="([^"]*)" (fill="[^"]*" stroke-width="0")\/>(?:<path d="[^"]*" \2\/>)+/g;

/**
 * The same picture in about half the bytes: coordinates to hundredths of a pixel, the font said once, and nothing of what only
 * scripts would look at. Text stays as it is. Ids are the picture's own: one page holds many, and what was drawn before
 * does not show in them.
 */
export function slim(svg: string, name: string): string {
  const font = / font-family="[^"]*"/.exec(svg)?.[0] ?? "";
  const ids = [...svg.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  return svg
    .replaceAll(font || / font-family=""/g, "")
    .replace(/<[^>]*>/g, (tag) =>
      tag
        .replace(/ (class|role|aria-[a-z]+|pointer-events)="[^"]*"/g, "")
        .replace(/( id="|url\(#)([\w-]+)/g, (_, before: string, id: string) => `${before}${name}-${ids.indexOf(id)}`)
        .replace(/ (fill-|stroke-)?opacity="1"/g, "")
        .replace(/ (d|transform)="[^"]*"/g, (attribute) =>
          attribute.replace(/-?\d+\.\d{3,}(?!\d*e)/g, (value) => String(Math.round(Number(value) * 100) / 100)),
        ),
    )
    .replace(/<path d="(M0,0h0v0h0Z)?"[^>]*\/>/g, "")
    .replace(alike, (run, _, paint: string) => {
      const paths = [...run.matchAll(/ d="([^"]*)"/g)].map(([, path]) => path);
      return `<path d="${paths.join("")}" ${paint}/>`;
    })
    .replace("<svg ", `<svg${font} `);
}
