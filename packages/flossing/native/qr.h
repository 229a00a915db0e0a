// Reduced QR decomposition by Householder reflections, with a positive diagonal of R.
//
// Matrices are stored by rows, as in reflections.h. Wide ones are treated in panels, whose reflections act on the columns after
// them as one.
#pragma once

#include "panels.h"
#include "reflections.h"

namespace throughline::flossing::TL_LEVEL {

/**
 * Reflections j = begin … end − 1, applied to the columns from j to the vector that `end` lies in. Column j is column
 * j − shift of `a`, which holds all n rows.
 */
template <class T>
TL_INLINE void factorPanel(T* a, int64_t n, int64_t ld, int64_t begin, int64_t end, int64_t shift,
                           const QrWorkspace<T>& work) {
  constexpr int64_t w = kWidth<T>;
  Vector<T> sums[kUndivided / w + 1];
  bool isStarted = false;
  for (int64_t j = begin; j < end; ++j) {
    T* v = work.reflectors + j * work.length;
    for (int64_t i = 0; i < j; ++i) v[i] = 0;
    v += j;
    const int64_t first = (j - shift) / w * w, lane = j - shift - first, count = n - j;
    const int64_t vectors = (rounded<T>(end - shift) - first) / w;
    T* corner = a + j * ld + first;
    T& tau = work.tau[j];
    if (!isStarted) startSums<T>(corner, ld, count, lane, vectors, sums);
    const T beta = startReflection<T>(corner, lane, sums, v, tau);
    isStarted = tau != 0;
    if (!isStarted) {
      reflectScaled<T>(corner, ld, count, lane, vectors, v, tau);
      continue;
    }
    inParts(vectors, [&](int64_t from, auto width) __attribute__((always_inline)) {
      reflectOnto<T, decltype(width)::value>(corner + from * w, ld, count, from == 0 ? corner + lane : nullptr,
                                             corner + lane + 1, beta, tau, v, sums + from);
    });
    corner[lane] = beta;
    // The next column is the first of the next vector.
    if (lane == w - 1)
      for (int64_t i = 1; i < vectors; ++i) sums[i - 1] = sums[i];
  }
}

/** The same by way of a copy of the panel without the other columns between its rows, which crowd the cache. */
template <class T>
void factorCopy(T* a, int64_t n, int64_t ld, int64_t begin, int64_t end, T* copy, const QrWorkspace<T>& work) {
  constexpr int64_t w = kWidth<T>;
  const int64_t width = rounded<T>(end - begin);
  copyColumns<T>(a + begin, ld, copy, width, n, width / w);
  factorPanel<T>(copy, n, width, begin, end, begin, work);
  copyColumns<T>(copy, width, a + begin, ld, n, width / w);
}

/** A ← Q R in compact form: R above the diagonal (its signs not yet mended), the reflections in the workspace. */
template <class T>
void factor(T* a, const QrWorkspace<T>& work) {
  const int64_t n = work.n, k = work.k, ld = work.ld, length = work.length;
  const bool isUndivided = work.panel == k;
  for (int64_t j = 0; j < k; ++j)
    for (int64_t i = n; i < length; ++i) work.reflectors[j * length + i] = 0;
  if (isUndivided) return factorPanel<T>(a, n, ld, 0, k, 0, work);
  for (int64_t j = k; j < work.filled(k); ++j) {
    work.tau[j] = 0;
    for (int64_t i = 0; i < length; ++i) work.reflectors[j * length + i] = 0;
  }
  for (int64_t begin = 0; begin < k; begin += kPanel) {
    const int64_t end = begin + kPanel < k ? begin + kPanel : k;
    factorCopy<T>(a, n, ld, begin, end, work.copy, work);
    combine<T>(begin, work);
    applyPanel<T>(a, begin, work.combinedOf(begin), kPanel, 1, work.copy, kPanel, 1, work);
  }
}

/**
 * Reflections end − 1 … begin applied to columns `begin` and after of `at`, in which row j of the columns from j on is still
 * that of a unit matrix (times a sign) when reflection j comes.
 */
template <class T>
TL_INLINE void reflectWithin(T* at, int64_t between, int64_t begin, int64_t end, const QrWorkspace<T>& work) {
  constexpr int64_t w = kWidth<T>;
  const int64_t all = between / w;
  // Of each reflection the sums over the rows below its own, by vector of the row.
  Vector<T> sums[kUndivided / w + 1];
  for (int64_t i = 0; i < all; ++i) sums[i] = Vector<T>{};
  const T* last = work.reflectors + (end - 1) * work.length;
  for (int64_t n = end; n < work.n; ++n)
    for (int64_t i = 0; i < all; ++i) sums[i] += broadcast<T>(last[n]) * load(at + n * between + i * w);
  for (int64_t j = end - 1; j >= begin; --j) {
    const int64_t first = (j - begin) / w;
    const T* u = work.reflectors + j * work.length + j;
    T* rows = at + j * between + first * w;
    for (int64_t i = first; i < all; ++i) sums[i] += broadcast<T>(u[0]) * load(rows + (i - first) * w);
    const T* next = j > begin ? work.reflectors + (j - 1) * work.length + j : u;
    inParts(all - first, [&](int64_t from, auto width) __attribute__((always_inline)) {
      reflectBack<T, decltype(width)::value>(rows + from * w, between, work.n - j, u, work.tau[j], next, sums + first + from);
    });
  }
}

/** Q from the reflections, times the signs: they act on the first k unit vectors, reflection j not on those before j. */
template <class T>
void formQ(T* a, const QrWorkspace<T>& work) {
  constexpr int64_t w = kWidth<T>;
  const int64_t n = work.n, k = work.k, ld = work.ld, length = work.length;
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = 0; j < ld; j += w) store(a + i * ld + j, Vector<T>{});
    if (i < k) a[i * ld + i] = work.signs[i];
  }
  if (work.panel == k) return reflectWithin(a, ld, 0, k, work);
  for (int64_t begin = (k - 1) / kPanel * kPanel; begin >= 0; begin -= kPanel) {
    const int64_t end = begin + kPanel < k ? begin + kPanel : k, between = rounded<T>(end - begin);
    copyColumns<T>(a + begin, ld, work.copy, between, n, between / w);
    reflectWithin(work.copy, between, begin, end, work);
    copyColumns<T>(work.copy, between, a + begin, ld, n, between / w);
    const T* v = work.reflectors + begin * length + begin;
    applyPanel<T>(a, begin, v, 1, length, work.combinedOf(begin), kPanel, 1, work);
  }
}

/** The signs that make the diagonal of R positive; 0 after the last column. */
template <class T>
TL_INLINE void chooseSigns(const T* a, const QrWorkspace<T>& work) {
  for (int64_t i = 0; i < work.ld; ++i) work.signs[i] = i >= work.k ? T(0) : a[i * work.ld + i] < 0 ? T(-1) : T(1);
}

/** R from its compact form: k rows of the same ld, zeros below the diagonal. */
template <class T>
TL_INLINE void copyR(const T* a, T* r, const QrWorkspace<T>& work) {
  constexpr int64_t w = kWidth<T>;
  const int64_t ld = work.ld;
  for (int64_t i = 0; i < work.k; ++i) {
    const int64_t first = i / w * w;
    for (int64_t j = 0; j < first; j += w) store(r + i * ld + j, Vector<T>{});
    for (int64_t j = first; j < ld; j += w) store(r + i * ld + j, load(a + i * ld + j) * work.signs[i]);
    for (int64_t j = first; j < i; ++j) r[i * ld + j] = 0;
  }
}

}  // namespace throughline::flossing::TL_LEVEL
