// Collects what one step works on: the parameters of a group that have a gradient, in batches that one kernel can take.
import { show } from "../checks/show.js";
import { wrap } from "../dispatch.js";
import { dtypeOfCode, isComplex, isFloatingPoint } from "../dtype.js";
import { TorchError } from "../errors.js";
import { native } from "../native.js";
import type { Tensor } from "../tensor/index.js";
import { type Format, inFormat } from "./format.js";
import { raw } from "./raw.js";
import type { CommonOptions, OptimizerSpec, ParamGroup } from "./spec.js";
import {
  complete,
  type ParamState,
  type Placement,
  type StateEntries,
  type States,
  stateOf,
} from "./state.js";

/** Parameters of one dtype on one device, with their gradients and state, position by position, as native handles. */
export interface Batch {
  readonly params: number[];
  readonly grads: number[];
  /** Tensors by the name of the entry. */
  readonly state: Readonly<Record<string, number[]>>;
  /** True if the fused kernel can take the batch. */
  readonly fused: boolean;
  /** True if the state was made in this step. */
  readonly fresh: boolean;
}

/** A batch in the making, with what its parameters have in common. */
interface Open {
  readonly placement: Placement;
  readonly batch: Batch;
}

/** The batches of a group. Runs inside a scope and without recording. */
export function gather<O extends CommonOptions>(
  spec: OptimizerSpec<O>,
  group: ParamGroup<O>,
  states: States,
): Batch[] {
  const names = spec.uses(group);
  const entries = spec.state(group);
  const batches: Open[] = [];
  let open: Open | undefined;
  for (const param of group.params) {
    const gradient = native.getGrad(param.handle);
    if (gradient === null) continue;
    const state = stateOf(states, param, entries);
    const fresh = complete(state, param, entries, names);
    const { placement } = state;
    const fused = fusable(spec, placement);
    if (open === undefined || !belongs(open, placement, fused, fresh)) {
      open = batches.find((other) => belongs(other, placement, fused, fresh));
      if (open === undefined) {
        open = { placement, batch: emptyBatch(names, fused, fresh) };
        batches.push(open);
      }
    }
    add(spec.name, open.batch, param, gradient, state);
  }
  return batches.map(({ placement, batch }) =>
    isComplex(dtypeOfCode(placement.dtype)) ? asReal(batch, entries) : batch,
  );
}

function fusable<O extends CommonOptions>(spec: OptimizerSpec<O>, placement: Placement): boolean {
  const { dtype, device, format } = placement;
  return (
    format !== undefined &&
    spec.fusedOn.some((type) => device.startsWith(type)) &&
    isFloatingPoint(dtypeOfCode(dtype))
  );
}

function belongs({ placement, batch }: Open, other: Placement, fused: boolean, fresh: boolean): boolean {
  return (
    batch.fused === fused &&
    batch.fresh === fresh &&
    placement.dtype === other.dtype &&
    placement.device === other.device
  );
}

function emptyBatch(names: readonly string[], fused: boolean, fresh: boolean): Batch {
  const state: Record<string, number[]> = {};
  for (const name of names) state[name] = [];
  return { params: [], grads: [], state, fused, fresh };
}

function add(owner: string, batch: Batch, param: Tensor, gradient: number, state: ParamState): void {
  batch.params.push(param.handle);
  batch.grads.push(aligned(owner, gradient, batch.fused ? state.placement.format : undefined));
  for (const name in batch.state) batch.state[name]!.push(state.tensors[name]!.handle);
}

/** The gradient in the parameter's format, as the fused kernels need it. */
function aligned(owner: string, gradient: number, format: Format): number {
  if (native.isContiguous(gradient, 0) && format === "contiguous_format") return gradient;
  if (native.layout(gradient) !== 0) {
    throw new TorchError(
      "torch/argument",
      `${owner}: a gradient, ${show(wrap(gradient))}, is sparse; accepted: dense gradients, so make the layer without { sparse: true }`,
    );
  }
  return format === undefined ? gradient : inFormat(gradient, format);
}

/** The batch with real views of complex tensors, whose parts the formulas treat as separate numbers. */
function asReal(batch: Batch, entries: StateEntries): Batch {
  const view = (handle: number): number => raw("aten::view_as_real", raw("aten::resolve_conj", handle));
  const state = Object.fromEntries(
    Object.entries(batch.state).map(([name, list]) => [
      name,
      entries[name]?.kind === "like" ? list.map(view) : list,
    ]),
  );
  return { ...batch, params: batch.params.map(view), grads: batch.grads.map(view), state };
}
