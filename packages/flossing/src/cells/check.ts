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

/** @throws TorchError unless `value` is a whole number from `least`. */
export function checkCount(who: string, name: string, value: number, least = 1): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new TorchError(
    "torch/argument",
    `${who}: ${name} must be a whole number from ${least}, got ${value}`,
  );
}

/** @throws TorchError unless `k` is a count of directions that a state has. */
export function checkDirections(who: string, k: number, cell: { readonly stateSize: number }): void {
  checkCount(who, "k", k);
  if (k <= cell.stateSize) return;
  throw new TorchError(
    "torch/argument",
    `${who}: k is ${k}, but the state has only ${cell.stateSize} directions`,
  );
}
