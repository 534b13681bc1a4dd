// Heat maps as colours over the picture: black, purple, red, orange, yellow, in steps that look equal ("inferno" of matplotlib,
// by S. van der Walt and N. Smith), one scale for all pictures that are shown together.

/** Colours at equal steps from 0 to 1; between two of them the channels are mixed. */
const INFERNO = [
  [0, 0, 4],
  [22, 11, 57],
  [66, 10, 104],
  [106, 23, 110],
  [147, 38, 103],
  [188, 55, 84],
  [221, 81, 58],
  [243, 120, 25],
  [252, 165, 10],
  [246, 215, 70],
  [252, 255, 164],
] as const;

/** @param t 0 to 1 */
export function inferno(t: number): readonly [red: number, green: number, blue: number] {
  const place = Math.min(1, Math.max(0, t)) * (INFERNO.length - 1);
  const low = Math.min(Math.floor(place), INFERNO.length - 2);
  const [from, to] = [INFERNO[low]!, INFERNO[low + 1]!];
  const mix = (channel: 0 | 1 | 2) => Math.round(from[channel] + (to[channel] - from[channel]) * (place - low));
  return [mix(0), mix(1), mix(2)];
}

/** Heat up to `low` is not drawn, from `high` on in the last colour. */
export interface HeatScale {
  readonly low: number;
  readonly high: number;
}

/** From the median of all pixels, or 0 if that is less, to their 99.5th percentile; so no single pixel pales the others. */
export function heatScale(heats: readonly Float32Array[]): HeatScale {
  const all = new Float32Array(heats.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const heat of heats) {
    all.set(heat, at);
    at += heat.length;
  }
  all.sort();
  const low = Math.max(0, all[Math.floor(all.length / 2)] ?? 0);
  const high = all[Math.floor((all.length - 1) * 0.995)] ?? 0;
  const most = all.at(-1) ?? 0;
  return { low, high: high > low ? high : Math.max(most, low + Number.MIN_VALUE) };
}

/** How much of the picture the hottest colour covers. */
const COVER = 0.85;

/**
 * The picture in grey with its heat over it, the more of it the hotter.
 * @param pixels u8[height, width, channels]
 * @param heat f32[height, width]
 * @returns u8[height, width, 3]
 */
export function overlay(
  pixels: ArrayLike<number>,
  channels: 1 | 3,
  heat: Float32Array,
  { low, high }: HeatScale,
): Uint8Array {
  const out = new Uint8Array(3 * heat.length);
  for (const [i, value] of heat.entries()) {
    const t = Math.min(1, Math.max(0, (value - low) / (high - low)));
    const colour = inferno(t);
    const cover = COVER * Math.sqrt(t);
    const at = i * channels;
    const grey = channels === 1 ? pixels[at]! : 0.299 * pixels[at]! + 0.587 * pixels[at + 1]! + 0.114 * pixels[at + 2]!;
    for (const [c, shade] of colour.entries()) out[3 * i + c] = Math.round(grey * (1 - cover) + shade * cover);
  }
  return out;
}
