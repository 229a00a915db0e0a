// The functions of pointwise.ts in place: each changes this tensor and returns it. The dtype must be able to hold
// the result.
import { call } from "../dispatch.js";
import type { Tensor } from "./index.js";
import { type NanReplacements, PointwiseMethods } from "./pointwise.js";

export abstract class PointwiseInPlaceMethods extends PointwiseMethods {
  /** In place: |x|; the modulus of complex elements, as real numbers. */
  abs_(): Tensor {
    return call("aten::abs_", this);
  }

  /** In place: −x */
  neg_(): Tensor {
    return call("aten::neg_", this);
  }

  /** In place: −1, 0 or 1 by the sign; NaN stays NaN. Complex elements: see `sgn`. */
  sign_(): Tensor {
    return call("aten::sign_", this);
  }

  /** In place: `sgn`. */
  sgn_(): Tensor {
    return call("aten::sgn_", this);
  }

  /** In place: x² */
  square_(): Tensor {
    return call("aten::square_", this);
  }

  /** In place: √x; NaN for negative real numbers. */
  sqrt_(): Tensor {
    return call("aten::sqrt_", this);
  }

  /** In place: 1 / √x */
  rsqrt_(): Tensor {
    return call("aten::rsqrt_", this);
  }

  /** In place: 1 / x */
  reciprocal_(): Tensor {
    return call("aten::reciprocal_", this);
  }

  /** In place: eˣ */
  exp_(): Tensor {
    return call("aten::exp_", this);
  }

  /** In place: 2ˣ */
  exp2_(): Tensor {
    return call("aten::exp2_", this);
  }

  /** In place: eˣ − 1, accurate near 0. */
  expm1_(): Tensor {
    return call("aten::expm1_", this);
  }

  /** In place: ln x; −∞ at 0, NaN for negative real numbers. */
  log_(): Tensor {
    return call("aten::log_", this);
  }

  /** In place: log₂ x */
  log2_(): Tensor {
    return call("aten::log2_", this);
  }

  /** In place: log₁₀ x */
  log10_(): Tensor {
    return call("aten::log10_", this);
  }

  /** In place: ln(1 + x), accurate near 0. */
  log1p_(): Tensor {
    return call("aten::log1p_", this);
  }

  /** In place: sin x, in radians as all of these. */
  sin_(): Tensor {
    return call("aten::sin_", this);
  }

  /** In place: cos x */
  cos_(): Tensor {
    return call("aten::cos_", this);
  }

  /** In place: tan x */
  tan_(): Tensor {
    return call("aten::tan_", this);
  }

  /** In place: arcsin x, in [−π/2, π/2]; NaN outside [−1, 1]. */
  asin_(): Tensor {
    return call("aten::asin_", this);
  }

  /** In place: arccos x, in [0, π]; NaN outside [−1, 1]. */
  acos_(): Tensor {
    return call("aten::acos_", this);
  }

  /** In place: arctan x, in (−π/2, π/2). */
  atan_(): Tensor {
    return call("aten::atan_", this);
  }

  /** In place: sinh x */
  sinh_(): Tensor {
    return call("aten::sinh_", this);
  }

  /** In place: cosh x */
  cosh_(): Tensor {
    return call("aten::cosh_", this);
  }

  /** In place: tanh x */
  tanh_(): Tensor {
    return call("aten::tanh_", this);
  }

  /** In place: arsinh x. No derivative. */
  asinh_(): Tensor {
    return call("aten::asinh_", this);
  }

  /** In place: arcosh x; NaN below 1. No derivative. */
  acosh_(): Tensor {
    return call("aten::acosh_", this);
  }

  /** In place: artanh x; NaN outside [−1, 1]. No derivative. */
  atanh_(): Tensor {
    return call("aten::atanh_", this);
  }

  /** In place: the greatest whole number not above x. */
  floor_(): Tensor {
    return call("aten::floor_", this);
  }

  /** In place: the least whole number not below x. */
  ceil_(): Tensor {
    return call("aten::ceil_", this);
  }

  /** In place: x without its fraction (towards 0). */
  trunc_(): Tensor {
    return call("aten::trunc_", this);
  }

  /** In place: x − trunc(x), with the sign of x. */
  frac_(): Tensor {
    return call("aten::frac_", this);
  }

  /** In place: the error function 2/√π ∫₀ˣ e^(−t²) dt. */
  erf_(): Tensor {
    return call("aten::erf_", this);
  }

  /** In place: 1 − erf(x), accurate for large x. */
  erfc_(): Tensor {
    return call("aten::erfc_", this);
  }

  /** In place: the inverse of `erf` on (−1, 1). */
  erfinv_(): Tensor {
    return call("aten::erfinv_", this);
  }

  /** In place: ln |Γ(x)| */
  lgamma_(): Tensor {
    return call("aten::lgamma_", this);
  }

  /** In place: ψ(x) = d ln Γ(x) / dx */
  digamma_(): Tensor {
    return call("aten::digamma_", this);
  }

  /** In place: 1 / (1 + e⁻ˣ) */
  sigmoid_(): Tensor {
    return call("aten::sigmoid_", this);
  }

  /** In place: max(x, 0) */
  relu_(): Tensor {
    return call("aten::relu_", this);
  }

  /** In place: sin(πx) / (πx), and 1 at 0. */
  sinc_(): Tensor {
    return call("aten::sinc_", this);
  }

  /** In place: the modified Bessel function I₀(x). */
  i0_(): Tensor {
    return call("aten::i0_", this);
  }

  /** In place: degrees to radians. */
  deg2rad_(): Tensor {
    return call("aten::deg2rad_", this);
  }

  /** In place: radians to degrees. */
  rad2deg_(): Tensor {
    return call("aten::rad2deg_", this);
  }

  /** In place: x rounded to `decimals` places (default 0); halves go to the even neighbour. */
  round_(decimals?: number): Tensor {
    return decimals === undefined
      ? call("aten::round_", this)
      : call("aten::round_.decimals", this, decimals);
  }

  /** In place: ln(x / (1 − x)), x first clamped to [eps, 1 − eps] if `eps` is given. */
  logit_(eps?: number): Tensor {
    return call("aten::logit_", this, eps);
  }

  /** In place: `nanToNum`. */
  nanToNum_(options: NanReplacements = {}): Tensor {
    return call("aten::nan_to_num_", this, options.nan, options.posinf, options.neginf);
  }

  /** In place: `mvlgamma`. */
  mvlgamma_(p: number): Tensor {
    return call("aten::mvlgamma_", this, p);
  }

  /** In place: `polygamma`. */
  polygamma_(n: number): Tensor {
    return call("aten::polygamma_", this, n);
  }

  /** In place: the complex conjugate. */
  conjPhysical_(): Tensor {
    return call("aten::conj_physical_", this);
  }
}
