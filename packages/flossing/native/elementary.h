// tanh and the logistic function of vectors, to about 2 units in the last place, and their derivatives.
#pragma once

#include <throughline/power.h>

#include "isa.h"

namespace throughline::flossing::TL_LEVEL {

using kit::TL_LEVEL::Format;
using kit::TL_LEVEL::Power;

template <class T>
TL_INLINE Vector<T> withSignOf(Vector<T> magnitude, Vector<T> sign) {
  using Ints = typename Lanes<T>::integers;
  const Ints bit = (Ints)broadcast<T>(T(-0.0));
  return (Vector<T>)(((Ints)magnitude & ~bit) | ((Ints)sign & bit));
}

/** tanh x = −e / (e + 2) with e = exp(−2|x|) − 1, the sign put back: as precise near 0 as far from it. */
template <class T>
TL_INLINE Vector<T> tanh(Vector<T> x) {
  Vector<T> y = withSignOf<T>(x + x, broadcast<T>(T(-1)));
  y = y < T(-60) ? broadcast<T>(T(-60)) : y;
  const Power<T> power(y);
  const Vector<T> e = power.scale * power.p + (power.scale - T(1));
  return withSignOf<T>(e / (e + T(2)), x);
}

/** 1 / (1 + exp(−x)) */
template <class T>
TL_INLINE Vector<T> sigmoid(Vector<T> x) {
  using F = Format<T>;
  Vector<T> y = -x;
  y = y < F::lowest ? broadcast<T>(F::lowest) : y;
  y = y > -F::lowest ? broadcast<T>(-F::lowest) : y;
  const Power<T> power(y);
  return T(1) / (power.scale * power.p + (power.scale + T(1)));
}

/** What a unit does to its input. */
enum class Activation { tanh, relu, identity };

template <class T, Activation A>
TL_INLINE Vector<T> activate(Vector<T> x) {
  if constexpr (A == Activation::tanh) return tanh<T>(x);
  if constexpr (A == Activation::relu) return x > T(0) ? x : Vector<T>{} + (x != x ? x : Vector<T>{});
  return x;
}

/** The derivative at x, given y = activate(x). */
template <class T, Activation A>
TL_INLINE Vector<T> slope(Vector<T> y) {
  if constexpr (A == Activation::tanh) return T(1) - y * y;
  if constexpr (A == Activation::relu) return y > T(0) ? broadcast<T>(T(1)) : Vector<T>{};
  return broadcast<T>(T(1));
}

}  // namespace throughline::flossing::TL_LEVEL
