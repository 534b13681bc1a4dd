// The detectors that a combination is made of, as texts: "knn", "knn(neighbours=1 distance=largest)".

import { OddityError, withId } from "../../tensor/errors.js";
import type { AnyDetector, DetectorMaker } from "../define.js";
import type { Recipe } from "../fit.js";
import * as all from "../index.js";
import { parseText } from "../parameters.js";

const makers = Object.values(all) as readonly DetectorMaker[];

/** An id, and in brackets those parameters that are not at their defaults. */
export const memberPattern = /^[a-z0-9-]+(\(( *[A-Za-z]+=[^ ,()]+)+ *\))?$/;

/** @throws OddityError for an unknown detector or parameter */
export function memberOf(text: string): AnyDetector {
  const [, id = text, inside = ""] = /^([a-z0-9-]+)(?:\((.*)\))?$/.exec(text) ?? [];
  const given = inside
    .split(" ")
    .filter((pair) => pair !== "")
    .map((pair): [string, unknown] => {
      const place = pair.indexOf("=");
      return [pair.slice(0, place), parseText(pair.slice(place + 1))];
    });
  return withId("member", id, makers)(Object.fromEntries(given));
}

/** The text of a detector that is given as a value. */
export function memberText({ id, parameters }: Pick<AnyDetector, "id" | "parameters">): string {
  const usual = withId("member", id, makers)().parameters;
  const others = Object.entries(parameters).filter(([name, value]) => value !== usual[name]);
  return others.length === 0 ? id : `${id}(${others.map(([name, value]) => `${name}=${String(value)}`).join(" ")})`;
}

/** Members take the same encoded rows. */
export function checkAlike(members: readonly Recipe[]): void {
  const encodings = members.map(({ encoding }) => JSON.stringify(encoding));
  const other = encodings.findIndex((encoding) => encoding !== encodings[0]);
  if (other < 0) return;
  const named = [0, other].map((i) => `${members[i]!.id} (${encodings[i]!.replace(/["{}]/g, "")})`);
  throw new OddityError(
    {
      place: "combine.members",
      expected: "detectors that encode rows alike",
      got: named.join(" and "),
      hint: "where they have the parameter, give all the same scaling, as in egbad(scaling=standard)",
    },
    { usage: true },
  );
}
