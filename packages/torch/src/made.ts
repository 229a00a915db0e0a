// The last step of functions that make tensors.
import type { TensorOptions, WindowOptions } from "./creation.js";
import { call } from "./dispatch.js";
import type { Tensor } from "./tensor/index.js";

/** A tensor that was made, with gradients if they are asked for. */
export function finish(made: Tensor, options: Pick<TensorOptions, "requiresGrad">): Tensor {
  return options.requiresGrad ? made.requiresGrad_() : made;
}

/** The window function of an operator. */
export function window(name: string, length: number, options: WindowOptions): Tensor {
  const { periodic = true, dtype, device } = options;
  return finish(call(name, length, periodic, dtype, undefined, device), options);
}
