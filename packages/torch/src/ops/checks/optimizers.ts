// Lists of tensors that are stepped through together.
import { Handle } from "../../handle.js";
import { native } from "../../native.js";
import { all } from "./conditions.js";
import { type Check, refuse } from "./given.js";

/** Lists of tensors that a fused optimiser steps through together. */
const together =
  (...names: readonly string[]): Check =>
  (given) => {
    const lists = names
      .map((name) => ({ name, list: given.list(name) }))
      .filter(({ list }) => list.length > 0);
    if (lists.some(({ list }) => !list.every((tensor) => tensor instanceof Handle))) return; // libtorch says which
    const handles = lists.map(({ list }) => (list as readonly Handle[]).map((tensor) => tensor.handle));
    const different = native.differentForm(handles);
    if (different !== null)
      refuse(
        lists[different[0]]!.name,
        `its tensor ${different[1]} differs from ${lists[0]!.name}'s in shape, dtype or device, or is not contiguous`,
      );
  };
export const sameLengths: Check = (given) => {
  const lists = given.lists();
  for (const [name, length] of lists) {
    if (length !== lists[0]![1])
      refuse(name, `has ${length} elements, but ${lists[0]![0]} has ${lists[0]![1]}`);
  }
};
/** Each tensor given has one element. Called for every step of an optimiser, so it asks for nothing else. */
const oneElement =
  (...names: readonly string[]): Check =>
  (given) => {
    for (const name of names) {
      const list = given.list(name);
      for (const tensor of list.length > 0 ? list : [given.value(name)]) {
        if (tensor instanceof Handle && native.numel(tensor.handle) !== 1)
          refuse(name, "needs one element in each tensor");
      }
    }
  };

/** Checks by operator. */
export const optimizersChecks: Readonly<Record<string, Check>> = {
  _fused_adam: all(
    together("self", "grads", "exp_avgs", "exp_avg_sqs", "max_exp_avg_sqs"),
    oneElement("state_steps", "grad_scale", "found_inf"),
  ),
  _fused_adamw: all(
    together("self", "grads", "exp_avgs", "exp_avg_sqs", "max_exp_avg_sqs"),
    oneElement("state_steps", "grad_scale", "found_inf"),
  ),
  _fused_sgd: all(together("self", "grads", "momentum_buffer_list"), oneElement("grad_scale", "found_inf")),
  _fused_adagrad: all(
    together("self", "grads", "state_sums"),
    oneElement("state_steps", "grad_scale", "found_inf"),
  ),
};
