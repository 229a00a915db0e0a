// exp of vectors, to about 2 units in the last place.
#pragma once

#include "isa.h"

namespace throughline::kit::TL_LEVEL {

template <class T>
struct Format;
template <>
struct Format<float> {
  static constexpr int mantissa = 23;
  static constexpr int32_t bias = 127;
  static constexpr float lowest = -87.0f;           // exp of it is still a normal number
  static constexpr float shift = 12582912.0f;       // 1.5 · 2²³: adding it rounds to a whole number
  static constexpr float ln2High = 0.693145752f;    // 16 bits
  static constexpr float ln2Low = 1.42860677e-6f;
};
template <>
struct Format<double> {
  static constexpr int mantissa = 52;
  static constexpr int64_t bias = 1023;
  static constexpr double lowest = -708.0;
  static constexpr double shift = 6755399441055744.0;  // 1.5 · 2⁵²
  static constexpr double ln2High = 0.69314718036912382;
  static constexpr double ln2Low = 1.9082149292705877e-10;
};

/** exp(x) = 2ⁿ (1 + p): the scale 2ⁿ and p = exp(r) − 1 with |r| ≤ ln 2 / 2. For x in [lowest, −lowest]; NaN stays NaN. */
template <class T>
struct Power {
  Vector<T> scale, p;

  explicit TL_INLINE Power(Vector<T> x) {
    using F = Format<T>;
    using Ints = typename Lanes<T>::integers;
    const Vector<T> shifted = x * broadcast<T>(T(1.4426950408889634)) + F::shift;
    const Vector<T> n = shifted - F::shift;
    const Vector<T> r = (x - n * F::ln2High) - n * F::ln2Low;
    // The bits of `shifted` end in the whole number n.
    const Ints power = (Ints)shifted - (Ints)broadcast<T>(F::shift) + F::bias;
    scale = (Vector<T>)(power << F::mantissa);
    p = r + r * r * tail(r);
  }

 private:
  /**
   * (exp(r) − 1 − r) / r² by its Taylor series; the first term left out is below half a unit in the last place of r. In
   * pairs (Estrin), which wait less for each other than Horner's scheme.
   */
  static TL_INLINE Vector<T> tail(Vector<T> r) {
    const Vector<T> square = r * r;
    const auto pair = [&](double low, double high) { return r * T(1 / high) + T(1 / low); };
    Vector<T> q = pair(720, 5040);
    if constexpr (sizeof(T) == 8) {
      q += square * (pair(40320, 362880) + square * (pair(3628800, 39916800) + square * pair(479001600, 6227020800)));
    }
    return square * (square * q + pair(24, 120)) + pair(2, 6);
  }
};

}  // namespace throughline::kit::TL_LEVEL
