// When something is measured: never, every so many steps, at listed steps, or any of several of these.

import { z } from "zod";

const one = z.union([z.literal("never"), z.int().min(1), z.array(z.int().min(0)).min(1)]);
/** "never", 1000 (every 1,000 steps, the first at 0), [0, 50, 100], or { any: [1000, [50, 100]] }. */
export const scheduleSchema = z.union([one, z.strictObject({ any: z.array(one).min(1) })]);

type One = z.output<typeof one>;
export type Schedule = z.output<typeof scheduleSchema>;

const meets = (schedule: One, step: number): boolean => {
  if (schedule === "never") return false;
  return typeof schedule === "number" ? step % schedule === 0 : schedule.includes(step);
};

/** @param step steps done, 0 before the first */
export const isDue = (schedule: Schedule, step: number): boolean =>
  typeof schedule === "object" && "any" in schedule
    ? schedule.any.some((each) => meets(each, step))
    : meets(schedule, step);

/** All steps from 0 to `last` that are due, rising. */
export function dueSteps(schedule: Schedule, last: number): number[] {
  const parts = typeof schedule === "object" && "any" in schedule ? schedule.any : [schedule];
  const steps = parts.flatMap((part) => {
    if (part === "never") return [];
    if (typeof part !== "number") return part.filter((step) => step <= last);
    return Array.from({ length: Math.floor(last / part) + 1 }, (_, i) => i * part);
  });
  return [...new Set(steps)].sort((a, b) => a - b);
}
