// The scan statistic of coin tosses: the most heads in any window, and how probable it is.

/**
 * Probabilities that no window of `window` tosses in a row has `count` heads or more, for `count` from 1 to `window`.
 *
 * With Q₁, Q₂ and Q₃ of 1, 2 and 3 windows' length of tosses, that of L windows' length is Q₂ (Q₃ / Q₂)^(L − 2), and below two windows
 * Q₁ (Q₂ / Q₁)^(L − 1). Q₁ to Q₃ are exact; the rest moves the mean of the maximum by less than 0.0005 of a window (0.002 beyond seven
 * windows, 0.02 below two). Source: Naus 1982.
 * @param probability of a head @param tosses at least `window`
 */
export function fewerThan(probability: number, tosses: number, window: number): number[] {
  const exact = exactProbabilities(probability, window);
  const length = tosses / window;
  return Array.from({ length: window }, (_, at) => {
    const [one, two, three] = exact(at + 1);
    return length < 2 ? extended(one, two, length - 1) : extended(two, three, length - 2);
  });
}

/** Goes on by the ratio of two neighbours; rounding may leave a negative zero. */
function extended(first: number, second: number, windows: number): number {
  if (first <= 0) return 0;
  return Math.min(1, first * (Math.max(0, second) / first) ** windows);
}

/** Q₁, Q₂ and Q₃ by the number of heads. */
function exactProbabilities(p: number, w: number): (heads: number) => [number, number, number] {
  const [binomial, shorter, shortest] = [w, w - 1, w - 2].map((tosses) => binomialOf(tosses, p));
  const { b, F } = binomial!;
  const [F1, F2] = [shorter!.F, shortest!.F];
  return (k) => {
    const two = F(k - 1) ** 2 - (k - 1) * b(k) * F(k - 2) + w * p * b(k) * F1(k - 3);
    const a1 = 2 * b(k) * F(k - 1) * ((k - 1) * F(k - 2) - w * p * F1(k - 3));
    const a2 =
      0.5 *
      b(k) ** 2 *
      ((k - 1) * (k - 2) * F(k - 3) - 2 * (k - 2) * w * p * F1(k - 4) + w * (w - 1) * p * p * F2(k - 5));
    let [a3, a4] = [0, 0];
    for (let r = 1; r < k; r++) {
      a3 += b(2 * k - r) * F(r - 1) ** 2;
      a4 += b(2 * k - r) * b(r) * ((r - 1) * F(r - 2) - w * p * F1(r - 3));
    }
    return [F(k - 1), two, F(k - 1) ** 3 - a1 + a2 + a3 - a4];
  };
}

/** Probability of each number of heads, and of so many at most; 0 for numbers that cannot be. */
function binomialOf(
  tosses: number,
  p: number,
): { b: (heads: number) => number; F: (heads: number) => number } {
  const mass: number[] = [];
  const sum: number[] = [];
  let ways = 0; // logarithm of the number of ways
  for (let heads = 0; heads <= tosses; heads++) {
    mass.push(Math.exp(ways) * p ** heads * (1 - p) ** (tosses - heads));
    sum.push((sum[heads - 1] ?? 0) + mass[heads]!);
    ways += Math.log((tosses - heads) / (heads + 1));
  }
  return {
    b: (heads) => mass[heads] ?? 0,
    F: (heads) => (heads < 0 ? 0 : (sum[Math.min(heads, tosses)] ?? 0)),
  };
}
