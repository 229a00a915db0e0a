// Power-average pooling: (Σ xᵖ)^(1/p) over each window.
import { call } from "../../dispatch.js";
import { scope } from "../../memory.js";
import type { Tensor } from "../../tensor/index.js";
import { expand, type Size1, type Size2, type Size3 } from "../options.js";
import { maxPool } from "./pool.js";

/** Options of `lpPool1d` and its likes. */
export interface LpPoolOptions<Size> {
  /** Default: the kernel's size, so that windows do not overlap. */
  readonly stride?: Size | null;
  /** True if a last, incomplete window counts. Default false. */
  readonly ceilMode?: boolean;
}

function lpPool(
  dims: 1 | 2 | 3,
  x: Tensor,
  normType: number,
  kernelSize: number | readonly number[],
  options: LpPoolOptions<number | readonly number[]>,
): Tensor {
  const kernel = expand(kernelSize, dims);
  const stride = expand(options.stride ?? kernelSize, dims);
  if (Math.abs(normType) === Infinity) {
    return scope(() => {
      const sizes = normType > 0 ? x.abs() : x.abs().neg();
      const largest = maxPool(dims, sizes, kernelSize, options) as Tensor;
      return normType > 0 ? largest : largest.neg();
    });
  }
  const count = kernel.reduce((product, size) => product * size, 1);
  return scope(() => {
    const powers = x.pow(normType);
    const { ceilMode } = options;
    const means = call(`aten::avg_pool${dims}d`, powers, kernel, stride, expand(0, dims), ceilMode);
    const size = means.abs();
    return means
      .sign()
      .mul(size)
      .mul(count)
      .pow(1 / normType);
  });
}

/** (Σ xᵖ)^(1/p), p = `normType`, over each window; x [N, C, L] or [C, L]. p = ±Infinity: the largest or smallest magnitude. */
export function lpPool1d(
  x: Tensor,
  normType: number,
  kernelSize: Size1,
  options: LpPoolOptions<Size1> = {},
): Tensor {
  return lpPool(1, x, normType, kernelSize, options);
}

/** Same as `lpPool1d`; x [N, C, H, W] or [C, H, W] */
export function lpPool2d(
  x: Tensor,
  normType: number,
  kernelSize: Size2,
  options: LpPoolOptions<Size2> = {},
): Tensor {
  return lpPool(2, x, normType, kernelSize, options);
}

/** Same as `lpPool1d`; x [N, C, D, H, W] or [C, D, H, W] */
export function lpPool3d(
  x: Tensor,
  normType: number,
  kernelSize: Size3,
  options: LpPoolOptions<Size3> = {},
): Tensor {
  return lpPool(3, x, normType, kernelSize, options);
}
