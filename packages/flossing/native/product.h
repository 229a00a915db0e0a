// Products of small and middling matrices, at the speed of the vector units.
//
// One shape serves all kernels: C[c, i] ←, += or −= Σₗ A[l, i] B(l, c), where i runs along contiguous vectors of A and C, and
// B is read one number at a time, wherever it lies. A tile of C stays in registers while l runs.
#pragma once

#include "isa.h"

namespace throughline::flossing::TL_LEVEL {

enum class Into { set, add, subtract };

#if TL_BYTES >= 64
inline constexpr int64_t kRows[] = {0, 16, 12, 8, 6, 5};  // columns of a tile that is 1 … 5 vectors high
inline constexpr int64_t kTallest = 5;
#else
inline constexpr int64_t kRows[] = {0, 8, 6, 4};
inline constexpr int64_t kTallest = 3;
#endif

/** Row l of A begins at a + l·lda; B(l, c) is b[l·bl + c·bc]; row c of C begins at c + c·ldc. */
template <class T>
struct Factors {
  const T* a;
  int64_t lda;
  const T* b;
  int64_t bl, bc;
  T* c;
  int64_t ldc;
};

template <class T, int Height, int Columns, Into Mode>
__attribute__((noinline)) void tile(const Factors<T>& f, int64_t length) {
  constexpr int64_t w = kWidth<T>;
  Vector<T> acc[Columns][Height];
#pragma GCC unroll 16
  for (int c = 0; c < Columns; ++c)
#pragma GCC unroll 8
    for (int v = 0; v < Height; ++v) {
      if constexpr (Mode == Into::set) acc[c][v] = Vector<T>{};
      else acc[c][v] = load(f.c + c * f.ldc + v * w);
    }
  const T* a = f.a;
  const T* b = f.b;
  for (int64_t l = 0; l < length; ++l, a += f.lda, b += f.bl) {
    Vector<T> row[Height];
#pragma GCC unroll 8
    for (int v = 0; v < Height; ++v) row[v] = load(a + v * w);
#pragma GCC unroll 16
    for (int c = 0; c < Columns; ++c) {
      const Vector<T> factor = broadcast<T>(b[c * f.bc]);
#pragma GCC unroll 8
      for (int v = 0; v < Height; ++v) {
        if constexpr (Mode == Into::subtract) acc[c][v] -= row[v] * factor;
        else acc[c][v] += row[v] * factor;
      }
    }
  }
#pragma GCC unroll 16
  for (int c = 0; c < Columns; ++c)
#pragma GCC unroll 8
    for (int v = 0; v < Height; ++v) store(f.c + c * f.ldc + v * w, acc[c][v]);
}

template <class T, int Height, Into Mode, int Columns = kRows[Height]>
TL_INLINE void tileOf(int64_t columns, const Factors<T>& f, int64_t length) {
  if (columns == Columns) return tile<T, Height, Columns, Mode>(f, length);
  if constexpr (Columns > 1) tileOf<T, Height, Mode, Columns - 1>(columns, f, length);
}

/** One band of `Height` vectors, all columns: cut into tiles of as equal a width as can be. */
template <class T, int Height, Into Mode>
TL_INLINE void band(Factors<T> f, int64_t columns, int64_t length) {
  const int64_t tiles = (columns + kRows[Height] - 1) / kRows[Height];
  for (int64_t k = 0, done = 0; k < tiles; ++k) {
    const int64_t n = (columns - done) / (tiles - k);
    tileOf<T, Height, Mode>(n, f, length);
    f.b += n * f.bc;
    f.c += n * f.ldc;
    done += n;
  }
}

template <class T, Into Mode, int Height = kTallest>
TL_INLINE void bandOf(int64_t height, const Factors<T>& f, int64_t columns, int64_t length) {
  if (height == Height) return band<T, Height, Mode>(f, columns, length);
  if constexpr (Height > 1) bandOf<T, Mode, Height - 1>(height, f, columns, length);
}

template <class T>
struct Bare {
  using type = T;
};
template <class T>
struct Bare<T&> {
  using type = T;
};

/** Threads, or none: how the kernels, which know no library, are given them. */
struct Pool {
  /** Calls body(context, from, to) for parts of [0, count), at once if it can. */
  void (*run)(int64_t count, void (*body)(void*, int64_t, int64_t), void* context);

  /** Shares [0, count) if there is enough to do: `work` multiplications of numbers for each. */
  template <class Body>
  TL_INLINE void share(int64_t count, int64_t work, Body&& body) const {
    constexpr int64_t kWorthIt = 1 << 20;  // tens of microseconds, many times what waking a thread takes
    if (run == nullptr || count * work < kWorthIt) return body(0, count);
    using Plain = typename Bare<Body>::type;
    run(count, [](void* context, int64_t from, int64_t to) { (*static_cast<Plain*>(context))(from, to); }, &body);
  }
};

/** Rows of A that are walked through at once: so many that a band of them stays in the first-level cache. */
inline constexpr int64_t kBlock = 128;

/**
 * The whole product, for `vectors` vectors of i, `columns` of c and `length` of l.
 */
template <class T, Into Mode>
void product(const Factors<T>& whole, int64_t vectors, int64_t columns, int64_t length) {
  constexpr int64_t w = kWidth<T>;
  if (columns <= 0 || vectors <= 0) return;
  const int64_t bands = (vectors + kTallest - 1) / kTallest;
  for (int64_t k = 0, done = 0; k < bands; ++k) {
    const int64_t height = (vectors - done) / (bands - k);
    Factors<T> f = whole;
    f.a += done * w;
    f.c += done * w;
    int64_t left = length;
    if (left <= kBlock) {
      bandOf<T, Mode>(height, f, columns, left);
    } else {
      bandOf<T, Mode>(height, f, columns, kBlock);
      for (left -= kBlock; left > 0; left -= kBlock) {
        f.a += kBlock * f.lda;
        f.b += kBlock * f.bl;
        bandOf<T, Mode == Into::set ? Into::add : Mode>(height, f, columns, left < kBlock ? left : kBlock);
      }
    }
    done += height;
  }
}

}  // namespace throughline::flossing::TL_LEVEL
