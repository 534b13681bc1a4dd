// Pictures that come as arrays: IDX, CIFAR-10, NumPy.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { Table } from "../table.js";
import { textsOf } from "./columns.js";
import { parseIdx } from "./idx.js";
import { readPictures } from "./read.js";

const top = mkdtempSync(join(tmpdir(), "oddity-arrays-test-"));
afterAll(() => rmSync(top, { recursive: true }));
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(top, "f-"));
});
const write = (name: string, bytes: Uint8Array) => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
const column = (table: Table, name: string) => textsOf(table.columns.find((each) => each.name === name));
const pixels = (table: Table) => Array.from(table.pictures!.pixels);

const idx = (shape: readonly number[], values: readonly number[], type = 8) =>
  Uint8Array.from([0, 0, type, shape.length, ...shape.flatMap((n) => [n >> 24, n >> 16, n >> 8, n]), ...values]);

describe("IDX", () => {
  const images = idx([2, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);

  test("labels beside it are found, packed or not", async () => {
    const path = write("t10k-images-idx3-ubyte", images);
    const alone = await readPictures(path);
    expect(alone.layout).toBe("IDX");
    expect(alone.table.columns).toEqual([]);
    write("t10k-labels-idx1-ubyte.gz", gzipSync(idx([2], [7, 3])));
    const { table, layout } = await readPictures(path);
    expect(layout).toBe(`IDX, with the labels of ${join(folder, "t10k-labels-idx1-ubyte.gz")}`);
    expect(table.pictures).toMatchObject({ height: 2, width: 3, channels: 1 });
    expect(table.pictures!.names).toEqual(["t10k-images-idx3-ubyte #0", "t10k-images-idx3-ubyte #1"]);
    expect(pixels(table)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(table.columns).toEqual([
      { kind: "category", name: "class", codes: Int32Array.of(1, 0), levels: ["3", "7"] },
    ]);
  });

  test("labels by name; in another size and in colour", async () => {
    const path = write("a.idx.gz", gzipSync(images));
    const labels = write("b", idx([2], [1, 0]));
    const { table } = await readPictures(path, { labels, height: 1, width: 1, colour: "colour" });
    expect(column(table, "class")).toEqual(["1", "0"]);
    expect(pixels(table)).toEqual([4, 4, 4, 10, 10, 10]); // 3.5 and 9.5, after halves were rounded up along the lines
    await expect(readPictures(path, { height: 1, width: 1, fit: "cover" })).rejects.toThrow(
      "fit: expected stretch, for pictures that come as arrays, got cover",
    );
  });

  test("a folder of MNIST's four files is one table with its parts", async () => {
    write("t10k-images-idx3-ubyte", idx([1, 1, 1], [9]));
    write("t10k-labels-idx1-ubyte", idx([1], [4]));
    write("train-images-idx3-ubyte", idx([2, 1, 1], [5, 6]));
    write("train-labels-idx1-ubyte", idx([2], [2, 4]));
    const { table, layout } = await readPictures(folder);
    expect(layout).toBe("IDX (train-images-idx3-ubyte, t10k-images-idx3-ubyte)");
    expect(pixels(table)).toEqual([5, 6, 9]);
    expect(column(table, "class")).toEqual(["2", "4", "4"]);
    expect(column(table, "split")).toEqual(["train", "train", "test"]);
  });

  test.each<[string, Uint8Array, RegExp]>([
    ["another magic", Uint8Array.of(1, 2, 3, 4, 5), /got the beginning 01 02 03 04/],
    ["floats", idx([1], [0, 0, 0, 0], 13), /got elements of type 0x0d; 0x08 is bytes/],
    ["cut in its header", idx([2, 2], []).subarray(0, 9), /got 9 bytes; the file may be cut short/],
    [
      "cut in its values",
      idx([2, 3], [1, 2, 3]),
      /got 3 bytes of data where 2×3 = 6 belong; the file may be cut short/,
    ],
    ["too long", idx([2], [1, 2, 3]), /got 3 bytes of data where 2 = 2 belong; there is more/],
  ])("refused: %s", (_, bytes, sentence) => {
    expect(() => parseIdx(bytes, "a")).toThrow(sentence);
  });

  test("refused: labels as pictures, another number of labels, a damaged gzip", async () => {
    const labels = write("labels", idx([3], [1, 2, 3]));
    await expect(readPictures(labels)).rejects.toThrow(/got an array of 3; this is a file of labels/);
    const path = write("images", images);
    await expect(readPictures(path, { labels })).rejects.toThrow(
      /expected 2 labels, one for each picture of .*, got 3/,
    );
    const cut = write("cut.gz", gzipSync(images).subarray(0, 30));
    await expect(readPictures(cut)).rejects.toThrow(/cut.gz: expected a whole gzip file, got one that is cut short/);
  });
});

describe("CIFAR-10", () => {
  const record = (label: number) => [
    label,
    ...Array.from({ length: 3072 }, (_, i) => [10, 20, 30][Math.floor(i / 1024)]! + (i % 1024 === 1 ? 1 : 0)),
  ];
  test("planes become pixels, numbers become names", async () => {
    write("test_batch.bin.gz", gzipSync(Uint8Array.from([...record(9), ...record(0)])));
    write("data_batch_1.bin", Uint8Array.from(record(3)));
    const { table } = await readPictures(folder);
    expect(table.pictures).toMatchObject({ height: 32, width: 32, channels: 3 });
    expect(pixels(table).slice(0, 9)).toEqual([10, 20, 30, 11, 21, 31, 10, 20, 30]);
    expect(column(table, "class")).toEqual(["cat", "truck", "airplane"]);
    expect(column(table, "split")).toEqual(["train", "test", "test"]);
    expect((await readPictures(join(folder, "data_batch_1.bin"))).table.rows).toBe(1);
  });
  test("refused: cut short, a label that is none", async () => {
    const cut = write("a.bin", Uint8Array.from(record(1)).subarray(0, 3000));
    await expect(readPictures(cut)).rejects.toThrow(/expected records of 3073 bytes .*, got 3000 bytes; .*cut short/);
    const label = write("b.bin", Uint8Array.from([...record(1), ...record(10)]));
    await expect(readPictures(label)).rejects.toThrow(/expected labels from 0 to 9, got 10 in row 2/);
  });
});

describe("NumPy", () => {
  function npy(descr: string, shape: readonly number[], data: Uint8Array, fortran = "False"): Uint8Array {
    const text = `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': (${shape.join(", ")},), }\n`;
    return Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length, 0, ...Buffer.from(text), ...data]);
  }
  const counting = (n: number) => Uint8Array.from({ length: n }, (_, i) => i);
  const read = async (bytes: Uint8Array) => readPictures(write("a.npy", bytes));

  test.each<[string, readonly number[], string, object, readonly number[]]>([
    ["n×h×w", [2, 2, 3], "False", { height: 2, width: 3, channels: 1 }, [0, 1, 2, 3]],
    ["n×h×w×1", [1, 2, 3, 1], "False", { height: 2, width: 3, channels: 1 }, [0, 1, 2, 3]],
    ["n×h×w×3", [1, 2, 2, 3], "False", { height: 2, width: 2, channels: 3 }, [0, 1, 2, 3]],
    ["n×3×h×w", [1, 3, 2, 2], "False", { height: 2, width: 2, channels: 3 }, [0, 4, 8, 1, 5, 9]],
    ["n×1×h×w", [1, 1, 2, 2], "False", { height: 2, width: 2, channels: 1 }, [0, 1, 2, 3]],
    ["n×3×h×3: the last counts", [1, 3, 2, 3], "False", { height: 3, width: 2, channels: 3 }, [0, 1, 2, 3]],
    // the first axis runs fastest: the element at [0, 0, 1] is the fifth
    ["Fortran order", [2, 2, 3], "True", { height: 2, width: 3, channels: 1 }, [0, 4, 8, 2, 6, 10, 1, 5]],
  ])("%s", async (_, shape, order, form, first) => {
    const size = shape.reduce((product, n) => product * n, 1);
    const { table } = await read(npy("|u1", shape, counting(size), order));
    expect(table.rows).toBe(shape[0]);
    expect(table.pictures).toMatchObject(form);
    expect(pixels(table).slice(0, first.length)).toEqual(first);
  });

  test("fractions from 0 to 1 are multiplied by 255, and said; whole numbers of any type are bytes", async () => {
    const fractions = new Uint8Array(Float32Array.of(0, 0.5, 1, 0.002).buffer);
    const { table, notes } = await read(npy("<f4", [1, 2, 2], fractions));
    expect(pixels(table)).toEqual([0, 128, 255, 1]);
    expect(notes).toEqual(["numbers from 0 to 1 are multiplied by 255"]);
    const whole = await read(npy("<f4", [1, 1, 2], new Uint8Array(Float32Array.of(0, 200).buffer)));
    expect([pixels(whole.table), whole.notes]).toEqual([[0, 200], []]);
    const binary = await read(npy("|u1", [1, 1, 2], Uint8Array.of(0, 1)));
    expect(pixels(binary.table)).toEqual([0, 1]);
  });

  test("an .npz with parts and labels", async () => {
    const path = write(
      "mnist.npz",
      zipSync({
        "x_test.npy": npy("|u1", [1, 1, 2], Uint8Array.of(7, 8)),
        "x_train.npy": npy("|u1", [2, 1, 2], Uint8Array.of(1, 2, 3, 4)),
        "y_test.npy": npy("|u1", [1], Uint8Array.of(2)),
        "y_train.npy": npy("|u1", [2], Uint8Array.of(10, 2)),
      }),
    );
    const { table, layout } = await readPictures(path);
    expect(layout).toBe("NumPy arrays of pictures (x_test, x_train)");
    expect(column(table, "class")).toEqual(["2", "10", "2"]);
    expect(column(table, "split")).toEqual(["test", "train", "train"]);
    expect(table.columns[0]).toMatchObject({ levels: ["2", "10"] });
    expect(pixels(table)).toEqual([7, 8, 1, 2, 3, 4]);
  });

  test.each<[string, Uint8Array, RegExp]>([
    ["a table", npy("|u1", [2, 2], counting(4)), /expected an array of pictures: n×height×width.*got X of 2×2/],
    ["4 channels", npy("|u1", [1, 2, 2, 4], counting(16)), /expected pictures: .* got 1×2×2×4/],
    ["no picture", npy("|u1", [0, 2, 2], counting(0)), /got 0×2×2/],
    [
      "beyond 255",
      npy("<i2", [1, 1, 2], Uint8Array.of(0, 0, 0, 1)),
      /whole numbers from 0 to 255.*got numbers from 0 to 256/,
    ],
    ["-1 to 1", npy("<f4", [1, 1, 2], new Uint8Array(Float32Array.of(-1, 0.5).buffer)), /got fractions from -1 to 0.5/],
    [
      "NaN",
      npy("<f4", [1, 1, 1], new Uint8Array(Float32Array.of(Number.NaN).buffer)),
      /expected a number for each pixel, got NaN/,
    ],
    ["cut short", npy("|u1", [1, 2, 2], counting(3)), /got 3 bytes of data where 4 belong/],
  ])("refused: %s", async (_, bytes, sentence) => {
    await expect(read(bytes)).rejects.toThrow(sentence);
  });
  test("refused: another number of labels; arrays of two sizes", async () => {
    const few = write(
      "few.npz",
      zipSync({ "X.npy": npy("|u1", [2, 1, 1], counting(2)), "y.npy": npy("|u1", [1], counting(1)) }),
    );
    await expect(readPictures(few)).rejects.toThrow(/y: expected 2 labels, one for each picture, got 1/);
    const two = write(
      "two.npz",
      zipSync({ "a.npy": npy("|u1", [1, 1, 1], counting(1)), "b.npy": npy("|u1", [1, 2, 1], counting(2)) }),
    );
    await expect(readPictures(two)).rejects.toThrow(/arrays of one kind \(a is 1×1×1\), got b, which is 2×1×1/);
  });
});
