// Data sets by their ids, as far as they are at hand: parts, tables in archives, and what is said of those that are not there.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { tableSetOf } from "../../src/data/sets/index.js";
import { newPlace } from "./run.js";

const place = newPlace();
afterAll(() => place.remove());

async function json(...words: string[]) {
  const ended = await place.run(...words, "--quiet", "--json");
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  return JSON.parse(ended.stdout);
}
const at = (id: string) =>
  test.skipIf(!existsSync(join(process.env.ODDITY_DATA!, tableSetOf(id).source.files[0]!.file)));

at("nsl-kdd")(
  "NSL-KDD: normal rows of the training part train, the test part is judged, all rows are scored",
  async () => {
    const found = await json("detect", "nsl-kdd", "-d", "mean-distance", "--out", "out", "--top", "3");
    expect(found.rows).toBe(22_544);
    expect(found.notes).toEqual([
      expect.stringMatching(/^Rows of the part "train" trained the detector, those of them that/),
    ]);
    for (const { row, truth, values } of found.strangest) {
      expect(row).toBeGreaterThan(125_973);
      expect(truth).toMatch(/^anomaly|normal$/);
      expect(Object.keys(values)).toHaveLength(41);
    }
    const lines = readFileSync(join(place.path, "out/scores.csv"), "utf8").trimEnd().split("\n");
    expect(lines).toHaveLength(1 + 148_517);
    expect(lines[0]).toMatch(/,label,difficulty,split,score,p_value,label_1$/);
    // the row that is called the strangest is the one that the report numbers so
    const [{ row, score }] = found.strangest;
    const cells = lines[row]!.split(",");
    expect(cells.at(-4)).toBe("test");
    expect(Number(cells.at(-3))).toBeCloseTo(score, 4);

    const judged = await json("evaluate", "out/model.onnx", "nsl-kdd");
    expect(judged).toMatchObject({ rows: 22_544, anomalies: 12_833, flagged: found.flagged });
    const { columns } = await json("data", "check", "nsl-kdd");
    expect(columns.slice(-3).map(({ role }: { role: string }) => role)).toEqual(["label", "dropped", "part"]);
  },
);

at("backdoor")("a table in a .tar.xz: unpacked, read, and nothing left behind", async () => {
  const { rows, columns } = await json("data", "check", "backdoor");
  expect([rows, columns.length]).toEqual([95_329, 197]);
  expect(place.scratch()).toEqual([]);
});

at("web-attacks")("a table in a .zip: what gives attackers away is left out", async () => {
  const { columns } = await json("data", "check", "web-attacks");
  const dropped = columns.filter(({ role }: { role: string }) => role === "dropped");
  expect(dropped.map(({ name }: { name: string }) => name)).toEqual(tableSetOf("web-attacks").drop);
});

test("what is not there, and has no address of its own", async () => {
  const env = `env ODDITY_DATA= XDG_CACHE_HOME=${place.path} "$0" "$@"`;
  const info = await place.start(["data", "info", "nsl-kdd"], { shell: env }).ended;
  expect(info.stdout).toMatch(
    /^train +125,973, of them 58,630 anomalies \(47.%\): DoS 45,927, Probe 11,656, R2L 995, U2R 52$/m,
  );
  expect(info.stdout).toMatch(
    /^first file +not here; it is to be had from https:\/\/www\.unb\.ca\/cic\/datasets\/nsl\.html$/m,
  );
  const got = await place.start(["data", "get", "nsl-kdd"], { shell: env }).ended;
  expect(got.code).toBe(1);
  expect(got.stderr).toMatch(
    /data set nsl-kdd: expected its file at one of .*KDDTrain\+\.txt, .*got none there; it is to be had from/,
  );
});
