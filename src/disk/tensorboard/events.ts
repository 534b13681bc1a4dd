// Event files that TensorBoard shows. Records are kept until `flush` and written as they stand; a kill loses what was not
// flushed, and a record cut short at the end of a file is what TensorBoard expects of a file that is being written.

import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { firstLine, OddityError } from "../../tensor/errors.js";
import { openGrowing } from "../growing.js";
import { framed } from "./record.js";
import { type EventMessage, encodeEvent, START, type ValueMessage } from "./schema.js";
import { histogramOf, imageOf } from "./values.js";

/** Times are in seconds since 1970. */
export interface Events {
  /** Kept as f32. */
  scalar(tag: string, step: number, value: number, time: number): void;
  /** Values that are not finite are left out, and without any finite one nothing is recorded. */
  histogram(tag: string, step: number, values: ArrayLike<number>, time: number): void;
  /** @param png bytes of a PNG file */
  image(tag: string, step: number, png: Uint8Array, time: number): void;
  flush(): Promise<void>;
  /** With a flush. */
  close(): Promise<void>;
}

export interface EventsOptions {
  /** Now, in seconds since 1970. */
  readonly wallTime: number;
  /** End of the file's name; usually the machine or the run. */
  readonly suffix: string;
  /** The last step that counts of those recorded in the folder before; left out where nothing was. */
  readonly after?: number;
}

/**
 * Begins a new file in the folder, which is made where it is missing.
 * @throws OddityError where the folder cannot be written
 */
export async function openEvents(folder: string, { wallTime, suffix, after }: EventsOptions): Promise<Events> {
  await mkdir(folder, { recursive: true }).catch((cause) => refuse(folder, cause));
  const before = await readdir(folder).catch((cause) => refuse(folder, cause));
  const file = await openGrowing(join(folder, nameAfter(before, wallTime, suffix)), { fresh: true });
  let pending: Uint8Array[] = [];
  const record = (event: EventMessage): void => void pending.push(framed(encodeEvent(event)));
  const flush = async (): Promise<void> => {
    if (pending.length === 0) return;
    const records = Buffer.concat(pending);
    pending = [];
    await file.append(records);
  };
  const summarise = (step: number, time: number, value: ValueMessage): void =>
    record({ wall_time: time, step, summary: { value: [value] } });

  record({ wall_time: wallTime, file_version: "brain.Event:2" });
  // What stands in earlier files at this step or beyond is no longer shown. TensorBoard takes the first such event of a run
  // for its beginning and heeds only those that follow (plugin_event_accumulator.py), so every file has one. Its data server
  // (0.7.2) knows no such event; there later records of a tag go as soon as the tag is recorded at an earlier step again.
  record({ wall_time: wallTime, step: after === undefined ? 0 : after + 1, session_log: { status: START } });
  await flush().catch(async (error) => {
    await file.close();
    throw error;
  });
  return {
    scalar: (tag, step, value, time) => summarise(step, time, { tag, simple_value: value }),
    histogram(tag, step, values, time) {
      const histo = histogramOf(values);
      if (histo !== undefined) summarise(step, time, { tag, histo });
    },
    image: (tag, step, png, time) => summarise(step, time, { tag, image: imageOf(png) }),
    flush,
    close: () => flush().finally(() => file.close()),
  };
}

const PREFIX = "events.out.tfevents.";

/** TensorBoard reads files in the order of their names; a clock that was set back must not bring a later one to the front. */
function nameAfter(before: readonly string[], wallTime: number, suffix: string): string {
  const stamps = before
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => Number.parseInt(name.slice(PREFIX.length), 10));
  const last = Math.max(-1, ...stamps.filter(Number.isFinite));
  return `${PREFIX}${String(Math.max(Math.floor(wallTime), last + 1)).padStart(10, "0")}.${suffix}`;
}

function refuse(folder: string, cause: unknown): never {
  throw new OddityError(
    {
      place: folder,
      expected: "a folder for event files",
      got: firstLine(cause),
      hint: "name another folder, or make this one writable",
    },
    { cause, usage: true },
  );
}
