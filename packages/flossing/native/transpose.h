// Transposed copies.
#pragma once

#include "isa.h"

namespace throughline::flossing::TL_LEVEL {

template <int... I>
struct Indices {};
template <int N, int... I>
struct MakeIndices : MakeIndices<N - 1, N - 1, I...> {};
template <int... I>
struct MakeIndices<0, I...> {
  using type = Indices<I...>;
};

/** Exchanges the upper right and lower left S × S parts of every 2S × 2S block: rows i and i + S of it. */
template <class T, int S, int... I>
TL_INLINE void exchange(Vector<T>& upper, Vector<T>& lower, Indices<I...>) {
  constexpr int w = kWidth<T>;
  const Vector<T> u = __builtin_shufflevector(upper, lower, ((I & S) == 0 ? I : w + I - S)...);
  lower = __builtin_shufflevector(upper, lower, ((I & S) == 0 ? I + S : w + I)...);
  upper = u;
}

template <class T, int S = kWidth<T> / 2>
TL_INLINE void transposeBlock(Vector<T>* rows) {
  if constexpr (S > 0) {
#pragma GCC unroll 16
    for (int i = 0; i < kWidth<T>; ++i)
      if ((i & S) == 0) exchange<T, S>(rows[i], rows[i + S], typename MakeIndices<kWidth<T>>::type{});
    transposeBlock<T, S / 2>(rows);
  }
}

/**
 * to[j·ldTo + i] = from[i·ldFrom + j] for i < rows and whole vectors of j; rows of `to` are padded with zeros to whole
 * vectors. `to` must have room for `vectors` · width rows.
 */
template <class T>
void transpose(const T* from, int64_t ldFrom, int64_t rows, int64_t vectors, T* to, int64_t ldTo) {
  constexpr int64_t w = kWidth<T>;
  for (int64_t i = 0; i < rows; i += w) {
    for (int64_t j = 0; j < vectors * w; j += w) {
      Vector<T> block[w];
#pragma GCC unroll 16
      for (int64_t u = 0; u < w; ++u) block[u] = i + u < rows ? load(from + (i + u) * ldFrom + j) : Vector<T>{};
      transposeBlock<T>(block);
#pragma GCC unroll 16
      for (int64_t u = 0; u < w; ++u) store(to + (j + u) * ldTo + i, block[u]);
    }
  }
}

}  // namespace throughline::flossing::TL_LEVEL
