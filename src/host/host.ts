// What a detector needs of the machine it is on: sessions off the caller's thread, a trainer, and how many cores.

import type { Device, Runtime } from "../runtime/runtime.js";
import type { Job } from "../train/job.js";
import type { Progress, Snapshot, Trained } from "../train/loop.js";

export interface Host {
  readonly cores: number;
  readonly runtime: Runtime;
  train(job: Job, onProgress: (progress: Progress) => void, signal?: AbortSignal): Promise<Trained>;
  /** Memory for numbers that threads can share without copying. */
  shared(size: number): Float32Array;
  /** The snapshot in a checkpoint file; undefined where there is none. */
  readSnapshot(path: string, fingerprint: string): Promise<Snapshot | undefined>;
  removeSnapshot(path: string): Promise<void>;
  writeModel(path: string, bytes: Uint8Array, options: { readonly force: boolean }): Promise<void>;
}

export interface Machine {
  readonly host: Host;
  /** Threads inside one operator; chosen by the size of the work when left out. */
  readonly threads?: number;
  readonly device: Device;
}
