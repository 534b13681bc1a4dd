// Models whose weights stand in files beside them, as PyTorch writes them.

import { OddityError } from "../../../tensor/errors.js";
import { decodeModel, encodeModel, type GraphMessage, type ModelMessage, type TensorMessage } from "../schema.js";
import { isOutside, locationOf } from "./model.js";

/**
 * The same model with its weights in itself; the same bytes where they are already.
 * @throws OddityError where a file is shorter than the model says; whatever `read` throws
 */
export async function embedExternalData(
  bytes: Uint8Array,
  read: (location: string) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const model = decoded(bytes);
  const tensors = model?.graph === undefined ? [] : tensorsOf(model.graph).filter(isOutside);
  if (model === undefined || tensors.length === 0) return bytes;
  const files = new Map<string, Uint8Array>();
  for (const tensor of tensors) {
    const location = locationOf(tensor);
    // a model from elsewhere may not name any file it likes
    if (/^[\\/]|^\w:|(^|[\\/])\.\.([\\/]|$)/.test(location))
      throw new OddityError({
        place: location,
        expected: "weights in the folder of the model",
        got: "a path out of it",
      });
    const file = files.get(location) ?? (await read(location));
    files.set(location, file);
    const number = (key: string, usual: number): number =>
      Number(tensor.external_data?.find((each) => each.key === key)?.value ?? usual);
    const start = number("offset", 0);
    const length = number("length", file.length - start);
    if (start + length > file.length)
      throw new OddityError({
        place: location,
        expected: `${start + length} bytes or more, as the model says`,
        got: `${file.length}`,
      });
    tensor.raw_data = file.subarray(start, start + length);
    delete tensor.external_data;
    delete tensor.data_location;
  }
  return encodeModel(model);
}

/** Bytes that are no model are refused where they are read as one. */
function decoded(bytes: Uint8Array): ModelMessage | undefined {
  try {
    return decodeModel(bytes);
  } catch {
    return undefined;
  }
}

const tensorsOf = ({ initializer, node }: GraphMessage): TensorMessage[] => [
  ...initializer,
  ...node.flatMap(({ attribute }) =>
    attribute.flatMap(({ t, g, graphs = [] }) => [
      ...(t === undefined ? [] : [t]),
      ...[...(g === undefined ? [] : [g]), ...graphs].flatMap(tensorsOf),
    ]),
  ),
];
