// What criteria see of the players as they were at several steps.

import type { Node } from "../../graph/node.js";
import { slice } from "../../graph/ops/cut.js";
import type { Random } from "../../tensor/random.js";
import type { Rows } from "../../train/feeds.js";
import type { LearningSite, RowShape } from "../define.js";
import type { GanNetworks, Kind } from "../gan/game.js";
import { measured } from "../measure.js";
import { partsOf } from "../row.js";
import type { KeptNetworks } from "../trained.js";
import { type Standard, standardOf } from "./choose.js";
import type { Seen } from "./criteria.js";
import { lossOf, uninformed } from "./loss.js";
import { type LookedAt, rowsToLookAt } from "./made-rows.js";
import { type Reading, readAs } from "./reading.js";

type Kept = KeptNetworks<GanNetworks>;

/** Distances of clouds take the square of their rows. */
const MOST_IN_CLOUD = 500;

export interface Looking {
  readonly site: LearningSite;
  readonly random: Random;
  /** Numbers in a code. */
  readonly code: number;
  /** What the two played for. */
  readonly kind: Kind;
  readonly reading: Reading;
  /** Whether the generators were kept too. */
  readonly generates: boolean;
}

/** A discriminator and what is known of it. */
export interface Snapshot extends Kept {
  readonly standard: Standard;
  readonly seen: Seen;
}

/** Each discriminator as criteria see it, in the order of steps. */
export async function snapshotsOf(kept: readonly Kept[], looking: Looking): Promise<Snapshot[]> {
  const { site, random, kind, reading } = looking;
  const rows = rowsToLookAt(site.rows, site.heldOut, site, random);
  const codes = codesFor(rows.heldOut, looking);
  const heldOut = cloudOf(rows.heldOut, site);
  const snapshots: Snapshot[] = [];
  for (const each of kept) {
    const logits = await fixedLogits(each, rows, site);
    const made = looking.generates ? await generatedBy(each, codes, looking) : undefined;
    const standard = standardOf(logits.heldOut);
    const read = (of: Float32Array): Float32Array => readAs(reading, standard, of);
    const before = snapshots.at(-1)?.seen;
    const seen: Seen = {
      heldOut: read(logits.heldOut),
      trained: read(logits.trained),
      corrupted: read(logits.corrupted),
      shuffled: read(logits.shuffled),
      background: read(logits.background),
      ...(before ? { before } : {}),
      ...(made
        ? {
            generated: read(made.logits),
            losses: { discriminator: lossOf(kind, logits.heldOut, made.logits), uninformed: uninformed[kind] },
            clouds: { heldOut, generated: cloudOf(made.rows, { ...site, width: site.features }) },
          }
        : {}),
    };
    snapshots.push({ ...each, standard, seen });
  }
  return snapshots;
}

/** f32[batch] of x f32[batch, width]. */
export function logitOf({ networks }: Pick<Kept, "networks">, x: Node, shape: RowShape): Node {
  const { row, context } = partsOf(x, shape);
  return networks.discriminator(row, context).logit;
}

async function fixedLogits(kept: Kept, rows: LookedAt, site: LearningSite) {
  const kinds = [rows.heldOut, rows.trained, rows.corrupted, rows.shuffled, rows.background];
  const logits = await allOf(joined(kinds), site, (x) => logitOf(kept, x, site));
  let first = 0;
  const [heldOut, trained, corrupted, shuffled, background] = kinds.map(({ count }) =>
    logits.subarray(first, (first += count)),
  ) as [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];
  return { heldOut, trained, corrupted, shuffled, background };
}

/** The node's numbers for all rows: f32[rows] or f32[rows, n]. */
async function allOf(rows: Rows, site: LearningSite, nodeOf: (x: Node) => Node): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  for await (const { values } of measured(rows, site, (x) => ({ found: nodeOf(x) }))) parts.push(values.found);
  return flat(parts);
}

/** Codes, each with the context of a held-out row behind it; the same at every step. */
function codesFor({ values, count }: Rows, { site, random, code }: Looking): Rows {
  const width = code + site.condition;
  const drawn = random.at("codes");
  return {
    count,
    values: Float32Array.from({ length: count * width }, (_, i) => {
      const place = i % width;
      if (place < code) return drawn.normal();
      return values[Math.floor(i / width) * site.width + site.features + place - code]!;
    }),
  };
}

async function generatedBy({ networks }: Kept, codes: Rows, { site, code }: Looking) {
  const width = code + site.condition;
  const [logits, rows]: [Float32Array[], Float32Array[]] = [[], []];
  const nodes = (x: Node): { logits: Node; rows: Node } => {
    const context = site.condition === 0 ? undefined : slice(x, { axis: 1, start: code, end: width });
    const generated = networks.generator(
      site.condition === 0 ? x : slice(x, { axis: 1, start: 0, end: code }),
      context,
    );
    return { logits: networks.discriminator(generated, context).logit, rows: generated };
  };
  for await (const { values } of measured(codes, { ...site, width }, nodes)) {
    logits.push(values.logits);
    rows.push(values.rows);
  }
  return { logits: flat(logits), rows: { values: flat(rows), count: codes.count } };
}

/** The features of the first rows. */
function cloudOf({ values, count }: Rows, { width, features }: Pick<LearningSite, "width" | "features">) {
  const most = Math.min(count, MOST_IN_CLOUD);
  const cut = Array.from({ length: most }, (_, i) => values.subarray(i * width, i * width + features));
  return { values: flat(cut), width: features };
}

const joined = (rows: readonly Rows[]): Rows => ({
  values: flat(rows.map(({ values }) => values)),
  count: rows.reduce((n, { count }) => n + count, 0),
});

function flat(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((n, part) => n + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}
