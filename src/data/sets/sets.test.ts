import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { defineDataset, type TableSet } from "./define.js";
import { dataFolders, locate } from "./find.js";
import { datasetOf, datasets, pictureSetOf, tableSetOf, tableSets } from "./index.js";
import { loadDataset } from "./load.js";

const shipped = dataFolders().at(-2)!;
const own = process.env.ODDITY_DATA;
const folder = mkdtempSync(join(tmpdir(), "oddity-sets-test-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const ships = tableSets.filter((dataset) => existsSync(join(shipped, dataset.source.file)));

test("what ships is KDD Cup 99 and the small sets whose terms allow it", () => {
  expect(ships).toHaveLength(23);
  for (const { id, source } of ships) expect(source.licence, id).toContain("CC BY 4.0");
  const files = readdirSync(join(shipped, "adbench")).filter((name) => name.endsWith(".npz"));
  expect(files.map((name) => `adbench/${name}`).sort()).toEqual(
    ships
      .map((dataset) => dataset.source.file)
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
});

test("ids differ, and a near one is suggested", () => {
  expect(new Set(datasets.map((dataset) => dataset.id)).size).toBe(34 + 5);
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

describe("finding", () => {
  const content = "a,y\n1,0\n2,1\n";
  const toy = (sha256: string, url = "http://localhost/none"): TableSet =>
    defineDataset({
      id: "toy",
      about: "Two rows.",
      source: { file: "toy/toy.csv", sha256, licence: "none", cite: "none", url },
      facts: { rows: 2, columns: 1, anomalies: 1 },
      label: { column: "y" },
    });
  const right = createHash("sha256").update(content).digest("hex");

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
