// --known-anomalies: told from labels or from a file, and kept from detectors that learn from normal rows alone.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newPlace, tableText } from "./run.js";

const place = newPlace();
afterAll(() => place.remove());
beforeAll(() => {
  const [head, ...rows] = tableText().trim().split("\n");
  const bad = rows.filter((row) => row.endsWith(",bad"));
  writeFileSync(join(place.path, "all.csv"), tableText());
  writeFileSync(join(place.path, "bad.csv"), [head, ...bad].join("\n"));
  writeFileSync(join(place.path, "few.csv"), "a\n1\n2\n");
});

const labelled = ["all.csv", "--label", "label", "--normal", "good"];
const quick = ["-d", "devnet", "-q", "--force"];

test("so many of the labelled ones are told, and what is said is of the others", async () => {
  const { code, stdout } = await place.run(
    "detect",
    ...labelled,
    ...quick,
    "--known-anomalies",
    "4",
    "-o",
    "out",
    "--json",
  );
  expect(code).toBe(0);
  const said = JSON.parse(stdout) as { rows: number; notes: string[]; quality: { anomalies: number } };
  expect(said.notes.join()).toContain("4 of the labelled anomalies were told to the detector");
  const { stdout: model } = await place.run("inspect", "out/model.onnx");
  expect(model).toMatch(/^rows +\d+ trained, \d+ held out, 4 known anomalies$/m);
});

test("a file of them, its label column ignored", async () => {
  const out = await place.run("fit", ...labelled, ...quick, "--known-anomalies", "bad.csv", "-o", "told.onnx");
  expect(out).toMatchObject({ code: 0, stdout: expect.stringMatching(/10 known anomalies/) });
  // other anomalies, another model: labels that are told matter
  const counted = await place.run("fit", ...labelled, ...quick, "--known-anomalies", "1", "-o", "one.onnx");
  expect(counted.stdout).toMatch(/1 known anomaly\b/);
});

test.each([
  [
    ["-d", "knn", "--known-anomalies", "4"],
    /--known-anomalies: expected a detector that learns from known anomalies, got knn; these do: .*devnet/,
  ],
  [
    ["-d", "devnet", "--known-anomalies", "11"],
    /--known-anomalies: expected 1 to 10, the labelled anomalies there are, got 11/,
  ],
  [["-d", "devnet", "--known-anomalies", "0"], /expected 1 to 10.* got 0/],
  [["-d", "devnet"], /devnet: expected .*--known-anomalies/],
])("%j is refused", async (options, message) => {
  const { code, stderr, stdout } = await place.run("fit", ...labelled, ...options, "-q", "-o", "no.onnx");
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(message);
});

test("a number without labels, and a file without a column", async () => {
  const bare = ["fit", "all.csv", "--drop", "label", ...quick, "-o", "no.onnx", "--known-anomalies"];
  expect(await place.run(...bare, "3")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/expected labels to draw from, got none/),
  });
  expect(await place.run(...bare, "few.csv")).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/few.csv: expected the columns of the data, got no column/),
  });
  expect(await place.run(...bare, "nothing.csv")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("nothing.csv"),
  });
});
