// Points of curves in the plane with Gaussian noise around them: what rings, moons and spirals have in common. The density
// is an integral along the curves, taken by Gauss and Legendre's rule with 8 points in pieces not longer than 1.5
// deviations: 12 digits (rings against their closed form).

import { OddityError } from "../../tensor/errors.js";
import type { Random } from "../../tensor/random.js";

/** A curve from s = 0 to 1. */
export interface Curve {
  at(s: number): readonly [number, number];
  /** Greatest length by unit of s. */
  readonly speed: number;
  /** Where along it points lie: density over s, and its quantile; evenly over s where they are left out. */
  readonly along?: { readonly density: (s: number) => number; readonly quantile: (u: number) => number };
}

/** Nodes and weights on -1 to 1 (Abramowitz and Stegun 25.4.30), the positive half. */
const gaussLegendre = [
  [0.1834346424956498, 0.362683783378362],
  [0.525532409916329, 0.3137066458778873],
  [0.7966664774136267, 0.2223810344533745],
  [0.9602898564975363, 0.1012285362903763],
] as const;
const nodes = gaussLegendre.flatMap(([x, weight]) => [
  [-x, weight],
  [x, weight],
]) as readonly (readonly [number, number])[];

/** Length of a piece, in deviations; and how many there may be, since every density looks at all of them. */
const PIECE = 1.5;
const MOST = 20_000;

/**
 * Density and sampling of points that lie on any of the curves, each as likely as the others.
 * @throws OddityError for curves that are too thin for their length
 */
export function alongCurves(curves: readonly Curve[], deviation: number, place: string) {
  const length = curves.reduce((sum, { speed }) => sum + speed, 0);
  if (length > MOST * PIECE * deviation)
    throw new OddityError(
      {
        place: `${place}.deviation`,
        expected: `at least ${(length / (MOST * PIECE)).toPrecision(2)} for curves of this length`,
        got: `${deviation}`,
      },
      { usage: true },
    );
  const pieces = curves.flatMap((curve) => {
    const count = Math.ceil(curve.speed / (PIECE * deviation));
    return Array.from({ length: count }, (_, i) => {
      const middle = (i + 0.5) / count;
      const points = nodes.map(([x, weight]) => {
        const s = middle + (0.5 * x) / count;
        const share = (0.5 * weight * (curve.along?.density(s) ?? 1)) / (count * curves.length);
        return [...curve.at(s), share] as const;
      });
      return { middle: curve.at(middle), points };
    });
  });
  const middles = Float64Array.from(pieces.flatMap(({ middle }) => middle));
  const points = Float64Array.from(pieces.flatMap((piece) => piece.points.flat()));
  const squares = new Float64Array(pieces.length);
  const norm = 1 / (2 * Math.PI * deviation ** 2);
  const perPiece = 3 * nodes.length;

  return {
    pdf(x: ArrayLike<number>, from = 0): number {
      const [px, py] = [x[from]!, x[from + 1]!];
      let least = Infinity;
      for (let i = 0; i < squares.length; i++) {
        const dx = (px - middles[2 * i]!) / deviation;
        const dy = (py - middles[2 * i + 1]!) / deviation;
        squares[i] = dx * dx + dy * dy;
        if (squares[i]! < least) least = squares[i]!;
      }
      // what is left out counts less than e^-40 of the nearest piece, by half a piece on either side
      const far = (PIECE / 2 + Math.sqrt((Math.sqrt(least) + PIECE / 2) ** 2 + 80)) ** 2;
      let sum = 0;
      for (let i = 0; i < squares.length; i++) {
        if (squares[i]! > far) continue;
        for (let at = i * perPiece; at < (i + 1) * perPiece; at += 3) {
          const dx = (px - points[at]!) / deviation;
          const dy = (py - points[at + 1]!) / deviation;
          sum += points[at + 2]! * Math.exp(-0.5 * (dx * dx + dy * dy));
        }
      }
      return norm * sum;
    },
    sample(random: Random, out: Float32Array): void {
      random.fillNormal(out);
      for (let i = 0; i < out.length; i += 2) {
        const curve = curves[random.below(curves.length)]!;
        const u = random.uniform();
        const [x, y] = curve.at(curve.along?.quantile(u) ?? u);
        out[i] = x + deviation * out[i]!;
        out[i + 1] = y + deviation * out[i + 1]!;
      }
    },
  };
}
