// The norm of several tensors as one vector, and scaling by it in a second step (`torch.nn.utils.get_total_norm`).
import { noGrad } from "../autograd.js";
import { finiteNumber } from "../checks/values.js";
import { call } from "../dispatch.js";
import { scope } from "../memory.js";
import { Tensor } from "../tensor/index.js";

/**
 * The p-norm of the elements of all tensors as one vector, a tensor without dimensions; 0 if there are none.
 * @param options `normType`: p, default 2; Infinity: the largest magnitude.
 */
export function getTotalNorm(
  tensors: Tensor | Iterable<Tensor>,
  options: { readonly normType?: number } = {},
): Tensor {
  const { normType = 2 } = options;
  const list = tensors instanceof Tensor ? [tensors] : [...tensors];
  return scope(() => {
    if (list.length === 0) return call("aten::zeros", [], "float32");
    const norms = list.map((tensor) => call("aten::linalg_vector_norm", tensor, normType));
    return call("aten::linalg_vector_norm", call("aten::stack", norms), normType);
  });
}

/**
 * Scales the gradients of `parameters` as `clipGradNorm_` does, by a norm that is known already:
 * g ← g · min(1, maxNorm / (totalNorm + 1e-6)). Parameters without a gradient are passed over.
 * @throws TorchError `torch/argument` if `maxNorm` is not a number.
 */
export function clipGradsWithNorm_(
  parameters: Tensor | Iterable<Tensor>,
  maxNorm: number,
  totalNorm: Tensor,
): void {
  finiteNumber("clipGradsWithNorm_: maxNorm", maxNorm);
  const list = parameters instanceof Tensor ? [parameters] : [...parameters];
  scope(() =>
    noGrad(() => {
      const factor = totalNorm.add(1e-6).reciprocal().mul(maxNorm).clamp({ max: 1 });
      for (const { grad } of list) grad?.mul_(factor);
    }),
  );
}
