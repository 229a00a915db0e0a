// Quantiles of the distributions that intervals are made of.

/** z with P(Z ≤ z) = p for a standard normal Z; ±∞ at 1 and 0. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1))
    return p === 0 ? Number.NEGATIVE_INFINITY : p === 1 ? Number.POSITIVE_INFINITY : Number.NaN;
  return p < 0.5 ? -upperQuantile(p, normalTail) : upperQuantile(1 - p, normalTail);
}

/** t with P(T ≤ t) = p for Student's T with `freedom` degrees of freedom, which need not be whole. */
export function tQuantile(p: number, freedom: number): number {
  if (!(freedom > 0)) return Number.NaN;
  if (!(p > 0 && p < 1)) return normalQuantile(p);
  const tail = (t: number): number => tTail(t, freedom);
  return p < 0.5 ? -upperQuantile(p, tail) : upperQuantile(1 - p, tail);
}

/** The x ≥ 0 whose upper tail is `p` ≤ ½, by bisection: slow, sure, and exact to the last bits. */
function upperQuantile(p: number, tail: (x: number) => number): number {
  if (p === 0.5) return 0;
  let low = 0;
  let high = 1;
  while (tail(high) > p) {
    low = high;
    high *= 2;
  }
  for (let step = 0; step < 200; step++) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (tail(middle) > p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(Z > z), z ≥ 0: Γ(½, z²/2) / (2 √π). */
function normalTail(z: number): number {
  if (z < 2) return 0.5 - normalCentre(z);
  // Continued fraction of the Mills ratio, from behind.
  let fraction = 0;
  for (let k = 200; k >= 1; k--) fraction = k / (z + fraction);
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI) / (z + fraction);
}

/** P(0 < Z < z) as the series φ(z) (z + z³/3 + z⁵/(3·5) + …), all terms positive. */
function normalCentre(z: number): number {
  let term = z;
  let sum = z;
  for (let k = 3; term > 1e-18 * sum; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}

/** P(T > t), t ≥ 0: ½ I(ν/(ν+t²); ν/2, ½). */
function tTail(t: number, freedom: number): number {
  return 0.5 * incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5, (t * t) / (freedom + t * t));
}

/**
 * The regularised incomplete beta function I(x; a, b), by Lentz's continued fraction (DLMF 8.17.22).
 * @param rest 1 − x, given apart because it cannot be had from an x near 1
 */
function incompleteBeta(x: number, a: number, b: number, rest: number): number {
  if (x <= 0) return 0;
  if (rest <= 0) return 1;
  const front = Math.exp(a * Math.log(x) + b * Math.log(rest) - logBeta(a, b));
  if (x > (a + 1) / (a + b + 2)) return 1 - (front * betaFraction(rest, b, a)) / b;
  return (front * betaFraction(x, a, b)) / a;
}

function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return result;
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** Stirling's series after shifting the argument above 15. */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  while (z < 15) shift += Math.log(z++);
  const inverse = 1 / (z * z);
  const series =
    (1 / 12 -
      inverse *
        (1 / 360 -
          inverse * (1 / 1260 - inverse * (1 / 1680 - inverse * (1 / 1188 - inverse * (691 / 360360)))))) /
    z;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
