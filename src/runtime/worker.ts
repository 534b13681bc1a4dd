// Sessions that live in a worker thread, so that a running model does not block the caller's event loop.

import { Worker } from "node:worker_threads";
import "./no-telemetry.js";
import { sizeOf } from "../tensor/dtype.js";
import type { Fetches, Runtime, Session } from "./runtime.js";
import type { Answer, Request } from "./worker-entry.js";

/** Compiled entry: tests run from the TypeScript sources, workers always from dist. */
export const workerUrl = (relative: string, from: string): URL => {
  if (!from.endsWith(".ts")) return new URL(relative, from);
  const source = from.lastIndexOf("/src/");
  return new URL(relative, `${from.slice(0, source)}/dist/${from.slice(source + "/src/".length)}`);
};

export interface WorkerRuntime extends Runtime {
  /** Ends the thread when the calls under way are done; open sessions are gone. */
  close(): Promise<void>;
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** Starts one worker thread. It does not keep the process alive while idle. */
export function workerRuntime(): WorkerRuntime {
  const worker = new Worker(workerUrl("./worker-entry.js", import.meta.url));
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let ended: Error | undefined;
  worker.unref();
  worker.on("message", (answer: Answer) => {
    const call = waiting.get(answer.call);
    waiting.delete(answer.call);
    if (waiting.size === 0) worker.unref();
    if (answer.error === undefined) call?.resolve(answer);
    else call?.reject(new Error(answer.error));
  });
  const fail = (error: Error): void => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on("error", fail);
  worker.on("exit", (code) => fail(new Error(`the worker thread ended with code ${code}`)));

  const ask = (request: Request, transfer: ArrayBuffer[] = []): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (ended !== undefined) return reject(ended);
      const call = calls++;
      worker.postMessage({ call, ...request }, transfer);
      waiting.set(call, { resolve, reject });
      worker.ref();
    });

  return {
    name: "worker",
    async open(model, options = {}) {
      const opened = await ask({ does: "open", model, options });
      return remoteSession(ask, opened);
    },
    close: async () => {
      // a thread that is ended inside the runtime takes the whole process with it
      ended ??= new Error("the worker thread was closed");
      while (waiting.size > 0)
        await new Promise<void>((resolve) => {
          worker.once("message", () => resolve());
          worker.once("exit", () => resolve());
        });
      await worker.terminate();
    },
  };
}

function remoteSession(ask: (request: Request, transfer?: ArrayBuffer[]) => Promise<Answer>, opened: Answer): Session {
  const session = opened.session!;
  return {
    inputs: opened.inputs!,
    outputs: opened.outputs!,
    async run(feeds, { give = false, only } = {}): Promise<Fetches> {
      for (const [name, { shape, data }] of Object.entries(feeds))
        if (data.length !== sizeOf(shape)) throw new Error(`the memory of feed "${name}" was given away before`);
      const answer = await ask({ does: "run", session, feeds, only }, give ? buffersOf(feeds) : []);
      return answer.fetches!;
    },
    close: async () => {
      await ask({ does: "close", session });
    },
  };
}

/** The memory behind tensors that can be handed over: whole buffers, each once. */
export function buffersOf(tensors: Readonly<Record<string, { data: unknown }>>): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  for (const { data } of Object.values(tensors))
    if (ArrayBuffer.isView(data) && data.buffer instanceof ArrayBuffer && data.byteLength === data.buffer.byteLength)
      found.add(data.buffer);
  return [...found];
}
