// Masks of attention, merged into one that is added to the scores.
import { call } from "../dispatch.js";
import { isFloatingPoint } from "../dtype.js";
import type { Tensor } from "../tensor/index.js";
import { refuse } from "./options.js";

/**
 * Masks of the keys that a query may not attend to. Bool masks are true there; floating ones are added to the
 * scores. As in PyTorch, a mask does not hide NaN: one in a key or value becomes NaN in every query's result,
 * masked or not (NaN − ∞ and 0 · NaN are NaN), so fill hidden places with finite numbers. The result of a query
 * that may attend to no key is NaN.
 */
export interface Masks {
  /** [L, S], or [N · heads, L, S]. Default none. */
  readonly attnMask?: Tensor | null;
  /** [N, S], or [S] without a batch: keys that no query attends to. Default none. */
  readonly keyPaddingMask?: Tensor | null;
  /**
   * Causal mask: query i attends to keys 0 … i only, also where there are more keys than queries. It needs no
   * `attnMask`; where one is given it is taken to be this mask, and may be left out of the computation. The keys
   * that `addBiasKv` and `addZeroAttn` append are open to every query (PyTorch hides them if neither weights nor a
   * padding mask are asked for). Default false.
   */
  readonly isCausal?: boolean;
}

/** A mask as `dtype`: 0 where a bool mask is false and −∞ where it is true; floating ones as they are. */
export function additive(mask: Tensor, like: Tensor): Tensor {
  const { dtype } = mask;
  if (isFloatingPoint(dtype)) return mask;
  if (dtype !== "bool") throw refuse("attention", `masks must be bool or floating, got ${dtype}`);
  const zeros = call("aten::new_zeros", like, mask.shape);
  return call("aten::masked_fill_.Scalar", zeros, mask, Number.NEGATIVE_INFINITY);
}

/** The causal mask as bool, [L, S]: true above the diagonal, so that query i attends to keys 0 … i. */
export function causalMask(length: number, keys: number, device: string): Tensor {
  return call("aten::triu_", call("aten::ones", [length, keys], "bool", undefined, device), 1);
}

/**
 * The masks' sum as [N or 1, heads or 1, L, S + extra], 0 for the `extra` keys.
 * @param q [N, H, L, E]; @param k [N, H, S + extra, E]. @throws TorchError if a mask is of another shape.
 */
export function mergeMasks(masks: Masks, q: Tensor, k: Tensor, extra: number): Tensor {
  const [batch, heads, length] = q.shape as [number, number, number, number];
  const keys = k.size(2) - extra;
  const { keyPaddingMask, isCausal = false } = masks;
  const attnMask = masks.attnMask ?? (isCausal ? causalMask(length, keys, q.device) : null);
  const parts: Tensor[] = [];
  if (attnMask !== null) {
    const { shape } = attnMask;
    const whole = String(shape) === String([batch * heads, length, keys]);
    if (!whole && String(shape) !== String([length, keys])) {
      throw refuse(
        "attention",
        `attnMask must be [${length},${keys}] or [${batch * heads},${length},${keys}], got [${shape}]`,
      );
    }
    const mask = additive(attnMask, q);
    parts.push(call("aten::view", mask, whole ? [batch, heads, length, keys] : [1, 1, length, keys]));
  }
  if (keyPaddingMask) {
    const { shape } = keyPaddingMask;
    if (String(shape) !== String([batch, keys])) {
      throw refuse("attention", `keyPaddingMask must be [${batch},${keys}], got [${shape}]`);
    }
    parts.push(call("aten::view", additive(keyPaddingMask, q), [batch, 1, 1, keys]));
  }
  const [first, second] = parts.map((part) => (extra === 0 ? part : call("aten::pad", part, [0, extra])));
  return second === undefined ? first! : call("aten::add.Tensor", first, second);
}
