// Options as people spell them: `learning-rate`, `learning_rate` and `LearningRate` all mean `learningRate`.
import type { Leaf } from "./leaves.js";

/** Form in which spellings are compared. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, "");
}

/** A path with the options' own spelling, as far as there are such options. */
export function spelled(path: readonly string[], leaves: readonly Leaf[]): string[] {
  let found = leaves;
  return path.map((key, depth) => {
    const keys = [...new Set(found.flatMap((leaf) => leaf.path[depth] ?? []))];
    const own = keys.includes(key) ? key : keys.find((one) => plainName(one) === plainName(key));
    found = found.filter((leaf) => leaf.path[depth] === own);
    return own ?? key;
  });
}

/** Keys of one object that mean the same option; undefined if there are none. */
export function sameTwice(keys: readonly string[]): [string, string] | undefined {
  for (const [i, key] of keys.entries()) {
    const other = keys.slice(0, i).find((one) => plainName(one) === plainName(key));
    if (other !== undefined) return [other, key];
  }
  return undefined;
}
