// The truncated normal distribution, by PyTorch's two rejection samplers.
import { noGrad } from "../../autograd.js";
import { call } from "../../dispatch.js";
import { scope } from "../../memory.js";
import type { Generator } from "../../random.js";
import type { Tensor } from "../../tensor/index.js";
import { refuse } from "../options.js";
import type { RandomOptions } from "./fill.js";

interface Truncated {
  readonly mean: number;
  readonly std: number;
  readonly a: number;
  readonly b: number;
  readonly generator: Generator | undefined;
}

/**
 * Truncated normal: values outside [a, b] are drawn again.
 * @param options `mean`: default 0; `std`: default 1; `a`: default −2; `b`: default 2.
 * @throws TorchError unless std > 0 and a < b.
 */
export function truncNormal_(
  tensor: Tensor,
  options: RandomOptions & {
    readonly mean?: number;
    readonly std?: number;
    readonly a?: number;
    readonly b?: number;
  } = {},
): Tensor {
  const { mean = 0, std = 1, a = -2, b = 2, generator } = options;
  if (!(std > 0) || !(a < b))
    throw refuse("truncNormal_", `needs std > 0 and a < b, got std ${std}, a ${a}, b ${b}`);
  const parameters = { mean, std, a, b, generator };
  scope(() =>
    noGrad(() => {
      const kept = normalCdf((b - mean) / std) - normalCdf((a - mean) / std);
      // Drawing normals is quicker as long as enough of them fall inside.
      call(
        "aten::copy_",
        tensor,
        kept > 0.3 ? redrawNormals(tensor, parameters) : acceptUniforms(tensor, parameters),
      );
    }),
  );
  return tensor;
}

function normalCdf(x: number): number {
  return (1 + call("aten::erf", call("aten::scalar_tensor", x / Math.SQRT2, "float64")).item()) / 2;
}

function redrawNormals(tensor: Tensor, { mean, std, a, b, generator }: Truncated): Tensor {
  const { dtype } = tensor; // the bounds as the dtype has them, so that a bound itself counts as inside
  const [low, high] = [a, b].map((bound) => call("aten::scalar_tensor", bound, dtype).item());
  let result = call("aten::clone", call("aten::normal_", tensor, mean, std, generator));
  for (;;) {
    const next = scope(() => {
      const below = call("aten::lt.Scalar", result, low);
      const outside = call("aten::logical_or", below, call("aten::gt.Scalar", result, high));
      if (!call("aten::any", outside).item()) return null;
      const fresh = call("aten::normal_", call("aten::empty_like", result), mean, std, generator);
      return call("aten::where.self", outside, fresh, result);
    });
    if (next === null) return result;
    result.dispose();
    result = next;
  }
}

function acceptUniforms(tensor: Tensor, { mean, std, a, b, generator }: Truncated): Tensor {
  const mode = Math.max(a, Math.min(mean, b));
  const logPeak = -0.5 * ((mode - mean) / std) ** 2;
  // A candidate is accepted with probability density(candidate) / density(mode).
  const refused = (candidates: Tensor): Tensor => {
    let log = call("aten::sub.Scalar", candidates, mean);
    log = call("aten::pow_.Scalar", call("aten::div_.Scalar", log, std), 2);
    log = call("aten::sub_.Scalar", call("aten::mul_.Scalar", log, -0.5), logPeak);
    const dice = call("aten::log_", call("aten::uniform_", call("aten::empty_like", log), 0, 1, generator));
    return call("aten::gt.Tensor", dice, log);
  };
  let result = call("aten::clone", call("aten::uniform_", tensor, a, b, generator));
  let pending = scope(() => refused(result));
  while (call("aten::any", pending).item()) {
    const [next, still] = scope((): [Tensor, Tensor] => {
      const candidates = call("aten::uniform_", call("aten::empty_like", tensor), a, b, generator);
      const drawn = call("aten::where.self", pending, candidates, result);
      return [drawn, call("aten::where.self", pending, refused(candidates), pending)];
    });
    result.dispose();
    pending.dispose();
    [result, pending] = [next, still];
  }
  return result;
}
