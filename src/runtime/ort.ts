// What onnxruntime-node and onnxruntime-web have in common: sessions over our tensors.

import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from "onnxruntime-common";
import type { DataOf, DType } from "../tensor/dtype.js";
import type { Tensor } from "../tensor/tensor.js";
import type { Feeds, Fetches, Runtime, Session, SessionOptions } from "./runtime.js";

interface Ort {
  readonly Tensor: TensorConstructor;
  readonly InferenceSession: {
    create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
}

const ortTypes = {
  f32: "float32",
  f64: "float64",
  i32: "int32",
  i64: "int64",
  u8: "uint8",
  bool: "bool",
  string: "string",
} as const;
const dtypeOf = new Map<string, DType>(Object.entries(ortTypes).map(([dtype, name]) => [name, dtype as DType]));

const toOrt = (ort: Ort, { dtype, shape, data }: Tensor): OrtTensor =>
  new ort.Tensor(ortTypes[dtype], data as Float32Array, shape);

function fromOrt(name: string, value: OrtTensor): Tensor {
  const dtype = dtypeOf.get(value.type);
  if (dtype === undefined) throw new Error(`output "${name}" has the element type ${value.type}, which we do not use`);
  return { dtype, shape: value.dims, data: value.data as DataOf[DType] } as Tensor;
}

/** A runtime over one of the two packages. Device "webgpu" without a usable adapter is an error, not a silent fallback. */
export function ortRuntime(name: string, ort: Ort): Runtime {
  return {
    name,
    async open(model, { threads = 1, device = "cpu" }: SessionOptions = {}) {
      const session = await ort.InferenceSession.create(model, {
        executionProviders: device === "webgpu" ? ["webgpu"] : [name === "web" ? "wasm" : "cpu"],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        executionMode: "sequential",
        graphOptimizationLevel: "all",
        logSeverityLevel: 4, // what goes wrong is thrown; printing it as well is the caller's business
      });
      return wrap(ort, session);
    },
  };
}

function wrap(ort: Ort, session: InferenceSession): Session {
  let last: Promise<unknown> = Promise.resolve();
  const runOnce = async (feeds: Feeds, only: readonly string[] = session.outputNames): Promise<Fetches> => {
    const unknown = Object.keys(feeds).find((name) => !session.inputNames.includes(name));
    if (unknown !== undefined)
      throw new Error(`the model has no input "${unknown}"; it takes ${session.inputNames.join(", ")}`);
    const given = Object.fromEntries(Object.entries(feeds).map(([name, value]) => [name, toOrt(ort, value)]));
    const got = await session.run(given, only);
    return Object.fromEntries(Object.entries(got).map(([name, value]) => [name, fromOrt(name, value as OrtTensor)]));
  };
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    inputs: session.inputNames,
    outputs: session.outputNames,
    run: (feeds, { only } = {}) => inTurn(() => runOnce(feeds, only)),
    close: () => inTurn(() => session.release()),
  };
}
