// The other end of `workerRuntime`: opens, runs and closes sessions as asked.

import { parentPort } from "node:worker_threads";
import { nodeRuntime } from "./node.js";
import type { Feeds, Fetches, Session, SessionOptions } from "./runtime.js";
import { buffersOf } from "./worker.js";

export type Request =
  | { readonly does: "open"; readonly model: Uint8Array; readonly options: SessionOptions }
  | {
      readonly does: "run";
      readonly session: number;
      readonly feeds: Feeds;
      readonly only: readonly string[] | undefined;
    }
  | { readonly does: "close"; readonly session: number };

export interface Answer {
  readonly call: number;
  readonly error?: string;
  readonly session?: number;
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  readonly fetches?: Fetches;
}

const sessions = new Map<number, Session>();

async function serve(request: Request): Promise<Omit<Answer, "call">> {
  if (request.does === "open") {
    const session = await nodeRuntime.open(request.model, request.options);
    sessions.set(sessions.size, session);
    return { session: sessions.size - 1, inputs: session.inputs, outputs: session.outputs };
  }
  const session = sessions.get(request.session);
  if (session === undefined) throw new Error(`internal: there is no session ${request.session}`);
  if (request.does === "run")
    return { fetches: await session.run(request.feeds, request.only ? { only: request.only } : {}) };
  await session.close();
  return {};
}

parentPort?.on("message", ({ call, ...request }: { call: number } & Request) => {
  serve(request as Request).then(
    (answer) => parentPort?.postMessage({ call, ...answer }, buffersOf(answer.fetches ?? {})),
    (error: unknown) =>
      parentPort?.postMessage({ call, error: error instanceof Error ? error.message : String(error) }),
  );
});
