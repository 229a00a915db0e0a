// Lists of all values.
import { arange, type TensorOptions } from "../creation.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";

/** 0, 1, … count − 1: [count, ...batchShape], or with 1 for the batch's dimensions. */
export function enumerate(
  count: number,
  batchShape: readonly number[],
  expand: boolean,
  { dtype, device }: TensorOptions,
): Tensor {
  return scope(() => {
    const values = arange(count, { dtype, device }).reshape([count, ...batchShape.map(() => 1)]);
    return expand ? values.expand([count, ...batchShape]) : values;
  });
}
