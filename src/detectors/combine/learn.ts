// Learning of a combination: every member on the same rows, and the scale of its scores on rows that it has not seen.
//
// Which rows make the scales: not those a member was trained on, which it may find too usual (to its nearest neighbours
// they are neighbours at distance 0). And not the held-out rows: these calibrate the p-values of the whole, which hold
// only where the score, scales and all, was settled without them. So a part of the training rows is kept apart from the
// members; where rows are few, every part in turn (cross-fitting), and the members that score learn from all of them.

import { type Scale, type ScaleName, scaleOf } from "../../decide/scale.js";
import type { Node } from "../../graph/node.js";
import { within } from "../../graph/node.js";
import { Random } from "../../tensor/random.js";
import type { Rows } from "../../train/feeds.js";
import type { Learned, LearningSite, Verdict } from "../define.js";
import type { Recipe } from "../fit.js";
import { measured } from "../measure.js";
import { combined, type How, scaledNode } from "./scale-node.js";

export interface Combination {
  readonly members: readonly Recipe[];
  readonly how: How;
  readonly scale: ScaleName;
  /** One a member. */
  readonly weights: readonly number[];
}

/** With fewer rows, keeping some apart costs the members more than the time of learning several times. */
const FEWEST_TO_PART = 500;
const SHARE_APART = 0.2;
const MOST_APART = 2000;
const FOLDS = 5;

export async function learnCombined(combination: Combination, site: LearningSite): Promise<Learned> {
  const { members, how, scale, weights } = combination;
  const names = namesOf(members);
  const plan = parted(site);
  const parts = [...plan.folds.map((_, fold) => ` without part ${fold + 1}`), ""];
  const run = await runner(
    site,
    names.flatMap((name) => parts.map((part) => `${name}${part}`)),
  );
  const learned: { score: Learned["score"]; scale: Scale; said: Learned }[] = [];
  for (const [i, member] of members.entries()) {
    // the draws of a member that is fitted alone with this seed, unless there are several of its kind
    const alike = members.slice(0, i).filter(({ id }) => id === member.id).length;
    const random = alike === 0 ? new Random(site.seed).at(member.id) : new Random(site.seed).at(member.id, alike);
    const { checkpoint: _, ...plain } = site;
    const learn = (rows: Rows) => run((own) => member.learn({ ...plain, ...own, rows, random }));
    const scores: Float32Array[] = [];
    for (const { rest, apart } of plan.folds) scores.push(await scoresOf(await learn(rest), apart, site));
    const said = await learn(plan.rows);
    if (plan.apart) scores.push(await scoresOf(said, plan.apart, site));
    learned.push({ score: said.score, scale: scaleOf(joined(scores)), said });
  }
  const steps = learned.map(({ said }) => said.facts.steps).filter((count) => typeof count === "number");
  const calibrating = learned.flatMap(({ said }) => said.calibrating ?? []);
  return {
    score: (x) => {
      const verdicts = learned.map(({ score }, i) => within(names[i]!, () => verdictOf(score(x))));
      const values = verdicts.map((verdict, i) => scaledNode(learned[i]!.scale, scale, verdict.score));
      const { rebuilt, heat } = verdicts.find((verdict) => verdict.rebuilt ?? verdict.heat) ?? verdicts[0]!;
      return { score: combined(values, how, weights), ...(rebuilt ? { rebuilt } : {}), ...(heat ? { heat } : {}) };
    },
    ...(calibrating.length === 0 ? {} : { calibrating: Math.min(...calibrating) }),
    facts: {
      members: names.join(", "),
      ...(steps.length === 0 ? {} : { steps: steps.reduce((sum, count) => sum + count, 0) }),
      scales: plan.apart ? "rows kept apart" : plan.folds.length > 0 ? "cross-fitted" : "the only row",
      scaleRows: plan.apart?.count ?? site.rows.count,
      ...Object.fromEntries(
        learned.flatMap(({ said }, i) =>
          Object.entries(said.facts).map(([fact, value]) => [`${names[i]!}.${fact}`, value]),
        ),
      ),
    },
    notes: learned.flatMap(({ said }, i) => (said.notes ?? []).map((note) => `${names[i]!}: ${note}`)),
  };
}

const verdictOf = (said: Node | Verdict): Verdict => ("score" in said ? said : { score: said });

/** Ids, numbered where there are several of a kind. */
const namesOf = (members: readonly { readonly id: string }[]): string[] =>
  members.map(({ id }, i) => {
    const same = members.filter((other) => other.id === id).length > 1;
    return same ? `${id}-${members.slice(0, i + 1).filter((other) => other.id === id).length}` : id;
  });

interface Plan {
  /** What the members that score learn from. */
  readonly rows: Rows;
  /** What they have not seen, for the scales. */
  readonly apart?: Rows;
  /** Where rows are few: parts, each with the rows beside it. */
  readonly folds: readonly { readonly rest: Rows; readonly apart: Rows }[];
}

/** Which rows train and which make the scales. */
export function parted({ rows, width, host, seed }: Pick<LearningSite, "rows" | "width" | "host" | "seed">): Plan {
  const { count } = rows;
  const order = new Random(seed).at("scales").permutation(count);
  const of = (places: Uint32Array): Rows => {
    const values = host.shared(places.length * width);
    for (const [i, place] of places.entries())
      values.set(rows.values.subarray(place * width, (place + 1) * width), i * width);
    return { values, count: places.length };
  };
  if (count >= FEWEST_TO_PART) {
    const cut = Math.min(MOST_APART, Math.floor(SHARE_APART * count));
    return { rows: of(order.slice(cut).sort()), apart: of(order.slice(0, cut)), folds: [] };
  }
  if (count === 1) return { rows, apart: rows, folds: [] };
  const folds = Math.min(FOLDS, count);
  return {
    rows,
    folds: Array.from({ length: folds }, (_, fold) => ({
      rest: of(order.filter((_place, i) => i % folds !== fold).sort()),
      apart: of(order.filter((_place, i) => i % folds === fold)),
    })),
  };
}

async function scoresOf({ score }: Learned, rows: Rows, site: LearningSite): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  for await (const part of measured(rows, site, (x) => ({ score: verdictOf(score(x)).score })))
    parts.push(part.values.score);
  return joined(parts);
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const part of parts) {
    all.set(part, place);
    place += part.length;
  }
  return all;
}

type Own = Pick<LearningSite, "onProgress" | "checkpoint">;

/**
 * Does all runs, one after another, as one: steps go on counting, and the checkpoint file belongs to the run that is
 * under way. Taken up again, the runs before the one that was stopped are done anew, with the same result.
 * @param names of the runs in their order
 */
async function runner({ checkpoint, host, onProgress }: LearningSite, names: readonly string[]) {
  const fingerprint = (name: string): string => `${checkpoint?.fingerprint} ${name}`;
  const stopped = checkpoint?.resume
    ? await runOf(names, (name) => host.readSnapshot(checkpoint.path, fingerprint(name)))
    : 0;
  let run = 0;
  let done = 0;
  return async (learn: (own: Own) => Promise<Learned>): Promise<Learned> => {
    let steps = 0;
    const own: Own = {
      onProgress: (progress) => {
        steps = progress.steps;
        onProgress({ ...progress, step: done + progress.step, steps: done + progress.steps });
      },
      ...(checkpoint && run >= stopped
        ? {
            checkpoint: {
              ...checkpoint,
              fingerprint: fingerprint(names[run]!),
              resume: checkpoint.resume && run === stopped,
            },
          }
        : {}),
    };
    const learned = await learn(own);
    run++;
    done += steps;
    return learned;
  };
}

/** The place of the run that a snapshot belongs to; the first one where there is no snapshot. */
async function runOf(names: readonly string[], read: (name: string) => Promise<unknown>): Promise<number> {
  let refusal: unknown;
  for (const [place, name] of names.entries())
    try {
      return (await read(name)) === undefined ? 0 : place;
    } catch (error) {
      refusal = error;
    }
  throw refusal;
}
