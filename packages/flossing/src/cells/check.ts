// Checks of cells' arguments.

import type { Tensor } from "@throughline/torch";
import { checkShape, notAccepted } from "@throughline/torch/checks";

/** @throws TorchError unless inputs are [T, B, F] with a step or more, and the state [B, N]. */
export function checkSequence(
  who: string,
  cell: { readonly inputSize: number; readonly stateSize: number },
  inputs: Tensor,
  state: Tensor,
): void {
  const [time = 0, batch, features] = inputs.shape;
  const fits = inputs.ndim === 3 && time > 0 && features === cell.inputSize;
  if (fits && String(state.shape) === String([batch, cell.stateSize])) return;
  checkShape(`${who}: inputs`, inputs.shape, ["time", "batch", cell.inputSize]);
  checkShape(`${who}: the state`, state.shape, [batch ?? 0, cell.stateSize]);
  throw notAccepted(`${who}: inputs`, inputs.shape, "a step or more");
}
