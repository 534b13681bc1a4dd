// Nodes of other operator sets (7 and newer) in the words of ours. The table has the operators whose form or meaning changed
// on the way (onnx/docs/Changelog.md); all others mean the same. Whether the result computes what the model did is checked
// by running both (runtime/foreign.ts), so what is missing here ends in a refusal and never in wrong numbers.
// Longer than other files: a table is looked up best where it stands in one piece.

import { OddityError } from "../../../tensor/errors.js";
import type { AttributeMessage, GraphMessage, NodeMessage, TensorMessage } from "../schema.js";
import { f32Tensor, i64Tensor, numbersOf } from "../tensors.js";
import { OPSET } from "../write.js";
import { attributeOf, type ForeignModel, nodeOf, readsOf } from "./model.js";

/** What a conversion may ask and add. */
interface Site {
  readonly opset: number;
  /** A name nobody has. */
  fresh(): string;
  /** A new constant i64[n], or i64[] of one number. */
  i64(values: number | readonly number[]): string;
  f32(values: number | readonly number[]): string;
  numbers(name: string | undefined): number[] | undefined;
  sizes(name: string | undefined): readonly number[] | undefined;
  isUsed(name: string | undefined): boolean;
  refuse(what: string, hint?: string): OddityError;
}

type Change = (node: NodeMessage, site: Site) => NodeMessage | NodeMessage[];

/** A change for operator sets below a version, or from it on. */
type Rule = { readonly below: number; readonly change: Change } | { readonly from: number; readonly change: Change };

const without = (node: NodeMessage, ...names: readonly string[]): NodeMessage => ({
  ...node,
  attribute: node.attribute.filter(({ name }) => !names.includes(name)),
});
const withInputs = (node: NodeMessage, ...input: readonly string[]): NodeMessage => ({ ...node, input: [...input] });
const ints = (node: NodeMessage, name: string): readonly number[] | undefined => attributeOf(node, name)?.ints;
const int = (node: NodeMessage, name: string): number | undefined => attributeOf(node, name)?.i;
const text = (node: NodeMessage, name: string): string | undefined => {
  const bytes = attributeOf(node, name)?.s;
  return bytes && new TextDecoder().decode(bytes);
};
const withText = (node: NodeMessage, name: string, value: string): NodeMessage => ({
  ...node,
  attribute: [
    ...node.attribute.filter((each) => each.name !== name),
    { name, type: 3, s: new TextEncoder().encode(value) },
  ],
});
const intAttribute = (name: string, i: number): AttributeMessage => ({ name, type: 2, i });

/** Axes (or sizes) that were an attribute and are an input now. */
const listToInput =
  (name: string): Change =>
  (node, site) => {
    const list = ints(node, name);
    return list === undefined ? node : withInputs(without(node, name), node.input[0]!, site.i64(list));
  };
const axesToInput = listToInput("axes");

const split: Change = (node, site) => {
  const given = site.opset < 13 ? listToInput("split")(node, site) : node;
  const { input, attribute } = given as NodeMessage;
  if (input.length > 1 || attribute.some(({ name }) => name === "num_outputs")) return given;
  return { ...(given as NodeMessage), attribute: [...attribute, intAttribute("num_outputs", node.output.length)] };
};

/** Before opset 13 the axes from `axis` on were taken together. */
const flatSoftmax: Change = (node, site) => {
  const [x] = node.input as [string];
  const [y] = node.output as [string];
  const [rows, soft, sizes] = [site.fresh(), site.fresh(), site.fresh()];
  return [
    nodeOf("Flatten", [x], [rows], [intAttribute("axis", int(node, "axis") ?? 1)]),
    nodeOf(node.op_type, [rows], [soft], [intAttribute("axis", -1)]),
    nodeOf("Shape", [x], [sizes]),
    nodeOf("Reshape", [soft, sizes], [y]),
  ];
};

/** Trained models drop nothing. */
const dropout: Change = (node, site) => {
  if (site.isUsed(node.output[1])) throw site.refuse("whose mask is used");
  if (site.numbers(node.input[2])?.[0]) throw site.refuse("in training mode", "export the model in evaluation mode");
  return nodeOf("Identity", [node.input[0]!], [node.output[0]!]);
};

const batchNormalization: Change = (node, site) => {
  if (int(node, "spatial") === 0) throw site.refuse("with statistics of each place (spatial 0)");
  if (int(node, "training_mode") === 1)
    throw site.refuse("in training mode", "export the model in evaluation mode: model.eval() in PyTorch");
  if (node.output.slice(1).some((name) => site.isUsed(name))) throw site.refuse("whose statistics are used");
  return { ...without(node, "spatial", "is_test"), output: [node.output[0]!] };
};

const clip: Change = (node, site) => {
  const limits = ["min", "max"].map((name) => {
    const limit = attributeOf(node, name)?.f;
    return limit === undefined ? "" : site.f32(limit);
  });
  while (limits.at(-1) === "") limits.pop();
  return withInputs(without(node, "min", "max"), node.input[0]!, ...limits);
};

const pad: Change = (node, site) =>
  // PyTorch writes pads of nothing before pooling; with the value in front of them watched, ONNX Runtime 1.30 does not
  // open some of these files
  ints(node, "pads")?.every((size) => size === 0)
    ? nodeOf("Identity", [node.input[0]!], node.output)
    : withInputs(
        without(node, "pads", "value"),
        node.input[0]!,
        site.i64(ints(node, "pads") ?? []),
        site.f32(attributeOf(node, "value")?.f ?? 0),
      );

const slice: Change = (node, site) => {
  const lists = ["starts", "ends", "axes"].flatMap((name) => {
    const list = ints(node, name);
    return list === undefined ? [] : [site.i64(list)];
  });
  return withInputs(without(node, "starts", "ends", "axes"), node.input[0]!, ...lists);
};

const topK: Change = (node, site) => withInputs(without(node, "k"), node.input[0]!, site.i64([int(node, "k") ?? 1]));

/** Upsample, and Resize as it was before opset 11: places count from the corner, and the nearest is the one before. */
const resize: Change = (node, site) => {
  const scales = node.input[1] ?? site.f32(attributeOf(node, "scales")?.floats ?? []);
  const plain: NodeMessage = { ...without(node, "scales"), op_type: "Resize", input: [node.input[0]!, "", scales] };
  return withText(withText(plain, "coordinate_transformation_mode", "asymmetric"), "nearest_mode", "floor");
};

/** x/2 · (1 + erf(x/√2)), or with tanh(√(2/π)(x + 0.044715 x³)) in place of the error function. */
const gelu: Change = (node, site) => {
  const [x] = node.input as [string];
  const name = Array.from({ length: 8 }, () => site.fresh());
  const steps: NodeMessage[] = [];
  if (text(node, "approximate") === "tanh")
    steps.push(
      nodeOf("Mul", [x, x], [name[0]!]),
      nodeOf("Mul", [name[0]!, x], [name[1]!]),
      nodeOf("Mul", [name[1]!, site.f32(0.044715)], [name[2]!]),
      nodeOf("Add", [x, name[2]!], [name[3]!]),
      nodeOf("Mul", [name[3]!, site.f32(Math.sqrt(2 / Math.PI))], [name[4]!]),
      nodeOf("Tanh", [name[4]!], [name[5]!]),
    );
  else steps.push(nodeOf("Mul", [x, site.f32(Math.SQRT1_2)], [name[4]!]), nodeOf("Erf", [name[4]!], [name[5]!]));
  return [
    ...steps,
    nodeOf("Add", [name[5]!, site.f32(1)], [name[6]!]),
    nodeOf("Mul", [x, name[6]!], [name[7]!]),
    nodeOf("Mul", [name[7]!, site.f32(0.5)], [node.output[0]!]),
  ];
};

const swish: Change = (node, site) => {
  const [x] = node.input as [string];
  const [scaled, gate] = [site.fresh(), site.fresh()];
  return [
    nodeOf("Mul", [x, site.f32(attributeOf(node, "alpha")?.f ?? 1)], [scaled]),
    nodeOf("Sigmoid", [scaled], [gate]),
    nodeOf("Mul", [x, gate], [node.output[0]!]),
  ];
};

/** From opset 21 on there is a factor and a shift for each channel, before that for each group. */
const groupNormalization: Change = (node, site) => {
  const [x, scale, bias] = node.input as [string, string, string];
  const groups = int(node, "num_groups")!;
  const channels = site.sizes(scale)?.[0];
  if (channels === undefined) throw site.refuse("with factors that are computed");
  const name = Array.from({ length: 8 }, () => site.fresh());
  const one = (value: number): string => site.f32(new Array<number>(groups).fill(value));
  return [
    nodeOf("Reshape", [x, site.i64([0, groups, -1])], [name[0]!]),
    nodeOf(
      "InstanceNormalization",
      [name[0]!, one(1), one(0)],
      [name[1]!],
      node.attribute.filter((each) => each.name === "epsilon"),
    ),
    nodeOf("Reshape", [name[1]!, site.i64([0, channels, -1])], [name[2]!]),
    nodeOf("Unsqueeze", [scale, site.i64([1])], [name[3]!]),
    nodeOf("Unsqueeze", [bias, site.i64([1])], [name[4]!]),
    nodeOf("Mul", [name[2]!, name[3]!], [name[5]!]),
    nodeOf("Add", [name[5]!, name[4]!], [name[6]!]),
    nodeOf("Shape", [x], [name[7]!]),
    nodeOf("Reshape", [name[6]!, name[7]!], [node.output[0]!]),
  ];
};

/** Attributes that came later, where they say what was always so. */
const newer =
  (usual: Readonly<Record<string, (each: AttributeMessage) => boolean>>): Change =>
  (node, site) => {
    for (const [name, isUsual] of Object.entries(usual)) {
      const given = attributeOf(node, name);
      if (given !== undefined && !isUsual(given)) throw site.refuse(`with "${name}"`);
    }
    return without(node, ...Object.keys(usual));
  };
const zero = ({ i = 0 }: AttributeMessage): boolean => i === 0;
const always = (): boolean => true;
// `saturate` and `round_mode` are about 8-bit floats, which our operator set does not have
const quantized = newer({ saturate: always, output_dtype: zero, block_size: zero, precision: zero });

const refuseText =
  (name: string, value: string): Change =>
  (node, site) => {
    if (text(node, name) === value) throw site.refuse(`with "${name}" ${value}`);
    return node;
  };

const gridSample: Change = (node) => {
  const mode = { linear: "bilinear", cubic: "bicubic" }[text(node, "mode") ?? "linear"];
  return mode === undefined ? node : withText(node, "mode", mode);
};

const refuseAs =
  (what: string): Change =>
  (_, site) => {
    throw site.refuse(what);
  };

const reductions = ["L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "SumSquare"];
const tooNew = [
  "DeformConv",
  "AffineGrid",
  "ImageDecoder",
  "RegexFullMatch",
  "StringConcat",
  "StringSplit",
  "Attention",
];

/** By operator; the first rule that applies counts. */
const rules: Readonly<Record<string, readonly Rule[]>> = {
  ...Object.fromEntries(reductions.map((name) => [`Reduce${name}`, [{ below: 18, change: axesToInput }]])),
  ReduceSum: [{ below: 13, change: axesToInput }],
  Squeeze: [{ below: 13, change: axesToInput }],
  Unsqueeze: [{ below: 13, change: axesToInput }],
  Split: [{ below: 18, change: split }],
  Softmax: [{ below: 13, change: flatSoftmax }],
  LogSoftmax: [{ below: 13, change: flatSoftmax }],
  Hardmax: [{ below: 13, change: flatSoftmax }],
  Dropout: [{ from: 0, change: dropout }],
  BatchNormalization: [{ from: 0, change: batchNormalization }],
  Clip: [{ below: 11, change: clip }],
  Slice: [{ below: 10, change: slice }],
  TopK: [{ below: 10, change: topK }],
  Upsample: [{ below: 10, change: resize }],
  Scatter: [{ below: 11, change: (node) => ({ ...node, op_type: "ScatterElements" }) }],
  Scan: [{ below: 9, change: refuseAs("as it was before opset 9") }],
  RoiAlign: [{ below: 16, change: (node) => withText(node, "coordinate_transformation_mode", "output_half_pixel") }],
  Pad: [
    { below: 11, change: pad },
    { from: 19, change: refuseText("mode", "wrap") },
  ],
  Resize: [
    { below: 11, change: resize },
    { from: 19, change: refuseText("coordinate_transformation_mode", "half_pixel_symmetric") },
  ],
  AveragePool: [{ from: 19, change: newer({ dilations: ({ ints: list = [] }) => list.every((i) => i === 1) }) }],
  Cast: [{ from: 19, change: newer({ saturate: always, round_mode: always }) }],
  CastLike: [{ from: 19, change: newer({ saturate: always, round_mode: always }) }],
  QuantizeLinear: [{ from: 19, change: quantized }],
  DequantizeLinear: [{ from: 19, change: quantized }],
  GridSample: [{ from: 20, change: gridSample }],
  Gelu: [{ from: 20, change: gelu }],
  GroupNormalization: [{ from: 21, change: groupNormalization }],
  Swish: [{ from: 24, change: swish }],
  ...Object.fromEntries(
    [...tooNew, "RMSNormalization", "RotaryEmbedding", "TensorScatter"].map((name) => [
      name,
      [{ from: 19, change: refuseAs("which came later") }],
    ]),
  ),
};

const applies = (rule: Rule, opset: number): boolean => ("below" in rule ? opset < rule.below : opset >= rule.from);

/** The same model in our operator set. @throws OddityError that names an operator which has no form there */
export function inOurOpset(model: ForeignModel): ForeignModel {
  const opset = model.opsets.get("")!;
  const constants = new Map(model.constants);
  const used = new Set([...model.outputs, ...model.nodes.flatMap(readsOf)]);
  let count = 0;
  const fresh = (): string => {
    const name = `opset${OPSET}.${count++}`;
    return used.has(name) ? fresh() : name;
  };
  const add = (tensor: TensorMessage): string => {
    constants.set(tensor.name, tensor);
    return tensor.name;
  };
  const convert = (node: NodeMessage): NodeMessage[] => {
    const inner = { ...node, attribute: node.attribute.map(convertBodies) };
    const own = node.domain === undefined ? rules[node.op_type] : undefined;
    const rule = own?.find((each) => applies(each, opset));
    if (rule === undefined) return [inner];
    const changed = rule.change(inner, {
      opset,
      fresh,
      i64: (values) => add(i64Tensor(fresh(), values)),
      f32: (values) => add(f32Tensor(fresh(), values)),
      numbers: (name) => {
        const tensor = name === undefined ? undefined : constants.get(name);
        return tensor && numbersOf(tensor);
      },
      sizes: (name) => (name === undefined ? undefined : constants.get(name)?.dims),
      isUsed: (name) => name !== undefined && name !== "" && used.has(name),
      refuse: (what, hint = `export the model again with opset ${OPSET}`) =>
        new OddityError({
          place: model.place,
          expected: `operators that opset ${OPSET} has`,
          got: `${node.op_type} "${node.output[0]}" ${what} (the model is in opset ${opset})`,
          hint,
        }),
    });
    return Array.isArray(changed) ? changed : [changed];
  };
  const convertGraph = (graph: GraphMessage): GraphMessage => ({ ...graph, node: graph.node.flatMap(convert) });
  const convertBodies = (each: AttributeMessage): AttributeMessage => ({
    ...each,
    ...(each.g === undefined ? {} : { g: convertGraph(each.g) }),
    ...(each.graphs === undefined ? {} : { graphs: each.graphs.map(convertGraph) }),
  });
  const nodes = model.nodes.flatMap(convert);
  return { ...model, opsets: new Map([...model.opsets, ["", OPSET]]), nodes, constants };
}
