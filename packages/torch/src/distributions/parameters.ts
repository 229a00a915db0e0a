// Parameters of distributions as tensors.

import { show } from "../checks/show.js";
import { tensor } from "../creation.js";
import { call } from "../dispatch.js";
import { isFloatingPoint } from "../dtype.js";
import { TorchError } from "../errors.js";
import { broadcastShapes } from "../joining.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { isTensor } from "../tensor/operand.js";
import { type Constraint, checkHolds, real, unitInterval } from "./constraints.js";
import type { DistributionOptions } from "./distribution.js";
import { floatInfo } from "./float-info.js";

/**
 * Parameters broadcast against each other, as tensors of the distribution's own. A number has the dtype and device of the
 * tensors beside it, float32 without any.
 * @throws TorchError `torch/argument` for something else, or shapes that do not broadcast
 */
export function broadcastParameters(who: string, given: Readonly<Record<string, number | Tensor>>): Tensor[] {
  const values = Object.values(given);
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === "number" || (isTensor(value) && isFloatingPoint(value.dtype))) continue;
    throw refuse(who, `${name} is ${show(value)}, accepted: a number or a floating-point tensor`);
  }
  const { dtype, device } = values.find(isTensor) ?? { dtype: "float32", device: "cpu" };
  const tensors = values.map((value) => (isTensor(value) ? value : tensor(value, { dtype, device })));
  const shape = shapeOf(who, Object.keys(given), tensors);
  return tensors.map((value) => call("aten::expand", value, shape));
}

/**
 * Parameters broadcast by `broadcastParameters` and, unless `validateArgs` is false, checked.
 * @throws TorchError `torch/argument` for values that are not in their set
 */
export function checkedParameters<Name extends string>(
  who: string,
  given: Readonly<Record<Name, number | Tensor>>,
  sets: Readonly<Partial<Record<Name, Constraint>>>,
  { validateArgs = true }: DistributionOptions,
): Record<Name, Tensor> {
  const values = scope(() => broadcastParameters(who, given));
  const named = Object.fromEntries(Object.keys(given).map((name, i) => [name, values[i]!]));
  if (validateArgs) {
    for (const [name, set] of Object.entries(sets) as [Name, Constraint][])
      checkHolds(`${who}: ${name}`, named[name]!, set);
  }
  return named as Record<Name, Tensor>;
}

function shapeOf(who: string, names: readonly string[], tensors: readonly Tensor[]): number[] {
  try {
    return broadcastShapes(...tensors.map(({ shape }) => shape));
  } catch (cause) {
    const list = names.map((name, i) => `${name} ${show(tensors[i])}`).join(" and ");
    throw new TorchError("torch/argument", `${who}: ${list} do not broadcast`, { cause });
  }
}

/** The one of `probs` and `logits` that was given. @throws TorchError `torch/argument` unless it is exactly one */
export function probsOrLogits<T>(
  who: string,
  { probs, logits }: { readonly probs?: T; readonly logits?: T },
): ["probs" | "logits", T] {
  if (probs !== undefined && logits === undefined) return ["probs", probs];
  if (logits !== undefined && probs === undefined) return ["logits", logits];
  const given = probs === undefined ? "neither" : "both";
  throw refuse(who, `${given} of probs and logits are given, accepted: exactly one`);
}

export function refuse(who: string, reason: string): TorchError {
  return new TorchError("torch/argument", `${who}: ${reason}`, { op: `new ${who}` });
}

/** Probabilities away from 0 and 1 by a rounding error, so that their logarithms are finite. */
export function clampProbs(probs: Tensor): Tensor {
  const { eps } = floatInfo(probs.dtype);
  return probs.clamp({ min: eps, max: 1 - eps });
}

/** log(p / (1 − p)), of probabilities a rounding error away from 0 and 1 at least. */
export function logitsOf(probs: Tensor): Tensor {
  const inside = clampProbs(probs);
  return inside.log().sub(inside.neg().log1p());
}

/** One of a probability and its log-odds, as the caller gives it. */
export interface BinaryOptions extends DistributionOptions {
  /** [...batchShape], from 0 to 1: the probability of 1, or of a success. */
  readonly probs?: number | Tensor;
  /** Log-odds, log(p / (1 − p)): [...batchShape]. */
  readonly logits?: number | Tensor;
}

/**
 * A probability and its log-odds, both of them, broadcast with `others`.
 * @param probsSet the probabilities that are accepted
 * @throws TorchError `torch/argument` unless exactly one is given, with such values
 */
export function binaryParameters<Name extends string = never>(
  who: string,
  options: BinaryOptions,
  others?: Readonly<Record<Name, number | Tensor>>,
  sets?: Readonly<Partial<Record<Name, Constraint>>>,
  probsSet: Constraint = unitInterval,
): Record<Name | "probs" | "logits", Tensor> {
  const [name, value] = probsOrLogits(who, options);
  const given: Record<string, number | Tensor> = { ...others, [name]: value };
  const own: Record<string, Constraint> = { ...sets, [name]: name === "probs" ? probsSet : real };
  const taken = checkedParameters(who, given, own, options);
  return scope(() => ({
    ...taken,
    probs: name === "probs" ? taken.probs! : taken.logits!.sigmoid(),
    logits: name === "logits" ? taken.logits! : logitsOf(taken.probs!),
  })) as Record<Name | "probs" | "logits", Tensor>;
}

/** A count of any dtype in that of the probability beside it. */
export function countBeside(count: number | Tensor, { probs, logits }: BinaryOptions): number | Tensor {
  const beside = probs ?? logits;
  if (!isTensor(count) || isFloatingPoint(count.dtype)) return count;
  return count.to(isTensor(beside) ? beside.dtype : "float32");
}
