// The flossing loss.

import { scope, type Tensor, TorchError, tensor } from "@throughline/torch";
import { notAccepted } from "@throughline/torch/checks";
import { givenTensor } from "../arguments.js";

/**
 * (1/k) Σ_i (λ_i − target_i)², averaged over the batch (paper, algorithm 1): how far exponents are from where they should be.
 * @param exponents [B, k] in nats per step, as `finiteTimeExponents` gives
 * @param target one number for all, or one for each. Default 0: neither exploding nor vanishing.
 * @returns a tensor without dimensions
 * @throws TorchError if there are not as many targets as exponents
 */
export function flossingLoss(exponents: Tensor, target: number | readonly number[] = 0): Tensor {
  givenTensor("flossingLoss: exponents", exponents);
  return scope(() => {
    if (typeof target === "number") return (target === 0 ? exponents : exponents.sub(target)).square().mean();
    checkTargets("flossingLoss", target, exponents.shape.at(-1));
    const { dtype, device } = exponents;
    return exponents
      .sub(tensor([...target], { dtype, device }))
      .square()
      .mean();
  });
}

/** @throws TorchError if there are several targets, but not one for each of `k` exponents. */
export function checkTargets(
  who: string,
  target: number | readonly number[] | undefined,
  k: number | undefined,
): void {
  if (target === undefined) return;
  const isList = Array.isArray(target);
  if (!(isList ? target : [target]).every(Number.isFinite)) {
    throw notAccepted(`${who}: target`, target, "a number, or one for each exponent");
  }
  if (!isList || target.length === k) return;
  throw new TorchError(
    "torch/argument",
    `${who}: ${target.length} targets for ${k} exponents; give one, or one for each`,
  );
}
