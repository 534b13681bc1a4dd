// How much work a foreign model is: its matrix products and convolutions with weights.

import type { NodeMessage, TensorMessage } from "../schema.js";
import { attributeOf, type ForeignModel } from "./model.js";

/** The results of products and convolutions, and how many multiply-adds each of their numbers takes. */
export function productsIn({ nodes, constants }: ForeignModel): { name: string; each: number }[] {
  return nodes.flatMap((node) => {
    const weights = constants.get(node.input[1] ?? "");
    const each = weights && multiplyAdds(node, weights);
    return each === undefined ? [] : [{ name: node.output[0]!, each }];
  });
}

function multiplyAdds(node: NodeMessage, { dims }: TensorMessage): number | undefined {
  const product = (sizes: readonly number[]): number => sizes.reduce((n, size) => n * size, 1);
  switch (node.op_type) {
    case "Conv":
      return product(dims.slice(1));
    case "ConvTranspose":
      return (dims[0]! * product(dims.slice(2))) / product(attributeOf(node, "strides")?.ints ?? []);
    case "Gemm":
      return attributeOf(node, "transB")?.i ? dims[1] : dims[0];
    case "MatMul":
      return dims.at(-2);
    default:
      return undefined;
  }
}
