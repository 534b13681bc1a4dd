// Drawing and writing a whole report. Where the files go is the caller's business.
import { figuresOf } from "./figures/index.js";
import { type DrawnFigure, page } from "./page.js";
import { toPng, toSvg } from "./render.js";
import type { DetectReport } from "./report.js";

/** Receives a file by its name inside the report's folder: `report.html`, `figures/roc.svg`. */
export type Write = (name: string, content: string | Uint8Array) => Promise<void>;

export interface Written {
  /** In the order of writing. */
  readonly names: string[];
  /** Why some files are missing, in words. */
  readonly missing?: string;
}

/** Writes `report.html` and each figure as SVG and PNG. Without any font on the machine the PNG files are left out. */
export async function writeReport(report: DetectReport, write: Write): Promise<Written> {
  const names: string[] = [];
  const put = async (name: string, content: string | Uint8Array) => {
    await write(name, content);
    names.push(name);
  };
  const drawn: DrawnFigure[] = [];
  let fontless = false;
  for (const figure of figuresOf(report)) {
    const svg = await toSvg(figure.spec);
    drawn.push({ ...figure, svg });
    await put(`figures/${figure.name}.svg`, svg);
    const png = await toPng(svg);
    if (png) await put(`figures/${figure.name}.png`, png);
    else fontless = true;
  }
  await put("report.html", page(report, drawn));
  return fontless ? { names, missing: "no PNG files: this machine has no fonts to write their text with" } : { names };
}
