// Colours of ordered series: anomalies from near to far. Sixteen steps of viridis (S. van der Walt and N. Smith), so that order is
// seen; the near end is the one close to the page, and on dark pages the scale is turned round for that.
import { palette, type Shade } from "../palette.js";

const LIGHT = [
  ...["#9bd93c", "#7ad151", "#5ec962", "#44bf70", "#31b57b", "#24aa83", "#1f9e89", "#21918c"],
  ...["#25848e", "#2a788e", "#306a8e", "#375b8d", "#3e4c8a", "#453781", "#482173", "#440154"],
] as const;
const DARK = [
  ...["#5a6ab0", "#4f74b3", "#437fb5", "#3789b4", "#2e94b0", "#2a9ea8", "#2aa79d", "#31b08f"],
  ...["#44b97f", "#5ac26e", "#74ca5b", "#92d147", "#b0d83a", "#cddd35", "#e6e04a", "#fdea6b"],
] as const;

/** Each in both schemes; a page gives the light ones their twins. */
const ramp: readonly Shade[] = LIGHT.map((light, i) => ({ light, dark: DARK[i]! }));

/** `count` colours from near to far, as different as they can be. */
export function rampOf(count: number): string[] {
  const last = ramp.length - 1;
  return Array.from({ length: count }, (_, i) => ramp[count === 1 ? 8 : Math.round((i / (count - 1)) * last)]!.light);
}

/** Of the two players and of what is true and made: true rows are blue everywhere, generated ones orange. */
export const roles = {
  real: palette.normal.light,
  generated: palette.strange.light,
  anomaly: palette.fourth.light,
  confidence: palette.third.light,
} as const;

/** Confidence over a square: 0, taken for generated, is orange; 1, taken for true, is blue; nothing is known in the middle. */
export const LEVELS = 17;
export const levelColours: readonly string[] = Array.from({ length: LEVELS }, (_, i) => {
  const t = (2 * i) / (LEVELS - 1) - 1;
  const end = t < 0 ? [196, 79, 0] : [0, 114, 178];
  return `#${end
    .map((c) =>
      Math.round(245 + (c - 245) * Math.abs(t) * 0.5)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
});

/** Twins for dark pages, as rules of a style sheet. */
export const darkRules: string = [
  ...ramp.map(({ light, dark }): [string, string] => [light, dark]),
  // the middle of the square is dark where the page is
  ...levelColours.map((light, i): [string, string] => [light, levelTwin(i)]),
]
  .flatMap(([light, dark]) => ["fill", "stroke"].map((paint) => `.figure [${paint}="${light}"]{${paint}:${dark}}`))
  .join("\n  ");

function levelTwin(level: number): string {
  const t = (2 * level) / (LEVELS - 1) - 1;
  const end = t < 0 ? [224, 112, 40] : [60, 150, 210];
  const mid = [30, 36, 43];
  return `#${end
    .map((c, i) =>
      Math.round(mid[i]! + (c - mid[i]!) * Math.abs(t) * 0.5)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}
