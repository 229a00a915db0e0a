// The operators of native/, compiled by `npm run setup` and loaded when they are first called.
import { loadOperators, type Tensor, type UntypedNamespace } from "@throughline/torch";
import { type KernelLevel, levelInUse } from "@throughline/torch/kernels";

/** Each is explained where it is used: encoder.ts, banded-attention.ts, transformer-step.ts. */
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
  transformer_step(
    x: Tensor,
    weights: readonly Tensor[],
    caches: readonly Tensor[],
    valid: Tensor,
    heads: number,
    epsilon: number,
    inPlace: boolean,
    room: number,
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
