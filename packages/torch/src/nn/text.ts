// Text of modules and of Python values in them, as PyTorch prints it.
import type { AnyModule } from "./module.js";

/** A float as Python prints it: `1.0`, `1e-05`. */
export function float(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-4 || size >= 1e16)) {
    return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** A value as Python prints it; whole numbers as integers, lists as tuples. */
export function python(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : float(value);
  if (typeof value === "string") return `'${value}'`;
  if (Array.isArray(value)) return `(${value.map(python).join(", ")}${value.length === 1 ? "," : ""})`;
  return String(value);
}

/** Most levels of modules that are printed, in case a module contains itself. */
const DEEPEST = 100;

/** A module and its children as `repr` shows them in PyTorch. */
export function describe(module: AnyModule, above: readonly AnyModule[] = []): string {
  if (above.includes(module) || above.length > DEEPEST) return `${module.constructor.name}(…)`;
  const extra = module.extraRepr();
  const lines = extra === "" ? [] : extra.split("\n");
  const children = childLines(module, [...above, module]);
  const name = module.constructor.name;
  if (lines.length === 1 && children.length === 0) return `${name}(${lines[0]})`;
  const all = [...lines, ...children];
  return all.length === 0 ? `${name}()` : `${name}(\n  ${all.join("\n  ")}\n)`;
}

function childLines(module: AnyModule, above: readonly AnyModule[]): string[] {
  const children = module.namedChildren().map(([name, child]) => [name, describe(child, above)] as const);
  const grouped = module.foldsEqualChildren ? fold(children) : children;
  return grouped.map(([name, text]) => `(${name}): ${text.replaceAll("\n", "\n  ")}`);
}

/** Folds neighbours with the same text into one: `(0-2): 3 x Linear(…)`. */
function fold(children: readonly (readonly [string, string])[]): [string, string][] {
  const runs: { first: number; last: number; text: string }[] = [];
  children.forEach(([, text], i) => {
    const run = runs.at(-1);
    if (run?.text === text) run.last = i;
    else runs.push({ first: i, last: i, text });
  });
  return runs.map(({ first, last, text }) =>
    first === last ? [`${first}`, text] : [`${first}-${last}`, `${last - first + 1} x ${text}`],
  );
}
