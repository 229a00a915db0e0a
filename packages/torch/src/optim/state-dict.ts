// An optimiser's state in PyTorch's layout: options by group, tensors by the position of their parameter.
import type { PtValue } from "../io/pt/value.js";
import type { Tensor } from "../tensor/index.js";
import { toSnake } from "./pytorch-names.js";
import type { CommonOptions, OptimizerSpec, ParamGroup } from "./spec.js";
import { scheduledValues } from "./spec.js";
import type { States } from "./state.js";

/** Result of `stateDict`. */
export interface OptimizerState {
  /** Entries of each parameter, under PyTorch's names, by its position over all groups. */
  state: Record<string, Record<string, Tensor>>;
  /** Each group's options by PyTorch's names, and `params`, the positions of its parameters. */
  param_groups: Record<string, unknown>[];
}

/** Argument of `loadStateDict`: the same, as made here or as read from a PyTorch checkpoint. */
export type LoadableState = OptimizerState | PtValue<Tensor>;

/** The state of an optimiser; its tensors are new handles on the same memory. */
export function saveState<O extends CommonOptions>(
  spec: OptimizerSpec<O>,
  groups: readonly ParamGroup<O>[],
  states: States,
): OptimizerState {
  const state: OptimizerState["state"] = {};
  let position = 0;
  const written = groups.map((group) => {
    const positions = group.params.map((param) => {
      const own = states.get(param);
      if (own !== undefined && Object.keys(own.tensors).length > 0) {
        state[position] = Object.fromEntries(
          Object.entries(own.tensors).map(([name, tensor]) => [name, tensor.detach()]),
        );
      }
      return position++;
    });
    return { ...writtenOptions(spec, group), params: positions };
  });
  return { state, param_groups: written };
}

function writtenOptions<O extends CommonOptions>(
  spec: OptimizerSpec<O>,
  group: ParamGroup<O>,
): Record<string, unknown> {
  const names = [...Object.keys(spec.rules), ...scheduledValues];
  const values = new Map<string, unknown>(Object.entries(group));
  const own = names
    .filter((name) => values.get(name) !== undefined)
    .map((name) => {
      const value = values.get(name);
      return [toSnake(name), Array.isArray(value) ? [...value] : value];
    });
  return { ...Object.fromEntries(own), ...spec.fixed };
}
