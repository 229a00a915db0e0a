// A gated cell's parameters as the kernels want them.
import type { Tensor } from "@throughline/torch";
import type { ScanWeights } from "../kernels/recurrent-scan.js";

/** Weights with a leading dimension of 1 for the net. */
export function stacked(cell: {
  readonly weight_ih: Tensor;
  readonly weight_hh: Tensor;
  readonly bias_ih: Tensor | null;
  readonly bias_hh: Tensor | null;
}): ScanWeights {
  return {
    weightIh: cell.weight_ih.unsqueeze(0),
    weightHh: cell.weight_hh.unsqueeze(0),
    biasIh: cell.bias_ih?.unsqueeze(0),
    biasHh: cell.bias_hh?.unsqueeze(0),
  };
}
