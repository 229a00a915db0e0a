// "Did you mean": the known name nearest to a mistyped one.

// Names of some options in other libraries.
const synonyms: Readonly<Record<string, string>> = {
  learningrate: "lr",
  epsilon: "eps",
  beta: "betas",
  l2: "weightDecay",
};

/**
 * The name in `names` that a mistyped one most likely stands for, if any is near enough. Case, `-` and `_` are
 * ignored.
 */
export function nearest(typed: string, names: Iterable<string>): string | undefined {
  const wanted = plain(typed);
  const known = [...names];
  const synonym = synonyms[wanted];
  if (synonym !== undefined && known.includes(synonym)) return synonym;
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const name of known) {
    const own = plain(name);
    const start = wanted.length >= 3 && own.startsWith(wanted) ? 1 : Number.POSITIVE_INFINITY;
    const distance = Math.min(start, editDistance(wanted, own));
    if (distance < bestDistance && distance < Math.max(wanted.length, own.length)) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** `; did you mean steps?`, or `; there are` and the names, or an empty text if there are none. */
export function suggestion(typed: string, names: readonly string[]): string {
  const near = nearest(typed, names);
  if (near !== undefined) return `; did you mean ${near}?`;
  return names.length === 0 ? "" : `; there are ${names.join(", ")}`;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_ ]/g, "");
}

/** Insertions, deletions, replacements and swaps of neighbours that lead from `a` to `b`. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, beforeLast[j - 2]! + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
