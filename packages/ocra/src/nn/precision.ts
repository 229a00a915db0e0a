// Sums over thousands of inputs, kept out of half precision.
import { amp, type Tensor } from "@throughline/torch";

/** `x` in float32 if it is in half precision, else as it is. */
function widen(x: Tensor): Tensor {
  return x.dtype === "bfloat16" || x.dtype === "float16" ? x.float() : x;
}

/** weights · values, in at least float32 whatever autocast is on: [B, K, N], [B, N, D] or [N, D] → [B, K, D]. */
export function weightedMeans(weights: Tensor, values: Tensor): Tensor {
  const { device } = weights;
  if (!amp.isAutocastEnabled(device)) return weights.matmul(values);
  return amp.autocast({ device, enabled: false }, () => widen(weights).matmul(widen(values)));
}
