// This package's own operators, compiled by `npm run setup` from native/.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadLibrary, ops, type Tensor } from "@throughline/torch";

/** ReLU of a 5×5 convolution of stride 1 and padding 2; null if the library was not compiled. */
type Conv5Relu = (x: Tensor, weight: Tensor, bias: Tensor | null, transposed: boolean) => Tensor;

const endings: Partial<Record<NodeJS.Platform, string>> = { darwin: "dylib", win32: "dll" };
const file = join(import.meta.dirname, `../../build/throughline_ocra.${endings[process.platform] ?? "so"}`);

let operator: Conv5Relu | null | undefined;

/**
 * ReLU of a 5×5 convolution that keeps the size, in native code: on the CPU in float32 by Winograd's algorithm, elsewhere by
 * libtorch's own operators. Null if the library was not compiled.
 */
export function nativeConv5Relu(): Conv5Relu | null {
  if (operator === undefined) operator = load();
  return operator;
}

function load(): Conv5Relu | null {
  if (!existsSync(file)) return null;
  loadLibrary(file);
  return ops.namespace("throughline_ocra").conv5Relu as Conv5Relu;
}
