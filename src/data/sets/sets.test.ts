import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { textsOf } from "../pictures/columns.js";
import { defineDataset, type TableFile, type TableSet } from "./define.js";
import { dataFolders, type FindOptions, locateFiles } from "./find.js";
import { datasetOf, datasets, pictureSetOf, tableSetOf, tableSets } from "./index.js";
import { type Loaded, loadDataset } from "./load.js";
import { openSet } from "./open.js";

const shipped = dataFolders().at(-2)!;
const own = process.env.ODDITY_DATA;
const folder = mkdtempSync(join(tmpdir(), "oddity-sets-test-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const sha256Of = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex");
const ships = tableSets.filter((dataset) => dataset.source.files.every(({ file }) => existsSync(join(shipped, file))));

test("what ships is KDD Cup 99 and the small sets whose terms allow it", () => {
  expect(ships).toHaveLength(23);
  for (const { id, source } of ships) expect(source.licence, id).toContain("CC BY 4.0");
  const files = readdirSync(join(shipped, "adbench")).filter((name) => name.endsWith(".npz"));
  expect(files.map((name) => `adbench/${name}`).sort()).toEqual(
    ships
      .flatMap((dataset) => dataset.source.files.map(({ file }) => file))
      .filter((name) => name.startsWith("adbench"))
      .sort(),
  );
});

describe("checksum and facts", () => {
  test.each(ships.map((dataset) => dataset.id))("%s, shipped", async (id) => {
    vi.stubEnv("ODDITY_DATA", "");
    const { dataset, features, labels } = await loadDataset(id);
    expect(features.rows).toBe(labels.length);
    expect(features.columns.some((column) => column.name === dataset.label.column)).toBe(false);
  });
  const others = tableSets.filter((dataset) => !ships.includes(dataset));
  test.skipIf(!existsSync(join(own ?? "", "adbench", "1_ALOI.npz"))).each(others.map((dataset) => dataset.id))(
    "%s, from $ODDITY_DATA",
    async (id) => {
      expect((await loadDataset(id)).features.rows).toBe(datasetOf(id).facts.rows);
    },
  );
  test("facts of parts and groups add up to those of the set", () => {
    for (const { id, facts, groups } of tableSets) {
      const parts = facts.parts ? Object.values(facts.parts) : [facts];
      const sum = (counts: readonly number[]) => counts.reduce((total, each) => total + each, 0);
      for (const fact of ["rows", "anomalies"] as const)
        expect(sum(parts.map((each) => each[fact])), id).toBe(facts[fact]);
      for (const each of [facts, ...parts])
        if (groups) expect(sum(Object.values(each.groups!)), id).toBe(each.anomalies);
      for (const group of Object.keys(groups ?? {}))
        expect(sum(parts.map((each) => each.groups![group]!)), id).toBe(facts.groups![group]);
      const values = Object.values(groups ?? {}).flat();
      expect(new Set(values).size, id).toBe(values.length);
    }
  });
});

test("ids differ, and a near one is suggested", () => {
  expect(new Set(datasets.map((dataset) => dataset.id)).size).toBe(39 + 5 + 3);
  expect(() => datasetOf("thyriod")).toThrow(/did you mean "thyroid"/);
  expect(() => pictureSetOf("fashon-mnist")).toThrow(/did you mean "fashion-mnist"/);
  expect(() => tableSetOf("mnist")).toThrow("data set mnist: expected a table, got pictures");
  expect(() => pictureSetOf("glass")).toThrow("data set glass: expected pictures, got a table");
});

test("KDD Cup 99: columns with their names and kinds", async () => {
  const { features } = await loadDataset("kdd99");
  const kinds = new Map(features.columns.map((column) => [column.name, column]));
  expect([...kinds.keys()].slice(0, 5)).toEqual(["duration", "protocol_type", "service", "flag", "src_bytes"]);
  const protocol = kinds.get("protocol_type");
  expect(protocol?.kind === "category" && new Set(protocol.levels)).toEqual(new Set(["icmp", "tcp", "udp"]));
  const land = kinds.get("land");
  expect(land?.kind === "category" && new Set(land.levels)).toEqual(new Set(["0", "1"]));
});

describe("sets with groups, parts or archives, from $ODDITY_DATA", () => {
  const at = (id: string) => test.skipIf(!existsSync(join(own ?? "", tableSetOf(id).source.files[0]!.file)));
  const columnOf = ({ features }: Loaded, wanted: string) => features.columns.find(({ name }) => name === wanted)!;
  const counted = (texts: readonly string[]) => {
    const counts: Record<string, number> = {};
    for (const text of texts) counts[text] = (counts[text] ?? 0) + 1;
    return counts;
  };

  at("nsl-kdd")("NSL-KDD: parts one after the other, attacks in four groups, categories over both parts", async () => {
    const loaded = await loadDataset("nsl-kdd");
    const { features, labels, groups, splits } = loaded;
    expect(splits![125_972]).toBe("train");
    expect(splits![125_973]).toBe("test");
    // rows 1, 3 and 125,974 of the two files: normal, neptune; neptune
    expect([groups![0], groups![2], groups![125_973]]).toEqual(["", "DoS", "DoS"]);
    expect(groups!.every((group, row) => (group === "") === (labels[row] === 0))).toBe(true);
    expect(counted(groups!.filter((_, row) => splits![row] === "test"))).toEqual({
      ...{ "": 9711, DoS: 7458, Probe: 2421, R2L: 2754, U2R: 200 },
    });
    const widths = features.columns.map((column) => (column.kind === "category" ? column.levels.length : 1));
    expect(widths.slice(1, 4)).toEqual([3, 70, 11]);
    expect(widths.reduce((sum, width) => sum + width, 0)).toBe(122);
    const count = columnOf(loaded, "count");
    expect(count.kind === "number" && Array.from(count.values.slice(0, 3))).toEqual([2, 13, 123]);
    expect(features.columns.map(({ name }) => name)).not.toContain("difficulty");
  });
  at("nsl-kdd")("every attack of NSL-KDD has a group, and no group an attack that does not occur", async () => {
    const source = await openSet(tableSetOf("nsl-kdd"));
    const { columns } = await source.read({ select: ["label"] }).finally(() => source.close());
    const attacks = new Set(textsOf(columns[0]));
    attacks.delete("normal");
    expect(new Set(Object.values(tableSetOf("nsl-kdd").groups!).flat())).toEqual(attacks);
    expect(attacks.size).toBe(39);
  });
  at("nsl-kdd-21")("NSL-KDD 21: another test for the same training", async () => {
    const { splits, groups, checksum } = await loadDataset("nsl-kdd-21");
    expect(counted(splits!)).toEqual({ train: 125_973, test: 11_850 });
    expect(counted(groups!).DoS).toBe(45_927 + 4342);
    expect(checksum).toBe("39e78eaceffb1a18,cf79d2eab7d8cc74");
  });
  at("web-attacks")(
    "CIC-IDS-2017: three kinds of attacks, nothing that names the attacker, numbers without gaps",
    async () => {
      const loaded = await loadDataset("web-attacks");
      expect(counted(loaded.groups!)).toEqual({ "": 5087, "brute force": 1507, XSS: 652, "SQL injection": 21 });
      expect(loaded.splits).toBeUndefined();
      expect(loaded.features.columns.map(({ name }) => name).filter((name) => /IP|Port|ID$|Time/.test(name))).toEqual(
        [],
      );
      const protocol = columnOf(loaded, "Protocol");
      expect(protocol.kind === "category" && new Set(protocol.levels)).toEqual(new Set(["0.0", "6.0", "17.0"]));
      for (const column of loaded.features.columns)
        if (column.kind !== "category") expect(column.values.every(Number.isFinite), column.name).toBe(true);
    },
  );
  at("backdoor")("UNSW-NB15: numbers from 0 to 1", async () => {
    const { features, groups } = await loadDataset("backdoor");
    expect(groups).toBeUndefined();
    for (const column of features.columns)
      expect(column.kind === "number" && column.values.every((value) => value >= 0 && value <= 1), column.name).toBe(
        true,
      );
  });
  at("creditcard")("card payments: the time of day is there, and left to whoever loads them", async () => {
    const { features, labels } = await loadDataset("creditcard");
    expect(features.columns.map(({ name }) => name)).toEqual([
      "Time",
      ...Array.from({ length: 28 }, (_, i) => `V${i + 1}`),
      "Amount",
    ]);
    expect(labels.slice(-492).every((label) => label === 1)).toBe(true);
  });
});

describe("a set of one's own", () => {
  const file = (name: string, content: string | Uint8Array, more: Partial<TableFile> = {}): TableFile => {
    const root = join(folder, "own/mine");
    mkdirSync(root, { recursive: true });
    writeFileSync(join(root, name), content);
    return { file: `mine/${name}`, sha256: sha256Of(content), ...more };
  };
  const set = (files: readonly TableFile[], more: Partial<TableSet> = {}): TableSet =>
    defineDataset({
      ...{ id: "mine", about: "Mine." },
      source: { files, licence: "none", cite: "none", home: "a shelf" },
      facts: { rows: 4, columns: 1, anomalies: 2 },
      label: { column: "y", normal: ["fine"] },
      ...more,
    });
  const parts = () => [
    file("a.csv", "1,fine,8\n2,bent,8\n", { part: "train" }),
    file("b.csv.gz", gzipSync("3,torn,8\n4,fine,8\n\n"), { part: "test" }),
  ];
  const inParts = {
    header: ["a", "y", "secret"],
    drop: ["secret"],
    groups: { form: ["bent"], stuff: ["torn"] },
    facts: {
      ...{ rows: 4, columns: 1, anomalies: 2, groups: { form: 1, stuff: 1 } },
      parts: {
        train: { rows: 2, anomalies: 1, groups: { form: 1 } },
        test: { rows: 2, anomalies: 1, groups: { stuff: 1 } },
      },
    },
  };
  beforeEach(() => {
    vi.stubEnv("ODDITY_DATA", join(folder, "own"));
  });

  test("two files are two parts; columns to drop are gone", async () => {
    const { features, labels, groups, splits } = await loadDataset(set(parts(), inParts));
    expect(features.columns).toEqual([{ kind: "number", name: "a", values: Float64Array.of(1, 2, 3, 4) }]);
    expect(Array.from(labels)).toEqual([0, 1, 1, 0]);
    expect(groups).toEqual(["", "form", "stuff", ""]);
    expect(splits).toEqual(["train", "train", "test", "test"]);
  });
  test("an anomaly of no group", async () => {
    const groups = { form: ["bent"] };
    await expect(loadDataset(set(parts(), { ...inParts, groups }))).rejects.toThrow(
      'data set mine: label "torn": expected to belong to one of form, got none of them',
    );
  });
  test.each([
    [{ ...inParts.facts, anomalies: 3 }, "data set mine: expected 3 anomalies, got 2"],
    [{ ...inParts.facts, columns: 2 }, "data set mine: expected 2 columns, got 1"],
    [{ ...inParts.facts, groups: { form: 2 } }, "data set mine: expected 2 anomalies of group form, got 1"],
    [
      { ...inParts.facts, parts: { ...inParts.facts.parts, test: { rows: 3, anomalies: 1 } } },
      "data set mine: expected 3 rows, part test, got 2",
    ],
  ])("other facts (%#)", async (facts, message) => {
    await expect(loadDataset(set(parts(), { ...inParts, facts }))).rejects.toThrow(message);
  });
  test("a table in an archive; an archive without it", async () => {
    const zip = zipSync({ "deep/t.csv": new TextEncoder().encode("a,y\n1,fine\n2,bent\n3,torn\n4,fine\n") });
    const { features } = await loadDataset(set([file("t.zip", zip, { member: "deep/t.csv" })]));
    expect(features.rows).toBe(4);
    await expect(loadDataset(set([file("t.zip", zip, { member: "t.csv" })]))).rejects.toThrow(
      `${join(folder, "own/mine/t.zip")}: expected "t.csv" in it, got deep/t.csv`,
    );
  });
  test("what has no address says where it is to be had", async () => {
    const nowhere = { file: "mine/none.csv", sha256: "0".repeat(64) };
    await expect(loadDataset(set([nowhere]), { download: true })).rejects.toThrow(
      /none there; it is to be had from a shelf$/,
    );
  });
});

describe("finding", () => {
  const content = "a,y\n1,0\n2,1\n";
  const toy = (sha256: string, url: string | undefined = "http://localhost/none"): TableSet =>
    defineDataset({
      id: "toy",
      about: "Two rows.",
      source: {
        files: [{ file: "toy/toy.csv", sha256, ...(url === undefined ? {} : { url }) }],
        licence: "none",
        cite: "none",
        home: "a shelf",
      },
      facts: { rows: 2, columns: 1, anomalies: 1 },
      label: { column: "y" },
    });
  const right = sha256Of(content);
  const locate = async (dataset: TableSet, options?: FindOptions) => (await locateFiles(dataset, options))[0];

  test("nowhere: the places and the way out", async () => {
    vi.stubEnv("ODDITY_DATA", join(folder, "own"));
    vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
    await expect(locate(toy(right))).rejects.toThrow(
      /own\/toy\/toy.csv, .*datasets\/toy\/toy.csv, .*cache\/oddity\/toy\/toy.csv, got none there; "oddity data get toy"/,
    );
  });
  test("a file with another checksum is refused", async () => {
    vi.stubEnv("ODDITY_DATA", join(folder, "own"));
    mkdirSync(join(folder, "own/toy"), { recursive: true });
    writeFileSync(join(folder, "own/toy/toy.csv"), content);
    expect(await locate(toy(right))).toBe(join(folder, "own/toy/toy.csv"));
    await expect(locate(toy("0".repeat(64)))).rejects.toThrow(/expected SHA-256 0000/);
  });
  test("fetched into the cache once, and only when whole", async () => {
    vi.stubEnv("ODDITY_DATA", "");
    vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
    let asked = 0;
    const server = createServer((request, response) => {
      asked++;
      response.statusCode = request.url === "/toy.csv" ? 200 : 404;
      response.end(content);
    }).listen(0);
    const address = `http://localhost:${(server.address() as AddressInfo).port}`;
    const target = join(folder, "cache/oddity/toy/toy.csv");
    await expect(locate(toy(right, `${address}/none`), { download: true })).rejects.toThrow(
      /expected the file, got status 404/,
    );
    await expect(locate(toy("0".repeat(64), `${address}/toy.csv`), { download: true })).rejects.toThrow(
      /expected SHA-256 0000/,
    );
    expect(readdirSync(join(folder, "cache/oddity/toy"))).toEqual([]);
    expect(await locate(toy(right, `${address}/toy.csv`), { download: true })).toBe(target);
    expect(await locate(toy(right, `${address}/toy.csv`), { download: true })).toBe(target);
    expect(asked).toBe(3);
    server.close();
  });
});
