import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { LabRun } from "../../lab/records.js";
import { writeComparison } from "./compare.js";
import { figuresFor } from "./figures.js";
import { moving } from "./frames.js";
import { type Made, madeRun } from "./made-run.js";
import { labPage } from "./page.js";
import { animatedSvg, playerScript, scriptSource, ticks } from "./player.js";
import { look } from "./seen.js";
import { draw, writeLabReport } from "./write.js";

const short: Made = { steps: 10_000, every: 1000, plotEvery: 5000, fits: ["KS_s"] };
type Files = Map<string, string | Uint8Array>;

/** The page alone: drawing PNG files takes most of the time. */
async function pageOf(run: LabRun): Promise<string> {
  const seen = look(run);
  return labPage(seen, await draw(figuresFor(seen, {})), moving(seen));
}

const usual = pageOf(madeRun(short));

const voids = new Set(["meta", "br", "input"]);

/** Tags that close nothing or are not closed. */
function misnested(page: string): string[] {
  const open: string[] = [];
  const faults: string[] = [];
  const bare = page.replace(/<(style|script)>[\s\S]*?<\/\1>/g, "").replace("<!doctype html>", "");
  for (const [, closing, name, closed] of bare.matchAll(/<(\/?)([a-zA-Z][\w-]*)(?:[^"<>]|"[^"]*")*?(\/?)>/g)) {
    if (voids.has(name!) || closed) continue;
    if (!closing) open.push(name!);
    else if (open.at(-1) === name) open.pop();
    else faults.push(`</${name}> in <${open.at(-1)}>`);
  }
  return [...faults, ...open];
}

function checkAlone(page: string): void {
  expect(page.match(/<link|\ssrc=|@import|url\((?!#)|<iframe|<img|<[^>]*\son[a-z]+=/)?.[0]).toBeUndefined();
  for (const [address] of page.matchAll(/(?:xlink:)?href="[^"]*"/g)) expect(address).toBe("none is there");
  expect(misnested(page)).toEqual([]);
  const bare = page.replace(/<script>[\s\S]*?<\/script>/g, "");
  expect(/.{30}(NaN|undefined|\[object).{30}/.exec(bare)?.[0]).toBeUndefined();
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
}

/** The page's policy, and the scripts that are in it. */
function scriptsOf(page: string): { policy: string; scripts: string[] } {
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)![1]!;
  return { policy, scripts: [...page.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, script]) => script!) };
}

test("the page of a run is one file that loads nothing, in the order in which it is read", async () => {
  const files: Files = new Map();
  const { names } = await writeLabReport(madeRun(short), async (name, content) => void files.set(name, content));
  expect(names).toEqual([...files.keys()]);
  const page = String(files.get("report.html"));
  expect(page === (await usual), "drawn twice, the same").toBe(true);
  checkAlone(page);
  const order = ["was asked", "was true", "the generator learned", "the discriminator learned", "it was best"];
  const places = [
    ...order.map((words) => page.search(new RegExp(`<h2>Wh[a-z]+ ${words}</h2>`))),
    page.indexOf("<h2>Numbers"),
  ];
  expect(places.every((place, i) => place > (places[i - 1] ?? 0))).toBe(true);
  for (const name of files.keys()) expect(name).toMatch(/^(report\.html|figures\/[\w.-]+\.(svg|png))$/);
  expect(page).toContain("That leaks the answer");
  expect(page.match(/<figure /g)!.length).toBe([...files.keys()].filter((name) => name.endsWith(".svg")).length);
});

test("the page's policy allows its one script by hash, and no other", async () => {
  const { policy, scripts } = scriptsOf(await usual);
  expect(scripts).toHaveLength(1);
  const hash = createHash("sha256").update(scripts[0]!).digest("base64");
  expect(policy).toBe(`default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`);
  expect(scriptSource(`${playerScript} `)).not.toContain(hash);
  const noFields = madeRun(short);
  const still = await pageOf({ ...noFields, results: noFields.results.filter(({ kind }) => kind !== "field") });
  expect(scriptsOf(still)).toEqual({
    policy: "default-src 'none'; img-src data:; style-src 'unsafe-inline'",
    scripts: [],
  });
});

test("names are text, in the page and in the figures", async () => {
  const evil = `"><script>alert(1)</script>&'`;
  const run = madeRun({ ...short, rename: (name) => name + evil, setting: { about: evil } });
  const results = run.results.map((line) =>
    line.kind === "criteria"
      ? { ...line, values: { [evil]: 1 } }
      : line.kind === "fit"
        ? { ...line, tests: { [evil]: line.step } }
        : line,
  );
  const seen = look({ ...run, config: { ...run.config, id: evil }, results });
  const figures = await draw(figuresFor(seen, {}));
  const page = labPage(seen, figures, moving(seen));
  checkAlone(page);
  expect(scriptsOf(page).scripts).toHaveLength(1);
  expect(page.split("&lt;script&gt;alert(1)").length).toBeGreaterThan(50);
  for (const { name, svg } of figures) expect(svg.includes("<script"), name).toBe(false);
});

const one = madeRun({ ...short, steps: 0 });
const odd = madeRun(short);
test.each([
  ["one measured step", one],
  ["no curves and no generated rows", madeRun({ ...short, plotEvery: 1e9 + 7, every: 999 })],
  ["a collapsed generator", madeRun({ ...short, collapsed: true })],
  ["a collapsed generator of two dimensions", madeRun({ ...short, dims: 2, collapsed: true })],
  ["two dimensions at one step", madeRun({ ...short, dims: 2, steps: 0 })],
  ["one way of asking", madeRun({ ...short, modes: ["single"] })],
  ["the truth alone", { ...one, results: one.results.slice(0, 1), losses: [], isDone: false }],
  [
    "numbers that are none",
    {
      ...odd,
      results: odd.results.map((line) =>
        line.kind === "fit"
          ? { ...line, tests: { KL: Number.POSITIVE_INFINITY, KS_s: Number.NaN } }
          : line.kind === "criteria"
            ? { ...line, values: { calm: Number.NaN } }
            : line,
      ),
    },
  ],
] as [string, LabRun][])("a run with %s has a page", async (_, run) => {
  const page = await pageOf(run);
  checkAlone(page);
  expect(page).toContain("<h2>When it was best</h2>");
  if (!run.isDone) expect(page).toContain("This run is not finished");
});

test("the player has a frame for each measured step, at most so many, and the last stands without script", async () => {
  const run = madeRun({ ...short, steps: 200_000 });
  const film = moving(look(run))!;
  expect(film.frames).toHaveLength(120);
  expect([film.frames[0]!.step, film.frames.at(-1)!.step]).toEqual([0, 200_000]);
  for (const { paths } of film.frames) {
    expect(paths).toHaveLength(film.pens.length);
    for (const place of paths) expect(film.paths[place]).toBeTypeOf("string");
  }
  const page = await usual;
  const data = JSON.parse(/data-player="([^"]*)"/.exec(page)![1]!.replaceAll("&quot;", '"')) as {
    paths: string[];
    frames: number[][];
  };
  expect(data.frames.map(([step]) => step)).toEqual(Array.from({ length: 11 }, (_, i) => 1000 * i));
  const group = /<g data-moving="">(.*?)<\/g>/.exec(page)![1]!;
  const still = [...group.matchAll(/ d="([^"]*)"/g)].map(([, path]) => path);
  expect(still).toEqual(
    data.frames
      .at(-1)!
      .slice(1)
      .map((place) => data.paths[place]),
  );
  expect(page).toContain('<p class="at" data-step>step 10,000</p>');
  expect(page).toMatch(/data-controls hidden/);
});

test("the confidence is drawn where it is: 1 at the top, 0 at the bottom", () => {
  const run = madeRun({ ...short, steps: 0 });
  const path = (value: number): string => {
    const results = run.results.map((line) =>
      line.kind === "field" ? { ...line, confidence: line.confidence.map(() => value) } : line,
    );
    const film = moving(look({ ...run, results }))!;
    return film.paths[film.frames[0]!.paths[2]!]!;
  };
  const heights = (d: string) => new Set([...d.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y)));
  expect([...heights(path(1))]).toEqual([30]);
  expect([...heights(path(0))]).toEqual([250]);
  expect([...heights(path(0.5))]).toEqual([140]);
});

test("the animated picture shows every frame in turn and ends with the last", () => {
  const film = moving(look(madeRun(short)))!;
  const svg = animatedSvg(film);
  expect(svg.match(/<animate /g)).toHaveLength(11);
  expect(svg.match(/<g opacity="1">/g)).toHaveLength(1);
  expect(svg).toContain('keyTimes="0;0.0833;0.1667" values="0;1;0"');
  expect(svg.lastIndexOf("step 10,000")).toBeGreaterThan(svg.indexOf('<g opacity="1">'));
  expect(misnested(svg)).toEqual([]);
  expect(animatedSvg(moving(look(madeRun({ ...short, steps: 0 })))!)).not.toContain("<animate");
});

test("round numbers from end to end", () => {
  expect(ticks([0, 1])).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(ticks([-9, 17])).toEqual([-5, 0, 5, 10, 15]);
});

test("settings side by side: means and deviations over seeds, and what was published beside the setting it was of", async () => {
  const runs = [1, 2, 3].flatMap((seed) => [
    madeRun({ ...short, seed }),
    madeRun({ ...short, seed, setting: { id: "own<1>" } }),
  ]);
  const flat = (auc: number[]): LabRun[] =>
    runs.map((run) => ({
      ...run,
      results: run.results.map((line) =>
        line.kind === "anomaly" ? { ...line, auc: auc[run.config.seed - 1]! } : line,
      ),
    }));
  const files: Files = new Map();
  await writeComparison(flat([0.6, 0.7, 0.8]), async (name, content) => void files.set(name, content));
  const page = String(files.get("report.html"));
  checkAlone(page);
  expect(scriptsOf(page).scripts).toEqual([]);
  const text = page.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
  expect(text).toMatch(/−0\.5 63\.8 53\.8 58\.2 70\.0 ± 10\.0 70\.0 ± 10\.0 70\.0 ± 10\.0 70\.0 ± 10\.0/);
  expect(text.match(/ 58\.2 /g)).toHaveLength(1); // pure batches alone compare with what was published
  expect(page).toContain("own&lt;1&gt;");
  expect([...files.keys()]).toContain("figures/mean-auc-single.svg");
  await expect(writeComparison([], async () => {})).rejects.toThrow(/runs to compare/);
});

test("one run alone is compared with what was published, without deviations", async () => {
  const files: Files = new Map();
  await writeComparison([madeRun(short)], async (name, content) => void files.set(name, content));
  const page = String(files.get("report.html"));
  checkAlone(page);
  expect(page).not.toContain(" ± 0");
  expect(page).toContain("Published of gandi-9");
});
