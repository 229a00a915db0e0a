// What GRU and LSTM cells share: options, and what the kernels make of PyTorch's.
import { type DType, type nn, scope, type Tensor } from "@throughline/torch";
import { flag, oneOf, optional, type Rules } from "@throughline/torch/checks";
import { aText } from "../arguments.js";
import { recurrentScan } from "../kernels/recurrent-scan.js";
import type { JacobianFactors } from "../kernels/tangent-scan.js";
import { checkSequence } from "./check.js";
import { stacked } from "./weights.js";

/** Options of `GruCell` and `LstmCell`, those of PyTorch's cells. */
export interface GatedOptions {
  /** True to add biases. Default true. */
  readonly bias?: boolean;
  /** Default float32. */
  readonly dtype?: DType;
  readonly device?: string;
}

export const gatedRules: Rules<GatedOptions> = {
  bias: optional(flag(true)),
  dtype: optional(oneOf(["float32", "float64", "float16", "bfloat16"], "float32")),
  device: aText,
};

/** PyTorch's gated cells. */
export type GatedCell = nn.GRUCell | nn.LSTMCell;

/** The two computations of a `FusedCell`, of any cell of PyTorch's of one kind. */
export interface GatedKernels {
  scan(cell: GatedCell, inputs: Tensor, state: Tensor, options?: { readonly drive?: Tensor }): Tensor;
  jacobians(cell: GatedCell, inputs: Tensor, state: Tensor, states: Tensor): JacobianFactors;
}

/** The states [T, B, N] of a gated cell. */
export function gatedScan(
  kind: "gru" | "lstm",
  cell: GatedCell,
  inputs: Tensor,
  state: Tensor,
  options: { readonly drive?: Tensor } = {},
): Tensor {
  checkSequence(cell.constructor.name, cell, inputs, state);
  return scope(() => {
    const drive = options.drive?.unsqueeze(1);
    return recurrentScan(kind, inputs.unsqueeze(1), stacked(cell), state.unsqueeze(0), { drive }).squeeze(1);
  });
}
