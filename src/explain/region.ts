// Where a picture is strange, as a box.

/** In pixels of the model's size, counted from the top left corner. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Part of the picture's heat inside the box, 0 to 1. */
  readonly share: number;
}

/**
 * The box around the hottest pixel and what touches it, side by side, with at least half its heat. Heat below 0 counts as none.
 * @param heat f32[height, width]
 * @returns undefined where no pixel has heat above 0
 */
export function hottestRegion(heat: Float32Array, width: number): Region | undefined {
  const hottest = heat.reduce((best, value, i) => (value > heat[best]! ? i : best), 0);
  const limit = heat[hottest]! / 2;
  if (!(limit > 0)) return undefined;
  const height = heat.length / width;
  const seen = new Uint8Array(heat.length);
  const open = [hottest];
  seen[hottest] = 1;
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const [y, x] = [Math.floor(place / width), place % width];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
    const beside = [
      ...(x > 0 ? [place - 1] : []),
      ...(x + 1 < width ? [place + 1] : []),
      ...(y > 0 ? [place - width] : []),
      ...(y + 1 < height ? [place + width] : []),
    ];
    for (const next of beside)
      if (seen[next] === 0 && heat[next]! >= limit) {
        seen[next] = 1;
        open.push(next);
      }
  }
  let [inside, all] = [0, 0];
  for (const [i, value] of heat.entries()) {
    if (value <= 0) continue;
    all += value;
    const [y, x] = [Math.floor(i / width), i % width];
    if (x >= left && x <= right && y >= top && y <= bottom) inside += value;
  }
  return { left, top, width: right - left + 1, height: bottom - top + 1, share: inside / all };
}
