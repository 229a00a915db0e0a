// How fast this processor can multiply and add: the yardstick of the benchmarks' cost curves.
#pragma once

#include "isa.h"

namespace throughline::flossing::TL_LEVEL {

/** Sums side by side: enough to hide the latency of a multiply-add, few enough to stay in the registers. */
inline constexpr int kChains = TL_BYTES >= 64 ? 16 : 12;

/** `rounds` times `kChains` multiply-adds of vectors that do not wait for each other. @returns something that depends on them all */
template <class T>
__attribute__((noinline)) T multiplyAdd(int64_t rounds) {
  Vector<T> chains[kChains];
#pragma GCC unroll 16
  for (int c = 0; c < kChains; ++c) chains[c] = broadcast<T>(T(c + 1));
  const Vector<T> factor = broadcast<T>(T(0.999)), term = broadcast<T>(T(0.001));
  for (int64_t r = 0; r < rounds; ++r) {
#pragma GCC unroll 16
    for (int c = 0; c < kChains; ++c) chains[c] = chains[c] * factor + term;
  }
  Vector<T> total{};
#pragma GCC unroll 16
  for (int c = 0; c < kChains; ++c) total += chains[c];
  return sum<T>(total);
}

/** Floating-point operations of a round. */
template <class T>
constexpr int64_t operationsOfRound() {
  return 2 * kChains * kWidth<T>;
}

}  // namespace throughline::flossing::TL_LEVEL
