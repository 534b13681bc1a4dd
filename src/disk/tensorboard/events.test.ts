import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openEvents } from "./events.js";

const root = mkdtempSync(join(tmpdir(), "oddity-events-test-"));
afterAll(() => rmSync(root, { recursive: true }));

/** The records of a file, without their frames, in hexadecimal. */
function records(path: string): string[] {
  const bytes = readFileSync(path);
  const found: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    found.push(bytes.toString("hex", at + 12, at + 12 + length));
    at += 16 + length;
  }
  return found;
}

const seconds = "09000000000000f83f"; // field 1, 1.5 as a double

test("records, byte by byte", async () => {
  const folder = join(root, "a/b");
  const events = await openEvents(folder, { wallTime: 1.5, suffix: "run" });
  const path = join(folder, "events.out.tfevents.0000000001.run");
  const version = `${seconds}1a0d${Buffer.from("brain.Event:2").toString("hex")}`;
  const start = `${seconds}10003a020801`; // step 0; session log of status 1
  expect(records(path)).toEqual([version, start]);
  events.scalar("a", 300, 0, 1.5);
  events.scalar("a", 2 ** 40, 1, 1.5);
  events.histogram("a", 1, [Number.NaN], 1.5);
  expect(records(path)).toEqual([version, start]); // kept until flush
  await events.flush();
  await events.close();
  // step as a varint; summary > value > tag "a", field 2 as a float, written even where it is 0
  const scalars = ["10ac02" + "2a0a0a080a0161" + "1500000000", "10808080808020" + "2a0a0a080a0161" + "150000803f"];
  expect(records(path)).toEqual([version, start, ...scalars.map((rest) => seconds + rest)]);
});

test("a later file comes later by its name, whatever the clock says, and begins behind the last step that counts", async () => {
  const folder = join(root, "again");
  const open = async (wallTime: number, after?: number) => {
    const events = await openEvents(folder, { wallTime, suffix: "x", ...(after === undefined ? {} : { after }) });
    await events.close();
  };
  await open(1000);
  writeFileSync(join(folder, "notes.txt"), "");
  await open(1000, 5);
  await open(900, 0);
  await open(2000.9, 300);
  const names = readdirSync(folder)
    .filter((name) => name.startsWith("events"))
    .sort();
  expect(names.map((name) => name.split(".")[3])).toEqual(["0000001000", "0000001001", "0000001002", "0000002000"]);
  const starts = names.map((name) => records(join(folder, name))[1]!.slice(seconds.length));
  expect(starts).toEqual(["1000", "1006", "1001", "10ad02"].map((step) => `${step}3a020801`));
});

test("a folder that cannot be one is told, with a way out", async () => {
  writeFileSync(join(root, "file"), "");
  const options = { wallTime: 0, suffix: "x" };
  await expect(openEvents(join(root, "file"), options)).rejects.toThrow(
    /file: expected a folder for event files, got EEXIST.*; name another folder/,
  );
  await expect(openEvents(join(root, "file/below"), options)).rejects.toThrow(/for event files, got ENOTDIR/);
});
