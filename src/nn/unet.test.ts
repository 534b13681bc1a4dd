// The U-Net against Skip-GANomaly's table, at other sizes, and its skips.

import { describe, expect, test } from "vitest";
import { input } from "../graph/op.js";
import { drawn, given, held, valuesOf } from "./held.js";
import { layerTable } from "./table.js";
import { depthOf, uNet } from "./unet.js";

describe("at 32×32 with 64 filters", () => {
  test("five convolutions down and five up, the last with a bias, the outer- and innermost not normalised", () => {
    const rows = layerTable(uNet({ picture: { height: 32, width: 32, channels: 3 }, filters: 64 }));
    const square = 16;
    expect(rows.slice(0, -1).map(({ layer, trained }) => [layer, trained])).toEqual([
      ["down1", 3 * 64 * square], // 16×16
      ["down2.1", 64 * 128 * square], // 8×8
      ["down2.2", 2 * 128],
      ["down3.1", 128 * 256 * square], // 4×4
      ["down3.2", 2 * 256],
      ["down4.1", 256 * 512 * square], // 2×2
      ["down4.2", 2 * 512],
      ["down5.1", 512 * 512 * square], // 1×1
      ["up1.1", 128 * 3 * square + 3],
      ["up2.1", 256 * 64 * square],
      ["up2.2", 2 * 64],
      ["up3.1", 512 * 128 * square],
      ["up3.2", 2 * 128],
      ["up4.1", 1024 * 256 * square],
      ["up4.2", 2 * 256],
      ["up5.1", 512 * 512 * square],
      ["up5.2", 2 * 512],
    ]);
  });
});

test("halves as often as both sides can be", () => {
  const depth = (height: number, width: number) => depthOf({ height, width });
  expect([depth(32, 32), depth(256, 256), depth(28, 28), depth(64, 48), depth(12, 20)]).toEqual([5, 8, 2, 4, 2]);
});

test("rows come out as they went in, at any size that 4 divides", () => {
  for (const [height, width, channels] of [
    [28, 28, 1],
    [12, 20, 3],
    [64, 64, 1],
  ] as const) {
    const numbers = height * width * channels;
    const net = held(uNet({ picture: { height, width, channels }, filters: 2 }));
    expect(net.call(input("x", "f32", ["batch", numbers])).shape).toEqual(["batch", numbers]);
  }
  expect(() => uNet({ picture: { height: 30, width: 28, channels: 1 }, filters: 2 })).toThrow("resize to 32×28");
});

test("a skip goes by all that lies below it", () => {
  const picture = { height: 8, width: 8, channels: 1 };
  const net = uNet({ picture, filters: 2 });
  const zero = (name: string) => {
    const { shape } = net.parameters.find((each) => each.name === name)!;
    return new Array<number>(shape.reduce((n, dim) => n * dim, 1)).fill(0);
  };
  const x = given([2, 64], drawn([2, 64], 1).data);
  const other = given([2, 64], drawn([2, 64], 2).data);
  const cut = held(net, { "down3.1.weight": zero("down3.1.weight") });
  expect(valuesOf(cut.call(x))).not.toEqual(valuesOf(cut.call(other)));
  const bottom = held(net, { "down1.weight": zero("down1.weight") });
  expect(valuesOf(bottom.call(x))).toEqual(valuesOf(bottom.call(other)));
});
