// The operators of native/, compiled by `npm run setup` and loaded when they are first called.
import { loadOperators, type Tensor, type UntypedNamespace } from "@throughline/torch";
import { type KernelLevel, levelInUse } from "@throughline/torch/kernels";
import type { Past } from "./transformer-step.js";

/** Each is explained where it is used: encoder.ts, linear.ts, banded-attention.ts, transformer-step.ts, policies/policy-step.ts. */
interface Operators {
  encoder(pictures: Tensor, parameters: readonly Tensor[], stacks: number, keep: boolean): Tensor[];
  encoder_backward(
    pictures: Tensor,
    parameters: readonly Tensor[],
    stacks: number,
    numbers: Tensor,
    places: Tensor,
    gradient: Tensor,
  ): Tensor[];
  linear(x: Tensor, weight: Tensor, bias: Tensor | undefined, relu: boolean): Tensor;
  linear_backward(x: Tensor, weight: Tensor, out: Tensor | undefined, gradient: Tensor): Tensor[];
  attention(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    relative: Tensor,
    table: Tensor,
    valid: Tensor,
    keep: boolean,
  ): Tensor[];
  attention_backward(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    relative: Tensor,
    table: Tensor,
    valid: Tensor,
    out: Tensor,
    sums: Tensor,
    gradient: Tensor,
  ): Tensor[];
  transformer_step(x: Tensor, ...past: Past): Tensor[];
  policy_step(
    pictures: Tensor,
    actions: Tensor,
    encoder: readonly Tensor[],
    stacks: number,
    around: readonly Tensor[],
    actionFirst: boolean,
    ...past: Past
  ): Tensor[];
}

let loaded: Operators | undefined;

/** @throws TorchError `torch/library` if they are not compiled */
export function operators(): Operators {
  loaded ??= loadOperators(
    new URL("../../build/throughline_cec", import.meta.url),
    "throughline_cec",
  ) as unknown as Operators;
  return loaded;
}

/** The instructions that these kernels use on this processor. @throws TorchError `torch/library` if they are not compiled */
export function kernelLevel(): KernelLevel {
  return levelInUse(operators() as unknown as UntypedNamespace);
}
