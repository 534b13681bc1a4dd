// One training run as a message, and what comes back: the border between the caller's thread and the training thread.

import type { Device } from "../runtime/runtime.js";
import type { Rows } from "./feeds.js";
import type { LoopOptions, Progress, Snapshot, Trained } from "./loop.js";
import type { Plan } from "./program.js";

export interface Job {
  readonly model: Uint8Array;
  readonly plan: Plan;
  /** Values in shared memory are not copied. */
  readonly rows: Rows;
  readonly from: Snapshot;
  readonly options: LoopOptions;
  readonly threads: number;
  readonly device: Device;
  /**
   * Model of a number per row (inputs: state vectors and "x"; output "watched") and the rows it is averaged over; with
   * labels (1: anomaly), what is watched is how far its AUROC is from 1.
   */
  readonly watch?: { readonly model: Uint8Array; readonly rows: Rows; readonly labels?: Uint8Array };
  readonly checkpoint?: { readonly path: string; readonly fingerprint: string };
}

export type Report =
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "done"; readonly trained: Trained }
  | {
      readonly kind: "failed";
      readonly name: string;
      readonly message: string;
      readonly step?: number;
      readonly what?: string;
    };
