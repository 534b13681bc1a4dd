// A run in a process of its own. Whatever becomes of that process, the run's folder has all that came before.

import { startProcess } from "../host/process.js";
import { workerUrl } from "../runtime/worker.js";
import { type Fault, OddityError } from "../tensor/errors.js";
import type { Measured, PerformHooks } from "./perform.js";
import type { LabEnd, LabProgress } from "./run.js";

export type Order = { readonly kind: "run"; readonly folder: string } | { readonly kind: "stop" };

export type Told =
  | { readonly kind: "start"; readonly step: number; readonly passedOver: readonly string[] }
  | { readonly kind: "progress"; readonly progress: LabProgress }
  | { readonly kind: "measured"; readonly measured: Measured }
  | { readonly kind: "end"; readonly end: LabEnd }
  | {
      readonly kind: "failed";
      readonly name: string;
      readonly message: string;
      readonly fault?: Fault;
      readonly usage?: boolean;
    };

/** As `performRun`. @throws Error where the process came to its end before the run did */
export async function performApart(folder: string, hooks: Omit<PerformHooks, "clock">): Promise<LabEnd> {
  let end: LabEnd | undefined;
  let failure: Error | undefined;
  const child = startProcess<Order, Told>(workerUrl("./process-worker.js", import.meta.url), (told) => {
    switch (told.kind) {
      case "start":
        hooks.onStart?.(told.step, told.passedOver);
        return;
      case "progress":
        hooks.onProgress?.(told.progress);
        return;
      case "measured":
        hooks.onMeasured?.(told.measured);
        return;
      case "end":
        end = told.end;
        return;
      case "failed":
        failure = told.fault
          ? new OddityError(told.fault, { usage: told.usage ?? false })
          : Object.assign(new Error(told.message), { name: told.name });
    }
  });
  const stop = (): void => child.tell({ kind: "stop" });
  hooks.signal?.addEventListener("abort", stop, { once: true });
  child.tell({ kind: "run", folder });
  const how = await child.ended;
  hooks.signal?.removeEventListener("abort", stop);
  if (failure) throw failure;
  if (end) return end;
  throw new OddityError({
    place: folder,
    expected: "the process of this run to end with it",
    got: how,
    hint: `"oddity lab run --resume ${folder}" goes on from its last checkpoint`,
  });
}
