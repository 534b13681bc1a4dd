// A process of the pool: runs the groups it is given, one after another.

import { join } from "node:path";
import { AbortedError } from "../detectors/trained.js";
import { OddityError, withId } from "../tensor/errors.js";
import { experiments } from "./index.js";
import type { Order, Told } from "./pool.js";
import { type RunOptions, runGroup, type Wanted } from "./runner.js";

const tell = (told: Told): void => void process.send?.(told);
const controller = new AbortController();

// the process that gave the orders hears Ctrl-C as well, and says when to stop
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => undefined);
// and when it is gone there is nobody to work for: what trains keeps its checkpoint
process.on("disconnect", () => {
  controller.abort();
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
    onStart: (run) => tell({ kind: "start", run }),
    onProgress: (progress) => tell({ kind: "progress", progress }),
    onLine: (line) => tell({ kind: "line", line }),
  };
  return ({ group }: Order & { kind: "group" }) => runGroup(experiment, data, group, options);
}

/** Ends the process with what went wrong, or in order where it was stopped. */
function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const isStop = controller.signal.aborted || error instanceof AbortedError;
  if (!process.connected) process.exit(0);
  const fault = error instanceof OddityError ? { fault: error.fault } : {};
  process.send?.(isStop ? { kind: "stopped" } : { kind: "failed", message, ...fault }, () => process.exit(0));
}

process.on("message", (order: Order) => {
  if (order.kind === "stop") return controller.abort();
  if (order.kind === "begin") work = begin(order);
  isBusy = true;
  const doing = order.kind === "group" ? work!.then((run) => run(order)) : work!;
  doing.then(() => {
    isBusy = false;
    if (controller.signal.aborted) fail(new Error("stopped"));
    else tell({ kind: "free" });
  }, fail);
});
