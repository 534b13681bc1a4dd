// Which values of a foreign model are watched: those that a user names, or all its activations.

import { nearest, OddityError } from "../../../tensor/errors.js";
import { type Activations, findActivations, LAYERS, type NamedValue, valuesOf } from "./activations.js";
import type { ForeignModel } from "./model.js";

/** So many names are listed where one is unknown; big models have thousands. */
const LISTED = 20;
/** Operators that give sequences, dictionaries or optional values. */
const NO_TENSORS =
  /^(ZipMap|SequenceConstruct|SequenceEmpty|SequenceErase|SequenceInsert|SequenceMap|SplitToSequence|Optional)$/;

/** @throws OddityError where a name is unknown, or where there is no activation and no name was given */
export function chooseValues(
  model: ForeignModel,
  layers: readonly string[] | undefined,
): { values: readonly NamedValue[]; notes: readonly string[] } {
  const activations = findActivations(model);
  if (layers !== undefined) return { values: named(model, layers, activations), notes: [] };
  const { watched, last, hidden } = activations;
  if (watched.length === 0) throw noActivations(model, activations);
  const notes = [
    ...last.map(({ name, op }) => `${op} "${name}" belongs to the model's own output and is not watched.`),
    ...(hidden === 0 ? [] : [`${hidden} activations inside of If, Loop or Scan are not watched.`]),
  ];
  return { values: watched, notes };
}

function named(model: ForeignModel, layers: readonly string[], activations: Activations): NamedValue[] {
  const all = valuesOf(model);
  const refuse = (expected: string, got: string, hint?: string): OddityError =>
    new OddityError({ place: "layers", expected, got, ...(hint === undefined ? {} : { hint }) }, { usage: true });
  if (layers.length === 0) throw refuse("one name or more", "none");
  const found = layers.map((name) => {
    // several values of one node have its name, and the first of them is the one meant
    const value = all.find((each) => each.name === name) ?? all.find((each) => each.node === name);
    if (value !== undefined) return value;
    const near = nearest(name, [...all.map((each) => each.name), ...all.map((each) => each.node)]);
    const own = [...activations.watched, ...activations.last].map((each) => each.name);
    const list = (own.length > 0 ? own : all.map((each) => each.name)).slice(0, LISTED);
    const what = own.length > 0 ? "activations" : "values";
    throw refuse(
      `names of nodes or values of ${model.place}, whose ${what} are ${list.join(", ")}${list.length === LISTED ? ", …" : ""}`,
      `"${name}"`,
      near === undefined ? undefined : `did you mean "${near}"?`,
    );
  });
  const loose = found.find(({ op }) => NO_TENSORS.test(op));
  if (loose !== undefined) throw refuse("values that are tensors", `"${loose.name}", which ${loose.op} makes a list`);
  const twice = found.find((value, i) => found.findIndex(({ name }) => name === value.name) !== i);
  if (twice !== undefined) throw refuse("each value once", `"${twice.name}" twice`);
  return found;
}

function noActivations(model: ForeignModel, { last, hidden }: Activations): OddityError {
  const counts = new Map<string, number>();
  for (const { op_type } of model.nodes) counts.set(op_type, (counts.get(op_type) ?? 0) + 1);
  const ops = Array.from(counts, ([op, n]) => (n === 1 ? op : `${n} ${op}`)).join(", ");
  const only =
    last.length > 0
      ? `only ${last.map(({ name, op }) => `${op} "${name}"`).join(" and ")} of its own output, among ${ops}`
      : hidden > 0
        ? `activations only inside of If, Loop or Scan (${hidden}), among ${ops}`
        : `none among ${ops}`;
  const names = (last.length > 0 ? last : valuesOf(model).filter(({ op }) => LAYERS.has(op))).map(({ name }) => name);
  const before = isQuantized(model) ? "take it as it was before it was quantised, which removes activations; or " : "";
  const such = names.length === 0 ? "" : `, such as ${names.slice(0, LISTED).join(", ")}`;
  return new OddityError({
    place: model.place,
    expected: "a network with activations (Relu, Sigmoid, Tanh, …) between its layers",
    got: only,
    hint: `${before}name the values or nodes to be watched as "layers"${such}`,
  });
}

const isQuantized = ({ nodes }: ForeignModel): boolean =>
  nodes.some(({ op_type: op }) => op === "QuantizeLinear" || op.startsWith("QLinear"));
