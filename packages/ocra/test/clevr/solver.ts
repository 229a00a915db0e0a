// The rules of CLEVR-ART's problems, read from the attributes of the objects alone.
import type { ClevrObject } from "@throughline/ocra";

const same = (a: ClevrObject | undefined, b: ClevrObject | undefined): boolean => String(a) === String(b);

/** Rule and answer of a row of 6 objects; throws if it breaks the rules of RMTS. */
export function solveRmts(row: readonly ClevrObject[]): { rule: string; target: number } {
  const [source, first, second] = [row.slice(0, 2), row.slice(2, 4), row.slice(4, 6)];
  const isSame = [source, first, second].map(([a, b]) => same(a, b));
  const rule = isSame[0] ? "same" : "different";
  if (isSame[1] === isSame[2]) throw new Error("both pairs match, or none");
  const different = new Set(row.map(String)).size;
  if (different !== (isSame[0] ? 4 : 5))
    throw new Error(`${different} different objects in a ${rule} problem`);
  return { rule, target: isSame[1] === isSame[0] ? 0 : 1 };
}

/** Rule and answer of a row of 9 objects; throws if it breaks the rules of identity rules. */
export function solveIdentity(row: readonly ClevrObject[]): { rule: string; target: number } {
  const choices = row.slice(5);
  if (new Set(choices.map(String)).size !== 4) throw new Error("choices repeat");
  if (row.some((object) => !choices.some((choice) => same(choice, object))))
    throw new Error("not among the choices");
  const names = new Map<string, string>();
  const letters = (objects: readonly ClevrObject[]): string => {
    names.clear();
    return objects
      .map((object) => {
        const key = String(object);
        if (!names.has(key)) names.set(key, "ABC"[names.size]!);
        return names.get(key);
      })
      .join("");
  };
  const rule = letters(row.slice(0, 3));
  const completing = choices.map((choice) => letters([...row.slice(3, 5), choice]) === rule);
  if (!["AAA", "ABA", "ABB"].includes(rule)) throw new Error(`a row of pattern ${rule}`);
  if (completing.filter(Boolean).length !== 1) throw new Error("not exactly one choice completes the row");
  return { rule, target: completing.indexOf(true) };
}

export const solvers = { rmts: solveRmts, "identity-rules": solveIdentity } as const;
