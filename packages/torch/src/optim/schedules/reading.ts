// Reads a schedule's state dict: everything is checked before anything is taken over.

import { anyNumber, type Rule, refusal } from "../../checks/options.js";
import { show } from "../../checks/show.js";
import { plural } from "../../checks/words.js";
import { TorchError } from "../../errors.js";
import { toSnake } from "../pytorch-names.js";

/** A list of `count` numbers. */
export function numbers(count: number): Rule<unknown> {
  return {
    initial: [],
    accepted: `${count} numbers`,
    accepts: (value) =>
      Array.isArray(value) && value.length === count && value.every((item) => anyNumber(0).accepts(item)),
  };
}

/**
 * The values of `state` for the names of `rules` (ours; PyTorch's in the state).
 * @throws TorchError `torch/state-dict` naming everything missing, unknown or out of range. PyTorch's private entries
 * (`_is_initial` and the like) that are not in `rules` are skipped.
 */
export function readState(
  owner: string,
  rules: Readonly<Record<string, Rule<unknown>>>,
  state: unknown,
): Record<string, unknown> {
  const items = typeof state === "object" && state !== null ? new Map(Object.entries(state)) : undefined;
  if (items === undefined || Array.isArray(state)) {
    throw new TorchError("torch/state-dict", `the state of ${owner} is ${show(state)}, not an object`);
  }
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, rule] of Object.entries(rules)) {
    const key = toSnake(name);
    const value = items.get(key);
    items.delete(key);
    const problem =
      value === undefined && !rule.accepts(value) ? `${key}: missing` : refusal(key, value, rule);
    if (problem === undefined) values[name] = value;
    else problems.push(problem);
  }
  for (const key of items.keys()) if (!key.startsWith("_")) problems.push(`${key}: unknown`);
  if (problems.length > 0) {
    const count = plural(problems.length, "problem");
    throw new TorchError(
      "torch/state-dict",
      `${count} in the state of ${owner}:\n  ${problems.join("\n  ")}`,
    );
  }
  return values;
}
