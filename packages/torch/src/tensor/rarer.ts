// Methods that few programs need: incomplete gamma functions, splits by direction, histograms, new tensors like this one.
import { call } from "../dispatch.js";
import type { DType } from "../dtype.js";
import { finish } from "../made.js";
import type { Scalar } from "./base.js";
import { ConversionMethods } from "./conversion.js";
import type { Tensor } from "./index.js";
import { isTensor } from "./operand.js";

/** Options of `newZeros` and the like; what is left out is this tensor's. */
export interface NewOptions {
  readonly dtype?: DType;
  readonly device?: string;
  /** Default false. */
  readonly requiresGrad?: boolean;
}

/** Options of `histogram`. */
export interface HistogramOptions {
  /** (lowest, highest) of the bins. Default: the smallest and the largest element. */
  readonly range?: readonly [number, number];
  /** A weight for each element, of this shape. Default: 1. */
  readonly weight?: Tensor;
  /** True for a density, whose integral is 1. Default false. */
  readonly density?: boolean;
}

export abstract class RarerMethods extends ConversionMethods {
  /** P(a, x) with a this tensor: the lower incomplete gamma function ∫₀ˣ tᵃ⁻¹ e⁻ᵗ dt / Γ(a); differentiable in x only. */
  igamma(x: Tensor): Tensor {
    return call("aten::igamma", this, x);
  }

  /** Same as `igamma`, in place. */
  igamma_(x: Tensor): Tensor {
    return call("aten::igamma_", this, x);
  }

  /** Q(a, x) = 1 − P(a, x) with a this tensor: the upper incomplete gamma function; differentiable in x only. */
  igammac(x: Tensor): Tensor {
    return call("aten::igammac", this, x);
  }

  /** Same as `igammac`, in place. */
  igammac_(x: Tensor): Tensor {
    return call("aten::igammac_", this, x);
  }

  /** x = mantissa · 2^exponent, the mantissa from ½ up to 1 in magnitude; the exponent is int32. */
  frexp(): { mantissa: Tensor; exponent: Tensor } {
    const [mantissa, exponent] = call<[Tensor, Tensor]>("aten::frexp.Tensor", this);
    return { mantissa, exponent };
  }

  /** Parts along the second dimension (vectors: their only one): as many, or cut at these indices. */
  hsplit(at: number | readonly number[]): Tensor[] {
    return call(`aten::hsplit.${typeof at === "number" ? "int" : "array"}`, this, at);
  }

  /** Parts along the first of at least two dimensions: as many, or cut at these indices. */
  vsplit(at: number | readonly number[]): Tensor[] {
    return call(`aten::vsplit.${typeof at === "number" ? "int" : "array"}`, this, at);
  }

  /** Parts along the third dimension: as many, or cut at these indices. */
  dsplit(at: number | readonly number[]): Tensor[] {
    return call(`aten::dsplit.${typeof at === "number" ? "int" : "array"}`, this, at);
  }

  /** Counts of elements by bin: `bins` (100) of one width, or between the edges that a tensor lists. */
  histogram(bins: number | Tensor = 100, options: HistogramOptions = {}): { hist: Tensor; binEdges: Tensor } {
    const { range, weight, density } = options;
    const [hist, binEdges] =
      typeof bins === "number"
        ? call<[Tensor, Tensor]>("aten::histogram.bin_ct", this, bins, range, weight, density)
        : call<[Tensor, Tensor]>("aten::histogram.bins_tensor", this, bins, weight, density);
    return { hist, binEdges };
  }

  /** The sum over the dimensions that broadcasting from `shape` would add or widen. */
  sumToSize(shape: readonly number[]): Tensor {
    return call("aten::sum_to_size", this, shape);
  }

  /** True if shapes are the same. */
  isSameSize(other: Tensor): boolean {
    return call("aten::is_same_size", this, other);
  }

  /** True if the dtype has negative numbers. */
  isSigned(): boolean {
    return call("aten::is_signed", this);
  }

  /** True unless the only element is 0. @throws TorchError if there are more or none. */
  isNonzero(): boolean {
    return call("aten::is_nonzero", this);
  }

  /** The first `size` places of nonzero elements, [size, ndim]; `fillValue` (−1) where there are fewer. */
  nonzeroStatic(size: number, fillValue = -1): Tensor {
    return call("aten::nonzero_static", this, size, fillValue);
  }

  /** ∫ along `dim` (−1) up to each place by the trapezoidal rule, points 1 or `dx` apart, or at `x`. */
  cumulativeTrapezoid(
    options: { readonly x?: Tensor; readonly dx?: number; readonly dim?: number } = {},
  ): Tensor {
    const { x, dx = 1, dim = -1 } = options;
    return x === undefined
      ? call("aten::cumulative_trapezoid.dx", this, dx, dim)
      : call("aten::cumulative_trapezoid.x", this, x, dim);
  }

  /** A copy of this tensor's shape with every element `value`. */
  fill(value: Scalar | Tensor): Tensor {
    const name = isTensor(value) ? "aten::fill.Tensor" : "aten::fill.Scalar";
    return call(name, this, value);
  }

  /** A copy of `length` places along `dim` from `start`. */
  narrowCopy(dim: number, start: number, length: number): Tensor {
    return call("aten::narrow_copy", this, dim, start, length);
  }

  /** Elements from the start of the memory, or the view's, to this tensor's first. */
  storageOffset(): number {
    return Number(call<number | bigint>("aten::storage_offset", this));
  }

  /** Zeros of this dtype on this device. */
  newZeros(shape: readonly number[], options: NewOptions = {}): Tensor {
    const { dtype, device } = options;
    return finish(call("aten::new_zeros", this, shape, dtype, undefined, device), options);
  }

  /** Ones of this dtype on this device. */
  newOnes(shape: readonly number[], options: NewOptions = {}): Tensor {
    const { dtype, device } = options;
    return finish(call("aten::new_ones", this, shape, dtype, undefined, device), options);
  }

  /** `value` everywhere, of this dtype on this device. */
  newFull(shape: readonly number[], value: Scalar, options: NewOptions = {}): Tensor {
    const { dtype, device } = options;
    return finish(call("aten::new_full", this, shape, value, dtype, undefined, device), options);
  }

  /** Elements of no known value, of this dtype on this device. */
  newEmpty(shape: readonly number[], options: NewOptions = {}): Tensor {
    const { dtype, device } = options;
    return finish(call("aten::new_empty", this, shape, dtype, undefined, device), options);
  }
}
