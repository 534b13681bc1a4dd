import { describe, expect, test } from "vitest";
import { layoutOf } from "./layout.js";

const rows = (names: readonly string[]) =>
  layoutOf("r", names).files.map(({ path, class: label, split, mask }) =>
    [path.slice(2), split, label, mask?.slice(2)].map((each) => each ?? "").join(" | "),
  );

describe("what names say", () => {
  test("files beside class folders have no class; files of other endings decide nothing", () => {
    expect(rows(["readme.txt", "x.png", "cat/1.png", "cat/notes/2.png"])).toEqual([
      "cat/1.png |  | cat | ",
      "cat/notes/2.png |  | cat | ",
      "readme.txt |  |  | ",
      "x.png |  |  | ",
    ]);
    expect(layoutOf("r", ["notes/readme.txt", "x.png"]).about).toBe("pictures in one folder");
  });
  test("without any known ending all files are looked at", () => {
    expect(rows(["a/1", "b/2"])).toEqual(["a/1 |  | a | ", "b/2 |  | b | "]);
  });
  test("parts with classes and without; a class that is called train is none of them", () => {
    expect(rows(["Train/1.png", "val/2.png"])).toEqual(["Train/1.png | train |  | ", "val/2.png | val |  | "]);
    expect(layoutOf("r", ["Train/1.png", "val/2.png"]).about).toBe("train and test folders");
    expect(rows(["train/1.png", "plane/2.png"])).toEqual(["plane/2.png |  | plane | ", "train/1.png |  | train | "]);
  });
  test("masks belong by class and name, in ground_truth or masks, and are no pictures", () => {
    expect(
      rows([
        "test/cut/000.png",
        "test/good/000.png",
        "test/hole/000.png",
        "ground_truth/cut/000_mask.png",
        "ground_truth/hole/000.png",
      ]),
    ).toEqual([
      "test/cut/000.png | test | cut | ground_truth/cut/000_mask.png",
      "test/good/000.png | test | good | ",
      "test/hole/000.png | test | hole | ground_truth/hole/000.png",
    ]);
    expect(rows(["masks/a.png", "b/a.png"])).toEqual(["b/a.png |  | b | "]); // that would be masks/b/a.png
  });
  test("beside some pictures only: classes stay the folders'", () => {
    expect(rows(["bad/1.jpg", "bad/1_mask.png", "good/2.jpg", "good/3_label.jpg"])).toEqual([
      "bad/1.jpg |  | bad | bad/1_mask.png",
      "good/2.jpg |  | good | ",
      "good/3_label.jpg |  | good | ", // a picture of this name: there is no good/3
    ]);
    expect(layoutOf("r", ["k/1.jpg", "k/1_label.bmp.gz"])).toMatchObject({ classByMask: true, normal: ["good"] });
  });
  test.each(["good", "OK", "Normal", "normals", "defect-free", "no_defect", "Healthy"])("%s is normal", (name) => {
    expect(layoutOf("r", [`${name}/1.png`, "other/2.png"]).normal).toEqual([name]);
  });
  test.each(["goods", "abnormal", "not ok", "defect"])("%s is not", (name) => {
    expect(layoutOf("r", [`${name}/1.png`]).normal).toEqual([]);
  });
});
