// Learning-rate schedules: a value that says what factor the rate has at a step (from 0) of a run of `total` steps.

export type Schedule =
  | { readonly kind: "constant" }
  /** Falls along half a cosine to `floor` times the rate, after a linear rise over the share `warmup` of the run. */
  | { readonly kind: "cosine"; readonly floor: number; readonly warmup: number }
  /** Multiplied by `factor` after every `every` steps, without jumps. */
  | { readonly kind: "exponential"; readonly factor: number; readonly every: number }
  /** From each of these steps on, counted from 0 and rising, the factor beside it; 1 before. */
  | { readonly kind: "piecewise"; readonly from: readonly { readonly step: number; readonly factor: number }[] }
  /** From this share of the run on, this factor; 1 before. */
  | { readonly kind: "drop"; readonly share: number; readonly factor: number };

export const constantRate: Schedule = { kind: "constant" };
export const cosine = ({ floor = 0, warmup = 0 } = {}): Schedule => ({ kind: "cosine", floor, warmup });
export const exponential = (factor: number, every: number): Schedule => ({ kind: "exponential", factor, every });
export const piecewise = (...from: readonly { step: number; factor: number }[]): Schedule => ({
  kind: "piecewise",
  from,
});
export const drop = (share: number, factor: number): Schedule => ({ kind: "drop", share, factor });

export function factorAt(schedule: Schedule, step: number, total: number): number {
  switch (schedule.kind) {
    case "constant":
      return 1;
    case "exponential":
      return schedule.factor ** (step / schedule.every);
    case "piecewise":
      return schedule.from.findLast((each) => each.step <= step)?.factor ?? 1;
    case "drop":
      return step < schedule.share * total ? 1 : schedule.factor;
    case "cosine": {
      const rise = schedule.warmup * total;
      if (step < rise) return (step + 1) / (rise + 1);
      const share = total <= rise ? 1 : (step - rise) / (total - rise);
      return schedule.floor + ((1 - schedule.floor) * (1 + Math.cos(Math.PI * share))) / 2;
    }
  }
}
