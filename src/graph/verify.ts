// Checks a program as a whole: every type follows from its operands, operands come first, inputs are declared and named
// once, no two ends share a name. Run after every pass in tests.

import { printType, sameType } from "../tensor/dtype.js";
import { type Application, applicationsOf, type Graph, typesOf } from "./node.js";
import { type Body, captures } from "./ops/scan.js";

/** Throws an "internal:" error that names the first thing wrong. */
export function verify(graph: Graph): void {
  const declared = new Set(graph.inputs.map((node) => node.from));
  unique(
    "input",
    graph.inputs.map((node) => String(node.from.attributes.name)),
  );
  unique(
    "output",
    graph.outputs.map(({ name }) => name),
  );
  const both = graph.outputs.find(({ name }) => graph.inputs.some((node) => node.from.attributes.name === name));
  if (both !== undefined) throw new Error(`internal: an input and an output are both called "${both.name}"`);
  check(applicationsOf(graph.outputs.map(({ node }) => node)), declared);
}

function check(apps: readonly Application[], declared: ReadonlySet<Application>): void {
  const done = new Set<Application>();
  for (const app of apps) {
    const name = `${app.op.name} #${app.serial}`;
    if (app.op.name === "input" && !declared.has(app))
      throw new Error(`internal: input "${String(app.attributes.name)}" is used but not declared`);
    for (const input of app.inputs)
      if (!done.has(input.from)) throw new Error(`internal: ${name} comes before its operand`);
    const types = typesOf(app.op, app.inputs, app.attributes);
    types.forEach((type, i) => {
      const stated = app.results[i];
      if (stated === undefined || !sameType(type, stated))
        throw new Error(`internal: ${name} states ${stated ? printType(stated) : "nothing"} for ${printType(type)}`);
    });
    done.add(app);
    if (app.op.name === "scan") checkBody(app, declared);
  }
}

function checkBody(app: Application, declared: ReadonlySet<Application>): void {
  const { body } = app.attributes as { body: Body };
  const outer = captures(body);
  outer.forEach((node, i) => {
    if (app.inputs[body.inputs.length + i] !== node)
      throw new Error("internal: scan: a captured value is not an operand");
  });
  const withBody = new Set([...declared, ...body.inputs.map((node) => node.from)]);
  check(applicationsOf(body.outputs), withBody);
}

function unique(what: string, names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`internal: two ${what}s are called "${twice}"`);
}
