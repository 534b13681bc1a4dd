// What zod finds wrong with a configuration, as this project's errors: the place, what was expected, what came.

import type { z } from "zod";
import { nearest, OddityError, unknownName } from "../tensor/errors.js";

/** The value as the schema has it. @throws OddityError for the first thing that does not fit */
export function parsed<S extends z.ZodType>(schema: S, value: unknown, place: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw faultOf(result.error, place, value);
}

function faultOf({ issues }: z.ZodError, place: string, value: unknown): OddityError {
  const issue = deepest(issues[0]!);
  const where = [place, ...issue.path.map(String)].join(".");
  const at = issue.path.reduce<unknown>(
    (part, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys(at as object).filter((key) => !issue.keys.includes(key));
    return new OddityError(
      { place: where, expected: "known parameters only", got: `"${issue.keys[0]}"`, ...hintOf(issue.keys[0]!, known) },
      { usage: true },
    );
  }
  if (issue.code === "invalid_value" && typeof at === "string") return unknownName(where, at, issue.values.map(String));
  return new OddityError(
    { place: where, expected: expectedBy(issue), got: JSON.stringify(at) ?? "nothing" },
    { usage: true },
  );
}

const hintOf = (name: string, known: readonly string[]) => {
  const near = nearest(name, known);
  return near === undefined ? {} : { hint: `did you mean "${near}"?` };
};

/** Of a union the complaint that went furthest into the value. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== "invalid_union") return issue;
  const inner = issue.errors.flatMap((branch) =>
    branch.map((each) => ({ ...each, path: [...issue.path, ...each.path] })),
  );
  const found = inner.map(deepest).sort((a, b) => b.path.length - a.path.length)[0];
  return found !== undefined && found.path.length > issue.path.length ? found : issue;
}

function expectedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "too_small":
      return `${issue.origin === "array" ? "a list of at least" : issue.inclusive ? "a number ≥" : "a number above"} ${issue.minimum}`;
    case "too_big":
      return `${issue.origin === "array" ? "a list of at most" : "a number ≤"} ${issue.maximum}`;
    case "invalid_type":
      return issue.expected === "int" ? "a whole number" : `a value of type ${issue.expected}`;
    default:
      return issue.message;
  }
}
