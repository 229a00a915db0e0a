// Fewer points than a long curve has, without changing what the eye sees.

/** The lists that belong to one line; all of one length. */
export type Curve = Readonly<Partial<Record<"y" | "low" | "high", readonly number[]>>>;

/**
 * Indices to draw of `length` points: of each of `buckets` runs of neighbours the first and last point, the lowest and
 * highest of every list, and a gap if there is one. Points are left out, never averaged. All of them if they are few.
 */
export function drawnIndices(length: number, curve: Curve, buckets = 600): number[] {
  const all = Array.from({ length }, (_, index) => index);
  if (length <= 6 * buckets) return all;
  const kept = new Set<number>();
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = Math.floor((bucket * length) / buckets);
    const to = Math.floor(((bucket + 1) * length) / buckets);
    kept.add(from).add(to - 1);
    for (const list of Object.values(curve)) if (list !== undefined) keepExtremes(list, from, to, kept);
  }
  return all.filter((index) => kept.has(index));
}

function keepExtremes(list: readonly number[], from: number, to: number, kept: Set<number>): void {
  let lowest = from;
  let highest = from;
  let gap: number | undefined;
  for (let index = from; index < to; index++) {
    const value = list[index]!;
    if (Number.isNaN(value)) gap = index;
    if (!(value >= list[lowest]!)) lowest = Number.isNaN(value) ? lowest : index;
    if (!(value <= list[highest]!)) highest = Number.isNaN(value) ? highest : index;
  }
  kept.add(lowest).add(highest);
  if (gap !== undefined) kept.add(gap);
}
