// A snapshot goes through its file unchanged; a damaged file and one of another run get a sentence.

import { expect, test } from "vitest";
import { decodeSnapshot, encodeSnapshot } from "./checkpoint.js";
import { freshStop, type Snapshot } from "./loop.js";

const fresh: Snapshot = {
  stage: 1,
  step: 7,
  state: { net: Float32Array.of(1, 2), "net.slot0": Float32Array.of(0, 3) },
  stop: freshStop,
};
const watched: Snapshot = {
  ...fresh,
  stop: {
    best: 0.1 + 0.2,
    bestStep: 5,
    sinceBest: 2,
    lossSince: 1 / 3,
    bestState: { net: Float32Array.of(4, 5), "net.slot0": Float32Array.of(6, 7) },
  },
};

const keeping: Snapshot = {
  ...watched,
  kept: [
    { step: 4, vectors: { net: Float32Array.of(8, 9) } },
    { step: 40, vectors: { net: Float32Array.of(10, 11), "net.running": Float32Array.of(0.5) } },
  ],
};

test.each([
  ["without a best state", fresh],
  ["with a best state", watched],
  ["with kept vectors", keeping],
  ["that is to keep vectors and has none yet", { ...fresh, kept: [] }],
])("a snapshot %s comes back as it was", (_, snapshot) => {
  expect(decodeSnapshot(encodeSnapshot(snapshot, "f"), "f", "run.safetensors")).toEqual(snapshot);
  expect(decodeSnapshot(Buffer.from(encodeSnapshot(snapshot, "f")), "f", "run.safetensors")).toEqual(snapshot);
});

test("the checkpoint of another run is refused, and says what to do", () => {
  expect(() => decodeSnapshot(encodeSnapshot(fresh, "f"), "g", "run.safetensors")).toThrow(
    "run.safetensors: expected a checkpoint of this run (same data, detector, parameters and seed), got one of another; " +
      "use the same options to resume, or remove the file to start anew",
  );
});

test("a file that is cut off, empty or something else is refused, and says what to do", () => {
  const file = encodeSnapshot(watched, "f");
  const damaged = [
    file.subarray(0, 100),
    file.subarray(0, file.length - 1),
    new Uint8Array(0),
    new Uint8Array(64).fill(80),
  ];
  for (const bytes of damaged)
    expect(() => decodeSnapshot(bytes, "f", "run.safetensors")).toThrow(
      "run.safetensors: expected a whole checkpoint, got it is cut off; remove it to start anew",
    );
});

test.each(["step", "stop"])("a file of ours without its %s is refused", (missing) => {
  const bytes = Buffer.from(encodeSnapshot(fresh, "f"));
  const place = bytes.indexOf(`"${missing}":`);
  bytes.write("x", place + 1);
  expect(() => decodeSnapshot(bytes, "f", "run.safetensors")).toThrow("run.safetensors: expected a whole checkpoint");
});
