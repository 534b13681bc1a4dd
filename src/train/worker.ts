// The training thread: runs one job's loop here and its graph in a thread below, so that the next chunk is drawn while
// the present one is computed.

import { parentPort, workerData } from "node:worker_threads";
import { writeAtomic } from "../disk/atomic.js";
import { auroc } from "../metrics/auroc.js";
import type { Session } from "../runtime/runtime.js";
import { workerRuntime } from "../runtime/worker.js";
import { tensor } from "../tensor/tensor.js";
import { encodeSnapshot } from "./checkpoint.js";
import type { Job, Report } from "./job.js";
import { DivergedError, type Snapshot, type State, train } from "./loop.js";

const report = (message: Report): void => parentPort?.postMessage(message);
/** Rows that the watched number is computed for at once. */
const WATCH_BATCH = 4096;
const WATCH_NUMBERS = 2 ** 19;

async function run(job: Job): Promise<void> {
  let aborted = false;
  parentPort?.on("message", () => {
    aborted = true;
  });
  const runtime = workerRuntime();
  const session = await runtime.open(job.model, { threads: job.threads, device: job.device });
  const watching = job.watch && {
    session: await runtime.open(job.watch.model, { threads: job.threads }),
    ...job.watch,
  };
  const save = async (snapshot: Snapshot): Promise<void> => {
    if (job.checkpoint)
      await writeAtomic(job.checkpoint.path, encodeSnapshot(snapshot, job.checkpoint.fingerprint), { force: true });
  };
  const trained = await train(session, job.plan, job.rows, job.from, job.options, {
    progress: (progress) => report({ kind: "progress", progress }),
    checkpoint: save,
    ...(watching ? { watch: (state: State) => watch(watching, state, job.plan.width) } : {}),
    aborted: () => aborted,
    now: () => performance.now() / 1000,
  });
  if (trained.ended === "aborted") await save(trained);
  await runtime.close();
  report({ kind: "done", trained });
}

/** Mean of the watched number over the rows, or 1 - AUROC of it where they have labels. */
async function watch(
  { session, rows: { values, count }, labels }: NonNullable<Job["watch"]> & { session: Session },
  state: State,
  width: number,
): Promise<number> {
  const vectors = session.inputs
    .filter((name) => name !== "x")
    .map((name) => [
      name,
      tensor("f32", [state[name.slice("state.".length)]!.length], state[name.slice("state.".length)]!),
    ]);
  const watched = new Float32Array(count);
  const batch = Math.max(1, Math.min(WATCH_BATCH, Math.floor(WATCH_NUMBERS / width)));
  for (let first = 0; first < count; first += batch) {
    const last = Math.min(first + batch, count);
    const x = tensor("f32", [last - first, width], values.slice(first * width, last * width));
    const got = await session.run({ ...Object.fromEntries(vectors), x });
    watched.set(got.watched!.data as Float32Array, first);
  }
  return labels ? 1 - auroc.compute(watched, labels) : watched.reduce((sum, v) => sum + v, 0) / count;
}

run(workerData as Job).then(
  () => parentPort?.close(),
  (error: unknown) => {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    report({
      kind: "failed",
      name,
      message,
      ...(error instanceof DivergedError ? { step: error.step, what: error.what } : {}),
    });
    process.exit(0);
  },
);
