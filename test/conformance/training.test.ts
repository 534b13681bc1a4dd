// How detectors learn: every network moves, learning makes a difference, the caller's thread stays free, an abort ends it,
// and a run that was stopped and taken up again ends with the same bits.

import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { pick } from "../../src/data/table.js";
import type { DetectorMaker } from "../../src/detectors/define.js";
import { factsOf } from "../../src/detectors/parameters.js";
import type { Host } from "../../src/host/host.js";
import { nodeHost } from "../../src/host/node.js";
import type { Job } from "../../src/train/job.js";
import type { Progress, Trained } from "../../src/train/loop.js";
import { fitTold } from "../told.js";
import { conformance, fit, ofThese, usual } from "./conform.js";
import { normalRows } from "./tables.js";
import { watched } from "./watched.js";

const check = conformance({
  besides: [watched],
  except: {
    dagmm: {
      "learning makes a difference: an untrained copy scores otherwise, and rebuilds normal rows worse":
        "its score is -log of a density over codes, whose units learning changes: less is not better across two copies",
    },
    devnet: {
      "learning makes a difference: an untrained copy scores otherwise, and rebuilds normal rows worse":
        "normal rows are to score about 0, where an untrained copy's scores are as well",
    },
    ganomaly: {
      "learning makes a difference: an untrained copy scores otherwise, and rebuilds normal rows worse":
        "its score is in units of what is usual in training, about 1 for normal rows, which an untrained copy does not know",
    },
  },
});
const rows = normalRows(400, 1);
const fresh = normalRows(50, 2);

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oddity-training-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A host that ends training after some steps, and keeps what went in and came out. */
function oneStep(): { host: Host; runs: { job: Job; trained: Trained }[] } {
  const runs: { job: Job; trained: Trained }[] = [];
  const host: Host = {
    ...nodeHost,
    async train(job, ...rest) {
      const trained = await nodeHost.train({ ...job, options: { ...job.options, steps: 1 } }, ...rest);
      runs.push({ job, trained });
      return trained;
    },
  };
  return { host, runs };
}

check("every parameter of every network moves in one step, and so does the average that scores", async (maker) => {
  const { host, runs } = oneStep();
  const model = await fit(maker, rows, { host });
  // what is not trained has nothing to move
  expect(runs.length > 0).toBe("steps" in model.header.training);
  const moving = new Set<string>();
  for (const { job, trained } of runs) {
    expect(trained.step).toBe(1);
    const frozen = new Set(job.plan.state.flatMap(({ name, frozen: isFrozen }) => (isFrozen ? [name] : [])));
    for (const [network, parameters] of Object.entries(job.plan.parameters)) {
      if (frozen.has(network) || parameters.length === 0) continue;
      moving.add(network);
      const averaged = `${network}.average` in trained.state ? [`${network}.average`] : [];
      for (const vector of [network, ...averaged]) {
        const [before, after] = [job.from.state[vector]!, trained.state[vector]!];
        let start = 0;
        for (const { name, size } of parameters) {
          const moved = before.subarray(start, start + size).some((x, i) => x !== after[start + i]);
          expect(moved, `${vector}: ${name}`).toBe(true);
          start += size;
        }
        expect(start).toBe(before.length);
      }
    }
  }
  // a network that some stage leaves alone is moved by another
  const all = new Set(
    runs.flatMap(({ job }) => Object.entries(job.plan.parameters)).flatMap(([n, p]) => (p.length > 0 ? [n] : [])),
  );
  expect(moving).toEqual(all);
});

check(
  "learning makes a difference: an untrained copy scores otherwise, and rebuilds normal rows worse",
  async (maker) => {
    const model = await usual(maker);
    if (!("steps" in model.header.training)) return;
    const untrained = await fitTold(maker(ofThese(maker, { epochs: 0 })), rows, { seed: 3 });
    expect(untrained.header.training.steps).toBe(0);
    const [before, after] = [await untrained.score(fresh), await model.score(fresh)];
    expect(after.every((score, i) => score !== before[i])).toBe(true);
    expect(mean(after)).toBeLessThan(mean(before));
  },
);

const mean = (x: Float32Array): number => x.reduce((sum, v) => sum + v, 0) / x.length;

check("other things get their turn while a model is fitted and while it scores", async (maker) => {
  const many = pick(
    rows,
    Array.from({ length: 40_000 }, (_, i) => i % rows.rows),
  );
  let model = await usual(maker);
  for (const work of [
    async () => void (model = await fitTold(long(maker), many, { seed: 3 })),
    async () => void (await model.score(many)),
  ]) {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const started = performance.now();
    await work();
    clearInterval(timer);
    // a turn for every 50 ms of work on average: far less than a free thread gives, far more than a blocked one
    expect(turns).toBeGreaterThan((performance.now() - started) / 50);
  }
});

/** A second of work or so. */
const long = (maker: DetectorMaker) => maker(ofThese(maker, { epochs: 1, fewestSteps: 800, trees: 300 }));
/** Work that nobody would wait for, where a detector has a number to make it so. */
const tooMuch = (maker: DetectorMaker) => ofThese(maker, { epochs: 1e6, trees: 3000 });

/** A host that aborts when the rows are encoded and learning has begun. */
function abortsLearning(controller: AbortController): Host {
  const open: Host["runtime"]["open"] = async (...model) => {
    const session = await nodeHost.runtime.open(...model);
    const close = async (): Promise<void> => {
      await session.close();
      setTimeout(() => controller.abort(), 5);
    };
    return { ...session, close };
  };
  return { ...nodeHost, runtime: { name: "worker", open } };
}

check("an abort ends the work with an AbortError", async (maker) => {
  const many = pick(
    rows,
    Array.from({ length: 20_000 }, (_, i) => i % rows.rows),
  );
  const fitting = async (signal: AbortSignal, host = nodeHost): Promise<void> => {
    await fitTold(maker(tooMuch(maker)), many, { seed: 3, signal, host });
  };
  const isAbort = expect.objectContaining({ name: "AbortError" });
  await expect(fitting(AbortSignal.abort())).rejects.toThrow(isAbort);
  const atOnce = new AbortController();
  setTimeout(() => atOnce.abort(), 0);
  await expect(fitting(atOnce.signal)).rejects.toThrow(isAbort);
  if (Object.keys(tooMuch(maker)).length === 0) return; // it has learned before anyone could stop it
  const later = new AbortController();
  await expect(fitting(later.signal, abortsLearning(later))).rejects.toThrow(isAbort);
});

/** The parameters of a run that stopped itself on the way; undefined where a detector has no steps to count. */
async function stopped(maker: DetectorMaker, path: string, heldOut = 0.2) {
  // with fewer steps a fast machine may be done before the abort arrives
  for (const fewestSteps of [2000, 10_000, 50_000, 250_000]) {
    const given = ofThese(maker, { epochs: 1, fewestSteps });
    const controller = new AbortController();
    let last: Progress | undefined;
    const onProgress = (progress: Progress): void => {
      last = progress;
      controller.abort();
    };
    const { signal } = controller;
    const fitting = fitTold(maker(given), rows, { seed: 3, heldOut, checkpoint: { path }, signal, onProgress });
    const error: unknown = await fitting.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (last === undefined) return undefined;
    if (error === undefined) continue;
    expect(error).toMatchObject({ name: "AbortError", checkpoint: path, message: expect.stringContaining(path) });
    return { given, last };
  }
  throw new Error("no run could be stopped");
}

check("a run that was stopped and taken up again gives the file of one that was not", async (maker) => {
  const path = join(folder, `${maker.id}.safetensors`);
  const stop = await stopped(maker, path);
  if (stop === undefined) return;
  const given = maker(stop.given);
  let first: number | undefined;
  const onProgress = ({ step }: Progress) => void (first ??= step);
  const again = await fitTold(given, rows, { seed: 3, checkpoint: { path, resume: true }, onProgress });
  expect(first).toBeGreaterThan(stop.last.step); // it went on, and did not begin anew
  expect(Buffer.from(again.bytes).equals((await fitTold(given, rows, { seed: 3 })).bytes)).toBe(true);
  await expect(stat(path)).rejects.toThrow("ENOENT"); // the work is done
});

check("a checkpoint of another run is refused", async (maker) => {
  const path = join(folder, `${maker.id}-other.safetensors`);
  const stop = await stopped(maker, path, 0); // all rows train, so that their order is all that may differ
  if (stop === undefined) return;
  const resume = { seed: 3, heldOut: 0, checkpoint: { path, resume: true } };
  const same = maker(stop.given);
  const refusal = `${path}: expected a checkpoint of this run`;
  await expect(fitTold(same, rows, { ...resume, seed: 4 })).rejects.toThrow(refusal);
  await expect(fitTold(same, normalRows(400, 9), resume)).rejects.toThrow(refusal);
  // the same rows in another order are another run, though every statistic of them is the same
  const turned = pick(
    rows,
    Array.from({ length: rows.rows }, (_, i) => rows.rows - 1 - i),
  );
  await expect(fitTold(same, turned, resume)).rejects.toThrow(refusal);
  for (const { name, type, fallback } of factsOf(maker.parameters)) {
    if (typeof fallback !== "number" || !type.startsWith("a whole number")) continue;
    const value = Number(same.parameters[name]);
    const most = Number(/ to (\S+)/.exec(type)?.[1] ?? Number.POSITIVE_INFINITY);
    const other = maker({ ...stop.given, [name]: value < most ? value + 1 : value - 1 } as never);
    await expect(fitTold(other, rows, resume), name).rejects.toThrow(refusal);
  }
});
