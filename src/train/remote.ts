// Starts the training thread and follows it.

import { Worker } from "node:worker_threads";
import { workerUrl } from "../runtime/worker.js";
import type { Job, Report } from "./job.js";
import type { Progress, Trained } from "./loop.js";

/**
 * Trains in a thread of its own. An abort ends the run at the next chunk, with a checkpoint if the job names a file;
 * the result then says `ended: "aborted"`.
 */
export function trainInThread(
  job: Job,
  onProgress: (progress: Progress) => void,
  signal?: AbortSignal,
): Promise<Trained> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerUrl("./worker.js", import.meta.url), { workerData: job });
    const abort = (): void => worker.postMessage("abort");
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
    const end = (): void => signal?.removeEventListener("abort", abort);
    worker.on("message", (report: Report) => {
      if (report.kind === "progress") return onProgress(report.progress);
      end();
      if (report.kind === "done") return resolve(report.trained);
      const error = Object.assign(new Error(report.message), {
        name: report.name,
        step: report.step,
        what: report.what,
      });
      reject(error);
    });
    worker.on("error", (error) => {
      end();
      reject(error);
    });
    worker.on("exit", (code) => reject(new Error(`the training thread ended with code ${code}`)));
  });
}
