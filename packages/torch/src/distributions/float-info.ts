// Limits of floating-point dtypes.
import type { DType } from "../dtype.js";

interface FloatInfo {
  /** The distance from 1 to the next larger number. */
  readonly eps: number;
  /** The least finite number. */
  readonly min: number;
  /** The least positive number with all digits. */
  readonly tiny: number;
}

const floats: Partial<Record<DType, FloatInfo>> = {
  float64: { eps: 2 ** -52, min: -Number.MAX_VALUE, tiny: 2 ** -1022 },
  float32: { eps: 2 ** -23, min: -(2 - 2 ** -23) * 2 ** 127, tiny: 2 ** -126 },
  bfloat16: { eps: 2 ** -7, min: -(2 - 2 ** -7) * 2 ** 127, tiny: 2 ** -126 },
  float16: { eps: 2 ** -10, min: -65504, tiny: 2 ** -14 },
};

/** Limits of a floating-point dtype (`torch.finfo`). */
export function floatInfo(dtype: DType): FloatInfo {
  return floats[dtype]!;
}
