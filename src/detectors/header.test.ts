// What a model file says about itself comes back as it was written; anything else is refused with a sentence.

import { expect, test } from "vitest";
import type { Graph } from "../graph/node.js";
import { writeOnnx } from "../graph/onnx/write.js";
import { input } from "../graph/op.js";
import { neg } from "../graph/ops/arithmetic.js";
import { FORMAT, fromMetadata, type Header, toMetadata } from "./header.js";

const header: Header = {
  format: FORMAT,
  version: "0.1.0",
  detector: "some",
  parameters: { rate: 0.1 },
  seed: 3,
  encoding: {
    scaling: "standard",
    columns: [
      { kind: "number", name: "a", shift: 1, factor: 2, fill: 3, indicator: false },
      { kind: "constant", name: "b", value: null },
      { kind: "category", name: "ü", levels: ["", "x"], unseen: true, usual: "x" },
    ],
  },
  rows: { trained: 8, heldOut: 2 },
  training: { steps: 5, ended: "done" },
  rule: "false-alarms=0.5",
  threshold: 2,
  notes: [],
};
const calibration = Float32Array.of(0.1, 2);

const x = input("a", "f32", ["batch"]);
const graph: Graph = { name: "any", inputs: [x], outputs: [{ name: "score", node: neg(x) }] };
const fileOf = (metadata: Record<string, string>): Uint8Array => writeOnnx(graph, { metadata });
const changed = (change: object): Uint8Array =>
  fileOf({ ...toMetadata(header, calibration), oddity: JSON.stringify({ ...header, ...change }) });

test("header and calibration come back bit for bit", () => {
  expect(fromMetadata(fileOf(toMetadata(header, calibration)), "m.onnx")).toEqual({ header, calibration });
  // a view of a larger array, as sorting and cutting leave it
  const view = Float32Array.of(9, 0.1, 2, 9).subarray(1, 3);
  expect(fromMetadata(fileOf(toMetadata(header, view)), "m.onnx").calibration).toEqual(calibration);
});

test("a file of a newer format is refused with its version", () => {
  expect(() => fromMetadata(changed({ format: FORMAT + 1, version: "9.8.7" }), "m.onnx")).toThrow(
    `m.onnx: expected model format ${FORMAT} or older, got format ${FORMAT + 1}, written by oddity 9.8.7; a newer oddity reads it`,
  );
});

test("a header that does not fit is refused with the field", () => {
  expect(() => fromMetadata(changed({ seed: "three" }), "m.onnx")).toThrow("m.onnx: header.seed: expected");
  expect(() => fromMetadata(changed({ encoding: { ...header.encoding, scaling: "odd" } }), "m.onnx")).toThrow(
    "m.onnx: header.encoding.scaling: expected",
  );
});

test.each(["null", "1", "{", ""])("a header that is %j is refused", (text) => {
  expect(() => fromMetadata(fileOf({ ...toMetadata(header, calibration), oddity: text }), "m.onnx")).toThrow(
    /^m\.onnx: .*expected a valid header, got/,
  );
});

test.each(["AA==", ""])("calibration scores that are %j are refused", (text) => {
  const file = fileOf({ ...toMetadata(header, calibration), "oddity.calibration": text });
  expect(() => fromMetadata(file, "m.onnx")).toThrow("m.onnx: expected whole calibration scores, got");
});

test("an ONNX file of someone else is refused", () => {
  expect(() => fromMetadata(fileOf({ other: "x" }), "m.onnx")).toThrow("m.onnx: expected a model written by oddity");
});

test("a file that is cut off anywhere, empty, or no ONNX is refused", () => {
  const file = fileOf(toMetadata(header, calibration));
  for (let length = 0; length < file.length; length++)
    expect(() => fromMetadata(file.subarray(0, length), "m.onnx"), `${length} bytes`).toThrow(/^m\.onnx: expected/);
  expect(() => fromMetadata(new Uint8Array(0), "m.onnx")).toThrow("m.onnx: expected an ONNX model, got an empty file");
  expect(() => fromMetadata(new TextEncoder().encode("a,b\n1,2\n"), "m.onnx")).toThrow(
    "m.onnx: expected an ONNX model",
  );
});
