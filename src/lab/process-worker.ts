// The process of one run.

import { parentProcess } from "../host/process.js";
import { firstLine, OddityError } from "../tensor/errors.js";
import { performRun } from "./perform.js";
import type { Order, Told } from "./process.js";

const controller = new AbortController();
const parent = parentProcess<Order, Told>(hear, () => controller.abort());

function hear(order: Order): void {
  if (order.kind === "stop") controller.abort();
  else work(order.folder).then(parent.end, fail);
}

async function work(folder: string): Promise<Told> {
  const end = await performRun(folder, {
    clock: { now: () => (performance.timeOrigin + performance.now()) / 1000 },
    signal: controller.signal,
    onStart: (step, passedOver) => parent.tell({ kind: "start", step, passedOver }),
    onProgress: (progress) => parent.tell({ kind: "progress", progress }),
    onMeasured: (measured) => parent.tell({ kind: "measured", measured }),
  });
  return { kind: "end", end };
}

function fail(error: unknown): void {
  const told = {
    kind: "failed",
    name: error instanceof Error ? error.name : "Error",
    message: firstLine(error),
  } as const;
  if (error instanceof OddityError) parent.end({ ...told, fault: error.fault, usage: error.usage });
  else parent.end(told);
}
