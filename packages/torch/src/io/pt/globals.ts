import { quote, type Refuse } from "../../files/refuse.js";
import type { Budget } from "./budget.js";
import { containerCalls } from "./containers.js";
import { numpyCalls } from "./numpy.js";
import { PyGlobal, type PyValue } from "./objects.js";
import {
  rebuildFromType,
  rebuildParameter,
  rebuildTensor,
  rebuildTyped,
  storageTypes,
  tensorTypes,
} from "./tensor.js";
import { dtypeNames } from "./types.js";

/**
 * The allow-list: dotted name → its replacement here. It covers what a checkpoint of tensors and plain Python data
 * refers to, and nothing with side effects.
 */
export function allowList(budget: Budget, refuse: Refuse): ReadonlyMap<string, PyValue> {
  const names = new Map<string, PyValue>();
  for (const [name, call] of containerCalls(budget, refuse)) names.set(name, new PyGlobal(name, call));
  for (const [name, dtype] of storageTypes) names.set(name, new PyGlobal(name, undefined, dtype));
  for (const name of dtypeNames) names.set(`torch.${name}`, { kind: "dtype", name });
  for (const [name, call] of numpyCalls(budget, refuse)) names.set(name, new PyGlobal(name, call));
  for (const name of tensorTypes) names.set(name, new PyGlobal(name));
  const tensors = [
    ["_rebuild_tensor_v2", (args: readonly PyValue[]) => rebuildTensor(args, budget, refuse)],
    ["_rebuild_tensor_v3", (args: readonly PyValue[]) => rebuildTyped(args, budget, refuse)],
    ["_rebuild_parameter", (args: readonly PyValue[]) => rebuildParameter(args, refuse)],
    ["_rebuild_parameter_with_state", (args: readonly PyValue[]) => rebuildParameter(args, refuse)],
  ] as const;
  const rebuild = tensors.map(([name, call]) => new PyGlobal(`torch._utils.${name}`, call));
  for (const global of rebuild) names.set(global.name, global);
  const typed = new Set<PyValue>(rebuild);
  const fromType = "torch._tensor._rebuild_from_type_v2";
  names.set(fromType, new PyGlobal(fromType, (args) => rebuildFromType(args, typed, refuse)));
  return names;
}

/** @throws io/unsafe with the dotted name of what is not on the list */
export function findGlobal(
  names: ReadonlyMap<string, PyValue>,
  module: string,
  name: string,
  refuse: Refuse,
): PyValue {
  const dotted = `${module}.${name}`;
  const found = names.get(dotted);
  if (found !== undefined) return found;
  throw refuse(
    "unsafe",
    `its pickle asks for ${quote(dotted)}, which is not on the list of harmless names; save tensors, numbers, text, lists and dicts only`,
  );
}
