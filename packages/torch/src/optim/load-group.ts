// Reads one of the `param_groups` of a state dict.

import { type Rule, refusal } from "../checks/options.js";
import { show } from "../checks/show.js";
import { nearest } from "../checks/suggest.js";
import { toSnake } from "./pytorch-names.js";
import { type CommonOptions, type OptimizerSpec, type ParamGroup, scheduledValues } from "./spec.js";

/** A group as it was saved. */
export interface SavedGroup<O extends CommonOptions> {
  readonly options: Partial<O>;
  /** Numbers of its parameters. */
  readonly ids: readonly string[];
}

// Options of PyTorch that choose an implementation of the step; no result depends on them.
const choices = ["foreach", "fused", "capturable", "differentiable", "param_names"];

/** Reads a group; what does not fit `group` is added to `problems`. Options that are not there keep their values. */
export function readGroup<O extends CommonOptions>(
  spec: OptimizerSpec<O>,
  group: ParamGroup<O>,
  items: readonly [string, unknown][],
  where: string,
  problems: string[],
): SavedGroup<O> {
  const rules = rulesBySnake(spec);
  const options: Record<string, unknown> = {};
  let ids: string[] = [];
  for (const [key, value] of items) {
    const rule = rules.get(key);
    if (key === "params") ids = readIds(value, group.params.length, where, problems);
    else if (rule !== undefined) {
      const problem = refusal(key, value, rule);
      if (problem !== undefined) problems.push(`${where}: ${problem}`);
      options[rule.name] = Array.isArray(value) ? [...value] : value;
    } else if (!choices.includes(key)) {
      const problem = otherOption(spec, key, value, [...rules.keys()]);
      if (problem !== undefined) problems.push(`${where}: ${problem}`);
    }
  }
  if (!items.some(([key]) => key === "params")) problems.push(`${where}.params: missing`);
  const problem = problems.length > 0 ? undefined : spec.check?.({ ...group, ...options });
  if (problem !== undefined) problems.push(`${where}: ${problem}`);
  return { options: options as Partial<O>, ids };
}

function rulesBySnake<O extends CommonOptions>(
  spec: OptimizerSpec<O>,
): Map<string, Rule<unknown> & { name: string }> {
  const rules = Object.entries(spec.rules as Readonly<Record<string, Rule<unknown>>>);
  const scheduled = scheduledValues.map((name): [string, Rule<unknown>] => [
    name,
    { initial: undefined, accepted: "a number", accepts: (value) => typeof value === "number" },
  ]);
  return new Map([...rules, ...scheduled].map(([name, rule]) => [toSnake(name), { ...rule, name }]));
}

function readIds(value: unknown, count: number, where: string, problems: string[]): string[] {
  if (!Array.isArray(value)) {
    problems.push(`${where}.params: given ${show(value)}, accepted: a list of numbers`);
    return [];
  }
  if (value.length !== count) {
    problems.push(`${where}.params: ${value.length} parameters given, ${count} here`);
  }
  return value.map(String);
}

function otherOption<O extends CommonOptions>(
  spec: OptimizerSpec<O>,
  key: string,
  value: unknown,
  known: readonly string[],
): string | undefined {
  if (Object.hasOwn(spec.fixed, key)) {
    return value === spec.fixed[key]
      ? undefined
      : `${key} is ${show(value)}, ${spec.name} has ${show(spec.fixed[key])}`;
  }
  const meant = nearest(key, known);
  return `${spec.name} has no option ${key}${meant === undefined ? "" : `; did you mean ${meant}?`}`;
}
