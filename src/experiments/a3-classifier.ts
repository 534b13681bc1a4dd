// The classifier of MNIST digits that A3 watches in its experiments with letters: the small example of Keras, with fewer
// channels (8 and 16 instead of 32 and 64), written as an ONNX file that A3 reads like any user's model.

import type { CategoryColumn, Table } from "../data/table.js";
import type { Target } from "../detectors/define.js";
import { trainNetworks } from "../detectors/trained.js";
import { writeOnnx } from "../graph/onnx/write.js";
import { input } from "../graph/op.js";
import { mul, sub } from "../graph/ops/arithmetic.js";
import { slice } from "../graph/ops/cut.js";
import { exp, log } from "../graph/ops/exponential.js";
import { mean, sum } from "../graph/ops/reduce.js";
import { reshape } from "../graph/ops/shape.js";
import { nodeHost } from "../host/node.js";
import { conv, flatten, maxPool, reshapeTo } from "../nn/conv-layers.js";
import { dense, dropout, relu } from "../nn/layers.js";
import { sequential } from "../nn/network.js";
import { adam } from "../nn/optimisers.js";
import { constantRate } from "../nn/schedules.js";
import { openForeign } from "../runtime/foreign.js";
import { Random } from "../tensor/random.js";

const SIDE = 28;
const PIXELS = SIDE * SIDE;
const CLASSES = 10;
const [FIRST, SECOND, HIDDEN] = [8, 16, 128];
const BATCH = 128;

const classifier = () =>
  sequential(
    reshapeTo(1, SIDE, SIDE),
    ...[conv({ from: 1, to: FIRST, kernel: 3 }), relu],
    ...[conv({ from: FIRST, to: SECOND, kernel: 3 }), relu],
    ...[maxPool(2), dropout(0.25), flatten],
    ...[dense(12 * 12 * SECOND, HIDDEN), relu, dropout(0.5)],
    dense(HIDDEN, CLASSES),
  );

/**
 * Learns the classes of pictures in one pass. The file's input is "image" f32[batch, 1, 28, 28] in 0 to 1; watched is the
 * last of its activation layers alone, as the maps of the others are 14,624 numbers.
 */
export async function digitClassifier(pictures: Table, classes: CategoryColumn, seed: number): Promise<Target> {
  const { pixels } = pictures.pictures!;
  const width = PIXELS + CLASSES;
  const values = nodeHost.shared(pictures.rows * width);
  for (let row = 0; row < pictures.rows; row++) {
    for (let i = 0; i < PIXELS; i++) values[row * width + i] = pixels[row * PIXELS + i]! / 255;
    values[row * width + PIXELS + classes.codes[row]!] = 1;
  }
  const { networks } = await trainNetworks(
    {
      networks: { classifier: classifier() },
      turns: [
        {
          moves: ["classifier"],
          losses: (n, x) => {
            const logits = n.classifier(slice(x, { axis: 1, start: 0, end: PIXELS }));
            const wanted = slice(x, { axis: 1, start: PIXELS, end: width });
            const total = log(sum(exp(logits), { axes: [1] }));
            return { "cross-entropy": mean(sub(total, sum(mul(logits, wanted), { axes: [1] })), {}) };
          },
        },
      ],
      optimiser: adam({ rate: 1e-3, schedule: constantRate }),
      batch: BATCH,
      steps: (rows, batch) => Math.floor(rows / batch),
      score: (n, x) => n.classifier(x),
    },
    {
      ...{ host: nodeHost, device: "cpu", seed, random: new Random(seed).at("classifier") },
      ...{ features: PIXELS, condition: CLASSES, width, picture: undefined },
      rows: { values, count: pictures.rows },
      heldOut: { values: new Float32Array(0), count: 0 },
      select: "last",
      onProgress: () => undefined,
    },
  );
  const image = input("image", "f32", ["batch", 1, SIDE, SIDE]);
  const logits = networks.classifier(reshape(image, { shape: ["batch", PIXELS] }));
  const bytes = writeOnnx({ name: "classifier", inputs: [image], outputs: [{ name: "logits", node: logits }] });
  const { values: layers } = await openForeign(bytes, nodeHost.runtime);
  return { bytes, layers: [layers.at(-1)!.name] };
}
