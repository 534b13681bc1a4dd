// The page's script: what any page does that scores rows with a saved model.
import * as ort from "/onnxruntime-web/ort.wasm.bundle.min.mjs";

ort.env.wasm.numThreads = 1;

const fetched = async (path) => {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response;
};

const toTensor = ({ type, values }) => {
  const data = type === "string" ? values : Float64Array.from(values, (x) => x ?? Number.NaN);
  return new ort.Tensor(type, data, [values.length, 1]);
};

/** Scores, p-values and labels of the rows by the model, as plain numbers. */
globalThis.scoreAll = async () => {
  const columns = await (await fetched("/columns.json")).json();
  const bytes = new Uint8Array(await (await fetched("/model.onnx")).arrayBuffer());
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ["wasm"] });
  const got = await session.run(Object.fromEntries(columns.map((column) => [column.name, toTensor(column)])));
  await session.release();
  return Object.fromEntries(Object.entries(got).map(([name, { data }]) => [name, Array.from(data, Number)]));
};
