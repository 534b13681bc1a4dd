import { expect, test } from "vitest";
import { shortNames } from "./input.js";

test("names are told without the folder that was named", () => {
  expect(shortNames(["tiles/test/a.png", "tiles/b.png"], "tiles")).toEqual(["test/a.png", "b.png"]);
  expect(shortNames(["tiles/test/a.png", "tiles/test/b.png"], "tiles/")).toEqual(["test/a.png", "test/b.png"]);
});

test("of a glob or a data set, without the folder that all lie in", () => {
  expect(shortNames(["d/k/kos1/P1.jpg", "d/k/kos10/P1.jpg"], "kolektorsdd")).toEqual(["kos1/P1.jpg", "kos10/P1.jpg"]);
  expect(shortNames(["a.png", "b/c.png"], "*.png")).toEqual(["a.png", "b/c.png"]);
  expect(shortNames(["t10k #0", "t10k #1"], "mnist")).toEqual(["t10k #0", "t10k #1"]);
  expect(shortNames(["d/one.png"], "d/one.png")).toEqual(["one.png"]);
});
