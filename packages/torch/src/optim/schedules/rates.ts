// Learning rates of an optimiser's groups, read and written together.
import { show } from "../../checks/show.js";
import { TorchError } from "../../errors.js";
import type { Optimizer } from "../optimizer.js";

/** The rate of each group now. */
export function ratesOf(optimizer: Optimizer): number[] {
  return optimizer.paramGroups.map((group) => group.lr);
}

/** Sets the rate of each group. @throws TorchError if groups were added since the schedule was made. */
export function setRates(owner: string, optimizer: Optimizer, rates: readonly number[]): void {
  const { paramGroups } = optimizer;
  if (rates.length !== paramGroups.length) {
    throw new TorchError(
      "torch/argument",
      `${owner}: made for ${rates.length} parameter groups, the optimizer has ${paramGroups.length} now`,
    );
  }
  rates.forEach((rate, i) => {
    paramGroups[i]!.lr = rate;
  });
}

/** One value for each group: the list that was given, or the one value for all. */
export function perGroup<T>(owner: string, name: string, value: T | readonly T[], optimizer: Optimizer): T[] {
  const count = optimizer.paramGroups.length;
  if (!Array.isArray(value)) return new Array<T>(count).fill(value as T);
  if (value.length !== count) {
    throw new TorchError(
      "torch/argument",
      `${owner}: ${name} is ${show(value)}, accepted: one value, or ${count}, one for each parameter group`,
    );
  }
  return [...value];
}
