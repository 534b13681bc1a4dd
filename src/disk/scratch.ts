// Scratch folders that are removed whatever happens: when their work ends, or when the process exits in the midst of it.

import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";

export interface Scratch {
  readonly path: string;
  remove(): Promise<void>;
}

const alive = new Set<string>();
let isWatching = false;

/** @param prefix path and beginning of the folder's name */
export async function scratchFolder(prefix: string): Promise<Scratch> {
  if (!isWatching) process.on("exit", removeAll);
  isWatching = true;
  const path = await mkdtemp(prefix);
  alive.add(path);
  return {
    path,
    async remove() {
      await rm(path, { recursive: true, force: true });
      alive.delete(path);
    },
  };
}

function removeAll(): void {
  for (const path of alive) rmSync(path, { recursive: true, force: true });
}
