// The tensors an optimiser keeps for each parameter: made at the parameter's first gradient, outside every scope.
import { call } from "../dispatch.js";
import { dtypeOfCode } from "../dtype.js";
import { native } from "../native.js";
import type { Tensor } from "../tensor/index.js";
import { type Format, formatOf, hasFormat } from "./format.js";
import type { StateEntry } from "./spec.js";

/** Entries of a parameter's state by name. */
export type StateEntries = Readonly<Record<string, StateEntry>>;

/** Properties that the state has in common with its parameter. */
export interface Placement {
  readonly dtype: number;
  readonly device: string;
  readonly format: Format;
  /** Memory of the parameter: as long as it is the same, and of that dtype, the device is the same. */
  readonly address: number;
}

/** One parameter's state. */
export interface ParamState {
  readonly tensors: Record<string, Tensor>;
  placement: Placement;
}

/** State of the parameter objects that have one. */
export type States = Map<Tensor, ParamState>;

/** Dtype, device and memory format of a parameter now. */
export function placementOf({ handle }: Tensor): Placement {
  return {
    dtype: native.dtype(handle),
    device: native.device(handle),
    format: formatOf(handle),
    address: native.dataPointer(handle),
  };
}

/** The state of `parameter`, created if it has none, moved if its parameter was (`module.to(…)`). */
export function stateOf(states: States, parameter: Tensor, entries: StateEntries): ParamState {
  let state = states.get(parameter);
  if (state === undefined) {
    state = { tensors: {}, placement: placementOf(parameter) };
    states.set(parameter, state);
  } else if (!isStill(parameter.handle, state.placement)) move(state, placementOf(parameter), entries);
  return state;
}

function isStill(handle: number, { dtype, format, address }: Placement): boolean {
  return (
    address !== 0 &&
    native.dataPointer(handle) === address &&
    native.dtype(handle) === dtype &&
    format !== undefined &&
    hasFormat(handle, format)
  );
}

function move(state: ParamState, placement: Placement, entries: StateEntries): void {
  const { device, format } = placement;
  state.placement = placement;
  for (const [name, tensor] of Object.entries(state.tensors)) {
    const like = entries[name]?.kind === "like";
    const dtype = like ? dtypeOfCode(placement.dtype) : tensor.dtype;
    const moved = call(
      "aten::to.device",
      tensor,
      device,
      dtype,
      undefined,
      undefined,
      like ? format : undefined,
    );
    if (moved.isSame(tensor)) continue;
    state.tensors[name] = moved.keep();
    tensor.dispose();
  }
}

/** Adds the entries of `names` that are missing; returns whether there were any. */
export function complete(
  state: ParamState,
  parameter: Tensor,
  entries: StateEntries,
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

/** Releases the state. */
export function disposeStates(states: States): void {
  for (const state of states.values()) for (const tensor of Object.values(state.tensors)) tensor.dispose();
  states.clear();
}
