// What cells refuse.
import { type Tensor, TorchError } from "@throughline/torch";

/** @throws TorchError unless inputs are [time, batch, inputSize] with a step or more, and the state [batch, stateSize]. */
export function checkSequence(
  who: string,
  cell: { readonly inputSize: number; readonly stateSize: number },
  inputs: Tensor,
  state: Tensor,
): void {
  const [time = 0, batch, features] = inputs.shape;
  const fits = inputs.ndim === 3 && time > 0 && features === cell.inputSize;
  if (fits && String(state.shape) === String([batch, cell.stateSize])) return;
  throw new TorchError(
    "torch/argument",
    `${who}: expects inputs [time, batch, ${cell.inputSize}] and a state [batch, ${cell.stateSize}], got [${inputs.shape}] and [${state.shape}]`,
  );
}
