import { expect, test } from "vitest";
import type { LabRun, ResultLine } from "../../lab/records.js";
import { toSvg } from "../render.js";
import { labFigures } from "./figures.js";
import { heatMap } from "./heat-map.js";
import { type Made, madeRun } from "./made-run.js";
import { look } from "./seen.js";
import { picks } from "./sweet-spot.js";

const short: Made = { steps: 20_000, every: 1000, plotEvery: 5000 };
const svgs = async (run: LabRun): Promise<Map<string, string>> =>
  new Map(await Promise.all(labFigures(run).map(async ({ name, spec }) => [name, await toSvg(spec)] as const)));
const textOf = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);

test("every figure of a run of one dimension, and what each must show", async () => {
  const run = madeRun(short);
  const drawn = await svgs(run);
  const fits = ["KL", "KS_s", "KS_p", "CDF_l1", "Anderson"];
  const both = (names: string[]) => names.flatMap((name) => [`${name}-pure`, `${name}-single`]);
  expect(new Set(drawn.keys())).toEqual(
    new Set([
      ...["truth", "pdf", "cdf", "qq", "pp", "pdf-over-steps", "losses", "auc-by-shift", "sweet-spot"],
      ...["confidence-negative", "confidence-positive"],
      ...both(["roc-negative", "roc-positive", "auc-negative", "auc-positive", ...fits.map((fit) => `heatmap-${fit}`)]),
      ...both(["auc-negative", "auc-positive"]).map((name) => `${name}-logx`),
      ...fits.flatMap((fit) => [`fit-${fit}`, `fit-${fit}-logx`]),
    ]),
  );
  for (const [name, svg] of drawn) expect(/NaN|undefined|Infinity/.exec(svg)?.[0], name).toBeUndefined();
  const shown = (name: string) => textOf(drawn.get(name)!);
  const last = run.results.filter((line) => line.kind === "anomaly" && line.step === 20_000);
  const auc = (anomaly: string, mode: string) => {
    const line = last.find((each) => each.kind === "anomaly" && each.anomaly === anomaly && each.mode === mode);
    return line?.kind === "anomaly" ? (100 * line.auc).toFixed(1) : "none";
  };
  expect(shown("roc-negative-pure")).toContain(`−0.5: ${auc("-0.5", "pure")} %`);
  expect(shown("roc-positive-single")).toContain(`+2: ${auc("+2", "single")} %`);
  expect(shown("roc-positive-single").join()).not.toContain("−2");
  expect(drawn.get("roc-negative-pure")!.match(/stroke-dasharray="4,3"/g)).toHaveLength(1);
  expect(drawn.get("auc-positive-single")!.match(/stroke-dasharray="5,3"/g)!.length).toBeGreaterThanOrEqual(8);
  expect(drawn.get("auc-positive-single")!.match(/stroke-dasharray="1,3"/g)!.length).toBeGreaterThanOrEqual(8);
  expect(shown("pdf-over-steps").filter((text) => text.startsWith("step "))).toEqual(
    [0, 5, 10, 15, 20].map((k) => `step ${k === 0 ? 0 : `${k},000`}`),
  );
  expect(shown("sweet-spot").some((text) => /^entropy: picks step [\d,]+, mean AUC 0\.\d{3}$/.test(text))).toBe(true);
});

test("figures have a title, a caption in sentences, words for who cannot see them, and names of their own", () => {
  for (const dims of [1, 2] as const) {
    const figures = labFigures(madeRun({ ...short, dims }));
    expect(new Set(figures.map(({ name }) => name)).size).toBe(figures.length);
    for (const { name, caption, alt, spec } of figures) {
      expect(name).toMatch(/^[\w.-]+$/);
      expect(caption, name).toMatch(/^[A-Z].{60,}[.)]\s*$/s);
      expect(alt.length, name).toBeGreaterThan(15);
      expect(String(spec.title), name).toMatch(/^[A-Z]/);
    }
  }
});

test("two dimensions have fields and points instead of densities", async () => {
  const drawn = await svgs(madeRun({ ...short, dims: 2 }));
  for (const name of ["truth", "points", "field-over-steps"]) expect([...drawn.keys()]).toContain(name);
  for (const name of ["pdf", "cdf", "qq", "pp"]) expect([...drawn.keys()]).not.toContain(name);
  expect(new Set(drawn.get("field-over-steps")!.match(/fill="#[0-9a-f]{6}"/g)).size).toBeGreaterThan(8);
});

test("a chosen moment and a chosen anomaly", () => {
  const figures = labFigures(madeRun(short), { step: 12_000, anomaly: "-3" });
  const pdf = figures.find(({ name }) => name === "pdf")!;
  expect(pdf.caption).toContain("step 10,000");
  expect(pdf.caption).toContain("the anomaly −3");
  expect(figures.find(({ name }) => name === "roc-negative-pure")!.caption).toContain("step 10,000");
  expect(figures.find(({ name }) => name === "auc-by-shift")!.caption).toContain("step 12,000");
});

test("quantiles of rows that are all one too high lie one above the diagonal", () => {
  const run = madeRun({ ...short, steps: 0 });
  const moved = run.results.map((line): ResultLine => {
    const truth = run.results[0]!;
    if (line.kind !== "generated" || truth.kind !== "truth") return line;
    const { x, cdf } = truth;
    const grid = Array.from({ length: 401 }, (_, i) => i / 400);
    return { ...line, quantiles: grid.map((p) => 1 + x![cdf!.findIndex((value) => value >= p - 1e-12)]!) };
  });
  const spec = labFigures({ ...run, results: moved }).find(({ name }) => name === "qq")!.spec;
  const layers = "layer" in spec ? spec.layer : [];
  const data = layers[1]!.data as { values: { x: number; y: number }[] };
  expect(data.values.length).toBeGreaterThan(100);
  for (const { x, y } of data.values) expect(Math.abs(y - x - 1)).toBeLessThan(0.11); // the grid's step
});

test("a criterion picks its highest value, of equal ones the later, and says what AUC was there", () => {
  const run = madeRun({ ...short, steps: 3000 });
  const scores = [1, 5, 5, 2];
  const results = run.results.map(
    (line): ResultLine => (line.kind === "criteria" ? { ...line, values: { some: scores[line.step / 1000]! } } : line),
  );
  const seen = look({ ...run, results });
  const aucs = seen.names.map((name) => seen.at("single", name, 2000)!.auc);
  expect(picks(seen)).toHaveLength(1);
  expect(picks(seen)[0]).toMatchObject({ id: "some", step: 2000 });
  expect(picks(seen)[0]!.auc.single).toBeCloseTo(aucs.reduce((sum, auc) => sum + auc, 0) / aucs.length, 12);
});

test("the heat map has the best fit on top, whichever way its test points", () => {
  const run = madeRun({ ...short, steps: 3000, modes: ["single"] });
  const [fit, auc] = [
    [0.9, 0.2, 0.5, 0.4],
    [0.1, 0.2, 0.3, 0.4],
  ];
  const results = run.results.map((line): ResultLine => {
    if (line.kind === "fit") return { ...line, tests: { some: fit[line.step / 1000]! } };
    return line.kind === "anomaly" ? { ...line, auc: auc[line.step / 1000]! } : line;
  });
  const column = (better: "lower" | "higher" | "half") => {
    const { spec } = heatMap(look({ ...run, results }), "single", "some", better)!;
    const { values } = spec.data as { values: { anomaly: string; from: number; auc: number }[] };
    return values
      .filter(({ anomaly }) => anomaly === "+2")
      .sort((a, b) => a.from - b.from)
      .map((cell) => Number(cell.auc.toFixed(2)));
  };
  expect(column("lower")).toEqual([0.2, 0.4, 0.3, 0.1]);
  expect(column("higher")).toEqual([0.1, 0.3, 0.4, 0.2]);
  expect(column("half")).toEqual([0.3, 0.4, 0.2, 0.1]);
});

test.each([
  ["cross_entropy", "cross_entropy", ["1.39 of the discriminator", "0.693 of the generator"]],
  ["least_squares", "least_squares", ["0.25 of the discriminator"]],
  ["wasserstein_gp", "critic", []],
] as const)("losses %s and %s are drawn beside what they are without knowledge", (discriminator, generator, words) => {
  const run = madeRun({ ...short, setting: { losses: { discriminator, generator } } });
  const { caption } = labFigures(run).find(({ name }) => name === "losses")!;
  for (const word of words) expect(caption).toContain(word);
  expect(caption.includes("Dashed")).toBe(words.length > 0);
});

test("a run that has not said what is true is refused", () => {
  const run = madeRun(short);
  expect(() => labFigures({ ...run, results: run.results.slice(1) })).toThrow(/first line of kind truth/);
});

test("a discriminator that judges each row by itself is shown once", () => {
  const names = (setting: Made["setting"]) =>
    labFigures(madeRun({ ...short, ...(setting ? { setting } : {}) })).map(({ name }) => name);
  expect(names({}).some((name) => name.includes("pure"))).toBe(true);
  expect(names({ batch: 1 }).some((name) => name.includes("pure"))).toBe(false);
  expect(names({ discriminator: { widths: [5] } }).some((name) => name.includes("pure"))).toBe(false);
});
