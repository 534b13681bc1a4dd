// One process at a time works in a run's folder. The lock names its process, so that one left by a kill holds nobody up.

import { rmSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { resolve } from "node:path";
import { firstLine, OddityError } from "../tensor/errors.js";

/** Held by this process: its number in another lock is that of an earlier process. */
const held = new Set<string>();

/** @returns what gives the folder back. @throws OddityError while another process works in it */
export async function lockRun(folder: string): Promise<() => Promise<void>> {
  const path = resolve(folder, "lock");
  const own = `${hostname()} ${process.pid}\n`;
  const take = () => writeFile(path, own, { flag: "wx" });
  await take().catch(async (cause: NodeJS.ErrnoException) => {
    if (cause.code !== "EEXIST")
      throw new OddityError(
        { place: folder, expected: "a folder to write in", got: firstLine(cause) },
        { cause, usage: true },
      );
    const [host = "", pid = ""] = (await readFile(path, "utf8").catch(() => "")).trim().split(" ");
    const isOwn = Number(pid) === process.pid;
    if (host !== "" && (host !== hostname() || (isOwn ? held.has(path) : isAlive(Number(pid)))))
      throw new OddityError(
        {
          place: folder,
          expected: "a run that no process works on",
          got: `one that process ${pid} on ${host} works on`,
          hint: `when there is no such process, remove ${path}`,
        },
        { usage: true },
      );
    await rm(path, { force: true });
    await take();
  });
  held.add(path);
  const drop = (): void => rmSync(path, { force: true });
  process.on("exit", drop);
  return async () => {
    drop();
    process.off("exit", drop);
    held.delete(path);
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
