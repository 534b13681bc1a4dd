// What the study says over several runs, worked out by hand.

import { expect, test } from "vitest";
import { type StudyLine, studyRows } from "./study.js";

const line = (best: number, last: number, made: number, correlation: number): StudyLine => ({
  setting: "s",
  seed: 0,
  reading: "doubt",
  snapshots: 4,
  best,
  bestStep: 10,
  mean: 0.5,
  chosen: { last: { auc: last, step: 40 }, made: { auc: made, step: 20 }, together: { auc: 0.9 } },
  correlations: { made: correlation },
});

test("means, regret below the best snapshot, the worst of it, and how often a way beats the last; best first", () => {
  const rows = studyRows([line(0.8, 0.5, 0.7, 0.2), line(0.9, 0.9, 0.5, 0.6)]);
  expect(rows.map(({ way }) => way)).toEqual(["together", "last", "made"]);
  const [together, last, made] = rows;
  expect(together).toMatchObject({ helps: 0.5 });
  expect(together!.regret).toBeCloseTo(-0.05, 12);
  expect(together!.correlation).toBeUndefined();
  expect(last!.auc).toBeCloseTo(0.7, 12);
  expect(last!.regret).toBeCloseTo(0.15, 12);
  expect(last!.worst).toBeCloseTo(0.3, 12);
  expect(last!.helps).toBe(0);
  expect(made!.auc).toBeCloseTo(0.6, 12);
  expect(made!.worst).toBeCloseTo(0.4, 12);
  expect(made!.helps).toBe(0.5);
  expect(made!.correlation).toBeCloseTo(0.4, 12);
});
