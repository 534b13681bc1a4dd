// A3 over a model of the user's own: units of rows and pixels, layouts, what is refused, that the model stays as it is.

import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import type { CategoryColumn, Pictures, Table } from "../../data/table.js";
import { tableOf } from "../../data/table.js";
import type { Node } from "../../graph/node.js";
import { writeOnnx } from "../../graph/onnx/write.js";
import { input } from "../../graph/op.js";
import { matmul } from "../../graph/ops/matmul.js";
import { relu } from "../../graph/ops/piecewise.js";
import { reshape } from "../../graph/ops/shape.js";
import { nodeHost } from "../../host/node.js";
import { closeTo, given, valuesOf } from "../../nn/held.js";
import { webRuntime } from "../../runtime/web.js";
import { Random } from "../../tensor/random.js";
import { a3 } from "../a3.js";
import type { LearningSite, RowShape } from "../define.js";
import { type PixelRange, watch } from "./watched.js";

/** A model whose one hidden activation is relu of its input: what A3 gives it can be read off. */
function mirror(...shape: number[]): Uint8Array {
  const x = input("x", "f32", ["batch", ...shape]);
  const size = shape.reduce((n, dim) => n * dim, 1);
  const node = matmul(
    reshape(relu(x), { shape: ["batch", size] }),
    given([size, 1], new Float32Array(size).fill(1)),
    {},
  );
  return writeOnnx({ name: "mirror", inputs: [x], outputs: [{ name: "y", node }] });
}

const siteOf = (shape: RowShape, rows: readonly number[] = []): LearningSite =>
  ({
    ...shape,
    host: { ...nodeHost, runtime: webRuntime },
    rows: { values: Float32Array.from(rows), count: rows.length / shape.width },
  }) as unknown as LearningSite;

const table = (features: number, condition = 0): RowShape => ({
  ...{ features, condition, width: features + condition },
  picture: undefined,
});
const pictures = (height: number, width: number, channels: 1 | 3): RowShape => {
  const features = height * width * channels;
  return { features, condition: 0, width: features, picture: { height, width, channels } };
};

describe("rows of a table", () => {
  const shape = table(2, 1);
  const watched = watch({ bytes: mirror(2) }, siteOf(table(2), [10, -4, 30, -2, 20, -3]), shape, "unit");
  const x = given([2, 3], [10, -4, 0, 35, -2, 1]);
  test("go in as they are, whatever label they carry", async () => {
    const { space, activations } = await watched;
    expect(activations).toBe(2);
    expect(valuesOf(space.seen(x))).toEqual([10, -4, 35, -2]);
  });
  test("anomalies are made in units of the normal rows' range", async () => {
    const { space } = await watched;
    closeTo(valuesOf(space.unit(x)), [0, 0, 1.25, 1]);
    closeTo(valuesOf(space.fromUnit(space.unit(x))), [10, -4, 35, -2]);
  });
  test("a column of one value has the range 1", async () => {
    const { space } = await watch({ bytes: mirror(1) }, siteOf(table(1), [7, 7]), table(1), "unit");
    closeTo(valuesOf(space.unit(given([2, 1], [7, 9]))), [0, 2]);
  });
  test("another number of columns", async () => {
    await expect(watch({ bytes: mirror(3) }, siteOf(table(2), [1, 2]), table(2), "unit")).rejects.toThrow(
      "target: expected rows of 3 numbers, which the model takes, got 2 columns; leave out columns",
    );
  });
});

describe("pixels", () => {
  const shape = pictures(1, 2, 3);
  // -1 is black, 1 is white
  const x = given([1, 6], [-1, 1, 0, 0.5, -0.5, 1]);
  test.each([
    ["unit", [0, 1, 0.5, 0.75, 0.25, 1]],
    ["signed", [-1, 1, 0, 0.5, -0.5, 1]],
    ["byte", [0, 255, 127.5, 191.25, 63.75, 255]],
    // (v - mean) / deviation of red, green, blue
    ["imagenet", [-0.485 / 0.229, 0.515 / 0.229, 0.044 / 0.224, 0.294 / 0.224, -0.156 / 0.225, 0.594 / 0.225]],
  ] as const)("as %s", async (range: PixelRange, expected) => {
    const { space } = await watch({ bytes: mirror(3, 1, 2) }, siteOf(shape), shape, range);
    closeTo(valuesOf(space.seen(x)), expected);
  });
  test("imagenet is in colour", async () => {
    const grey = pictures(2, 2, 1);
    await expect(watch({ bytes: mirror(1, 2, 2) }, siteOf(grey), grey, "imagenet")).rejects.toThrow("in colour");
  });
  test.each([
    ["planes first", [3, 1, 2]],
    ["planes last", [1, 2, 3]],
    ["flat", [6]],
  ])("%s", async (_, inputShape) => {
    const { activations } = await watch({ bytes: mirror(...inputShape) }, siteOf(shape), shape, "unit");
    expect(activations).toBe(6);
  });
  test("grey without its axis", async () => {
    const grey = pictures(2, 4, 1);
    expect((await watch({ bytes: mirror(2, 4) }, siteOf(grey), grey, "unit")).activations).toBe(8);
  });
  test.each([
    [[3, 8, 8], "[3, 8, 8], got pictures of 1×2 with 3 channels; read them with --size 8x8 --colour"],
    [[8, 6, 1], "[8, 6, 1], got pictures of 1×2 with 3 channels; read them with --size 8x6 --grey"],
    [[7], "[7], got pictures of 1×2 with 3 channels"],
  ])("another size: %s", async (inputShape, expected) => {
    await expect(watch({ bytes: mirror(...inputShape) }, siteOf(shape), shape, "unit")).rejects.toThrow(expected);
  });
  test("the planes of the row are what a model of planes last gets, place by place", async () => {
    const { target } = await watch({ bytes: mirror(1, 2, 3) }, siteOf(shape), shape, "unit");
    const rows = input("rows", "f32", ["batch", 6]);
    const node: Node = target.bind({} as never)(rows).activations;
    const session = await webRuntime.open(
      writeOnnx({ name: "watched", inputs: [rows], outputs: [{ name: "h", node }] }),
    );
    const got = await session.run({ rows: { dtype: "f32", shape: [1, 6], data: Float32Array.of(1, 2, 3, 4, 5, 6) } });
    await session.close();
    expect(Array.from(got.h!.data as Float32Array)).toEqual([1, 3, 5, 2, 4, 6]);
  });
});

describe("fitted", () => {
  const random = new Random(5);
  const rows = tableOf(random.fillNormal(new Float32Array(600)), 3);
  const odd = tableOf(
    random.fillNormal(new Float32Array(30)).map((x) => x + 6),
    3,
  );
  const quick = { epochs: 1, fewestSteps: 40 } as const;
  const told = { seed: 1, target: { bytes: mirror(3) } };

  test("strange rows outrank the others, with and without known anomalies; the file says what it watches", async () => {
    for (const anomalies of [undefined, odd]) {
      const model = await a3(quick).fit(rows, { ...told, ...(anomalies ? { anomalies } : {}) });
      const [normal, strange] = [await model.score(rows), await model.score(odd)];
      const usual = normal.toSorted()[Math.floor(0.9 * normal.length)]!;
      expect(strange.filter((score) => score > usual).length).toBeGreaterThan(7);
      expect(model.header.notes).toContainEqual(expect.stringMatching(/^watches \S+ \(3\) of the given model$/));
      await model.close();
    }
  });
  test("text, times and gaps are refused, as the model has no word for them", async () => {
    const text: CategoryColumn = { kind: "category", name: "kind", codes: new Int32Array(200), levels: ["a"] };
    const gaps = { ...rows.columns[1]!, values: new Float64Array(200).fill(Number.NaN, 3, 4) };
    const fit = (columns: Table["columns"]): Promise<unknown> => a3(quick).fit({ rows: 200, columns }, told);
    await expect(fit([rows.columns[0]!, rows.columns[1]!, text])).rejects.toThrow(
      'column "kind": expected a number in every row, as the model to watch takes it, got text',
    );
    await expect(fit([rows.columns[0]!, { ...gaps, kind: "number" }])).rejects.toThrow("got missing values");
    await expect(fit([{ ...rows.columns[0]!, kind: "date" } as never])).rejects.toThrow("got times");
  });
  test("a given model rebuilds nothing", async () => {
    await expect(a3({ ...quick, score: "reconstruction" }).fit(rows, told)).rejects.toThrow("alarm, where a model");
  });
  test("a classifier of digits as PyTorch writes it", async () => {
    const bytes = await readFile("test/fixtures/targets/torch-mnist-cnn.onnx");
    const pixels = Uint8Array.from({ length: 40 * 784 }, () => 256 * random.uniform());
    const shown: Pictures = { height: 28, width: 28, channels: 1, pixels };
    const model = await a3(quick).fit({ rows: 40, columns: [], pictures: shown }, { seed: 1, target: { bytes } });
    expect((await model.score({ rows: 40, columns: [], pictures: shown })).every(Number.isFinite)).toBe(true);
    await model.close();
  }, 60_000);
});
