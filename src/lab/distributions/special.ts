// The normal distribution and Student's t to 13 digits, far tails included (t with a million degrees of freedom: 10). jStat has
// both, and was compared with SciPy: its normal cdf has 10 digits at -5 and is 0 at -10, its quantile 7 digits at 1e-12; of
// its t the density has 7 digits, and far tails, quantiles near the median and the cdf with much freedom have none.

/** N(0, 1). */
export const standardNormal = {
  pdf: (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI),
  cdf(x: number): number {
    if (Math.abs(x) < MIDDLE) return 0.5 + normalBody(x);
    return x < 0 ? normalTail(-x) : 1 - normalTail(x);
  },
  /** From the rational approximation 26.2.23 of Abramowitz and Stegun (to 4.5e-4) by Halley's steps, which triple the digits. */
  quantile(p: number): number {
    const q = Math.min(p, 1 - p);
    if (!(q > 0)) return edge(p);
    const t = Math.sqrt(-2 * Math.log(q));
    let x = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
    for (let step = 0; step < 3; step++) {
      const over = x < MIDDLE ? normalBody(x) - (0.5 - q) : q - normalTail(x);
      const newton = over / standardNormal.pdf(x);
      x -= newton / (1 + (x * newton) / 2);
    }
    return p < 0.5 ? -x : x;
  },
};

/** Where the series of the body gives way to the continued fraction of the tail: both are good to 14 digits there. */
const MIDDLE = 2.5;

/** Φ(x) - ½ = φ(x)(x + x³/3 + x⁵/(3·5) + …), whose terms have one sign (Abramowitz and Stegun 26.2.11; Marsaglia 2004). */
function normalBody(x: number): number {
  let term = x;
  let sum = x;
  for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return sum * standardNormal.pdf(x);
}

/** 1 - Φ(x) = φ(x)/(x + 1/(x + 2/(x + 3/(x + …)))), of Laplace (Abramowitz and Stegun 26.2.14), for x ≥ 2.5. */
function normalTail(x: number): number {
  let below = x;
  // as many terms as 14 digits need, found by trying
  for (let k = Math.ceil(10 + 440 / x ** 2); k >= 1; k--) below = x + k / below;
  return standardNormal.pdf(x) / below;
}

/** Quantiles of 0 and 1; of what is no probability NaN. */
export const edge = (p: number): number => (p === 0 ? -Infinity : p === 1 ? Infinity : Number.NaN);

/** Student's t of this freedom, centre 0 and scale 1. */
export function studentT(freedom: number) {
  const a = freedom / 2;
  const ratio = gammaRatio(a);
  const peak = ratio / Math.sqrt(Math.PI * freedom);
  /** ln(1 + t²/ν), also where t² is no longer a number. */
  const spread = (t: number): number =>
    t > 1e100 ? 2 * Math.log(t) - Math.log(freedom) : Math.log1p((t * t) / freedom);
  // With x = ν/(ν + t²): P(T > t) = ½ I_x(ν/2, ½) and P(0 < T < t) = ½ I_{1-x}(½, ν/2) (DLMF 8.17), each from its own
  // continued fraction where that converges fast, and from the other elsewhere.
  const front = (s: number): number => (ratio / Math.sqrt(Math.PI)) * Math.exp(-a * s) * Math.sqrt(-Math.expm1(-s));
  const isTail = (x: number): boolean => x < (a + 1) / (a + 2.5);
  const ownTail = (s: number): number => (front(s) / (2 * a)) * betaFraction(Math.exp(-s), a, 0.5);
  const ownBody = (s: number): number => front(s) * betaFraction(-Math.expm1(-s), 0.5, a);
  const tail = (t: number): number => {
    const s = spread(t);
    return isTail(Math.exp(-s)) ? ownTail(s) : 0.5 - ownBody(s);
  };
  const body = (t: number): number => {
    const s = spread(t);
    return isTail(Math.exp(-s)) ? 0.5 - ownTail(s) : ownBody(s);
  };
  const pdf = (t: number): number => peak * Math.exp((-(freedom + 1) / 2) * spread(Math.abs(t)));

  /** P(0 < T < t) = share: it is concave, and Newton's steps from the left never pass the root. */
  const fromBody = (share: number): number => newton(share / peak, (t) => (share - body(t)) / pdf(t));
  /** P(T > t) = share: its logarithm is concave over ln t, so Newton's steps come to stand to the right, and fall. */
  const fromTail = (share: number): number =>
    Math.exp(
      newton(Math.log(-standardNormal.quantile(share)), (u) => {
        const t = Math.exp(u);
        const above = tail(t);
        const slope = (peak * Math.exp(u - ((freedom + 1) / 2) * spread(t))) / above;
        return Math.log(above / share) / slope;
      }),
    );
  return {
    pdf,
    cdf: (t: number): number => (t < 0 ? tail(-t) : 0.5 + body(t)),
    quantile(p: number): number {
      const q = Math.min(p, 1 - p);
      if (!(q > 0)) return edge(p);
      const t = q > 0.25 ? fromBody(0.5 - q) : fromTail(q);
      return p < 0.5 ? -t : t;
    },
  };
}

/** Adds steps until one is so small that its square no longer counts. */
function newton(start: number, stepAt: (x: number) => number): number {
  let x = start;
  for (let i = 0; i < 100; i++) {
    const step = stepAt(x);
    x += step;
    if (!(Math.abs(step) > 1e-9 * Math.abs(x))) break;
  }
  return x;
}

/** Γ(z + ½)/Γ(z): its expansion for large z (DLMF 5.11.13), to which Γ(z + 1) = zΓ(z) leads. */
function gammaRatio(z: number): number {
  let factor = 1;
  let w = z;
  for (; w < 40; w++) factor *= w / (w + 0.5);
  const u = 1 / w;
  const series =
    1 + u * (-1 / 8 + u * (1 / 128 + u * (5 / 1024 + u * (-21 / 32768 + u * (-399 / 262144 + (u * 869) / 4194304)))));
  return factor * Math.sqrt(w) * series;
}

/** The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's way as Thompson and Barnett changed it. */
function betaFraction(x: number, a: number, b: number): number {
  const away = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    value *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < 3e-16) break;
  }
  return value;
}
