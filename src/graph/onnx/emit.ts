// What an op needs to write itself as ONNX.

import type { Tensor } from "../../tensor/tensor.js";
import type { Application, Node } from "../node.js";
import type { Fragment } from "./foreign/fragment.js";

/** One ONNX attribute, by the field of AttributeProto that carries it. */
export type OnnxAttribute =
  | { readonly i: number }
  | { readonly f: number }
  | { readonly s: string }
  | { readonly ints: readonly number[] }
  | { readonly floats: ArrayLike<number> }
  | { readonly strings: readonly string[] };

export interface Emit {
  /** Adds a node and returns the names of its outputs. */
  node(
    op: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, OnnxAttribute>>,
    options?: { outputs?: number; domain?: string },
  ): string[];
  /** An initialiser, shared by uses of the same tensor under the same name. */
  constant(value: Tensor, name?: string): string;
  /** The name of a graph input. */
  input(app: Application): string;
  /** A `Scan` over a body whose free values are names of the enclosing graph. */
  scan(
    inputs: readonly string[],
    body: { inputs: readonly Node[]; outputs: readonly Node[] },
    scanned: number,
  ): string[];
  /** Copies a part of another model, its constants once; returns the names of its outputs. */
  embed(fragment: Fragment, inputs: readonly string[]): string[];
}
