// PyTorch's cells in the kernels, with the weights that they have.
import { nn, TorchError } from "@throughline/torch";
import { show } from "@throughline/torch/checks";
import { type FusedCell, isFused } from "./fused.js";
import type { GatedCell } from "./gated.js";
import { gruKernels } from "./gru.js";
import { lstmKernels } from "./lstm.js";

/**
 * An `nn.GRUCell` or `nn.LSTMCell`, such as an agent's memory, as the kernels run it: spectra, flossing losses and gradients
 * against lag of it are the same as of the cell itself, up to rounding, and many times as fast. Weights are not copied: what
 * a `Flosser` is to change are the `parameters` of the cell itself. An LSTM's state is h and c side by side.
 * @returns the cell itself if the kernels know it already
 * @throws TorchError `torch/argument` for any other cell
 *
 * @example
 * const flosser = new Flosser(fused(lstm), { k: 16, parameters: lstm.parameters(), inputs });
 */
export function fused(cell: GatedCell): FusedCell {
  if (isFused(cell)) return cell;
  const kernels =
    cell instanceof nn.LSTMCell ? lstmKernels : cell instanceof nn.GRUCell ? gruKernels : undefined;
  if (kernels === undefined) {
    throw new TorchError(
      "torch/argument",
      `fused: the cell is ${show(cell)}, accepted: an nn.GRUCell or an nn.LSTMCell`,
    );
  }
  const { inputSize, stateSize } = cell;
  return {
    ...{ inputSize, stateSize },
    start: (batch) => cell.start(batch),
    step: (input, state) => cell.step(input, state),
    output: (state) => cell.output(state),
    scan: (inputs, state, options) => kernels.scan(cell, inputs, state, options),
    jacobians: (inputs, state, states) => kernels.jacobians(cell, inputs, state, states),
  };
}
