// Turns the caller's parameters and options into a checked parameter group.

import { checkOptions } from "../checks/options.js";
import { show } from "../checks/show.js";
import { TorchError } from "../errors.js";
import { native } from "../native.js";
import { Tensor } from "../tensor/index.js";
import type { CommonOptions, OptimizerSpec, ParamGroup, ParamGroupInit } from "./spec.js";

/** The groups that the argument of an optimiser's constructor stands for. */
export function asGroups<O extends CommonOptions>(owner: string, given: unknown): ParamGroupInit<O>[] {
  const items = listOf(owner, "params", given);
  if (items.length === 0) {
    throw new TorchError("torch/argument", `${owner}: the list of parameters is empty; give at least one`);
  }
  const first = items[0];
  const grouped = !(first instanceof Tensor) && typeof first === "object" && first !== null;
  if (!grouped) return [{ params: items } as unknown as ParamGroupInit<O>];
  items.forEach((item, i) => {
    if (typeof item !== "object" || item === null || !("params" in item)) {
      throw new TorchError(
        "torch/argument",
        `${owner}: group ${i} is ${show(item)}; a group is an object with params and options`,
      );
    }
  });
  return items as ParamGroupInit<O>[];
}

/** A checked group: options over the optimiser's defaults, parameters that can be optimised and are not in `others`. */
export function makeGroup<O extends CommonOptions>(
  spec: OptimizerSpec<O>,
  init: ParamGroupInit<O>,
  defaults: O,
  others: readonly ParamGroup<O>[],
): ParamGroup<O> {
  const { params: given, ...options } = init;
  const params = (given instanceof Tensor ? [given] : listOf(spec.name, "params", given)) as Tensor[];
  const resolved = checkOptions(spec.name, spec.rules, options, defaults);
  const problem = spec.check?.(resolved);
  if (problem !== undefined) throw new TorchError("torch/argument", `${spec.name}: ${problem}`);
  refuse(spec.name, params, others);
  return { ...resolved, params };
}

function listOf(owner: string, name: string, given: unknown): unknown[] {
  const iterable =
    typeof given === "object" && given !== null && Symbol.iterator in given && !(given instanceof Tensor);
  if (!iterable) {
    throw new TorchError(
      "torch/argument",
      `${owner}: ${name} is ${show(given)}; give a list of tensors, such as [...module.parameters()]`,
    );
  }
  return [...(given as Iterable<unknown>)];
}

function refuse<O extends CommonOptions>(
  owner: string,
  params: readonly unknown[],
  others: readonly ParamGroup<O>[],
): void {
  const problems: string[] = [];
  const seen = new Sightings();
  others.forEach((group, i) => {
    for (const tensor of group.params) seen.add(tensor, `in group ${i}`);
  });
  params.forEach((tensor, i) => {
    if (!(tensor instanceof Tensor)) problems.push(`parameter ${i} is ${show(tensor)}, not a tensor`);
    else if (tensor.isDisposed) problems.push(`parameter ${i} is disposed`);
    else if (!tensor.isLeaf) {
      problems.push(
        `parameter ${i}, ${show(tensor)}, is the result of ${tensor.gradFn}; only leaves can be optimised`,
      );
    } else {
      const before = seen.add(tensor, `parameter ${i} of the same group`);
      if (before !== undefined) problems.push(`parameter ${i}, ${show(tensor)}, is already ${before}`);
    }
  });
  if (problems.length > 0) throw new TorchError("torch/argument", `${owner}: ${problems.join("; ")}`);
}

/** Places where each native tensor was met first; two JavaScript objects may stand for the same one. */
class Sightings {
  readonly #byAddress = new Map<number, { tensor: Tensor; where: string }[]>();

  add(tensor: Tensor, where: string): string | undefined {
    if (tensor.isDisposed) return undefined;
    const address = tensor.layout === "strided" ? native.dataPointer(tensor.handle) : -1;
    const list = this.#byAddress.get(address) ?? [];
    const known = list.find((entry) => entry.tensor.isSame(tensor));
    if (known !== undefined) return known.where;
    list.push({ tensor, where });
    this.#byAddress.set(address, list);
    return undefined;
  }
}
