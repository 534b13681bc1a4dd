// The table of a network's layers: places, shapes, counts.

import { expect, test } from "vitest";
import type { Node } from "../graph/node.js";
import { batchNorm } from "./batch-norm.js";
import { conv, flatten } from "./conv-layers.js";
import { dense, relu } from "./layers.js";
import { network, sequential } from "./network.js";
import { layerTable, printLayers } from "./table.js";

const net = network(
  { body: sequential(conv({ from: 3, to: 8, kernel: 4 }), batchNorm(8), relu, flatten), head: dense(8, 10) },
  (part, x: Node) => part.head(part.body(x)),
);

test("has a row for each layer with parameters, running values apart, and the total", () => {
  expect(layerTable(net)).toEqual([
    { layer: "body.0", parameters: "weight 8×3×4×4, bias 8", trained: 392, running: 0 },
    { layer: "body.1", parameters: "scale 8, offset 8, mean 8, variance 8", trained: 16, running: 16 },
    { layer: "head", parameters: "weight 8×10, bias 10", trained: 90, running: 0 },
    { layer: "total", parameters: "", trained: 498, running: 16 },
  ]);
});

test("is printed with numbers under one another", () => {
  expect(printLayers(net)).toEqual([
    "body.0  weight 8×3×4×4, bias 8                 392",
    "body.1  scale 8, offset 8, mean 8, variance 8   16  + 16 running",
    "head    weight 8×10, bias 10                    90",
    "total                                          498  + 16 running",
  ]);
});
