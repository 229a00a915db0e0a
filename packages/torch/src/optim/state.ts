// The tensors an optimiser keeps for each parameter: made at the parameter's first gradient, outside every scope.
import { call, wrap } from "../dispatch.js";
import type { Tensor } from "../tensor/index.js";
import { type Format, formatOf, inFormat } from "./format.js";
import type { StateEntry } from "./spec.js";

/** One parameter's state. */
export interface ParamState {
  readonly tensors: Record<string, Tensor>;
  /** The memory format of the parameter when the tensors were laid out. */
  format: Format;
}

/** State of the parameter objects that have one. */
export type States = Map<Tensor, ParamState>;

/** The state of `parameter`, created if it has none. */
export function stateOf(states: States, parameter: Tensor): ParamState {
  let state = states.get(parameter);
  if (state === undefined) {
    state = { tensors: {}, format: formatOf(parameter.handle) };
    states.set(parameter, state);
  }
  return state;
}

/** Adds the entries of `names` that are missing; returns whether there were any. */
export function complete(
  state: ParamState,
  parameter: Tensor,
  entries: Readonly<Record<string, StateEntry>>,
  names: readonly string[],
): boolean {
  let added = false;
  for (const name of names) {
    if (state.tensors[name] !== undefined) continue;
    state.tensors[name] = make(parameter, entries[name]!).keep();
    added = true;
  }
  return added;
}

/** A new tensor for `entry`, owned by the scope. */
export function make(parameter: Tensor, entry: StateEntry): Tensor {
  const { kind, initial = 0 } = entry;
  if (kind !== "like") {
    const double = kind === "scalar" && ["float64", "complex128"].includes(parameter.dtype);
    return call("aten::full", [], initial, double ? "float64" : "float32", undefined, parameter.device);
  }
  const tensor = call(
    "aten::zeros_like",
    parameter,
    undefined,
    undefined,
    undefined,
    undefined,
    "preserve_format",
  );
  if (initial !== 0) {
    // Both parts of a complex number start from it, as in PyTorch.
    const parts = tensor.dtype.startsWith("complex") ? call("aten::view_as_real", tensor) : tensor;
    call("aten::fill_.Scalar", parts, initial);
  }
  return tensor;
}

/** Lays the state out anew after its parameter changed memory format (`module.to({ memoryFormat })`). */
export function follow(state: ParamState, format: Format): void {
  if (state.format === format) return;
  for (const [name, tensor] of Object.entries(state.tensors)) {
    if (tensor.ndim === 0 || format === undefined) continue;
    const moved = inFormat(tensor.handle, format);
    if (moved === tensor.handle) continue;
    state.tensors[name] = wrap(moved).keep();
    tensor.dispose();
  }
  state.format = format;
}

/** Releases the state. */
export function disposeStates(states: States): void {
  for (const state of states.values()) for (const tensor of Object.values(state.tensors)) tensor.dispose();
  states.clear();
}
