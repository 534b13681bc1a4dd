// Several detectors as one: their scores are brought to one scale and combined, and all of it is one file. What is
// strange to one kind of detector is often usual to another; a combination is rarely the best and hardly ever bad
// (Aggarwal and Sathe 2015, "Theoretical Foundations and Algorithms for Outlier Ensembles").

import { z } from "zod";
import { scales } from "../decide/scale.js";
import { OddityError } from "../tensor/errors.js";
import { learnCombined } from "./combine/learn.js";
import { checkAlike, memberOf, memberPattern, memberText } from "./combine/members.js";
import { combinations } from "./combine/scale-node.js";
import type { AnyDetector, DetectorMaker, Extras } from "./define.js";
import { fit, type Recipe } from "./fit.js";
import { choice, type Given, list, parseParameters, type Values } from "./parameters.js";

const id = "combine";
const about = "Several detectors as one, on the scale of how rare each finds a row.";
const paper = "Aggarwal, Sathe 2015, Theoretical Foundations and Algorithms for Outlier Ensembles, SIGKDD Explorations";

const shape = {
  members: list(z.string().regex(memberPattern), {
    fallback: ["knn", "isolation-forest", "mean-distance"],
    doc: "detectors, each with its parameters in brackets if need be, as in knn(neighbours=1),isolation-forest",
  }),
  how: choice(combinations, {
    fallback: "mean",
    doc: "mean, largest, or mean without the largest and the smallest of each row",
  }),
  scale: choice(scales, {
    fallback: "p-value",
    doc: "minus log of the p-value, which has no end, or the share of rows that score lower, which ends at 1",
  }),
  weights: list(z.number().positive(), {
    fallback: [1],
    doc: "one a member, fixed beforehand; a single one: all alike",
  }),
};

type Options = Omit<Given<typeof shape>, "members">;

/** A combination of detectors: `combine([knn(), isolationForest()], { how: "max" })`, or with members by name. */
interface Combine extends DetectorMaker<typeof shape, "anomalies" | "target"> {
  (members: readonly Pick<AnyDetector, "id" | "parameters">[], options?: Options): AnyDetector;
  (given?: Given<typeof shape>): AnyDetector;
}

function make(
  first: readonly Pick<AnyDetector, "id" | "parameters">[] | Given<typeof shape> = {},
  options: Options = {},
): AnyDetector {
  const given = isList(first) ? { ...options, members: first.map(memberText) } : first;
  const parameters = parseParameters(id, shape, given);
  const members = parameters.members.map(memberOf);
  checkNumbers(parameters);
  const conditional = members.every((member) => member.conditional);
  const extras = [...new Set(members.flatMap((member) => member.extras))];
  const recipe = (told: Extras): Recipe => {
    const recipes = members.map((member) => member.recipe(told));
    checkAlike(recipes);
    const { how, scale, weights } = parameters;
    const each = weights.length === 1 ? members.map(() => 1) : weights;
    return {
      id,
      conditional,
      ...(recipes.some(({ takes }) => takes) ? { takes: "pictures" } : {}),
      extras,
      parameters,
      encoding: recipes[0]!.encoding,
      learn: (site) => learnCombined({ members: recipes, how, scale, weights: each }, site),
    };
  };
  return {
    id,
    about,
    paper,
    conditional,
    extras,
    parameters,
    recipe,
    fit: (rows, told) => fit(recipe(told), rows, told),
  };
}

const isList = <T>(value: readonly T[] | object): value is readonly T[] => Array.isArray(value);

function checkNumbers({ members, how, weights }: Values<typeof shape>): void {
  const refuse = (place: string, expected: string, got: string): never => {
    throw new OddityError({ place: `${id}.${place}`, expected, got }, { usage: true });
  };
  const isWeighed = weights.length > 1;
  if (isWeighed && weights.length !== members.length)
    refuse("weights", `${members.length} numbers, one a member`, `${weights.length}`);
  if (how !== "trimmed") return;
  if (members.length < 3) refuse("how", "mean or max of fewer than three members", "trimmed");
  if (isWeighed) refuse("weights", "none where ends are trimmed", weights.join(", "));
}

const { conditional, extras } = make();

export const combine: Combine = Object.assign(make, { id, about, paper, conditional, extras, parameters: shape });
