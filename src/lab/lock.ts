// One process at a time works in a run's folder. The lock names its process, so that one left by a kill holds nobody up.

import { readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { firstLine, OddityError } from "../tensor/errors.js";

/** @returns what gives the folder back. @throws OddityError while another process works in it */
export async function lockRun(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, "lock");
  const own = `${hostname()} ${process.pid}\n`;
  const take = () => writeFile(path, own, { flag: "wx" });
  await take().catch(async (cause: NodeJS.ErrnoException) => {
    if (cause.code !== "EEXIST")
      throw new OddityError(
        { place: folder, expected: "a folder to write in", got: firstLine(cause) },
        { cause, usage: true },
      );
    const [host = "", pid = ""] = (await readFile(path, "utf8").catch(() => "")).trim().split(" ");
    if (host !== "" && (host !== hostname() || isAlive(Number(pid))))
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
  return () => rm(path, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
