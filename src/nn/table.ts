// The layers of a network as rows of a table, to be held against the table of a paper.

import { type AnyNetwork, type Parameter, parameterCount } from "./network.js";

export interface LayerRow {
  /** The layer's place: its parameters' names without their last part. */
  readonly layer: string;
  /** "weight 64×3×4×4, bias 64" */
  readonly parameters: string;
  /** How many numbers gradients move, and how many are running values. */
  readonly trained: number;
  readonly running: number;
}

/** One row for each layer with parameters, in order, and one for the total. */
export function layerTable({ parameters }: AnyNetwork): LayerRow[] {
  const layers = new Map<string, Parameter[]>();
  for (const parameter of parameters) {
    const layer = parameter.name.split(".").slice(0, -1).join(".");
    layers.set(layer, [...(layers.get(layer) ?? []), parameter]);
  }
  const rows = [...layers].map(([layer, own]) => rowOf(layer, own, own.map(nameOf).join(", ")));
  return [...rows, rowOf("total", parameters, "")];
}

/** The same as lines of text, numbers under one another. */
export function printLayers(network: AnyNetwork): string[] {
  const rows = layerTable(network).map(({ layer, parameters, trained, running }) => [
    layer,
    parameters,
    String(trained),
    running === 0 ? "" : `+ ${running} running`,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map(([layer, parameters, trained, running]) =>
    [layer!.padEnd(widths[0]!), parameters!.padEnd(widths[1]!), trained!.padStart(widths[2]!), running]
      .join("  ")
      .trimEnd(),
  );
}

const nameOf = ({ name, shape }: Parameter): string => `${name.split(".").at(-1)} ${shape.join("×")}`;

function rowOf(layer: string, own: readonly Parameter[], parameters: string): LayerRow {
  const count = (running: boolean): number =>
    parameterCount({ parameters: own.filter((each) => (each.running ?? false) === running) });
  return { layer, parameters, trained: count(false), running: count(true) };
}
