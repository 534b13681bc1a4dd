// Work on many items at once, a few at a time.

import { availableParallelism } from "node:os";

/** Calls `work` for each item, as many at a time as there are cores. The first failure ends it, once what is under way has ended. */
export async function inParallel<T>(
  items: readonly T[],
  work: (item: T, place: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const place = next++;
      try {
        await work(items[place]!, place);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: availableParallelism() }, lane));
  for (const lane of ended) if (lane.status === "rejected") throw lane.reason;
}
