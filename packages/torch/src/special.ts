// Special functions (torch.special) that are no methods of Tensor, element by element; whole numbers give float32.
import { call } from "./dispatch.js";
import type { Scalar } from "./tensor/base.js";
import type { Tensor } from "./tensor/index.js";
import { isTensor } from "./tensor/operand.js";

/** Calls the variant of an operator for tensors or one number; @param scalars the names for a number as each argument. */
function pair(
  name: string,
  scalars: readonly [string, string],
  x: Tensor | Scalar,
  y: Tensor | Scalar,
): Tensor {
  if (isTensor(x)) return call(isTensor(y) ? name : `${name}.${scalars[1]}`, x, y);
  return call(`${name}.${scalars[0]}`, x, y);
}

/** Airy's function Ai(x). */
export function airyAi(x: Tensor): Tensor {
  return call("aten::special_airy_ai", x);
}

/** Bessel's function of the first kind, J₀(x). */
export function besselJ0(x: Tensor): Tensor {
  return call("aten::special_bessel_j0", x);
}

/** Bessel's function of the first kind, J₁(x). */
export function besselJ1(x: Tensor): Tensor {
  return call("aten::special_bessel_j1", x);
}

/** Bessel's function of the second kind, Y₀(x); NaN for x < 0. */
export function besselY0(x: Tensor): Tensor {
  return call("aten::special_bessel_y0", x);
}

/** Bessel's function of the second kind, Y₁(x); NaN for x < 0. */
export function besselY1(x: Tensor): Tensor {
  return call("aten::special_bessel_y1", x);
}

/** −x ln x; 0 at 0 and −∞ for x < 0. */
export function entr(x: Tensor): Tensor {
  return call("aten::special_entr", x);
}

/** exp(x²) erfc(x). */
export function erfcx(x: Tensor): Tensor {
  return call("aten::special_erfcx", x);
}

/** exp(−|x|) I₀(x). */
export function i0e(x: Tensor): Tensor {
  return call("aten::special_i0e", x);
}

/** The modified Bessel function of the first kind, I₁(x). */
export function i1(x: Tensor): Tensor {
  return call("aten::special_i1", x);
}

/** exp(−|x|) I₁(x). */
export function i1e(x: Tensor): Tensor {
  return call("aten::special_i1e", x);
}

/** ln Φ(x), exact far to the left, where Φ itself is 0. */
export function logNdtr(x: Tensor): Tensor {
  return call("aten::special_log_ndtr", x);
}

/** The modified Bessel function of the first kind, I₀(x); not differentiable here, `Tensor.i0` is. */
export function modifiedBesselI0(x: Tensor): Tensor {
  return call("aten::special_modified_bessel_i0", x);
}

/** The modified Bessel function of the first kind, I₁(x); not differentiable here, `i1` is. */
export function modifiedBesselI1(x: Tensor): Tensor {
  return call("aten::special_modified_bessel_i1", x);
}

/** The modified Bessel function of the second kind, K₀(x). */
export function modifiedBesselK0(x: Tensor): Tensor {
  return call("aten::special_modified_bessel_k0", x);
}

/** The modified Bessel function of the second kind, K₁(x). */
export function modifiedBesselK1(x: Tensor): Tensor {
  return call("aten::special_modified_bessel_k1", x);
}

/** Φ(x), the probability that a standard normal number is at most x. */
export function ndtr(x: Tensor): Tensor {
  return call("aten::special_ndtr", x);
}

/** The inverse of Φ: the quantiles of the standard normal distribution. */
export function ndtri(x: Tensor): Tensor {
  return call("aten::special_ndtri", x);
}

/** eˣ K₀(x). */
export function scaledModifiedBesselK0(x: Tensor): Tensor {
  return call("aten::special_scaled_modified_bessel_k0", x);
}

/** eˣ K₁(x). */
export function scaledModifiedBesselK1(x: Tensor): Tensor {
  return call("aten::special_scaled_modified_bessel_k1", x);
}

/** The spherical Bessel function of the first kind, sin(x) / x. */
export function sphericalBesselJ0(x: Tensor): Tensor {
  return call("aten::special_spherical_bessel_j0", x);
}

/** Chebyshev's polynomial of the first kind, Tₙ(x). x and n broadcast; not differentiable. */
export function chebyshevPolynomialT(x: Tensor | Scalar, n: Tensor | Scalar): Tensor {
  return pair("aten::special_chebyshev_polynomial_t", ["x_scalar", "n_scalar"], x, n);
}

/** Chebyshev's polynomial of the second kind, Uₙ(x). x and n broadcast; not differentiable. */
export function chebyshevPolynomialU(x: Tensor | Scalar, n: Tensor | Scalar): Tensor {
  return pair("aten::special_chebyshev_polynomial_u", ["x_scalar", "n_scalar"], x, n);
}

/** Chebyshev's polynomial of the third kind, Vₙ(x). x and n broadcast; not differentiable. */
export function chebyshevPolynomialV(x: Tensor | Scalar, n: Tensor | Scalar): Tensor {
  return pair("aten::special_chebyshev_polynomial_v", ["x_scalar", "n_scalar"], x, n);
}

/** Chebyshev's polynomial of the fourth kind, Wₙ(x). x and n broadcast; not differentiable. */
export function chebyshevPolynomialW(x: Tensor | Scalar, n: Tensor | Scalar): Tensor {
  return pair("aten::special_chebyshev_polynomial_w", ["x_scalar", "n_scalar"], x, n);
}

/** Hermite's polynomial of the physicists, Hₙ(x). x and n broadcast; not differentiable. */
export function hermitePolynomialH(x: Tensor | Scalar, n: Tensor | Scalar): Tensor {
  return pair("aten::special_hermite_polynomial_h", ["x_scalar", "n_scalar"], x, n);
}

/** Hermite's polynomial of the probabilists, Heₙ(x). x and n broadcast; not differentiable. */
export function hermitePolynomialHe(x: Tensor | Scalar, n: Tensor | Scalar): Tensor {
  return pair("aten::special_hermite_polynomial_he", ["x_scalar", "n_scalar"], x, n);
}

/** Laguerre's polynomial, Lₙ(x). x and n broadcast; not differentiable. */
export function laguerrePolynomialL(x: Tensor | Scalar, n: Tensor | Scalar): Tensor {
  return pair("aten::special_laguerre_polynomial_l", ["x_scalar", "n_scalar"], x, n);
}

/** Legendre's polynomial, Pₙ(x). x and n broadcast; not differentiable. */
export function legendrePolynomialP(x: Tensor | Scalar, n: Tensor | Scalar): Tensor {
  return pair("aten::special_legendre_polynomial_p", ["x_scalar", "n_scalar"], x, n);
}

/** Tₙ(2x − 1). x and n broadcast; not differentiable. */
export function shiftedChebyshevPolynomialT(x: Tensor | Scalar, n: Tensor | Scalar): Tensor {
  return pair("aten::special_shifted_chebyshev_polynomial_t", ["x_scalar", "n_scalar"], x, n);
}

/** Uₙ(2x − 1). x and n broadcast; not differentiable. */
export function shiftedChebyshevPolynomialU(x: Tensor | Scalar, n: Tensor | Scalar): Tensor {
  return pair("aten::special_shifted_chebyshev_polynomial_u", ["x_scalar", "n_scalar"], x, n);
}

/** Vₙ(2x − 1). x and n broadcast; not differentiable. */
export function shiftedChebyshevPolynomialV(x: Tensor | Scalar, n: Tensor | Scalar): Tensor {
  return pair("aten::special_shifted_chebyshev_polynomial_v", ["x_scalar", "n_scalar"], x, n);
}

/** Wₙ(2x − 1). x and n broadcast; not differentiable. */
export function shiftedChebyshevPolynomialW(x: Tensor | Scalar, n: Tensor | Scalar): Tensor {
  return pair("aten::special_shifted_chebyshev_polynomial_w", ["x_scalar", "n_scalar"], x, n);
}

/** x ln(1 + y), 0 where x is 0. */
export function xlog1py(x: Tensor | Scalar, y: Tensor | Scalar): Tensor {
  return pair("aten::special_xlog1py", ["self_scalar", "other_scalar"], x, y);
}

/** Hurwitz's zeta function, Σₖ (k + q)⁻ˣ over k = 0, 1, …, for x > 1. */
export function zeta(x: Tensor | Scalar, q: Tensor | Scalar): Tensor {
  return pair("aten::special_zeta", ["self_scalar", "other_scalar"], x, q);
}

/** P(a, x) = ∫₀ˣ tᵃ⁻¹ e⁻ᵗ dt / Γ(a), the lower incomplete gamma function; differentiable in x only. `Tensor.igamma`. */
export function gammainc(a: Tensor, x: Tensor): Tensor {
  return call("aten::special_gammainc", a, x);
}

/** Q(a, x) = 1 − P(a, x), the upper incomplete gamma function; differentiable in x only. `Tensor.igammac`. */
export function gammaincc(a: Tensor, x: Tensor): Tensor {
  return call("aten::special_gammaincc", a, x);
}
