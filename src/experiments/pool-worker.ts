// A process of the pool: runs the groups it is given, one after another.

import { join } from "node:path";
import { AbortedError } from "../detectors/trained.js";
import { parentProcess } from "../host/process.js";
import { OddityError, withId } from "../tensor/errors.js";
import { experiments } from "./index.js";
import type { Order, Told } from "./pool.js";
import { type RunOptions, runGroup, type Wanted } from "./runner.js";

const controller = new AbortController();
const parent = parentProcess<Order, Told>(hear, () => {
  controller.abort(); // what trains keeps its checkpoint
  if (!isBusy) process.exit(0);
});

let isBusy = false;
let work: Promise<(order: Order & { kind: "group" }) => Promise<void>> | undefined;

async function begin({ experiment: id, folder, ...how }: Order & { kind: "begin" }) {
  const experiment = withId("experiment", id, experiments);
  const data = await experiment.open();
  const options: RunOptions & Pick<Wanted, "epochs"> = {
    ...how,
    checkpoint: (key) => join(folder, `${key}.checkpoint`),
    signal: controller.signal,
    onStart: (run) => parent.tell({ kind: "start", run }),
    onProgress: (progress) => parent.tell({ kind: "progress", progress }),
    onLine: (line) => parent.tell({ kind: "line", line }),
  };
  return ({ group }: Order & { kind: "group" }) => runGroup(experiment, data, group, options);
}

/** Ends the process with what went wrong, or in order where it was stopped. */
function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const isStop = controller.signal.aborted || error instanceof AbortedError;
  const fault = error instanceof OddityError ? { fault: error.fault } : {};
  parent.end(isStop ? { kind: "stopped" } : { kind: "failed", message, ...fault });
}

function hear(order: Order): void {
  if (order.kind === "stop") {
    controller.abort();
    return;
  }
  if (order.kind === "begin") work = begin(order);
  isBusy = true;
  const doing = order.kind === "group" ? work!.then((run) => run(order)) : work!;
  doing.then(() => {
    isBusy = false;
    if (controller.signal.aborted) fail(new Error("stopped"));
    else parent.tell({ kind: "free" });
  }, fail);
}
