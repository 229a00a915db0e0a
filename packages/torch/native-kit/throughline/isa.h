// Vectors of one instruction set. A file that is compiled for an instruction set includes baseline.h, avx2.h or avx512.h, which
// define TL_LEVEL (a namespace) and TL_BYTES (the width of a vector), and then the kernels, which use nothing but what is here.
// Everything stays in that namespace: a function that the linker merged with another file's would run instructions that a processor may lack.
// No header of the standard library is included below this point for the same reason.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__GNUC__) || defined(__clang__)
#define TL_INLINE inline __attribute__((always_inline))
#else
#define TL_INLINE inline
#endif

namespace throughline::kit::TL_LEVEL {

template <class T>
struct Integer;
template <>
struct Integer<float> {
  using type = int32_t;
};
template <>
struct Integer<double> {
  using type = int64_t;
};

/** A vector of T, and the vector of integers of its width. */
template <class T>
struct Lanes {
  typedef T vector __attribute__((vector_size(TL_BYTES)));
  typedef T loose __attribute__((vector_size(TL_BYTES), aligned(sizeof(T)), may_alias));
  typedef typename Integer<T>::type integers __attribute__((vector_size(TL_BYTES)));
  static constexpr int64_t width = TL_BYTES / sizeof(T);
};
template <class T>
using Vector = typename Lanes<T>::vector;
template <class T>
inline constexpr int64_t kWidth = Lanes<T>::width;

template <class T>
TL_INLINE Vector<T> load(const T* from) {
  return *reinterpret_cast<const typename Lanes<T>::loose*>(from);
}
template <class T>
TL_INLINE void store(T* to, Vector<T> value) {
  *reinterpret_cast<typename Lanes<T>::loose*>(to) = value;
}
template <class T>
TL_INLINE Vector<T> broadcast(T value) {
  return value - Vector<T>{};  // not 0 + value, which would turn −0 into 0
}

/** The first `count` < width numbers; zeros after them. */
template <class T>
TL_INLINE Vector<T> loadPart(const T* from, int64_t count) {
  Vector<T> value{};
  for (int64_t i = 0; i < count; ++i) value[i] = from[i];
  return value;
}
template <class T>
TL_INLINE void storePart(T* to, Vector<T> value, int64_t count) {
  for (int64_t i = 0; i < count; ++i) to[i] = value[i];
}

/** `size` rounded up to whole vectors. */
template <class T>
TL_INLINE int64_t rounded(int64_t size) {
  return (size + kWidth<T> - 1) / kWidth<T> * kWidth<T>;
}

/**
 * Numbers between two rows of `size` numbers: whole vectors, but no multiple of 1 KiB, at which the rows of a matrix would
 * share a few sets of the first-level cache.
 */
template <class T>
TL_INLINE int64_t spacing(int64_t size) {
  const int64_t whole = rounded<T>(size);
  return whole * static_cast<int64_t>(sizeof(T)) % 1024 == 0 ? whole + 64 / static_cast<int64_t>(sizeof(T)) : whole;
}

template <class T, int Bytes>
struct Halves {
  typedef T vector __attribute__((vector_size(Bytes)));
  static TL_INLINE T sum(vector v) {
    if constexpr (Bytes == 2 * sizeof(T)) {
      return v[0] + v[1];
    } else {
      typename Halves<T, Bytes / 2>::vector low, high;
      __builtin_memcpy(&low, &v, Bytes / 2);
      __builtin_memcpy(&high, reinterpret_cast<const char*>(&v) + Bytes / 2, Bytes / 2);
      return Halves<T, Bytes / 2>::sum(low + high);
    }
  }
};
/** Sum of the lanes. */
template <class T>
TL_INLINE T sum(Vector<T> v) {
  return Halves<T, TL_BYTES>::sum(v);
}

}  // namespace throughline::kit::TL_LEVEL
