// Initialisations that need only the tensor's shape. All of nn.init fills tensors in place, outside the graph,
// with PyTorch's numbers for the same seed.
import { noGrad } from "../../autograd.js";
import { call } from "../../dispatch.js";
import { scope } from "../../memory.js";
import type { Generator } from "../../random.js";
import type { Tensor } from "../../tensor/index.js";
import { refuse } from "../options.js";

/** An option of every random initialisation. */
export interface RandomOptions {
  /** Generator of the random numbers. Default: the default generator. */
  readonly generator?: Generator;
}

/** @internal Runs `body` outside the graph, releases what it made, and returns the tensor it filled. */
export function fill(tensor: Tensor, body: () => void): Tensor {
  scope(() => {
    noGrad(body);
  });
  return tensor;
}

/** Uniform on [a, b). @param options `a`: default 0; `b`: default 1. */
export function uniform_(
  tensor: Tensor,
  options: RandomOptions & { readonly a?: number; readonly b?: number } = {},
): Tensor {
  const { a = 0, b = 1, generator } = options;
  return fill(tensor, () => call("aten::uniform_", tensor, a, b, generator));
}

/** Normal. @param options `mean`: default 0; `std`: default 1. */
export function normal_(
  tensor: Tensor,
  options: RandomOptions & { readonly mean?: number; readonly std?: number } = {},
): Tensor {
  const { mean = 0, std = 1, generator } = options;
  return fill(tensor, () => call("aten::normal_", tensor, mean, std, generator));
}

/** Every element `value`. */
export function constant_(tensor: Tensor, value: number): Tensor {
  return fill(tensor, () => call("aten::fill_.Scalar", tensor, value));
}

/** Every element 1. */
export function ones_(tensor: Tensor): Tensor {
  return constant_(tensor, 1);
}

/** Every element 0. */
export function zeros_(tensor: Tensor): Tensor {
  return fill(tensor, () => call("aten::zero_", tensor));
}

/** @internal The error unless `ok`. */
export function needs(who: string, tensor: Tensor, ok: boolean, what: string): void {
  if (!ok) throw refuse(who, `needs a tensor of ${what}, got [${tensor.shape}]`);
}
