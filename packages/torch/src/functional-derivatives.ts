// Whole Jacobians and Hessians, and their products with vectors (`torch.autograd.functional`).
import { enableGrad, grad, gradOrNull } from "./autograd.js";
import { call } from "./dispatch.js";
import { TorchError } from "./errors.js";
import { scope } from "./memory.js";
import type { Tensor } from "./tensor/index.js";

/** Options of `jacobian` and `hessian`. */
export interface JacobianOptions {
  /** True if the result can itself be differentiated, with respect to what `fn` uses. Default false. */
  readonly createGraph?: boolean;
}

/** Copies of `inputs` to differentiate with respect to; still part of their graph if `createGraph`. */
function leaves(inputs: readonly Tensor[], createGraph: boolean): Tensor[] {
  return inputs.map((x) =>
    createGraph && x.requiresGrad ? call("aten::view_as", x, x) : x.detach().requiresGrad_(),
  );
}

/**
 * The derivatives of every element of `fn`'s output with respect to every element of each input, one backward pass a row.
 * @returns for each input a tensor of shape [...output, ...input]; zeros where the output does not depend on it.
 */
export function jacobian(
  fn: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  options: JacobianOptions = {},
): Tensor[] {
  const { createGraph = false } = options;
  return scope(() =>
    enableGrad(() => {
      const xs = leaves(inputs, createGraph);
      const output = fn(...xs);
      const { shape } = output;
      if (!output.requiresGrad) return xs.map((x) => call("aten::new_zeros", x, [...shape, ...x.shape]));
      const rows = output.reshape([-1]).unbind();
      const grads = rows.map((row) => gradOrNull(row, xs, { retainGraph: true, createGraph }));
      return xs.map((x, i) => {
        const parts = grads.map((list) => list[i] ?? call("aten::zeros_like", x));
        const whole = [...shape, ...x.shape];
        if (parts.length === 0) return call("aten::new_zeros", x, whole);
        return call("aten::stack", parts).reshape(whole);
      });
    }),
  );
}

/**
 * The second derivatives of `fn`, whose output has one element.
 * @returns result[i][j], of shape [...input i, ...input j]
 * @throws TorchError if the output has more elements.
 */
export function hessian(
  fn: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  options: JacobianOptions = {},
): Tensor[][] {
  return inputs.map((_, i) => jacobian((...xs) => gradientOf("hessian", fn, xs, xs[i]!), inputs, options));
}

/** The gradient of a function with one output, as part of the graph. */
function gradientOf(
  name: string,
  fn: (...inputs: Tensor[]) => Tensor,
  xs: readonly Tensor[],
  x: Tensor,
): Tensor {
  const output = fn(...xs);
  if (output.numel !== 1)
    throw new TorchError("torch/argument", `${name}: fn must return one element, got [${output.shape}]`);
  const found = output.requiresGrad ? gradOrNull(output.sum(), [x], { createGraph: true })[0] : null;
  return found ?? call("aten::zeros_like", x);
}

function secondProduct(
  name: string,
  fn: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  vectors: readonly Tensor[],
): { output: Tensor; products: Tensor[] } {
  if (inputs.length !== vectors.length) {
    const counts = `${inputs.length} inputs and ${vectors.length} vectors`;
    throw new TorchError("torch/argument", `${name}: ${counts}; give one vector for each input`);
  }
  return scope(() =>
    enableGrad(() => {
      const xs = leaves(inputs, false);
      const output = fn(...xs);
      if (output.numel !== 1)
        throw new TorchError("torch/argument", `${name}: fn must return one element, got [${output.shape}]`);
      const firsts = grad(output.sum(), xs, { createGraph: true });
      const product = firsts.map((first, i) => first.mul(vectors[i]!).sum()).reduce((a, b) => a.add(b));
      const found = product.requiresGrad ? gradOrNull(product, xs) : xs.map(() => null);
      const products = found.map((part, i) => part ?? call("aten::zeros_like", xs[i]));
      return { output: output.detach(), products };
    }),
  );
}

/**
 * vᵀH: a vector times the Hessian of `fn`, whose output has one element, without the Hessian itself.
 * @returns `fn`'s output and one tensor for each input.
 * @throws TorchError if the output has more elements, or the numbers of inputs and vectors differ.
 */
export function vhp(
  fn: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  vectors: readonly Tensor[],
): { output: Tensor; products: Tensor[] } {
  return secondProduct("vhp", fn, inputs, vectors);
}

/** Hv, the same as `vhp` because the Hessian is symmetric. */
export function hvp(
  fn: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  vectors: readonly Tensor[],
): { output: Tensor; products: Tensor[] } {
  return secondProduct("hvp", fn, inputs, vectors);
}
