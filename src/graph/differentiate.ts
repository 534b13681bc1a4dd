// Reverse-mode differentiation. Gradients are programs of the same ops, so they can be differentiated again.
// What every rule would repeat is done here once: adding up several uses, summing over broadcast axes, leaving out
// what does not lead to a wanted node.

import { printType, type Shape, sameType } from "../tensor/dtype.js";
import { zerosTensor } from "../tensor/tensor.js";
import { type Application, applicationsOf, GraphError, type Node } from "./node.js";
import { constant, scalar } from "./op.js";
import { add, mul } from "./ops/arithmetic.js";
import { sum } from "./ops/reduce.js";
import { reshape } from "./ops/shape.js";
import { known } from "./shapes.js";

const keyOf = (node: Node): string => `${node.from.serial}.${node.index}`;

/**
 * The gradients of a scalar `y` by each node of `wrt`; zero where y does not depend on it.
 * Nodes of `wrt` are taken as independent: nothing is followed through them. Nodes of `fixed` are taken as constants,
 * whatever they were computed from.
 */
export function differentiate(y: Node, wrt: readonly Node[], fixed: readonly Node[] = []): Node[] {
  if (y.shape.length !== 0) throw new GraphError(`differentiate: needs a scalar, got ${printType(y)}`);
  const wanted = new Set(wrt.map(keyOf));
  const leading = applicationsTowards(y, wanted, new Set(fixed.map((node) => node.from)));
  const leads = new Set(leading);
  const gradients = new Map<string, Node>([[keyOf(y), scalar(1, y.dtype)]]);

  for (const app of leading.reverse()) {
    const ys = app.results.map((type, index): Node => ({ ...type, from: app, index }));
    const dys = ys.map((node) => gradients.get(keyOf(node)));
    // a wanted node is independent: its gradient is collected, not passed on
    if (ys.some((node) => wanted.has(keyOf(node))) || dys.every((dy) => dy === undefined)) continue;
    operandGradients(app, ys, dys).forEach((gradient, i) => {
      const operand = app.inputs[i]!;
      if (gradient === undefined || !leads.has(operand.from)) return;
      const matching = sumTo(gradient, operand.shape);
      if (!sameType(matching, operand))
        throw new Error(`internal: ${app.op.name}: gradient ${printType(gradient)} for ${printType(operand)}`);
      const before = gradients.get(keyOf(operand));
      gradients.set(keyOf(operand), before ? add(before, matching) : matching);
    });
  }
  return wrt.map((node) => gradients.get(keyOf(node)) ?? zerosLike(node));
}

function zerosLike(node: Node): Node {
  return node.shape.every((dim) => typeof dim === "number")
    ? constant(zerosTensor(node.dtype, known(node.shape)))
    : mul(node, 0);
}

/** Applications on a path from a wanted node to y, operands before users. */
function applicationsTowards(y: Node, wanted: ReadonlySet<string>, fixed: ReadonlySet<Application>): Application[] {
  const leads = new Set<Application>();
  for (const app of applicationsOf([y])) {
    const isWanted = app.results.some((_, index) => wanted.has(`${app.serial}.${index}`));
    if (isWanted || (!fixed.has(app) && app.inputs.some((node) => leads.has(node.from)))) leads.add(app);
  }
  return [...leads];
}

function operandGradients(
  app: Application,
  ys: readonly Node[],
  dys: readonly (Node | undefined)[],
): (Node | undefined)[] {
  const { op } = app;
  if (op.gradient === "zero") return [];
  if (op.gradient === undefined) throw new GraphError(`${op.name} has no gradient`);
  const named = Object.fromEntries(op.inputs.map((name, i) => [name, app.inputs[i]!]));
  const site = { ...named, inputs: app.inputs, attributes: app.attributes, y: ys[0]!, dy: dys[0], ys, dys };
  const gradients = op.gradient(site as never);
  return isList(gradients) ? [...gradients] : op.inputs.map((name) => gradients[name]);
}

const isList = (gradients: object): gradients is readonly Node[] => Array.isArray(gradients);

/** Sums over the axes along which an operand was broadcast. */
function sumTo(gradient: Node, shape: Shape): Node {
  const extra = gradient.shape.length - shape.length;
  if (extra < 0) return gradient;
  const axes = gradient.shape.flatMap((dim, axis) =>
    axis < extra || (shape[axis - extra] === 1 && dim !== 1) ? [axis] : [],
  );
  if (axes.length === 0) return gradient;
  const summed = sum(gradient, { axes, keep: true });
  return extra === 0 ? summed : reshape(summed, { shape });
}
