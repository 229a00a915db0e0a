// Float32 in place of half precision.
import type { Tensor } from "@throughline/torch";

/** The tensor in float32 if it is in half precision, else itself: probabilities are not computed in half precision. */
export function inSingle(x: Tensor): Tensor {
  return x.dtype === "float16" || x.dtype === "bfloat16" ? x.float() : x;
}
