// Gradient clipping.
import { noGrad } from "../autograd.js";
import { show } from "../checks/show.js";
import { attempt, call, wrap } from "../dispatch.js";
import { TorchError } from "../errors.js";
import { scope } from "../memory.js";
import { native } from "../native.js";
import { Tensor } from "../tensor/index.js";
import { raw } from "./raw.js";

/** Options of `clipGradNorm_`. */
export interface ClipNormOptions {
  /** The p of the norm; Infinity: the largest magnitude. Default 2. */
  readonly normType?: number;
  /** Throw if the norm is NaN or infinite, instead of scaling by it. Default false, as in PyTorch. */
  readonly errorIfNonfinite?: boolean;
}

/**
 * Scales all gradients together so that their norm is at most `maxNorm` (`torch.nn.utils.clip_grad_norm_`):
 * g ← g · min(1, maxNorm / (‖g‖ + 1e-6)), ‖g‖ over all elements of all gradients as one vector. Parameters without a
 * gradient are passed over.
 *
 * @returns the norm before scaling, a tensor without dimensions (0 if there is no gradient).
 * @throws TorchError `torch/argument` if a number is not one; `torch/nonfinite` if asked for.
 */
export function clipGradNorm_(
  parameters: Tensor | Iterable<Tensor>,
  maxNorm: number,
  options: ClipNormOptions = {},
): Tensor {
  const { normType = 2, errorIfNonfinite = false } = options;
  numberOr("clipGradNorm_", "maxNorm", maxNorm);
  numberOr("clipGradNorm_", "normType", normType);
  return scope(() =>
    noGrad(() => {
      const groups = gradients("clipGradNorm_", parameters);
      const total = totalNorm([...groups.values()], normType);
      if (errorIfNonfinite && !Number.isFinite(total.item())) {
        throw new TorchError(
          "torch/nonfinite",
          `clipGradNorm_: the norm (p = ${normType}) of the gradients is ${total.item()}, so they cannot be clipped; ` +
            "look for the parameter whose gradient is not finite, or leave errorIfNonfinite out",
        );
      }
      const factor = total.add(1e-6).reciprocal().mul(maxNorm).clamp({ max: 1 });
      for (const { device, handles } of groups.values()) {
        raw("aten::_foreach_mul_.Tensor", handles, moved(factor, device).handle);
      }
      return total;
    }),
  );
}

/**
 * Cuts every element of every gradient to [−clipValue, clipValue] (`torch.nn.utils.clip_grad_value_`).
 * @throws TorchError `torch/argument` if `clipValue` is not a number.
 */
export function clipGradValue_(parameters: Tensor | Iterable<Tensor>, clipValue: number): void {
  numberOr("clipGradValue_", "clipValue", clipValue);
  scope(() =>
    noGrad(() => {
      for (const { handles } of gradients("clipGradValue_", parameters).values()) {
        raw("aten::_foreach_clamp_min_.Scalar", handles, -clipValue);
        raw("aten::_foreach_clamp_max_.Scalar", handles, clipValue);
      }
    }),
  );
}

/** Gradients of one dtype on one device. */
interface Gradients {
  readonly device: string;
  readonly handles: number[];
}

function gradients(owner: string, parameters: Tensor | Iterable<Tensor>): Map<string, Gradients> {
  const list = parameters instanceof Tensor ? [parameters] : [...parameters];
  const groups = new Map<string, Gradients>();
  for (const parameter of list) {
    if (!(parameter instanceof Tensor)) {
      throw new TorchError("torch/argument", `${owner}: ${show(parameter)} is not a tensor`);
    }
    const gradient = attempt(owner, () => native.getGrad(parameter.handle));
    if (gradient === null) continue;
    const device = native.device(gradient);
    const key = `${device} ${native.dtype(gradient)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { device, handles: [gradient] });
    else group.handles.push(gradient);
  }
  return groups;
}

function totalNorm(groups: readonly Gradients[], normType: number): Tensor {
  const [first] = groups;
  if (first === undefined) return call("aten::zeros", [], "float32");
  const norms = groups.flatMap(({ handles }) =>
    raw<number[]>("aten::_foreach_norm.Scalar", handles, normType).map((handle) =>
      moved(wrap(handle), first.device),
    ),
  );
  return call("aten::linalg_vector_norm", call("aten::stack", norms), normType);
}

function moved(tensor: Tensor, device: string): Tensor {
  return tensor.device === device ? tensor : call("aten::to.device", tensor, device, tensor.dtype);
}

function numberOr(owner: string, name: string, value: unknown): void {
  if (typeof value === "number" && !Number.isNaN(value)) return;
  throw new TorchError("torch/argument", `${owner}: ${name} is ${show(value)}, accepted: a number`);
}
