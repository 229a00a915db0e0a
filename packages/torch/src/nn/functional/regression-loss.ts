// Losses between real-valued predictions and targets.
import { noGrad } from "../../autograd.js";
import { call } from "../../dispatch.js";
import { scope } from "../../memory.js";
import type { Tensor } from "../../tensor/index.js";
import { refuse } from "../options.js";
import { type LossOptions, reduce, reductionCode } from "./reduction.js";

/** (x − y)² */
export function mseLoss(x: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const code = reductionCode(options);
  return broadcast("mseLoss", x, target, (a, b) => call("aten::mse_loss", a, b, code));
}

/** |x − y| */
export function l1Loss(x: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const code = reductionCode(options);
  return broadcast("l1Loss", x, target, (a, b) => call("aten::l1_loss", a, b, code));
}

/** ½ (x − y)² / beta where |x − y| < beta, else |x − y| − ½ beta. @param options `beta`: default 1. */
export function smoothL1Loss(
  x: Tensor,
  target: Tensor,
  options: LossOptions & { readonly beta?: number } = {},
): Tensor {
  const code = reductionCode(options);
  return broadcast("smoothL1Loss", x, target, (a, b) =>
    call("aten::smooth_l1_loss", a, b, code, options.beta),
  );
}

/** ½ (x − y)² where |x − y| < delta, else delta · (|x − y| − ½ delta). @param options `delta`: default 1. */
export function huberLoss(
  x: Tensor,
  target: Tensor,
  options: LossOptions & { readonly delta?: number } = {},
): Tensor {
  const code = reductionCode(options);
  return broadcast("huberLoss", x, target, (a, b) => call("aten::huber_loss", a, b, code, options.delta));
}

/**
 * Runs a loss with the smaller of prediction and target expanded to the other's shape. Expanding both, as for [N] and
 * [N, 1], would compare every pair, which is hardly ever intended.
 */
function broadcast(
  who: string,
  x: Tensor,
  target: Tensor,
  loss: (x: Tensor, target: Tensor) => Tensor,
): Tensor {
  const [a, b] = [x.shape, target.shape];
  if (a.length === b.length && a.every((size, i) => size === b[i])) return loss(x, target);
  if (expandsTo(b, a)) return scope(() => loss(x, call("aten::expand", target, a)));
  if (expandsTo(a, b)) return scope(() => loss(call("aten::expand", x, b), target));
  throw refuse(who, `prediction [${a}] and target [${b}]: neither can be expanded to the other's shape`);
}

function expandsTo(from: readonly number[], to: readonly number[]): boolean {
  const offset = to.length - from.length;
  return offset >= 0 && from.every((size, i) => size === 1 || size === to[offset + i]);
}

/** Options of `poissonNllLoss`. */
export interface PoissonNllLossOptions extends LossOptions {
  /** True if x is the logarithm of the rate: eˣ − y·x instead of x − y·log(x + eps). Default true. */
  readonly logInput?: boolean;
  /** Add Stirling's approximation of log(y!). Default false. */
  readonly full?: boolean;
  /** Default 1e-8. */
  readonly eps?: number;
}

/** Negative logarithm of the Poisson density at `target`, up to log(target!) */
export function poissonNllLoss(x: Tensor, target: Tensor, options: PoissonNllLossOptions = {}): Tensor {
  const { logInput = true, full = false, eps = 1e-8 } = options;
  return call("aten::poisson_nll_loss", x, target, logInput, full, eps, reductionCode(options));
}

/** Options of `gaussianNllLoss`. */
export interface GaussianNllLossOptions extends LossOptions {
  /** Add the constant ½ log 2π. Default false. */
  readonly full?: boolean;
  /** Least variance; smaller ones are raised to it. Default 1e-6. */
  readonly eps?: number;
}

/**
 * ½ (log v + (x − y)² / v) with v = max(variance, eps), through which gradients pass as through the variance
 * itself.
 * @param variance positive: a number, or a tensor of x's shape, of x's shape without the last dimension, or with
 * size 1 there.
 * @throws TorchError if a variance is negative or of another shape.
 */
export function gaussianNllLoss(
  x: Tensor,
  target: Tensor,
  variance: Tensor | number,
  options: GaussianNllLossOptions = {},
): Tensor {
  const { full = false, eps = 1e-6 } = options;
  return scope(() => {
    const given = typeof variance === "number" ? call("aten::full_like", x, variance) : variance;
    if (call("aten::any", call("aten::lt.Scalar", given, 0)).item()) {
      throw refuse("gaussianNllLoss", "a variance is negative");
    }
    const clamped = call("aten::clone", fitVariance(x, given));
    noGrad(() => call("aten::clamp_min_", clamped, eps));
    const squares = call("aten::pow.Tensor_Scalar", call("aten::sub.Tensor", x, target), 2);
    const terms = call(
      "aten::add.Tensor",
      call("aten::log", clamped),
      call("aten::div.Tensor", squares, clamped),
    );
    const loss = call("aten::mul.Scalar", terms, 0.5);
    return reduce(full ? call("aten::add.Scalar", loss, 0.5 * Math.log(2 * Math.PI)) : loss, options);
  });
}

function fitVariance(x: Tensor, variance: Tensor): Tensor {
  const [a, b] = [x.shape, variance.shape];
  const differing = a.filter((size, i) => size !== b[i]).length;
  if (a.length === b.length && differing === 0) return variance;
  if (String(a.slice(0, -1)) === String(b)) return call("aten::unsqueeze", variance, -1);
  if (a.length === b.length && differing === 1 && b.some((size, i) => size === 1 && a[i] !== 1))
    return variance;
  throw refuse("gaussianNllLoss", `the variance is [${b}], which does not fit a prediction of [${a}]`);
}
