// Linear layers by an operator of native/, which has ReLU and all three gradients in one call each.
import { amp, customFunction, isGradEnabled, type nn, type Tensor } from "@throughline/torch";
import { operators } from "./operators.js";

/** Options of `linear`. */
interface LinearOptions {
  /** Ends with ReLU. Default: false. */
  readonly relu?: boolean;
}

/** True for what the operator takes: float32 on the CPU, without autocast. */
function fits(x: Tensor, { weight, bias }: nn.Linear): boolean {
  return (
    [x, weight, ...(bias === null ? [] : [bias])].every(
      (tensor) => tensor.dtype === "float32" && tensor.device === "cpu",
    ) && !amp.isAutocastEnabled()
  );
}

/** @param count 2 without a bias, 3 with one */
function differentiable(relu: boolean, count: number): (...inputs: Tensor[]) => Tensor[] {
  return customFunction<Tensor[]>({
    forward(context, x, weight, bias) {
      const out = operators().linear(x!, weight!, bias, relu);
      context.saveForBackward(x!, weight!, ...(relu ? [out] : []));
      return out;
    },
    backward([x, weight, out], gradient) {
      const given = gradient!.contiguous();
      return operators().linear_backward(x!, weight!, out, given).slice(0, count);
    },
  });
}

/**
 * What a layer gives of x, with ReLU if wanted: the same as `layer.forward(x).relu()` but for rounding. Has first derivatives only where the
 * operator computes it, in float32 on the CPU.
 * @param x [..., inputs] @returns [..., outputs]
 */
export function linear(layer: nn.Linear, x: Tensor, { relu = false }: LinearOptions = {}): Tensor {
  if (!fits(x, layer)) return relu ? layer.forward(x).relu() : layer.forward(x);
  const { weight, bias } = layer;
  const inputs = [x, weight, ...(bias === null ? [] : [bias])].map((tensor) => tensor.contiguous());
  const isRecorded = isGradEnabled() && inputs.some((tensor) => tensor.requiresGrad);
  if (!isRecorded) return operators().linear(inputs[0]!, inputs[1]!, inputs[2], relu);
  return differentiable(relu, inputs.length)(...inputs)[0]!;
}
