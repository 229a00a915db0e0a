// Operators whose arguments are checked before libtorch is called, because it does not check them itself: with the arguments
// refused here it would crash, write beyond a tensor's memory or never return. Nearly all are derivative formulas, which
// PyTorch's own autograd calls with arguments that fit (those calls do not pass here), or kernels that read indices.
import type { NativeOperator } from "../../native.js";
import { attentionChecks } from "./attention.js";
import { all, uncompressed } from "./conditions.js";
import type { Check } from "./given.js";
import { indicesChecks } from "./indices.js";
import { loopsChecks } from "./loops.js";
import { matricesChecks } from "./matrices.js";
import { normalizationChecks } from "./normalization.js";
import { optimizersChecks, sameLengths } from "./optimizers.js";
import { poolingChecks } from "./pooling.js";
import { recurrentChecks } from "./recurrent.js";

// By the operator's name without overload: all overloads, in-place and `out` variants included.
const checks: Readonly<Record<string, Check>> = {
  ...poolingChecks,
  ...normalizationChecks,
  ...attentionChecks,
  ...indicesChecks,
  ...recurrentChecks,
  ...matricesChecks,
  ...optimizersChecks,
  ...loopsChecks,
};

/** Checks before calling an operator; undefined for nearly all. */
export function checkOf(qualified: string, args: NativeOperator["args"]): Check | undefined {
  const results = args.filter((arg) => arg.write && arg.kwargOnly).map((arg) => arg.name);
  const own = conditionOf(qualified);
  if (results.length === 0) return own;
  return own === undefined ? uncompressed(...results) : all(own, uncompressed(...results));
}

function conditionOf(qualified: string): Check | undefined {
  if (!qualified.startsWith("aten::")) return undefined;
  const name = qualified.slice("aten::".length).split(".")[0]!;
  if (name.startsWith("_foreach_")) return sameLengths;
  if (Object.hasOwn(checks, name)) return checks[name];
  const plain = name.endsWith("_") && !name.endsWith("__") ? name.slice(0, -1) : name;
  return Object.hasOwn(checks, plain) ? checks[plain] : undefined;
}

/** The names of the operators that are checked, without overloads. */
export const checkedOperators: readonly string[] = Object.keys(checks);
