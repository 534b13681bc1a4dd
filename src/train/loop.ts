// The training loop: chunks of steps run as one graph, between them progress, checks, checkpoints and stop rules.
// The numbers do not depend on how steps are cut into chunks.

import type { Feeds, Fetches, Session } from "../runtime/runtime.js";
import { type Tensor, tensor } from "../tensor/tensor.js";
import { bytesPerStep, type Drawn, Feeder, type Rows } from "./feeds.js";
import type { Plan } from "./program.js";

/** Flat vectors by name: parameters, optimiser state, averaged weights. */
export type State = Readonly<Record<string, Float32Array>>;

export interface Progress {
  /** Steps done, of how many. */
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  /** Mean of each loss over the chunk just run. */
  readonly losses: Readonly<Record<string, number>>;
  readonly rowsPerSecond: number;
  readonly secondsLeft: number;
}

export interface Snapshot {
  /** Which of a detector's games, from 0. */
  readonly stage: number;
  readonly step: number;
  readonly state: State;
  readonly stop: StopMemory;
  /** What `keep` has kept so far, in the order of steps. */
  readonly kept?: readonly Kept[];
}

/** Vectors of the state as they were after a step. */
export interface Kept {
  readonly step: number;
  readonly vectors: State;
}

/** Ends training when the watched number has not got better for a while; the best weights are kept. */
export interface Patience {
  /** What is watched: the number that `watch` gives, or the mean training loss since the look before. */
  readonly on?: "watch" | "loss";
  /** Steps between looks. */
  readonly every: number;
  /** Looks without improvement that are borne. */
  readonly looks: number;
}

export interface StopMemory {
  readonly best: number;
  readonly bestStep: number;
  readonly sinceBest: number;
  readonly bestState: State | undefined;
  /** Sum of the losses of the steps since the last look. */
  readonly lossSince: number;
}

export interface LoopOptions {
  readonly seed: number;
  readonly steps: number;
  readonly patience?: Patience;
  /** Seconds between checkpoints. */
  readonly checkpointEvery: number;
  /** Steps, rising, after which chunks end and `hooks.mark` is called. */
  readonly marks?: readonly number[];
  /** Vectors of the state that are kept at every mark, and returned with the end of the run. */
  readonly keep?: readonly string[];
}

export interface LoopHooks {
  progress(progress: Progress): void;
  checkpoint(snapshot: Snapshot): Promise<void>;
  /** The watched number, lower is better; asked for only with `patience`, where that is not on the loss. */
  watch?(state: State): Promise<number>;
  /** Called after each step that is a mark; training waits. A run that stops there has the mark behind it. */
  mark?(snapshot: Snapshot): Promise<void>;
  /** The losses of the steps from `first` (from 0) on, by name, one number for each step. */
  losses?(first: number, losses: Readonly<Record<string, Float32Array>>): void;
  aborted(): boolean;
  /** Seconds on a clock that only runs forward. */
  now(): number;
}

export interface Trained extends Snapshot {
  readonly ended: "done" | "aborted" | "patience";
}

/** Training produced a number that is not finite. The state before the chunk is not lost: see the last checkpoint. */
export class DivergedError extends Error {
  override readonly name = "DivergedError";
  readonly step: number;
  readonly what: string;

  constructor(step: number, what: string, moves: readonly string[], value: number) {
    super(
      `training diverged at step ${step}: ${what} is ${value} (it moves ${moves.join(", ")}); ` +
        "try a smaller rate, scaled inputs, or another seed",
    );
    this.step = step;
    this.what = what;
  }
}

/** A chunk is cut so that it takes about this long: short enough for progress and abort, long enough to be cheap. */
const CHUNK_SECONDS = 0.2;
const CHUNK_BYTES = 24 * 2 ** 20;
const FIRST_CHUNK = 8;

export const freshStop: StopMemory = {
  best: Number.POSITIVE_INFINITY,
  bestStep: 0,
  sinceBest: 0,
  bestState: undefined,
  lossSince: 0,
};

/** Runs steps from a snapshot to `options.steps`, or to an abort or a stop rule. */
export async function train(
  session: Session,
  plan: Plan,
  rows: Rows | Drawn,
  from: Snapshot,
  options: LoopOptions,
  hooks: LoopHooks,
): Promise<Trained> {
  const feeder = new Feeder(plan, rows, options.seed, options.steps);
  const most = Math.max(1, Math.floor(CHUNK_BYTES / bytesPerStep(plan)));
  const { stage } = from;
  let { step, state, stop, kept } = from;
  const here = (): Snapshot => ({ stage, step, state, stop, ...(kept ? { kept } : {}) });
  let size = Math.min(FIRST_CHUNK, most);
  let saved = hooks.now();
  const started = hooks.now();
  const chunkAt = (first: number): number => {
    const look = options.patience === undefined ? options.steps : nextLook(first, options.patience.every);
    const mark = options.marks?.find((each) => each > first) ?? options.steps;
    return Math.min(size, options.steps - first, look - first, Math.max(1, mark - first));
  };

  let next = step < options.steps ? prepare(feeder, step, chunkAt(step)) : undefined;
  while (next !== undefined) {
    if (hooks.aborted()) return { ...here(), ended: "aborted" };
    const began = hooks.now();
    const { count, feeds } = next;
    const running = session.run({ ...feeds, ...stateFeeds(state) }, { give: true });
    // while the runtime works in its own thread, the next chunk is drawn here
    next = step + count < options.steps ? prepare(feeder, step + count, chunkAt(step + count)) : undefined;
    const fetches = await running;
    state = checked(fetches, plan, state, step);
    step += count;
    hooks.losses?.(step - count, lossesOf(fetches, plan));

    const seconds = Math.max(hooks.now() - began, 1e-6);
    if (seconds < CHUNK_SECONDS / 2) size = Math.min(size * 2, most);
    else if (seconds > CHUNK_SECONDS * 2) size = Math.max(1, size >> 1);
    const pace = (step - from.step) / Math.max(hooks.now() - started, 1e-6);
    hooks.progress({
      step,
      steps: options.steps,
      epoch: step / feeder.stepsPerEpoch,
      losses: Object.fromEntries(plan.losses.map(({ name }) => [name, meanOf(fetches[`loss.${name}`]!)])),
      rowsPerSecond: (count * plan.batch) / seconds,
      secondsLeft: (options.steps - step) / pace,
    });
    if (options.marks?.includes(step)) {
      if (options.keep) kept = [...(kept ?? []), { step, vectors: only(state, options.keep) }];
      await hooks.mark?.(here());
    }
    const { patience } = options;
    if (patience?.on === "loss") stop = { ...stop, lossSince: summed(stop.lossSince, fetches, plan, count) };
    if (patience !== undefined && step % patience.every === 0) {
      const value = patience.on === "loss" ? stop.lossSince / patience.every : await hooks.watch?.(state);
      if (value !== undefined) stop = remember({ ...stop, lossSince: 0 }, value, step, state);
      if (stop.sinceBest >= patience.looks) return { ...here(), ended: "patience" };
    }
    if (hooks.now() - saved >= options.checkpointEvery) {
      await hooks.checkpoint(here());
      saved = hooks.now();
    }
  }
  return { ...here(), ended: "done" };
}

const only = (state: State, names: readonly string[]): State =>
  Object.fromEntries(names.map((name) => [name, state[name]!]));

const lossesOf = (fetches: Fetches, { losses }: Plan): Readonly<Record<string, Float32Array>> =>
  Object.fromEntries(losses.map(({ name }) => [name, fetches[`loss.${name}`]!.data as Float32Array]));

const nextLook = (step: number, every: number): number => (Math.floor(step / every) + 1) * every;

const prepare = (feeder: Feeder, first: number, count: number): { count: number; feeds: Feeds } => ({
  count,
  feeds: feeder.chunk(first, count),
});

const stateFeeds = (state: State): Feeds =>
  // copies, since a session may take the memory it is given
  Object.fromEntries(
    Object.entries(state).map(([name, data]) => [`state.${name}`, tensor("f32", [data.length], data.slice())]),
  );

const meanOf = ({ data }: Tensor): number => (data as Float32Array).reduce((sum, x) => sum + x, 0) / data.length;

function remember(stop: StopMemory, value: number, step: number, state: State): StopMemory {
  if (value < stop.best) return { ...stop, best: value, bestStep: step, sinceBest: 0, bestState: state };
  return { ...stop, sinceBest: stop.sinceBest + 1 };
}

/** The losses of a chunk's steps added to a sum one after another, so that it does not depend on where chunks end. */
function summed(before: number, fetches: Fetches, { losses }: Plan, count: number): number {
  let sum = before;
  for (let step = 0; step < count; step++)
    for (const { name } of losses) sum += Number(fetches[`loss.${name}`]!.data[step]);
  return sum;
}

/** The state after a chunk, or the first loss or gradient in it that is not finite. */
function checked(fetches: Fetches, plan: Plan, before: State, first: number): State {
  const watched = [
    ...plan.losses.map(({ name, moves }) => ({ what: `loss "${name}"`, moves, values: fetches[`loss.${name}`]! })),
    ...plan.norms.map((name) => ({
      what: `the gradient of "${name}"`,
      moves: [name],
      values: fetches[`norm.${name}`]!,
    })),
  ];
  const faults = watched.flatMap(({ what, moves, values }) => {
    const place = (values.data as Float32Array).findIndex((x) => !Number.isFinite(x));
    return place < 0 ? [] : [{ place, what, moves, value: Number(values.data[place]) }];
  });
  const earliest = faults.sort((a, b) => a.place - b.place)[0];
  if (earliest !== undefined)
    throw new DivergedError(first + earliest.place + 1, earliest.what, earliest.moves, earliest.value);
  return Object.fromEntries(
    plan.state.map(({ name, frozen }) => [
      name,
      frozen ? before[name]! : (fetches[`next.${name}`]!.data as Float32Array),
    ]),
  );
}
