// Functions of one tensor, element by element. Whole-number tensors are computed in float32 where the result is not whole.
import { call } from "../dispatch.js";
import type { DType } from "../dtype.js";
import { ArithmeticMethods } from "./arithmetic.js";
import type { Tensor } from "./index.js";

/** Replacements of numbers that are not finite, for `nanToNum`. */
export interface NanReplacements {
  readonly nan?: number;
  readonly posinf?: number;
  readonly neginf?: number;
}

export abstract class PointwiseMethods extends ArithmeticMethods {
  /** |x|; the modulus of complex elements, as real numbers. */
  abs(): Tensor {
    return call("aten::abs", this);
  }

  /** −x */
  neg(): Tensor {
    return call("aten::neg", this);
  }

  /** x itself, refused for bool. */
  positive(): Tensor {
    return call("aten::positive", this);
  }

  /** −1, 0 or 1 by the sign; NaN stays NaN. Complex elements: see `sgn`. */
  sign(): Tensor {
    return call("aten::sign", this);
  }

  /** Same as `sign`; complex elements give x / |x|, and 0 at 0. */
  sgn(): Tensor {
    return call("aten::sgn", this);
  }

  /** True if the sign bit is set (true for −0), as bool. */
  signbit(): Tensor {
    return call("aten::signbit", this);
  }

  /** x² */
  square(): Tensor {
    return call("aten::square", this);
  }

  /** √x; NaN for negative real numbers. */
  sqrt(): Tensor {
    return call("aten::sqrt", this);
  }

  /** 1 / √x */
  rsqrt(): Tensor {
    return call("aten::rsqrt", this);
  }

  /** 1 / x */
  reciprocal(): Tensor {
    return call("aten::reciprocal", this);
  }

  /** eˣ */
  exp(): Tensor {
    return call("aten::exp", this);
  }

  /** 2ˣ */
  exp2(): Tensor {
    return call("aten::exp2", this);
  }

  /** eˣ − 1, accurate near 0. */
  expm1(): Tensor {
    return call("aten::expm1", this);
  }

  /** ln x; −∞ at 0, NaN for negative real numbers. */
  log(): Tensor {
    return call("aten::log", this);
  }

  /** log₂ x */
  log2(): Tensor {
    return call("aten::log2", this);
  }

  /** log₁₀ x */
  log10(): Tensor {
    return call("aten::log10", this);
  }

  /** ln(1 + x), accurate near 0. */
  log1p(): Tensor {
    return call("aten::log1p", this);
  }

  /** sin x, in radians as all of these. */
  sin(): Tensor {
    return call("aten::sin", this);
  }

  /** cos x */
  cos(): Tensor {
    return call("aten::cos", this);
  }

  /** tan x */
  tan(): Tensor {
    return call("aten::tan", this);
  }

  /** arcsin x, in [−π/2, π/2]; NaN outside [−1, 1]. */
  asin(): Tensor {
    return call("aten::asin", this);
  }

  /** arccos x, in [0, π]; NaN outside [−1, 1]. */
  acos(): Tensor {
    return call("aten::acos", this);
  }

  /** arctan x, in (−π/2, π/2). */
  atan(): Tensor {
    return call("aten::atan", this);
  }

  /** sinh x */
  sinh(): Tensor {
    return call("aten::sinh", this);
  }

  /** cosh x */
  cosh(): Tensor {
    return call("aten::cosh", this);
  }

  /** tanh x */
  tanh(): Tensor {
    return call("aten::tanh", this);
  }

  /** arsinh x */
  asinh(): Tensor {
    return call("aten::asinh", this);
  }

  /** arcosh x; NaN below 1. */
  acosh(): Tensor {
    return call("aten::acosh", this);
  }

  /** artanh x; NaN outside [−1, 1]. */
  atanh(): Tensor {
    return call("aten::atanh", this);
  }

  /** The greatest whole number not above x. */
  floor(): Tensor {
    return call("aten::floor", this);
  }

  /** The least whole number not below x. */
  ceil(): Tensor {
    return call("aten::ceil", this);
  }

  /** x without its fraction (towards 0). */
  trunc(): Tensor {
    return call("aten::trunc", this);
  }

  /** x − trunc(x), with the sign of x. */
  frac(): Tensor {
    return call("aten::frac", this);
  }

  /** The error function 2/√π ∫₀ˣ e^(−t²) dt. */
  erf(): Tensor {
    return call("aten::erf", this);
  }

  /** 1 − erf(x), accurate for large x. */
  erfc(): Tensor {
    return call("aten::erfc", this);
  }

  /** The inverse of `erf` on (−1, 1). */
  erfinv(): Tensor {
    return call("aten::erfinv", this);
  }

  /** ln |Γ(x)| */
  lgamma(): Tensor {
    return call("aten::lgamma", this);
  }

  /** ψ(x) = d ln Γ(x) / dx */
  digamma(): Tensor {
    return call("aten::digamma", this);
  }

  /** 1 / (1 + e⁻ˣ) */
  sigmoid(): Tensor {
    return call("aten::sigmoid", this);
  }

  /** max(x, 0) */
  relu(): Tensor {
    return call("aten::relu", this);
  }

  /** sin(πx) / (πx), and 1 at 0. */
  sinc(): Tensor {
    return call("aten::sinc", this);
  }

  /** The modified Bessel function I₀(x). */
  i0(): Tensor {
    return call("aten::i0", this);
  }

  /** Degrees to radians. */
  deg2rad(): Tensor {
    return call("aten::deg2rad", this);
  }

  /** Radians to degrees. */
  rad2deg(): Tensor {
    return call("aten::rad2deg", this);
  }

  /** x rounded to `decimals` places (default 0, may be negative); halves go to the even neighbour. */
  round(decimals?: number): Tensor {
    return decimals === undefined ? call("aten::round", this) : call("aten::round.decimals", this, decimals);
  }

  /** ln(x / (1 − x)); `eps` first clamps x to [eps, 1 − eps]. Without it the result is NaN outside [0, 1]. */
  logit(eps?: number): Tensor {
    return call("aten::logit", this, eps);
  }

  /** The polygamma function ψ⁽ⁿ⁾(x), the n-th derivative of `digamma`. */
  polygamma(n: number): Tensor {
    return call("aten::polygamma", n, this);
  }

  /** ln of the multivariate gamma function of dimension `p`. */
  mvlgamma(p: number): Tensor {
    return call("aten::mvlgamma", this, p);
  }

  /** NaN, ∞ and −∞ replaced; by default by 0 and the dtype's greatest and least number. */
  nanToNum(options: NanReplacements = {}): Tensor {
    return call("aten::nan_to_num", this, options.nan, options.posinf, options.neginf);
  }

  /** softmaxᵢ = e^xᵢ / Σⱼ e^xⱼ along `dim`, computed without overflow; `dtype`: cast first. */
  softmax(dim: number, options: { dtype?: DType } = {}): Tensor {
    return call("aten::softmax.int", this, dim, options.dtype);
  }

  /** ln softmax along `dim`, more accurate than the two in turn; `dtype`: cast first. */
  logSoftmax(dim: number, options: { dtype?: DType } = {}): Tensor {
    return call("aten::log_softmax.int", this, dim, options.dtype);
  }

  /** The real part, a view; of a real tensor the tensor itself. */
  get real(): Tensor {
    return call("aten::real", this);
  }

  /** The imaginary part, a view. @throws TorchError for a real tensor. */
  get imag(): Tensor {
    return call("aten::imag", this);
  }

  /** The complex conjugate, a lazy view; a real tensor is returned as it is. */
  conj(): Tensor {
    return call("aten::conj", this);
  }

  /** The complex conjugate, computed. */
  conjPhysical(): Tensor {
    return call("aten::conj_physical", this);
  }

  /** The angle in (−π, π]; for real elements 0, or π where negative. */
  angle(): Tensor {
    return call("aten::angle", this);
  }
}
