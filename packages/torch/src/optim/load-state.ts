// Reads a state dict back: first everything is checked and all problems are reported together, then it is taken over.

import { noGrad } from "../autograd.js";
import { show } from "../checks/show.js";
import { plural } from "../checks/words.js";
import { call } from "../dispatch.js";
import { isComplex } from "../dtype.js";
import { TorchError } from "../errors.js";
import { scope } from "../memory.js";
import { Tensor } from "../tensor/index.js";
import { readGroup, type SavedGroup } from "./load-group.js";
import type { CommonOptions, OptimizerSpec, ParamGroup, StateEntry } from "./spec.js";
import { disposeStates, make, type ParamState, placementOf, type States } from "./state.js";
import type { LoadableState } from "./state-dict.js";

/** Replaces options and state by those of `given`. */
export function loadState<O extends CommonOptions>(
  spec: OptimizerSpec<O>,
  groups: readonly ParamGroup<O>[],
  states: States,
  given: LoadableState,
): void {
  const problems: string[] = [];
  const saved = readGroups(spec, groups, given, problems);
  const entries = saved === undefined ? [] : readEntries(spec, groups, saved, given, problems);
  if (problems.length > 0) {
    const count = plural(problems.length, "problem");
    throw new TorchError(
      "torch/state-dict",
      `${count} in the state of ${spec.name}:\n  ${problems.join("\n  ")}`,
    );
  }
  const loaded = copies(entries);
  saved?.forEach((group, i) => {
    Object.assign(groups[i]!, group.options);
  });
  disposeStates(states);
  for (const [param, state] of loaded) states.set(param, state);
}

/** The items of an object or of a Map, which is what a Python dict with numbers as keys is read as. */
export function itemsOf(value: unknown): [string, unknown][] | undefined {
  if (value instanceof Map) return [...value].map(([key, item]) => [String(key), item]);
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Tensor) {
    return undefined;
  }
  return Object.entries(value);
}

function field(value: unknown, name: string): unknown {
  return itemsOf(value)?.find(([key]) => key === name)?.[1];
}

function readGroups<O extends CommonOptions>(
  spec: OptimizerSpec<O>,
  groups: readonly ParamGroup<O>[],
  given: unknown,
  problems: string[],
): SavedGroup<O>[] | undefined {
  const list = field(given, "param_groups");
  if (!Array.isArray(list) || itemsOf(field(given, "state")) === undefined) {
    problems.push(`it is ${show(given)}, not an object with state and param_groups`);
    return undefined;
  }
  if (list.length !== groups.length) {
    problems.push(`param_groups: ${list.length} given, ${groups.length} here`);
  }
  return list
    .slice(0, groups.length)
    .map((items, i) => readGroup(spec, groups[i]!, itemsOf(items) ?? [], `param_groups.${i}`, problems));
}

interface Loaded {
  readonly param: Tensor;
  readonly name: string;
  readonly entry: StateEntry;
  readonly value: Tensor | number;
}

function readEntries<O extends CommonOptions>(
  spec: OptimizerSpec<O>,
  groups: readonly ParamGroup<O>[],
  saved: readonly SavedGroup<O>[],
  given: unknown,
  problems: string[],
): Loaded[] {
  // From the number that a parameter had when the state was saved to the parameter in the same place now.
  const places = new Map<string, { param: Tensor; options: O }>();
  saved.forEach(({ ids, options }, i) => {
    groups[i]!.params.forEach((param, j) => {
      const id = ids[j];
      if (id !== undefined) places.set(id, { param, options: { ...groups[i]!, ...options } });
    });
  });
  // Groups that do not match are a problem already; their parameters need not be named one by one as well.
  const matched = problems.length === 0;
  return (itemsOf(field(given, "state")) ?? []).flatMap(([id, items]) => {
    const place = places.get(id);
    if (place !== undefined) {
      return readParam(spec, place.param, place.options, itemsOf(items) ?? [], `state.${id}`, problems);
    }
    if (matched) problems.push(`state.${id}: no parameter has this number`);
    return [];
  });
}

function readParam<O extends CommonOptions>(
  spec: OptimizerSpec<O>,
  param: Tensor,
  options: O,
  items: readonly [string, unknown][],
  where: string,
  problems: string[],
): Loaded[] {
  const entries = spec.state(options);
  const loaded: Loaded[] = [];
  for (const [name, value] of items) {
    const entry = Object.hasOwn(entries, name) ? entries[name]! : undefined;
    if (entry?.optional && value === null) continue;
    const problem =
      entry === undefined
        ? `unknown; ${spec.name} keeps ${Object.keys(entries).join(", ")}`
        : mismatch(param, entry, value);
    if (problem !== undefined) problems.push(`${where}.${name}: ${problem}`);
    else loaded.push({ param, name, entry: entry!, value: value as Tensor | number });
  }
  for (const name of spec.uses(options)) {
    if (!entries[name]!.optional && !items.some(([given]) => given === name)) {
      problems.push(`${where}.${name}: missing`);
    }
  }
  return loaded;
}

function mismatch(param: Tensor, entry: StateEntry, value: unknown): string | undefined {
  if (entry.kind !== "like") {
    const single = typeof value === "number" || (value instanceof Tensor && value.numel === 1);
    return single ? undefined : `given ${show(value)}, accepted: one number`;
  }
  const fits =
    value instanceof Tensor &&
    value.shape.join() === param.shape.join() &&
    (isComplex(param.dtype) || !isComplex(value.dtype));
  return fits ? undefined : `given ${show(value)}, the parameter is ${show(param)}`;
}

function copies(entries: readonly Loaded[]): States {
  const states: States = new Map();
  scope(() =>
    noGrad(() => {
      for (const { param, name, entry, value } of entries) {
        let state: ParamState | undefined = states.get(param);
        if (state === undefined) {
          state = { tensors: {}, placement: placementOf(param) };
          states.set(param, state);
        }
        const target = make(param, entry).keep();
        state.tensors[name] = target;
        if (typeof value === "number") call("aten::fill_.Scalar", target, value);
        else call("aten::copy_", target, call("aten::view", value.detach(), target.shape));
      }
    }),
  );
  return states;
}
