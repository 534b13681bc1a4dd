// Numbers that networks give for rows, outside training: what some detectors must know before they train or score.

import type { Node } from "../graph/node.js";
import { writeOnnx } from "../graph/onnx/write.js";
import { input } from "../graph/op.js";
import { largestProduct, threadsFor } from "../runtime/threads.js";
import { tensor } from "../tensor/tensor.js";
import type { Rows } from "../train/feeds.js";
import type { LearningSite } from "./define.js";

const AT_ONCE = 4096;

/**
 * The values of these nodes of x f32[batch, width] for rows, a batch after another in their order.
 * @throws where `site.signal` says to stop
 */
export async function* measured<Name extends string>(
  { values, count }: Rows,
  { width, host, threads, signal }: LearningSite,
  nodesOf: (x: Node) => Readonly<Record<Name, Node>>,
): AsyncGenerator<{ readonly rows: number; readonly values: Readonly<Record<Name, Float32Array>> }> {
  const x = input("x", "f32", ["batch", width]);
  const outputs = Object.entries<Node>(nodesOf(x)).map(([name, node]) => ({ name, node }));
  const graph = { name: "measure", inputs: [x], outputs };
  const session = await host.runtime.open(writeOnnx(graph), {
    threads: threads ?? threadsFor(largestProduct(graph), host.cores),
  });
  try {
    for (let first = 0; first < count; first += AT_ONCE) {
      const rows = Math.min(AT_ONCE, count - first);
      const batch = tensor("f32", [rows, width], values.slice(first * width, (first + rows) * width));
      const got = await session.run({ x: batch }, { give: true });
      signal?.throwIfAborted();
      const found = Object.fromEntries(outputs.map(({ name }) => [name, got[name]!.data as Float32Array]));
      yield { rows, values: found as Record<Name, Float32Array> };
    }
  } finally {
    await session.close();
  }
}
