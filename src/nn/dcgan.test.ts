// The pictures' backbones: GANomaly's table layer by layer, sizes that are not 32×32, contexts.

import { describe, expect, test } from "vitest";
import { input } from "../graph/op.js";
import { sum } from "../graph/ops/reduce.js";
import { halvings, pictureDecoder, pictureEncoder, pictureFeatures } from "./dcgan.js";
import { closeTo, drawn, given, held, slopesAgree, valuesOf } from "./held.js";
import type { AnyNetwork } from "./network.js";
import { layerTable } from "./table.js";

const mnist = { height: 32, width: 32, channels: 1 };
const small = { height: 8, width: 12, channels: 3 };
const trainedNumbers = (network: AnyNetwork): number[] => layerTable(network).map(({ trained }) => trained);

describe("the networks of GANomaly at 32×32 with 64 filters", () => {
  test("encoder: convolutions 1→64→128→256→100 of 4×4 without biases, two numbers for each normalised channel", () => {
    const network = pictureEncoder({ picture: mnist, filters: 64, to: 100 });
    expect(trainedNumbers(network)).toEqual([
      1 * 64 * 16, // 16×16
      64 * 128 * 16, // 8×8
      2 * 128,
      128 * 256 * 16, // 4×4
      2 * 256,
      256 * 100 * 16, // 1×1
      1024 + 131072 + 256 + 524288 + 512 + 409600,
    ]);
    const colour = pictureEncoder({ picture: { ...mnist, channels: 3 }, filters: 64, to: 100 });
    expect(trainedNumbers(colour)[0]).toBe(3 * 64 * 16);
  });
  test("decoder: the mirror image, its last layer without normalisation", () => {
    expect(trainedNumbers(pictureDecoder({ picture: mnist, filters: 64, from: 100 }))).toEqual([
      100 * 256 * 16,
      2 * 256,
      256 * 128 * 16,
      2 * 128,
      128 * 64 * 16,
      2 * 64,
      64 * 1 * 16,
      409600 + 512 + 524288 + 256 + 131072 + 128 + 1024,
    ]);
  });
  test("discriminator: the encoder with one number at the end; its features are 256 maps of 4×4", () => {
    const network = pictureFeatures({ picture: mnist, filters: 64, to: 1 });
    expect(trainedNumbers(network).slice(-2)).toEqual([256 * 16, 1024 + 131072 + 256 + 524288 + 512 + 4096]);
    const { features, code } = held(network).call(input("x", "f32", ["batch", 1024]));
    expect(features.shape).toEqual(["batch", 256 * 4 * 4]);
    expect(code.shape).toEqual(["batch", 1]);
  });
  test("start normal around 0 with deviation 0.02, scales around 1", () => {
    const { values } = held(pictureEncoder({ picture: mnist, filters: 16, to: 100 }));
    const moments = (name: string): [number, number] => {
      const x = valuesOf(values.get(name)!);
      const mean = x.reduce((a, b) => a + b) / x.length;
      return [mean, Math.sqrt(x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length)];
    };
    const names = [...values.keys()];
    for (const name of names.filter((each) => each.endsWith("weight"))) {
      const [mean, deviation] = moments(name);
      expect(Math.abs(mean)).toBeLessThan(0.005);
      expect(Math.abs(deviation - 0.02)).toBeLessThan(0.003);
    }
    for (const name of names.filter((each) => each.endsWith("scale"))) {
      const [mean, deviation] = moments(name);
      expect(Math.abs(mean - 1)).toBeLessThan(0.02);
      expect(Math.abs(deviation - 0.02)).toBeLessThan(0.01);
    }
  });
});

describe("other sizes", () => {
  test("halve until a side is at most 4 or odd, at least once", () => {
    const last = (height: number, width: number) => halvings({ height, width }).at(-1);
    expect(last(32, 32)).toEqual([4, 4]);
    expect(last(28, 28)).toEqual([7, 7]);
    expect(last(64, 48)).toEqual([4, 3]);
    expect(last(4, 64)).toEqual([2, 32]);
    expect(last(256, 256)).toEqual([4, 4]);
  });
  test("go in and come out as flat rows, of any number", () => {
    for (const [height, width] of [
      [28, 28],
      [64, 48],
      [4, 8],
    ] as const) {
      const picture = { height, width, channels: 3 };
      const code = held(pictureEncoder({ picture, filters: 4, to: 5 })).call(
        input("x", "f32", ["batch", 3 * height * width]),
      );
      expect(code.shape).toEqual(["batch", 5]);
      const rows = held(pictureDecoder({ picture, filters: 4, from: 5 })).call(code);
      expect(rows.shape).toEqual(["batch", 3 * height * width]);
    }
  });
  test("stop doubling at eight times the filters", () => {
    const picture = { height: 256, width: 256, channels: 1 };
    const shapes = pictureEncoder({ picture, filters: 2, to: 1 }).parameters.filter(({ name }) => /weight/.test(name));
    expect(shapes.map(({ shape }) => shape[0])).toEqual([2, 4, 8, 16, 16, 16, 1]);
  });
  test("that 4 does not divide are refused", () => {
    expect(() => halvings({ height: 30, width: 27 })).toThrow(/a height and a width that 4 divides.*30×27/s);
    expect(() => halvings({ height: 30, width: 27 })).toThrow("resize to 32×28");
  });
});

describe("options", () => {
  const how = { picture: small, filters: 2, to: 3 };
  const x = given([4, 288], drawn([4, 288], 1).data);
  test("biases stand where nothing is normalised by batch; layers are normalised as asked", () => {
    const names = (network: AnyNetwork) => network.parameters.map(({ name }) => name);
    expect(names(pictureEncoder({ ...how, bias: true })).filter((name) => /bias/.test(name))).toEqual([
      "maps.first.bias",
      "last.bias",
    ]);
    const plain = names(pictureEncoder({ ...how, bias: true, norm: "none" }));
    expect(plain.filter((name) => /bias/.test(name))).toHaveLength(2);
    expect(plain.filter((name) => /scale/.test(name))).toEqual([]);
    const big = { ...how, picture: { height: 16, width: 16, channels: 1 } };
    expect(names(pictureEncoder({ ...big, norm: "layer" })).filter((name) => /scale|mean/.test(name))).toHaveLength(1);
    expect(names(pictureEncoder(big)).filter((name) => /scale|mean/.test(name))).toHaveLength(2);
  });
  test("rows do not change each other when scoring by running statistics, and do by those of the batch", () => {
    const picture = { height: 16, width: 16, channels: 1 };
    const rows = drawn([4, 256], 2).data;
    const both = (statistics: "running" | "batch") => {
      const { call } = held(pictureEncoder({ picture, filters: 2, to: 3, statistics }));
      return [call(given([4, 256], rows)), call(given([2, 256], rows.slice(0, 512)))].map((y) =>
        valuesOf(y).slice(0, 6),
      );
    };
    const [four, two] = both("running");
    closeTo(four!, two!);
    const [mixed, apart] = both("batch");
    expect(() => closeTo(mixed!, apart!)).toThrow();
  });
  test("a context changes code and picture, and is asked for where it was declared", () => {
    const { call } = held(pictureEncoder({ ...how, condition: 2 }), {}, { seed: 3 });
    const one = given([4, 2], [1, 0, 1, 0, 1, 0, 1, 0]);
    const other = given([4, 2], [1, 0, 0, 1, 1, 0, 0, 1]);
    const [a, b] = [valuesOf(call(x, one)), valuesOf(call(x, other))];
    expect(a.slice(0, 3)).toEqual(b.slice(0, 3));
    expect(a.slice(3, 6)).not.toEqual(b.slice(3, 6));
    expect(() => call(x)).toThrow("expected a context of 2 numbers, got 0");
    const decode = held(pictureDecoder({ picture: small, filters: 2, from: 3, condition: 2 })).call;
    const code = given([4, 3], drawn([4, 3], 5).data);
    expect(valuesOf(decode(code, one))).not.toEqual(valuesOf(decode(code, other)));
    expect(() => held(pictureDecoder({ picture: small, filters: 2, from: 3 })).call(code, one)).toThrow("got 2");
  });
  test("slopes agree with differences", () => {
    const picture = { height: 8, width: 8, channels: 1 };
    const { call } = held(pictureEncoder({ picture, filters: 2, to: 2, norm: "layer" }), {}, { seed: 4 });
    const back = held(pictureDecoder({ picture, filters: 2, from: 2, norm: "none" }), {}, { seed: 5 }).call;
    slopesAgree((rows) => sum(back(call(rows)), {}), [drawn([2, 64], 6)], { twice: false });
  });
});
