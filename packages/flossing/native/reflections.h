// One Householder reflection at a time: made from a column and applied to the columns after it, or undone.
//
// Matrices are stored by rows: row n of a matrix of k columns is a[n·ld … n·ld + k), ld a whole number of vectors, zeros after
// k. So a reflection needs no sum across a vector.
#pragma once

#include "isa.h"

namespace throughline::flossing::TL_LEVEL {

template <class T>
struct Range;
template <>
struct Range<float> {
  static constexpr float small = 1e-30f, large = 1e30f, largest = 3e38f;
};
template <>
struct Range<double> {
  static constexpr double small = 1e-280, large = 1e280, largest = 1e308;
};

/** rows ← rows − v (τ vᵀ rows), for `vectors` vectors of each of `count` rows. */
template <class T>
TL_INLINE void reflect(const T* v, T tau, T* rows, int64_t ld, int64_t count, int64_t vectors) {
  for (int64_t i = 0; i < vectors; ++i, rows += kWidth<T>) {
    Vector<T> sum{};
    for (int64_t n = 0; n < count; ++n) sum += broadcast<T>(v[n]) * load(rows + n * ld);
    sum *= tau;
    for (int64_t n = 0; n < count; ++n) store(rows + n * ld, load(rows + n * ld) - broadcast<T>(v[n]) * sum);
  }
}

/** Vectors of a row that are swept at once: their sums stay in registers, or nearly so. */
inline constexpr int64_t kWidest = 6;

/** A number of vectors that is known when it is compiled. */
template <int Count>
struct Width {
  static constexpr int value = Count;
};

/** Calls sweep(Width<count>) for a count that is known at run time. */
template <class Sweep>
TL_INLINE void withWidth(int64_t count, const Sweep& sweep) {
  static_assert(kWidest == 6);
  switch (count) {
    case 1: return sweep(Width<1>{});
    case 2: return sweep(Width<2>{});
    case 3: return sweep(Width<3>{});
    case 4: return sweep(Width<4>{});
    case 5: return sweep(Width<5>{});
    case 6: return sweep(Width<6>{});
  }
}

/** Calls sweep(first, Width<count>) for the parts of a row of `vectors` vectors that are swept one after the other. */
template <class Sweep>
TL_INLINE void inParts(int64_t vectors, const Sweep& sweep) {
  const int64_t parts = (vectors + kWidest - 1) / kWidest;
  for (int64_t k = 0, done = 0; k < parts; ++k) {
    const int64_t count = (vectors - done + parts - k - 1) / (parts - k);
    withWidth(count, [&](auto width) __attribute__((always_inline)) { sweep(done, width); });
    done += count;
  }
}

/** xᵀ a for column x = a[·][lane]: the sums that a reflection starts from. */
template <class T>
TL_INLINE void startSums(const T* a, int64_t ld, int64_t count, int64_t lane, int64_t vectors, Vector<T>* sums) {
  for (int64_t i = 0; i < vectors; ++i) sums[i] = Vector<T>{};
  for (int64_t n = 0; n < count; ++n)
    for (int64_t i = 0; i < vectors; ++i) sums[i] += broadcast<T>(a[n * ld + lane]) * load(a + n * ld + i * kWidth<T>);
}

/**
 * A reflection from the sums xᵀ a, whose entry of the column itself is the square of its length. Its vector is
 * u = x − β e₁ with x the column from its diagonal down; u[0] goes to v. So the column is never gathered beforehand.
 * @returns β; τ is 0 where squares leave the range of T
 */
template <class T>
TL_INLINE T startReflection(const T* a, int64_t lane, const Vector<T>* sums, T* v, T& tau) {
  T first[kWidth<T>];
  store(first, sums[0]);
  const T square = first[lane], alpha = a[lane];
  tau = 0;
  if (!(square > Range<T>::small && square < Range<T>::large)) return alpha;
  const T norm = __builtin_sqrt(square), beta = alpha > 0 ? -norm : norm;
  tau = 1 / (beta * (beta - alpha));
  v[0] = alpha - beta;
  return beta;
}

/**
 * Applies it to `Width` vectors of each row, a ← a − u (uᵀ a) τ with uᵀ a = xᵀ a − β a[0], and takes the sums that the next
 * reflection starts from, in one sweep.
 * @param at the row of the diagonal, at the first of the vectors
 * @param own column x below the diagonal, if it is among these vectors: it goes to v; else null, and v has it
 * @param next the column after x, from the row of the diagonal down
 * @param sums xᵀ a; becomes the same of the next column over the rows below
 */
template <class T, int Width>
TL_INLINE void reflectOnto(T* at, int64_t ld, int64_t count, const T* own, const T* next, T beta, T tau, T* v,
                           Vector<T>* sums) {
  constexpr int64_t w = kWidth<T>;
  Vector<T> factor[Width], even[Width], odd[Width];  // sums of every second row, where one chain of them would wait
#pragma GCC unroll 8
  for (int i = 0; i < Width; ++i) {
    const Vector<T> row = load(at + i * w);
    factor[i] = (sums[i] - row * beta) * tau;
    store(at + i * w, row - factor[i] * v[0]);
    even[i] = odd[i] = Vector<T>{};
  }
  const auto sweep = [&](int64_t n, Vector<T>* following) __attribute__((always_inline)) {
    T* row = at + n * ld;
    if (own != nullptr) v[n] = own[n * ld];
    const Vector<T> x = broadcast<T>(v[n]);
    Vector<T> fresh[Width];
#pragma GCC unroll 8
    for (int i = 0; i < Width; ++i) {
      fresh[i] = load(row + i * w) - x * factor[i];
      store(row + i * w, fresh[i]);
    }
    const Vector<T> y = broadcast<T>(next[n * ld]);
#pragma GCC unroll 8
    for (int i = 0; i < Width; ++i) following[i] += y * fresh[i];
  };
  int64_t n = 1;
  for (; n + 1 < count; n += 2) {
    sweep(n, even);
    sweep(n + 1, Width < 4 ? odd : even);
  }
  if (n < count) sweep(n, even);
#pragma GCC unroll 8
  for (int i = 0; i < Width; ++i) sums[i] = even[i] + odd[i];
}

/** By way of a scaled copy of the column: where squares leave the range of T. Zeros, and what is not finite, stay as they are. */
template <class T>
TL_INLINE void reflectScaled(T* a, int64_t ld, int64_t count, int64_t lane, int64_t vectors, T* v, T& tau) {
  T largest = 0;
  for (int64_t n = 0; n < count; ++n) {
    const T x = a[n * ld + lane], size = x < 0 ? -x : x;
    v[n] = x;
    largest = size > largest ? size : largest;
  }
  tau = 0;
  if (!(largest > 0 && largest < Range<T>::largest)) return;
  T squares = 0;
  for (int64_t n = 0; n < count; ++n) {
    v[n] /= largest;
    squares += v[n] * v[n];
  }
  if (!(squares > 0)) return;
  const T norm = __builtin_sqrt(squares), beta = v[0] > 0 ? -norm : norm;
  tau = 1 / (beta * (beta - v[0]));
  v[0] -= beta;
  reflect<T>(v, tau, a, ld, count, vectors);
  a[lane] = beta * largest;
}

/** rows ← (I − τ u uᵀ) rows, given uᵀ rows in `sums`; they become uʹᵀ rows for the next reflection's vector uʹ. */
template <class T, int Width>
TL_INLINE void reflectBack(T* rows, int64_t ld, int64_t count, const T* u, T tau, const T* next, Vector<T>* sums) {
  constexpr int64_t w = kWidth<T>;
  Vector<T> own[Width], even[Width], odd[Width];
#pragma GCC unroll 8
  for (int i = 0; i < Width; ++i) {
    own[i] = sums[i] * tau;
    even[i] = odd[i] = Vector<T>{};
  }
  const auto sweep = [&](int64_t n, Vector<T>* following) __attribute__((always_inline)) {
    T* row = rows + n * ld;
    const Vector<T> x = broadcast<T>(u[n]), y = broadcast<T>(next[n]);
#pragma GCC unroll 8
    for (int i = 0; i < Width; ++i) {
      const Vector<T> fresh = load(row + i * w) - x * own[i];
      store(row + i * w, fresh);
      following[i] += y * fresh;
    }
  };
  int64_t n = 0;
  for (; n + 1 < count; n += 2) {
    sweep(n, even);
    sweep(n + 1, Width < 4 ? odd : even);
  }
  if (n < count) sweep(n, even);
#pragma GCC unroll 8
  for (int i = 0; i < Width; ++i) sums[i] = even[i] + odd[i];
}

}  // namespace throughline::flossing::TL_LEVEL
