// @ts-check
// Which operators the fuzz calls: every one that the bridge can reach.
import { findOperator, native, TorchError } from "./library.mjs";

/** Names of operators whose arguments and results can cross the bridge and which are not refused, sorted. */
export function fuzzedOperators() {
  return native
    .operatorNames()
    .sort()
    .filter((name) => {
      try {
        const { args, returns } = findOperator(name);
        return ![...args, ...returns].some(({ code }) => code.includes("!"));
      } catch (error) {
        if (error instanceof TorchError) return false;
        throw error;
      }
    });
}
