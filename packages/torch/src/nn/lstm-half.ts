// Inside autocast libtorch takes oneDNN's LSTM in half precision, which exists on some processors only.
import { type AutocastDType, autocast, getAutocastDtype, isAutocastEnabled } from "../amp/autocast.js";
import { enableGrad, grad, isInferenceMode } from "../autograd.js";
import { ones } from "../creation.js";
import { call } from "../dispatch.js";
import { TorchError } from "../errors.js";
import { scope } from "../memory.js";
import { insideRegion } from "../tensor/casts.js";
import type { Tensor } from "../tensor/index.js";

// Answers by dtype, one for inference mode and one outside it: some processors have the forward pass only.
const supported = new Map<string, boolean>();

/**
 * True if an LSTM that reads `x` has to leave autocast, because this processor has none in autocast's dtype. Warns the
 * first time.
 */
export function leavesAutocast(x: Tensor): boolean {
  if (!insideRegion() || x.device !== "cpu" || x.dtype === "float64" || !isAutocastEnabled("cpu"))
    return false;
  const dtype = getAutocastDtype("cpu");
  const inference = isInferenceMode();
  const key = `${dtype} ${inference}`;
  let here = supported.get(key);
  if (here === undefined) {
    here = processorHas(dtype, inference);
    supported.set(key, here);
    if (!here) warn(dtype);
  }
  return !here;
}

/** Runs `body` without autocast. */
export function inSinglePrecision<T>(body: (widen: (x: Tensor) => Tensor) => T): T {
  const widen = (x: Tensor): Tensor => (x.dtype === "float32" ? x : x.float());
  return autocast({ device: "cpu", enabled: false }, () => body(widen));
}

/** Tries it: one step of one unit forward and, unless in inference mode, backward. */
function processorHas(dtype: AutocastDType, inference: boolean): boolean {
  return scope(() =>
    enableGrad(() => {
      const weight = ones([4, 1], { requiresGrad: !inference });
      const state = ones([1, 1, 1]);
      const layer = [[weight, weight], false, 1, 0, true, false, false];
      try {
        const [output] = autocast({ device: "cpu", dtype }, () =>
          call<Tensor[]>("aten::lstm.input", state, [state, state], ...layer),
        );
        if (!inference) grad(output!.float().sum(), [weight]);
        return true;
      } catch (error) {
        if (error instanceof TorchError) return false;
        throw error;
      }
    }),
  );
}

function warn(dtype: AutocastDType): void {
  const needed = dtype === "bfloat16" ? "AVX-512" : "AVX-512 FP16 or AMX FP16";
  process.emitWarning(
    `nn.LSTM: autocast asks for ${dtype}, but this processor has no LSTM in it (oneDNN's needs ${needed}): LSTMs are ` +
      "computed in float32",
    { type: "ThroughlineWarning", code: "torch/half-lstm" },
  );
}
