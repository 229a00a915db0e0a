// flossing::read_out, typed.
import type { Tensor } from "@throughline/torch";
import { operators } from "./library.js";

/**
 * Few outputs of many states, y = W x + offset, where x is the leading part of a state: an LSTM's h, not its c. One pass over
 * the states, and one back; differentiable once with respect to every tensor.
 *
 * @param states [time, batch, size]
 * @param weight [outputs, size or less]
 * @param offset [outputs]
 * @param start steps at the beginning that are not read
 * @returns [time − start, batch, outputs]
 * @throws TorchError if sizes, dtypes or devices do not fit together
 */
export function readOut(states: Tensor, weight: Tensor, offset: Tensor, start = 0): Tensor {
  return operators().readOut!(states, weight, offset, start) as Tensor;
}
