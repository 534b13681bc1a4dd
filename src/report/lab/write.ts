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
  const figures = await files.draw(figuresFor(seen, choice));
  const film = moving(seen, framesOfFile[seen.truth.dims]);
  if (film) await files.picture("moving", animatedSvg(film));
  await files.put("report.html", labPage(seen, figures, moving(seen)));
  return files.written();
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
    async draw(figures: readonly LabFigure[]): Promise<DrawnLabFigure[]> {
      const drawn: DrawnLabFigure[] = [];
      for (const figure of figures) {
        const svg = slim(await toSvg(figure.spec));
        drawn.push({ ...figure, svg });
        await picture(figure.name, svg);
      }
      return drawn;
    },
    written: (): Written =>
      isFontless ? { names, missing: "no PNG files: this machine has no fonts to write their text with" } : { names },
  };
}

/** Coordinates to hundredths of a pixel; text stays as it is. */
export const slim = (svg: string): string =>
  svg.replace(/ (d|transform)="[^"]*"/g, (attribute) =>
    attribute.replace(/-?\d+\.\d{3,}(?!\d*e)/g, (value) => String(Math.round(Number(value) * 100) / 100)),
  );
