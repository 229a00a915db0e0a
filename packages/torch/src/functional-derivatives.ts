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
      return derivatives(fn(...xs), xs, createGraph);
    }),
  );
}

/** For each of `xs` the derivatives of every element of `output`, [...output, ...x]. */
function derivatives(output: Tensor, xs: readonly Tensor[], createGraph: boolean): Tensor[] {
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
  const { createGraph = false } = options;
  if (inputs.length === 0) return [];
  return scope(() =>
    enableGrad(() => {
      const xs = leaves(inputs, createGraph);
      const output = oneElement("hessian", fn, xs);
      const firsts = output.requiresGrad
        ? gradOrNull(output.sum(), xs, { createGraph: true })
        : xs.map(() => null);
      return firsts.map((first, i) => derivatives(first ?? call("aten::zeros_like", xs[i]), xs, createGraph));
    }),
  );
}

/** The output of a function that has one element. @throws TorchError `torch/argument` if it has more */
function oneElement(name: string, fn: (...inputs: Tensor[]) => Tensor, xs: readonly Tensor[]): Tensor {
  const output = fn(...xs);
  if (output.numel === 1) return output;
  throw new TorchError("torch/argument", `${name}: fn must return one element, got [${output.shape}]`);
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
      const output = oneElement(name, fn, xs);
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
