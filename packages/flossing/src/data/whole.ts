// Whole numbers as a tensor.
import { fromTypedArray, type Tensor } from "@throughline/torch";

/** int64, [numbers] */
export function wholeTensor(numbers: readonly number[]): Tensor {
  return fromTypedArray(BigInt64Array.from(numbers, BigInt), [numbers.length]);
}
