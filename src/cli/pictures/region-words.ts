// A region of a picture in words.

import type { Region } from "../../explain/region.js";
import { percent } from "../../report/format.js";

/** "4×6 at 12,30 (31 % of the heat)": width and height, and the corner on the top left. */
export const regionInWords = ({ left, top, width, height, share }: Region): string =>
  `${width}×${height} at ${left},${top} (${percent(Math.round(share * 100) / 100)} of the heat)`;
