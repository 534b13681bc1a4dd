// The models we write, before ONNX's own checker and its strict shape inference: every case of every op, a loop in a
// loop, a training program, and parts of models of others.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Graph } from "../src/graph/node.js";
import { writeOnnx } from "../src/graph/onnx/write.js";
import { input, scalar } from "../src/graph/op.js";
import { add, mul } from "../src/graph/ops/arithmetic.js";
import { casesOf } from "../src/graph/ops/cases.js";
import { ops } from "../src/graph/ops/index.js";
import { sum } from "../src/graph/ops/reduce.js";
import { scan } from "../src/graph/ops/scan.js";
import { openForeign } from "../src/runtime/foreign.js";
import { nodeRuntime } from "../src/runtime/node.js";
import { trainingProgram } from "../src/train/program.js";
import { draw, type FixtureName, fixture, perceptron } from "./foreign-models.js";
import { pairGame, pairs } from "./games.js";
import { need } from "./need.js";

const folder = mkdtempSync(join(tmpdir(), "oddity-onnx-"));
afterAll(() => rmSync(folder, { recursive: true }));

const checker = `
import json, sys
from pathlib import Path
import onnx

files = sorted(Path(sys.argv[1]).glob("*.onnx"))
wrong = {}
for file in files:
    try:
        model = onnx.load(str(file))
        onnx.checker.check_model(model, full_check=True)
        onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    except Exception as error:
        wrong[file.stem] = f"{type(error).__name__}: {error}"
print(json.dumps({"checked": len(files), "wrong": wrong}))
`;

function loopInLoop(): Graph {
  const [start, rows] = [input("start", "f32", []), input("rows", "f32", ["steps", 3])];
  const { state, stacked } = scan({ state: [start], over: [rows] }, ([s], [row]) => {
    const inner = scan({ state: [s!], over: [row!] }, ([t], [x]) => ({
      state: [add(t!, mul(x!, start))],
      outputs: [x!],
    }));
    return { state: [...inner.state], outputs: [sum(row!, {}), scalar(1)] };
  });
  return {
    name: "loop in a loop",
    inputs: [start, rows],
    outputs: [...state, ...stacked].map((node, i) => ({ name: `y${i}`, node })),
  };
}

/** What is watched of a model of somebody else, beside each row and in a loop over batches. */
async function watching(name: string, bytes: Uint8Array): Promise<Graph> {
  const target = await openForeign(bytes, nodeRuntime);
  const [{ shape }] = target.inputs as [(typeof target.inputs)[number]];
  const x = input("x", "f32", ["batch", ...shape]);
  const batches = input("batches", "f32", ["steps", 4, ...shape]);
  const loop = scan({ state: [scalar(0)], over: [batches] }, ([n], [rows]) => {
    const values = target.apply([rows!]);
    return { state: [add(n!, sum(values[0]!, {}))], outputs: values };
  });
  return {
    name,
    inputs: [x, batches],
    outputs: [...target.apply([x]), ...loop.state, ...loop.stacked].map((node, i) => ({ name: `y${i}`, node })),
  };
}

const drawn = (opset: number): Promise<Graph> =>
  watching(`perceptron of opset ${opset}`, draw({ ...perceptron(), opset }));

test("ONNX finds nothing wrong with what we write", async () => {
  const python = need("python");
  const cases = ops
    .flatMap((op) => casesOf(op))
    .map(({ title, inputs, output }): Graph => ({ name: title, inputs, outputs: [{ name: "y", node: output }] }));
  const fixtures: readonly FixtureName[] = ["torch-mnist-cnn", "sklearn-mlp", "sklearn-classifier"];
  const foreign = [...fixtures.map((name) => watching(name, fixture(name))), ...[7, 11, 13, 18, 22].map(drawn)];
  const graphs = [...cases, loopInLoop(), trainingProgram(pairGame(), pairs).graph, ...(await Promise.all(foreign))];
  for (const [i, graph] of graphs.entries())
    writeFileSync(
      join(folder, `${i} ${graph.name.replaceAll(/\W+/g, " ").slice(0, 80)}.onnx`),
      writeOnnx(graph, { metadata: { a: "b" } }),
    );

  const { status, stdout, stderr } = spawnSync(python, ["-c", checker, folder], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ checked: graphs.length, wrong: {} });
});
