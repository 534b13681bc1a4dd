// From a figure's specification to SVG, and from SVG to PNG. The drawing libraries load when first needed.
import type { TopLevelSpec } from "vega-lite";

/** Draws without a canvas or a browser: text is measured by estimate, so nothing is fitted tightly around it. */
export async function toSvg(spec: TopLevelSpec): Promise<string> {
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  const view = new vega.View(vega.parse(compile(spec).spec), { renderer: "none", logLevel: vega.Error });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** Whether letters come out, with the fonts of this machine (true) and without: looking for fonts takes longer than drawing. */
const canWrite = new Map<boolean, boolean>();
const letter =
  '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="9" font-family="sans-serif">o</text></svg>';

/**
 * The picture at twice its size in CSS pixels, with the text in this machine's fonts. Undefined where there is no font at all (many
 * containers have none): a chart without its words and numbers would mislead.
 */
export async function toPng(svg: string, { systemFonts = true } = {}): Promise<Uint8Array | undefined> {
  const { Resvg } = await import("@resvg/resvg-js");
  const font = { loadSystemFonts: systemFonts };
  if (!canWrite.has(systemFonts)) canWrite.set(systemFonts, new Resvg(letter, { font }).getBBox() !== undefined);
  if (!canWrite.get(systemFonts)) return undefined;
  return new Resvg(svg, { font, fitTo: { mode: "zoom", value: 2 } }).render().asPng();
}
