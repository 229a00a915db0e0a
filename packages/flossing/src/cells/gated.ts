// Options of GRU and LSTM cells.
import type { DType } from "@throughline/torch";
import { flag, oneOf, optional, type Rules } from "@throughline/torch/checks";
import { aText } from "../arguments.js";

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
