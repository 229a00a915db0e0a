// Parameters of distributions as tensors.

import { show } from "../checks/show.js";
import { tensor } from "../creation.js";
import { call } from "../dispatch.js";
import { type DType, isFloatingPoint } from "../dtype.js";
import { TorchError } from "../errors.js";
import { broadcastShapes } from "../joining.js";
import type { Tensor } from "../tensor/index.js";
import { isTensor } from "../tensor/operand.js";

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

interface FloatInfo {
  /** The distance from 1 to the next larger number. */
  readonly eps: number;
  /** The least finite number. */
  readonly min: number;
}

const floats: Partial<Record<DType, FloatInfo>> = {
  float64: { eps: 2 ** -52, min: -Number.MAX_VALUE },
  float32: { eps: 2 ** -23, min: -(2 - 2 ** -23) * 2 ** 127 },
  bfloat16: { eps: 2 ** -7, min: -(2 - 2 ** -7) * 2 ** 127 },
  float16: { eps: 2 ** -10, min: -65504 },
};

/** Limits of a floating-point dtype (`torch.finfo`). */
export function floatInfo(dtype: DType): FloatInfo {
  return floats[dtype]!;
}

/** Probabilities away from 0 and 1 by a rounding error, so that their logarithms are finite. */
export function clampProbs(probs: Tensor): Tensor {
  const { eps } = floatInfo(probs.dtype);
  return probs.clamp({ min: eps, max: 1 - eps });
}
