// The loop over a session that only adds: progress, ends, stop rules, checkpoints, resuming, and what divergence says.

import { describe, expect, test } from "vitest";
import { sgd } from "../nn/optimisers.js";
import type { Feeds, Fetches, Session } from "../runtime/runtime.js";
import { tensor } from "../tensor/tensor.js";
import { decodeSnapshot, encodeSnapshot } from "./checkpoint.js";
import {
  DivergedError,
  freshStop,
  type LoopHooks,
  type LoopOptions,
  type Progress,
  type Snapshot,
  type Trained,
  train,
} from "./loop.js";
import type { Plan } from "./program.js";

const plan: Plan = {
  state: [
    { name: "net", size: 2 },
    { name: "net.slot0", size: 2 },
  ],
  parameters: { net: [{ name: "weight", size: 2 }] },
  streams: ["rows"],
  noise: [{ kind: "normal", shape: [2] }],
  moves: [{ optimiser: sgd({ rate: 1 }), nth: 0, of: 1 }],
  losses: [
    { name: "real", moves: ["net"] },
    { name: "made", moves: ["net", "other"] },
  ],
  norms: ["net"],
  batch: 2,
  width: 1,
};
const rows = { count: 6, values: Float32Array.of(1, 2, 3, 4, 5, 6) };
const fresh: Snapshot = {
  stage: 0,
  step: 0,
  state: { net: new Float32Array(2), "net.slot0": new Float32Array(2) },
  stop: freshStop,
};

interface Fake extends Session {
  /** Steps of each call. */
  readonly chunks: number[];
}

/**
 * A step adds its noise to net and the sum of its rows to net.slot0; the loss "real" is the step's number as the session
 * counts, "made" is its negative. `at` changes what a step gives.
 */
function fakeSession(
  from = 0,
  at: (step: number) => Partial<Record<"real" | "made" | "net", number>> = () => ({}),
): Fake {
  const chunks: number[] = [];
  let step = from;
  return {
    chunks,
    inputs: [],
    outputs: [],
    close: async () => undefined,
    run: async (feeds: Feeds): Promise<Fetches> => {
      const data = (name: string): Float32Array => feeds[name]!.data as Float32Array;
      const count = feeds["batch.rows"]!.shape[0]!;
      chunks.push(count);
      const [net, slot] = [data("state.net").slice(), data("state.net.slot0").slice()];
      // what is given is gone: a loop that kept it would see zeros
      data("state.net").fill(0);
      data("state.net.slot0").fill(0);
      const series: Record<string, number[]> = { "loss.real": [], "loss.made": [], "norm.net": [] };
      for (let k = 0; k < count; k++, step++) {
        net.forEach((_, i) => {
          net[i]! += data("noise.0")[2 * k + i]!;
          slot[i]! += data("batch.rows")[2 * k + i]!;
        });
        const { real = step, made = -step, net: norm = 1 } = at(step);
        for (const [name, value] of [
          ["loss.real", real],
          ["loss.made", made],
          ["norm.net", norm],
        ] as const)
          series[name]!.push(value);
      }
      return {
        "next.net": tensor("f32", [2], net),
        "next.net.slot0": tensor("f32", [2], slot),
        ...Object.fromEntries(
          Object.entries(series).map(([name, v]) => [name, tensor("f32", [count], Float32Array.from(v))]),
        ),
      };
    },
  };
}

interface Told {
  readonly progress: Progress[];
  readonly saved: Snapshot[];
  readonly trained: Trained;
}

/** A run whose clock goes on by `tick` seconds with every look at it. */
async function told(
  session: Session,
  options: Partial<LoopOptions> = {},
  { from = fresh, tick = 0.001, ...hooks }: Partial<LoopHooks> & { from?: Snapshot; tick?: number } = {},
): Promise<Told> {
  const [progress, saved]: [Progress[], Snapshot[]] = [[], []];
  let clock = 0;
  const trained = await train(
    session,
    plan,
    rows,
    from,
    { seed: 3, steps: 100, checkpointEvery: 1e9, ...options },
    {
      progress: (event) => progress.push(event),
      checkpoint: async (snapshot) => void saved.push(snapshot),
      aborted: () => false,
      now: () => (clock += tick),
      ...hooks,
    },
  );
  return { progress, saved, trained };
}

describe("a whole run", () => {
  test("takes every step once, in chunks that grow while they are quick", async () => {
    const session = fakeSession();
    const { trained } = await told(session);
    expect(trained).toMatchObject({ step: 100, ended: "done", stop: freshStop });
    expect(session.chunks.reduce((a, b) => a + b, 0)).toBe(100);
    expect(session.chunks[0]).toBe(8);
    expect(Math.max(...session.chunks)).toBeGreaterThanOrEqual(32);
    // 33 whole epochs of 21 and one step more: each row in one of the two places
    const sums = Array.from(trained.state["net.slot0"]!);
    expect(sums[0]! + sums[1]!).toBeGreaterThan(33 * 21);
    expect(sums[0]! + sums[1]!).toBeLessThan(34 * 21);
  });
  test("gives the same numbers however it is cut", async () => {
    const slow = fakeSession();
    const { trained } = await told(slow, {}, { tick: 1 });
    expect(Math.max(...slow.chunks.slice(4))).toBe(1);
    expect(trained.state).toEqual((await told(fakeSession())).trained.state);
  });
  test("starts from copies: the snapshot it was given stays as it was", async () => {
    await told(fakeSession());
    expect(fresh.state).toEqual({ net: new Float32Array(2), "net.slot0": new Float32Array(2) });
  });
  test("of no steps changes nothing", async () => {
    const session = fakeSession();
    expect((await told(session, { steps: 0 })).trained).toEqual({ ...fresh, ended: "done" });
    expect(session.chunks).toEqual([]);
  });
});

test("progress: steps, epochs, mean losses of the chunk, pace and time left", async () => {
  const session = fakeSession();
  const { progress } = await told(session, { steps: 20 }, { tick: 1 });
  const ends = session.chunks.map((_, i) => session.chunks.slice(0, i + 1).reduce((a, b) => a + b, 0));
  expect(progress.map(({ step }) => step)).toEqual(ends);
  expect(progress.map(({ steps }) => steps)).toEqual(ends.map(() => 20));
  expect(progress[0]).toMatchObject({ step: 8, epoch: 8 / 3, losses: { real: 3.5, made: -3.5 } });
  expect(progress[0]!.rowsPerSecond).toBe(16); // 8 steps of 2 rows in one tick
  // since the start of training three ticks passed: 12 steps are left at 8 steps in 3 seconds or so
  expect(progress[0]!.secondsLeft).toBeGreaterThan(0);
  expect(progress[0]!.secondsLeft).toBeLessThan(10);
  expect(progress.at(-1)).toMatchObject({ step: 20, secondsLeft: 0 });
});

test("an abort ends between chunks, with all that was done", async () => {
  const session = fakeSession();
  const { trained, progress } = await told(session, {}, { aborted: () => session.chunks.length === 2 });
  const done = session.chunks[0]! + session.chunks[1]!;
  expect(trained).toMatchObject({ step: done, ended: "aborted" });
  expect(progress.at(-1)!.step).toBe(done);
  const rest = await told(fakeSession(done), {}, { from: trained });
  expect(rest.trained.state).toEqual((await told(fakeSession())).trained.state);
});

describe("patience", () => {
  // looks at 10, 20, …: the third is the best, then two that are not
  const watched = [5, 3, 2, 2, 2.5, 1];
  const looks = async (options: Partial<LoopOptions> = {}) => {
    const seen: Float32Array[] = [];
    const watch = async (state: Snapshot["state"]): Promise<number> => {
      seen.push(state.net!.slice());
      return watched[seen.length - 1]!;
    };
    return {
      ...(await told(fakeSession(), { patience: { every: 10, looks: 2 }, steps: 60, ...options }, { watch })),
      seen,
    };
  };
  test("ends after looks without improvement, and keeps the best weights", async () => {
    const { trained, seen } = await looks();
    expect(trained).toMatchObject({ step: 50, ended: "patience", stop: { best: 2, bestStep: 30, sinceBest: 2 } });
    expect(seen).toHaveLength(5);
    expect(trained.stop.bestState!.net).toEqual(seen[2]);
    expect(trained.state.net).toEqual(seen[4]);
  });
  test("that is longer lets the run go on; an improvement starts it anew", async () => {
    const { trained } = await looks({ patience: { every: 10, looks: 3 } });
    expect(trained).toMatchObject({ step: 60, ended: "done", stop: { best: 1, bestStep: 60, sinceBest: 0 } });
  });
  test("does not change the numbers, and survives a restart", async () => {
    const { trained, seen } = await looks();
    const half = await looks({ steps: 30 });
    const from = half.trained;
    let look = 3;
    const rest = await told(
      fakeSession(30),
      { patience: { every: 10, looks: 2 }, steps: 60 },
      {
        from,
        watch: async () => watched[look++]!,
      },
    );
    expect(rest.trained).toEqual(trained);
    expect((await told(fakeSession(), { steps: 50 })).trained.state.net).toEqual(seen[4]);
  });
  test("on the loss keeps the weights after the steps whose mean loss is least, however steps are cut", async () => {
    // steps 0, 1, … have the losses |step - 35|/8 and -1: least on average from 30 to 39, (5+4+…+0+…+4)/80 - 1
    const session = (from = 0) => fakeSession(from, (step) => ({ real: Math.abs(step - 35) / 8, made: -1 }));
    const options: Partial<LoopOptions> = { patience: { on: "loss", every: 10, looks: 5 }, steps: 60 };
    const { trained, saved } = await told(session(), { ...options, checkpointEvery: 0 });
    expect(trained).toMatchObject({ step: 60, ended: "done", stop: { best: 25 / 80 - 1, bestStep: 40, sinceBest: 2 } });
    expect(trained.stop.bestState!.net).toEqual((await told(session(), { steps: 40 })).trained.state.net);
    expect((await told(session(), options, { tick: 1 })).trained).toEqual(trained);
    const between =
      saved.find(({ step }) => step > 30 && step % 10 !== 0) ?? saved.find(({ step }) => step % 10 !== 0)!;
    expect(between.stop.lossSince).not.toBe(0);
    expect((await told(session(between.step), options, { from: between })).trained).toEqual(trained);
  });
  test("takes a look that is no number as no improvement", async () => {
    const { trained } = await told(
      fakeSession(),
      { patience: { every: 10, looks: 2 } },
      { watch: async () => Number.NaN },
    );
    expect(trained).toMatchObject({ step: 20, ended: "patience", stop: { bestState: undefined } });
  });
});

describe("marks", () => {
  const keeping: Partial<LoopOptions> = { marks: [3, 20, 21, 64, 100], keep: ["net"] };
  test("end chunks and change no number", async () => {
    const session = fakeSession();
    const { trained } = await told(session, keeping);
    const ends = session.chunks.map((_, i) => session.chunks.slice(0, i + 1).reduce((a, b) => a + b, 0));
    expect(ends).toEqual(expect.arrayContaining([3, 20, 21, 64, 100]));
    const { kept, ...rest } = trained;
    expect(rest).toEqual((await told(fakeSession())).trained);
    expect(kept!.map(({ step }) => step)).toEqual(keeping.marks);
  });
  test("keep what a run that ends there has, and nothing else", async () => {
    const { trained } = await told(fakeSession(), keeping);
    for (const { step, vectors } of trained.kept!) {
      const { state } = (await told(fakeSession(), { steps: step })).trained;
      expect(vectors).toEqual({ net: state.net });
    }
  });
  test("tell the snapshot that they are at, with what was kept so far", async () => {
    const seen: Snapshot[] = [];
    const mark = async (snapshot: Snapshot): Promise<void> => void seen.push(snapshot);
    const { trained } = await told(fakeSession(), keeping, { mark });
    expect(seen.map(({ step, kept }) => [step, kept!.length])).toEqual(keeping.marks!.map((step, i) => [step, i + 1]));
    expect(seen.at(-1)).toEqual({ ...trained, ended: undefined });
  });
  test("a run that goes on from any checkpoint keeps the same, bit for bit", async () => {
    const { saved, trained } = await told(fakeSession(), { ...keeping, checkpointEvery: 0 }, { tick: 1 });
    expect(saved.some(({ step, kept }) => step > 21 && kept!.length === 3)).toBe(true);
    for (const snapshot of saved) {
      const from = decodeSnapshot(encodeSnapshot(snapshot, "f"), "f", "run.safetensors");
      const rest = await told(fakeSession(snapshot.step), keeping, { from });
      expect(rest.trained).toEqual(trained);
    }
  });
});

describe("divergence", () => {
  test.each([
    [{ real: Number.NaN }, 'loss "real" is NaN (it moves net)'],
    [{ made: Number.POSITIVE_INFINITY }, 'loss "made" is Infinity (it moves net, other)'],
    [{ net: Number.POSITIVE_INFINITY }, 'the gradient of "net" is Infinity (it moves net)'],
  ])("%j is named with its step and networks", async (bad, what) => {
    const error = await told(fakeSession(0, (step) => (step >= 12 ? bad : {}))).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DivergedError);
    expect(error).toMatchObject({ step: 13 });
    expect(String(error)).toContain(`training diverged at step 13: ${what}`);
  });
  test("the earliest of several is named", async () => {
    const at = (step: number) => (step >= 10 ? { made: Number.NaN, ...(step >= 11 ? { real: Number.NaN } : {}) } : {});
    await expect(told(fakeSession(0, at))).rejects.toThrow('diverged at step 11: loss "made" is NaN');
  });
});

describe("checkpoints", () => {
  test("come when their time has passed, and not before", async () => {
    const { saved, progress } = await told(fakeSession(), { checkpointEvery: 20 }, { tick: 1 });
    const { progress: all } = await told(fakeSession(), { checkpointEvery: 0 }, { tick: 1 });
    expect(saved.length).toBeGreaterThan(2);
    expect(saved.length).toBeLessThan(progress.length / 3);
    expect((await told(fakeSession(), { checkpointEvery: 0 }, { tick: 1 })).saved).toHaveLength(all.length);
    expect((await told(fakeSession())).saved).toEqual([]);
  });
  test("a run that goes on from any of them gives what the whole run gives", async () => {
    const { saved, trained } = await told(fakeSession(), { checkpointEvery: 0 });
    expect(saved.length).toBeGreaterThan(3);
    for (const snapshot of saved) {
      const rest = await told(fakeSession(snapshot.step), {}, { from: snapshot });
      expect(rest.trained).toEqual(trained);
    }
  });
});
