// The pages of the laboratory, drawn and put where they belong.

import { mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeAtomic } from "../../disk/atomic.js";
import { openEvents } from "../../disk/tensorboard/events.js";
import type { LabRun } from "../../lab/records.js";
import { writeComparison } from "../../report/lab/compare.js";
import { writeLabReport } from "../../report/lab/write.js";
import type { Write, Written } from "../../report/write.js";
import { writeFolder } from "../folder.js";
import type { LabNarrator } from "./progress.js";

/** What an earlier drawing has left. */
const STALE = /^(figures|report\.html)$/;
const SUFFIX = "figures";

/** `report.html` and figures/ into the folder of the run; the figures as images for TensorBoard as well. */
export async function drawRun(run: LabRun, narrate: LabNarrator): Promise<Written> {
  const images = new Map<string, Uint8Array>();
  let written: Written = { names: [] };
  await writeFolder(run.folder, STALE, async (folder) => {
    const write = into(folder);
    written = await writeLabReport(run, async (name, content) => {
      await write(name, content);
      const figure = /^figures\/(.*)\.png$/.exec(name)?.[1];
      if (figure !== undefined && typeof content !== "string") images.set(figure, content);
    });
  });
  if (written.missing) narrate.warn(written.missing);
  await recordImages(run, images);
  return written;
}

/** Files by their names inside a folder. */
const into =
  (folder: string): Write =>
  async (name, content) => {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeAtomic(join(folder, name), content);
  };

/** In a file of their own, in the place of what was drawn before. */
async function recordImages({ folder, step }: LabRun, images: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const events = join(folder, "tensorboard");
  for (const name of await readdir(events).catch(() => []))
    if (name.endsWith(`.${SUFFIX}`)) await rm(join(events, name));
  const time = (performance.timeOrigin + performance.now()) / 1000;
  const file = await openEvents(events, { wallTime: time, suffix: SUFFIX, after: step });
  try {
    for (const [name, png] of images) file.image(`figures/${name}`, step, png, time);
  } finally {
    await file.close();
  }
}

/** `report.html` and figures/ of several runs, in a folder of their own. */
export async function drawComparison(runs: readonly LabRun[], out: string, narrate: LabNarrator): Promise<void> {
  await writeFolder(out, STALE, async (folder) => {
    const { missing } = await writeComparison(runs, into(folder));
    if (missing) narrate.warn(missing);
  });
}
