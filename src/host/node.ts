// The host in Node: worker threads for sessions and training, files through the file system.

import { readFile, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { writeAtomic } from "../disk/atomic.js";
import { type WorkerRuntime, workerRuntime } from "../runtime/worker.js";
import { decodeSnapshot } from "../train/checkpoint.js";
import { trainInThread } from "../train/remote.js";
import type { Host } from "./host.js";

let sessions: WorkerRuntime | undefined;

export const nodeHost: Host = {
  cores: availableParallelism(),
  runtime: {
    name: "worker",
    // one thread serves all sessions; it starts with the first and does not keep the process alive
    open: (model, options) => {
      sessions ??= workerRuntime();
      return sessions.open(model, options);
    },
  },
  train: trainInThread,
  shared: (size) => new Float32Array(new SharedArrayBuffer(4 * size)),
  async readSnapshot(path, fingerprint) {
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    return bytes && decodeSnapshot(bytes, fingerprint, path);
  },
  removeSnapshot: (path) => rm(path, { force: true }),
  writeModel: (path, bytes, options) => writeAtomic(path, bytes, options),
};

/** Ends the thread behind all sessions once it is done with what is under way. */
export const endSessions = async (): Promise<void> => {
  await sessions?.close();
};
