// A rule in words, to end "12 of 400 rows are flagged …".

import type { Rule } from "../decide/rules.js";
import { percent } from "../report/format.js";

export function ruleInWords({ id, value }: Rule): string {
  switch (id) {
    case "false-alarms":
      return `at a false-alarm rate of ${percent(value)}`;
    case "quantile":
      return `for scoring above ${percent(value)} of the held-out rows`;
    case "contamination":
      return `as the strangest ${percent(value)}`;
    case "benjamini-hochberg":
      return `at a false-discovery rate of ${percent(value)}`;
    default:
      return `by ${id}=${value}`;
  }
}
