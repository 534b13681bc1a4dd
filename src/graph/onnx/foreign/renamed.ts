// Values under other names.

import type { GraphMessage, NodeMessage } from "../schema.js";

/** Nodes with other names for values; what bodies name for themselves gets new names as well. */
export function renamed(nodes: readonly NodeMessage[], nameOf: (name: string) => string): NodeMessage[] {
  const map = (name: string): string => (name === "" ? "" : nameOf(name));
  return nodes.map((node) => {
    const output = node.output.map(map);
    return {
      ...node,
      name: `${node.op_type}:${output.find((name) => name !== "")}`,
      input: node.input.map(map),
      output,
      attribute: node.attribute.map((each) => ({
        ...each,
        ...(each.g === undefined ? {} : { g: renamedBody(each.g, nameOf) }),
        ...(each.graphs === undefined ? {} : { graphs: each.graphs.map((body) => renamedBody(body, nameOf)) }),
      })),
    };
  });
}

function renamedBody(graph: GraphMessage, nameOf: (name: string) => string): GraphMessage {
  const rename = <T extends { name: string }>(each: T): T => ({ ...each, name: nameOf(each.name) });
  return {
    ...graph,
    node: renamed(graph.node, nameOf),
    input: graph.input.map(rename),
    output: graph.output.map(rename),
    initializer: graph.initializer.map(rename),
  };
}
