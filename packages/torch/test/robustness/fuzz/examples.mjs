// @ts-check
// Valid calls to start from: those of examples.json, and for an overload it lacks, those of its siblings.
import { readFileSync } from "node:fs";
import { findOperator, native, TorchError } from "./library.mjs";

/** @typedef {import("./spec.d.mts").Spec} Spec */

/** @type {Record<string, Spec[][]>} */
export const recorded = JSON.parse(readFileSync(new URL("fixtures/examples.json", import.meta.url), "utf8"));

/** The operator's own name without what only tells variants apart. @param {string} name */
const stem = (name) =>
  name
    .replace(/^aten::/, "")
    .replace(/\..*/, "")
    .replace(/^(special_|linalg_|_foreach_)/, "")
    .replace(/(_copy|_out)$/, "")
    .replace(/_+$/, "");

/** @type {Map<string, string[]>} */
const siblings = new Map();
for (const name of Object.keys(recorded))
  siblings.set(stem(name), [...(siblings.get(stem(name)) ?? []), name]);

/** @param {string} name @returns {Spec[][]} */
export function examplesOf(name) {
  const own = recorded[name];
  if (own !== undefined) return own;
  const args = findOperator(name).args;
  return (siblings.get(stem(name)) ?? [])
    .flatMap((sibling) => {
      let other;
      try {
        other = findOperator(sibling).args;
      } catch (error) {
        if (error instanceof TorchError) return [];
        throw error;
      }
      return (recorded[sibling] ?? []).slice(0, 2).map((example) =>
        args.map(({ name: argument, code }, i) => {
          const named = other.findIndex((o) => o.name === argument && o.code === code);
          const at = named >= 0 ? named : other[i]?.code[0] === code[0] ? i : -1;
          // An out argument is a tensor like the first one.
          return at >= 0 && at < example.length
            ? (example[at] ?? null)
            : code === "T"
              ? (example[0] ?? null)
              : { u: 1 };
        }),
      );
    })
    .slice(0, 4);
}

export { native };
