import { standardNormal } from "../distributions/special.js";

/** ln Φ(x), right to the last digits far out too, where Φ itself is 0 in doubles. */
export function logNormalCdf(x: number): number {
  if (x > 0) return Math.log1p(-standardNormal.cdf(-x));
  return x > -30 ? Math.log(standardNormal.cdf(x)) : logTail(-x);
}

/** ln of the normal density times Mills' ratio 1 / (t + 1 / (t + 2 / (t + …))) (Laplace); from t = 30 on few terms are enough. */
function logTail(t: number): number {
  let below = t;
  for (let k = 10; k >= 1; k--) below = t + k / below;
  return -0.5 * t * t - 0.5 * Math.log(2 * Math.PI) - Math.log(below);
}
