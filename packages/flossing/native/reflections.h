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

/** rows ← rows − v (τ vᵀ rows), for `Width` vectors of each of `count` rows. */
template <class T, int Width>
TL_INLINE void reflect(const T* v, T tau, T* rows, int64_t ld, int64_t count) {
  constexpr int64_t w = kWidth<T>;
  constexpr int kChains = Width < 3 ? 4 : 2;  // sums side by side, so that none waits for the one before it
  Vector<T> sums[kChains][Width];
#pragma GCC unroll 4
  for (int s = 0; s < kChains; ++s)
#pragma GCC unroll 8
    for (int i = 0; i < Width; ++i) sums[s][i] = Vector<T>{};
  int64_t n = 0;
  for (; n + kChains <= count; n += kChains) {
#pragma GCC unroll 4
    for (int s = 0; s < kChains; ++s) {
      const Vector<T> x = broadcast<T>(v[n + s]);
#pragma GCC unroll 8
      for (int i = 0; i < Width; ++i) sums[s][i] += x * load(rows + (n + s) * ld + i * w);
    }
  }
  for (; n < count; ++n) {
#pragma GCC unroll 8
    for (int i = 0; i < Width; ++i) sums[0][i] += broadcast<T>(v[n]) * load(rows + n * ld + i * w);
  }
#pragma GCC unroll 4
  for (int s = 1; s < kChains; ++s)
#pragma GCC unroll 8
    for (int i = 0; i < Width; ++i) sums[0][i] += sums[s][i];
#pragma GCC unroll 8
  for (int i = 0; i < Width; ++i) sums[0][i] *= tau;
#pragma GCC unroll 4
  for (n = 0; n < count; ++n) {
    const Vector<T> x = broadcast<T>(v[n]);
    T* row = rows + n * ld;
#pragma GCC unroll 8
    for (int i = 0; i < Width; ++i) store(row + i * w, load(row + i * w) - x * sums[0][i]);
  }
}

/** The same for any number of vectors. */
template <class T>
TL_INLINE void reflectAll(const T* v, T tau, T* rows, int64_t ld, int64_t count, int64_t vectors) {
  for (; vectors >= 8; vectors -= 4, rows += 4 * kWidth<T>) reflect<T, 4>(v, tau, rows, ld, count);
  switch (vectors) {
    case 1: return reflect<T, 1>(v, tau, rows, ld, count);
    case 2: return reflect<T, 2>(v, tau, rows, ld, count);
    case 3: return reflect<T, 3>(v, tau, rows, ld, count);
    case 4: return reflect<T, 4>(v, tau, rows, ld, count);
    case 5: return reflect<T, 5>(v, tau, rows, ld, count);
    case 6: return reflect<T, 6>(v, tau, rows, ld, count);
    case 7: return reflect<T, 7>(v, tau, rows, ld, count);
  }
}

/** Vectors in a row that are swept at once; wider matrices take another way. */
inline constexpr int64_t kWidest = 7;

/** xᵀ a for column x = a[·][lane]: the sums that a reflection starts from. */
template <class T>
TL_INLINE void startSums(const T* a, int64_t ld, int64_t count, int64_t lane, int64_t vectors, Vector<T>* sums) {
  for (int64_t i = 0; i < vectors; ++i) sums[i] = Vector<T>{};
  for (int64_t n = 0; n < count; ++n)
    for (int64_t i = 0; i < vectors; ++i) sums[i] += broadcast<T>(a[n * ld + lane]) * load(a + n * ld + i * kWidth<T>);
}

/**
 * One reflection made and applied, and the sums that the next one starts from, in one sweep. Its vector is u = x − β e₁ with
 * x the column from its diagonal down; the sums xᵀ a over the columns give its length as well (x with itself), and
 * uᵀ a = xᵀ a − β a[0]. So the column is never gathered: a ← a − u (uᵀ a) / (β (β − α)), α = x₁.
 * @param a the row of the diagonal, at the vector in which the column is lane `lane`
 * @param v gets u
 * @param sums xᵀ a; becomes the same of the next column over the rows below
 */
template <class T, int Width>
TL_INLINE void reflectOnto(T* a, int64_t ld, int64_t count, int64_t lane, T* v, T& tau, Vector<T>* sums) {
  constexpr int64_t w = kWidth<T>;
  Vector<T> own[Width];
#pragma GCC unroll 8
  for (int i = 0; i < Width; ++i) own[i] = sums[i];
  T first[w];
  store(first, own[0]);
  const T square = first[lane], alpha = a[lane];
  tau = 0;
  if (!(square > Range<T>::small && square < Range<T>::large)) return;
  const T norm = __builtin_sqrt(square), beta = alpha > 0 ? -norm : norm;
  tau = 1 / (beta * (beta - alpha));
  v[0] = alpha - beta;
#pragma GCC unroll 8
  for (int i = 0; i < Width; ++i) {
    const Vector<T> row = load(a + i * w);
    own[i] = (own[i] - row * beta) * tau;
    store(a + i * w, row - own[i] * v[0]);
  }
  a[lane] = beta;
  Vector<T> even[Width], odd[Width];
#pragma GCC unroll 8
  for (int i = 0; i < Width; ++i) even[i] = odd[i] = Vector<T>{};
  const auto sweep = [&](int64_t n, Vector<T>* next) __attribute__((always_inline)) {
    T* row = a + n * ld;
    const T x = row[lane];
    v[n] = x;
    Vector<T> fresh[Width];
#pragma GCC unroll 8
    for (int i = 0; i < Width; ++i) {
      fresh[i] = load(row + i * w) - broadcast<T>(x) * own[i];
      store(row + i * w, fresh[i]);
    }
    const Vector<T> y = broadcast<T>(row[lane + 1]);
#pragma GCC unroll 8
    for (int i = 0; i < Width; ++i) next[i] += y * fresh[i];
  };
  int64_t n = 1;
  for (; n + 1 < count; n += 2) {
    sweep(n, even);
    sweep(n + 1, odd);
  }
  if (n < count) sweep(n, even);
#pragma GCC unroll 8
  for (int i = 0; i < Width; ++i) sums[i] = even[i] + odd[i];
}

template <class T>
TL_INLINE void reflectOntoAll(T* a, int64_t ld, int64_t count, int64_t lane, int64_t vectors, T* v, T& tau,
                              Vector<T>* sums) {
  switch (vectors) {
    case 1: return reflectOnto<T, 1>(a, ld, count, lane, v, tau, sums);
    case 2: return reflectOnto<T, 2>(a, ld, count, lane, v, tau, sums);
    case 3: return reflectOnto<T, 3>(a, ld, count, lane, v, tau, sums);
    case 4: return reflectOnto<T, 4>(a, ld, count, lane, v, tau, sums);
    case 5: return reflectOnto<T, 5>(a, ld, count, lane, v, tau, sums);
    case 6: return reflectOnto<T, 6>(a, ld, count, lane, v, tau, sums);
    case 7: return reflectOnto<T, 7>(a, ld, count, lane, v, tau, sums);
  }
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
  reflectAll<T>(v, tau, a, ld, count, vectors);
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
    sweep(n + 1, odd);
  }
  if (n < count) sweep(n, even);
#pragma GCC unroll 8
  for (int i = 0; i < Width; ++i) sums[i] = even[i] + odd[i];
}

template <class T>
TL_INLINE void reflectBackAll(T* rows, int64_t ld, int64_t count, int64_t vectors, const T* u, T tau, const T* next,
                              Vector<T>* sums) {
  switch (vectors) {
    case 1: return reflectBack<T, 1>(rows, ld, count, u, tau, next, sums);
    case 2: return reflectBack<T, 2>(rows, ld, count, u, tau, next, sums);
    case 3: return reflectBack<T, 3>(rows, ld, count, u, tau, next, sums);
    case 4: return reflectBack<T, 4>(rows, ld, count, u, tau, next, sums);
    case 5: return reflectBack<T, 5>(rows, ld, count, u, tau, next, sums);
    case 6: return reflectBack<T, 6>(rows, ld, count, u, tau, next, sums);
    case 7: return reflectBack<T, 7>(rows, ld, count, u, tau, next, sums);
  }
}

}  // namespace throughline::flossing::TL_LEVEL
