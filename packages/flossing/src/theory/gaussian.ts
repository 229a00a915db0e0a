// Averages over a normal variable, and roots of monotonic functions.

/** Nodes and weights of ∫ f(z) e^(−z²/2) dz / √(2π). */
export interface Quadrature {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

const reach = 10;

/**
 * The trapezoidal rule on |z| ≤ 10 for functions such as tanh(scale · z). Its error falls as e^(−2πa/h), a the distance of the
 * nearest pole, here π/(2·scale), from the real axis (Trefethen and Weideman 2014); the step h makes that e^(−40). Gauss–
 * Hermite rules converge slowly for such functions when `scale` is large.
 */
export function quadratureFor(scale: number): Quadrature {
  const step = Math.min(0.1, (Math.PI * Math.PI) / (40 * Math.max(scale, 1e-3)));
  const half = Math.ceil(reach / step);
  const nodes = Float64Array.from({ length: 2 * half + 1 }, (_, i) => ((i - half) * reach) / half);
  const density = nodes.map((z) => Math.exp((-z * z) / 2));
  const total = density.reduce((sum, value) => sum + value, 0);
  return { nodes, weights: density.map((value) => value / total) };
}

/** ⟨f(z)⟩ */
export function average({ nodes, weights }: Quadrature, f: (z: number) => number): number {
  return nodes.reduce((sum, z, i) => sum + weights[i]! * f(z), 0);
}

/** Root of f, which has opposite signs at `low` and `high` (Ridders 1979); to rounding. */
export function rootOf(f: (x: number) => number, low: number, high: number): number {
  let [a, b, fa, fb] = [low, high, f(low), f(high)];
  for (let i = 0; i < 200 && fa !== 0 && fb !== 0; i++) {
    const middle = (a + b) / 2;
    if (middle === a || middle === b) break;
    const fm = f(middle);
    const denominator = Math.sqrt(fm * fm - fa * fb);
    if (fm === 0 || denominator === 0) return middle;
    const x = middle + ((middle - a) * Math.sign(fa - fb) * fm) / denominator;
    const fx = f(x);
    const before = b - a;
    if (fm * fx < 0) [a, fa, b, fb] = middle < x ? [middle, fm, x, fx] : [x, fx, middle, fm];
    else if (fa * fx < 0) [b, fb] = [x, fx];
    else [a, fa] = [x, fx];
    if (Math.abs(b - a) <= 1e-15 * Math.max(1e-300, Math.abs(a) + Math.abs(b)) || b - a === before) break;
  }
  return fa === 0 ? a : fb === 0 ? b : Math.abs(fa) < Math.abs(fb) ? a : b;
}
