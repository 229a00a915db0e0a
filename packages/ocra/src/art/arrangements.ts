// Ordered choices of different things, by number: spaces of problems are sampled without listing them.
import type { Random } from "@throughline/lab/random";

/** Number of ordered choices of k different ones of n: n·(n−1)…(n−k+1). */
export function arrangements(n: number, k: number): number {
  let count = 1;
  for (let taken = 0; taken < k; taken++) count *= n - taken;
  return Math.max(0, count);
}

/** Arrangement `rank` of k different ones of 0 … n − 1; each rank below `arrangements(n, k)` gives another one. */
export function arrangement(rank: number, n: number, k: number): number[] {
  const left = Array.from({ length: n }, (_, i) => i);
  let rest = rank;
  return Array.from({ length: k }, (_, taken) => {
    const choices = n - taken;
    const place = rest % choices;
    rest = Math.floor(rest / choices);
    return left.splice(place, 1)[0]!;
  });
}

/** `count` different numbers below n, in random order; memory for `count` of them, not for n. */
export function sampleRanks(n: number, count: number, random: Random): number[] {
  if (n > 4 * count) return random.sample(n, count);
  const all = Array.from({ length: n }, (_, i) => i);
  return random.shuffle(all).slice(0, count);
}
