import { expect, test } from "vitest";
import { fileName } from "./files.js";
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

test("a file is called by its rank and what is left of the picture's name", () => {
  expect(fileName(0, 20, "kos06/Part5.jpg")).toBe("01-kos06-Part5");
  expect(fileName(9, 9, "t10k-images.gz #64")).toBe("10-t10k-images.gz-64");
  expect(fileName(2, 3, "../.a b.png")).toBe("3-a-b");
});
