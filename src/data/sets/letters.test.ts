import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { textsOf } from "../pictures/columns.js";
import { pictureSetOf } from "./index.js";
import { asDigit, loadLetters } from "./letters.js";

/** Left, top, right and bottom of what is not black, and the centre of mass. */
function measured(picture: Uint8Array) {
  const places = [...picture.keys()].filter((place) => picture[place]! > 0);
  const [xs, ys] = [places.map((place) => place % 28), places.map((place) => Math.floor(place / 28))];
  const sum = picture.reduce((total, value) => total + value, 0);
  const mean = (axis: readonly number[]) =>
    places.reduce((total, place, i) => total + picture[place]! * (axis[i]! + 0.5), 0) / sum;
  return {
    box: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)],
    centre: [mean(xs), mean(ys)],
    ink: sum / 255,
  };
}
const drawing = (inked: (x: number, y: number) => boolean) => ({
  ...{ height: 40, width: 50 },
  pixels: Uint8Array.from({ length: 2000 }, (_, place) => (inked(place % 50, Math.floor(place / 50)) ? 255 : 0)),
});

describe("one drawing", () => {
  test("a dot becomes the pen's disc, 20 across, in the middle", () => {
    const { box, centre, ink } = measured(asDigit(drawing((x, y) => x === 3 && y === 31)));
    expect(box).toEqual([4, 4, 23, 23]);
    expect(centre).toEqual([14, 14]);
    expect(ink).toBeCloseTo(Math.PI * 10 ** 2, -1);
  });
  test("a line at the border is as high as a digit, as wide as the pen, and comes to the middle", () => {
    // 40 high and 4 of the pen's diameter less a pixel: 43, brought to 20; the area 4 * 39 + 4 pi
    const { box, centre, ink } = measured(asDigit(drawing((x) => x === 0)));
    expect([box[1], box[3]]).toEqual([4, 23]);
    expect(box[2]! - box[0]!).toBeLessThanOrEqual(3);
    expect(centre[0]).toBeCloseTo(14, 0);
    // its ends are round
    expect(ink).toBeGreaterThan(168.6 * (20 / 43) ** 2 * 0.94);
    expect(ink).toBeLessThan(168.6 * (20 / 43) ** 2);
  });
  test("what is heavier on one side moves to the other", () => {
    // an L: the centre of mass is left of the middle of its box, and below it
    const { box } = measured(
      asDigit(drawing((x, y) => (x === 5 && y > 5 && y < 35) || (y === 34 && x >= 5 && x < 34))),
    );
    expect(box[0]).toBeGreaterThan(4);
    expect(box[1]).toBeLessThan(4);
  });
});

test.skipIf(!existsSync(join(process.env.ODDITY_DATA ?? "", pictureSetOf("omniglot").source.files[0]!.file)))(
  "520 letters, with as much ink as MNIST's digits",
  async () => {
    const { rows, columns, pictures } = await loadLetters();
    expect(rows).toBe(520);
    const letters = textsOf(columns.find(({ name }) => name === "letter"));
    expect(letters.filter((letter) => letter === "e")).toHaveLength(20);
    expect([letters[0], letters[519]]).toEqual(["a", "z"]);
    expect(pictures).toMatchObject({ height: 28, width: 28, channels: 1 });
    const { pixels, names } = pictures!;
    expect(names![0]).toMatch(/Latin\/character01/);
    // 0.1307 is the mean of MNIST's training digits
    expect(pixels.reduce((sum, value) => sum + value, 0) / pixels.length / 255).toBeCloseTo(0.1307, 2);
  },
);
