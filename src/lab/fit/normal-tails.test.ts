import { expect, test } from "vitest";
import { logNormalCdf } from "./normal-tails.js";

// scipy.special.log_ndtr of SciPy 1.17.1; on both sides of the places where the formula changes
test.each([
  [-300, -45006.62273211866],
  [-40, -804.6084420137539],
  [-39, -765.0831565643776],
  [-30.5, -469.4627373229121],
  [-29.5, -439.4294746091503],
  [-10, -53.23128515051248],
  [-1, -1.8410216450092634],
  [1, -0.1727537790234499],
  [10, -7.61985302416047e-24],
])("ln Φ(%d) is %d", (x, value) => {
  expect(Math.abs(logNormalCdf(x) - value)).toBeLessThanOrEqual(1e-13 * Math.abs(value));
});
