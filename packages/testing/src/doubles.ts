// Tensors of plain numbers.
import { fromTypedArray, type Tensor } from "@throughline/torch";

/** The float64 tensor of `values`. @param shape default: one dimension */
export function doubles(values: readonly number[], shape: readonly number[] = [values.length]): Tensor {
  return fromTypedArray(new Float64Array(values), shape);
}
