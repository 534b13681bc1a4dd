// The players' layers against the tables of the authors' code, counted by hand.

import { expect, test } from "vitest";
import { layerTable } from "../../nn/table.js";
import { publishedPlayers, soundPlayers } from "./networks.js";

const table = { features: 121, condition: 0, width: 121, picture: undefined };
const mnist = { features: 784, condition: 0, width: 784, picture: { height: 28, width: 28, channels: 1 } } as const;
const counts = (network: Parameters<typeof layerTable>[0]) => layerTable(network).map(({ trained }) => trained);

test("published, KDD Cup 99", () => {
  const { generator, discriminator } = publishedPlayers(table);
  expect(counts(generator)).toEqual([33 * 64, 65 * 128, 129 * 121, 33 * 64 + 65 * 128 + 129 * 121]);
  expect(counts(discriminator)).toEqual([
    122 * 256,
    257 * 128,
    129 * 128,
    129,
    122 * 256 + 257 * 128 + 129 * 128 + 129,
  ]);
});

test("published, MNIST", () => {
  const { generator, discriminator } = publishedPlayers(mnist);
  // dense and norm, dense and norm, transposed convolution and norm, the last convolution
  const made = [201 * 1024, 2 * 1024, 1025 * 6272, 2 * 6272, 128 * 64 * 16 + 64, 2 * 64, 64 * 16 + 1];
  expect(counts(generator)).toEqual([...made, made.reduce((a, b) => a + b)]);
  const judged = [16 * 64 + 64, 64 * 64 * 16 + 64, 2 * 64, 3137 * 1024, 2 * 1024, 1025];
  expect(counts(discriminator)).toEqual([...judged, judged.reduce((a, b) => a + b)]);
  expect(layerTable(generator).at(-1)!.running).toBe(2 * (1024 + 6272 + 64));
});

test("a context widens the input of dense layers, and of pictures the code and the first map", () => {
  const first = (shape: Parameters<typeof soundPlayers>[0]) => {
    const { generator, discriminator } = soundPlayers(shape, { code: 8, filters: 4, norm: "batch" });
    return [generator, discriminator].map(({ parameters }) =>
      parameters.reduce((n, p) => n + p.shape.reduce((a, b) => a * b, 1), 0),
    );
  };
  const [plain, told] = [table, { ...table, condition: 3, width: 124 }].map(first);
  expect(told![0]! - plain![0]!).toBe(3 * 64);
  expect(told![1]! - plain![1]!).toBe(3 * 256);
  const [seen, shown] = [mnist, { ...mnist, condition: 3, width: 787 }].map(first);
  expect(shown![0]! - seen![0]!).toBe(3 * 8 * 7 * 7);
  expect(shown![1]! - seen![1]!).toBe(3 * 4);
});

test("pictures whose sides 4 does not divide get a sentence", () => {
  const odd = { ...mnist, features: 30 * 28, width: 30 * 28, picture: { height: 30, width: 28, channels: 1 } } as const;
  expect(() => publishedPlayers(odd)).toThrow("resize to 32×28");
  expect(() => soundPlayers(odd, { code: 8, filters: 4, norm: "batch" })).toThrow("resize to 32×28");
});
