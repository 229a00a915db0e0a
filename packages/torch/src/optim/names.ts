// Names of options: PyTorch's and ours, and what a mistyped one was probably meant to be.

// PyTorch names these with a capital letter or a digit, which the rule below cannot tell.
const irregular: Readonly<Record<string, string>> = {
  tMax: "T_max",
  t0: "T_0",
  tMult: "T_mult",
  tCur: "T_cur",
  tI: "T_i",
};

/** `weightDecay` as PyTorch writes it: `weight_decay`. */
export function toSnake(name: string): string {
  return irregular[name] ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

// What other libraries call some of them.
const synonyms: Readonly<Record<string, string>> = {
  learningrate: "lr",
  epsilon: "eps",
  beta: "betas",
  l2: "weightDecay",
};

/** Of `known`, the name that `given` was probably meant to be; undefined if none is near. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const plain = (name: string): string => name.replaceAll("_", "").toLowerCase();
  const wanted = plain(given);
  const synonym = synonyms[wanted];
  if (synonym !== undefined && known.includes(synonym)) return synonym;
  const ranked = known
    .map((name) => ({ name, distance: editDistance(wanted, plain(name)) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= Math.max(1, Math.floor(wanted.length / 3))
    ? best.name
    : undefined;
}

/** How many insertions, deletions and replacements of one letter turn `a` into `b` (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
