// Loading a state dict: everything is checked before anything is changed.

import { noGrad } from "../autograd.js";
import { show } from "../checks/show.js";
import { plural } from "../checks/words.js";
import { call } from "../dispatch.js";
import { TorchError } from "../errors.js";
import { scope } from "../memory.js";
import { Tensor } from "../tensor/index.js";
import type { AnyModule } from "./module.js";

/** Tensors by key, as `Module.stateDict` and the readers of files give them. */
export type StateDict = Readonly<Record<string, Tensor>> | ReadonlyMap<string, Tensor>;

/** Options of `Module.loadStateDict`. */
export interface LoadOptions {
  /** True if keys that only one side has are problems. Default true. */
  readonly strict?: boolean;
  /** Name of the state dict in messages, such as the name of its file. Default "the state dict". */
  readonly source?: string;
}

/** Keys that only one side has. */
export interface LoadResult {
  /** Keys of the module that the state dict lacks. */
  readonly missing: string[];
  /** Keys of the state dict that the module lacks. */
  readonly unexpected: string[];
}

/** See `Module.loadStateDict`. */
export function load(module: AnyModule, state: StateDict, options: LoadOptions): LoadResult {
  const { strict = true, source = "the state dict" } = options;
  const given = new Map<string, unknown>(state instanceof Map ? state : Object.entries(state));
  const own = module.stateEntries();
  const keys = new Set(own.map(([key]) => key));
  const missing = own.filter(([key]) => !given.has(key)).map(([key]) => key);
  const unexpected = Array.from(given.keys()).filter((key) => !keys.has(key));
  const problems = own.flatMap(([key, target]) =>
    given.has(key) ? differences(key, given.get(key), target) : [],
  );
  if (strict) {
    problems.push(
      ...missing.map((key) => `${key}: missing`),
      ...unexpected.map((key) => `${key}: unexpected`),
    );
  }
  if (problems.length > 0) throw refuse(module, source, problems);
  scope(() =>
    noGrad(() => {
      for (const [key, target] of own) if (given.has(key)) call("aten::copy_", target, given.get(key));
    }),
  );
  return { missing, unexpected };
}

function differences(key: string, given: unknown, target: Tensor): string[] {
  if (!(given instanceof Tensor) || given.isDisposed)
    return [`${key}: given ${show(given)}, not a live tensor`];
  const same = given.dtype === target.dtype && String(given.shape) === String(target.shape);
  return same ? [] : [`${key}: given ${show(given)}, the module has ${show(target)}`];
}

function refuse(module: AnyModule, source: string, problems: string[]): TorchError {
  const count = plural(problems.length, "problem");
  const text = `loadStateDict of ${module.constructor.name}: ${count} in ${source}:\n  ${problems.join("\n  ")}`;
  return new TorchError("torch/state-dict", text, { op: "loadStateDict" });
}
