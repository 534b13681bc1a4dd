import { expect, test } from "vitest";
import { dueSteps, isDue, scheduleSchema } from "./schedule.js";

test("never, every so many steps, listed steps, and any of these", () => {
  expect(dueSteps("never", 100)).toEqual([]);
  expect(dueSteps(40, 100)).toEqual([0, 40, 80]);
  expect(dueSteps([7, 3, 200], 100)).toEqual([3, 7]);
  expect(dueSteps({ any: [50, [3, 50], "never"] }, 100)).toEqual([0, 3, 50, 100]);
});

test("due where it is among the due steps", () => {
  for (const schedule of ["never" as const, 4, [1, 5, 8], { any: [6, [1, 5]] }]) {
    const due = dueSteps(schedule, 20);
    for (let step = 0; step <= 20; step++) expect(isDue(schedule, step)).toBe(due.includes(step));
  }
});

test("a schedule of nothing, or of steps before the first, is refused", () => {
  for (const bad of [0, -1, 1.5, [], [-1], { any: [] }, "always", null])
    expect(scheduleSchema.safeParse(bad).success).toBe(false);
});
