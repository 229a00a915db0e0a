// This package's own operators, compiled by `npm run setup` from native/.
import { existsSync } from "node:fs";
import { libraryFile, loadOperators, type Tensor, type UntypedNamespace } from "@throughline/torch";
import { type KernelLevel, levelInUse } from "@throughline/torch/kernels";

/** ReLU of a 5×5 convolution of stride 1 and padding 2; null if the library was not compiled. */
type Conv5Relu = (x: Tensor, weight: Tensor, bias: Tensor | null, transposed: boolean) => Tensor;

const file = new URL("../../build/throughline_ocra", import.meta.url);

/** The operators by name; null if the library was not compiled. */
let operators: UntypedNamespace | null | undefined;

function library(): UntypedNamespace | null {
  if (operators !== undefined) return operators;
  operators = existsSync(libraryFile(file)) ? loadOperators(file, "throughline_ocra") : null;
  return operators;
}

/**
 * ReLU of a 5×5 convolution that keeps the size, in native code: on the CPU in float32 by Winograd's algorithm, elsewhere by
 * libtorch's own operators. Null if the library was not compiled.
 */
export function nativeConv5Relu(): Conv5Relu | null {
  return (library()?.conv5Relu as Conv5Relu | undefined) ?? null;
}

/** The instructions that these kernels use on this processor: `avx512`, `avx2` or `baseline`; `none` without them. */
export function nativeKernelLevel(): KernelLevel | "none" {
  const operators = library();
  return operators === null ? "none" : levelInUse(operators);
}
