// Reduced QR decomposition by Householder reflections, with a positive diagonal of R, and its derivative.
//
// Matrices are stored by rows: row n of a matrix of k columns is a[n·ld … n·ld + k), ld a whole number of vectors, zeros after
// k. So a reflection needs no sum across a vector. Wide matrices are treated in panels, whose reflections act on the columns
// after them as I − V T Vᵀ (the compact WY form of Schreiber and Van Loan 1989).
#pragma once

#include "product.h"
#include "transpose.h"

namespace throughline::flossing::TL_LEVEL {

/** Columns of a panel, and up to how many columns a matrix is one panel. */
inline constexpr int64_t kPanel = 16, kUndivided = 96;

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

/** What decompositions of n × k matrices need beside the matrix itself. */
template <class T>
struct QrWorkspace {
  int64_t n, k, ld;  // the matrix: n rows of k numbers, ld apart
  int64_t length;    // numbers between two reflectors
  T* tau;            // [k]
  T* signs;          // [k]
  T* reflectors;     // [k][length]: u of each reflection H = I − τ u uᵀ, zeros before its first row
  T* triangles;      // [k][kPanel]: T of each panel, by columns
  T* dots;           // [kPanel][ld]
  T* mixed;          // [kPanel][ld]
  T* copy;           // [length][kPanel]: a panel of the matrix, or of reflections as columns
  const Pool* pool;

  static int64_t size(int64_t n, int64_t k) {
    const int64_t ld = spacing<T>(k), length = spacing<T>(n);
    return 2 * ld + k * length + (ld + kPanel) * kPanel + 2 * kPanel * ld + length * kPanel;
  }
  QrWorkspace(T* memory, int64_t n, int64_t k, const Pool* pool)
      : n(n), k(k), ld(spacing<T>(k)), length(spacing<T>(n)), pool(pool) {
    tau = memory;
    signs = tau + ld;
    reflectors = signs + ld;
    triangles = reflectors + k * length;
    dots = triangles + (ld + kPanel) * kPanel;
    mixed = dots + kPanel * ld;
    copy = mixed + kPanel * ld;
  }
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

/**
 * Reflections j = begin … end − 1, applied to the columns from j to the vector that `end` lies in. Column j is column
 * j − shift of `a`, which holds all n rows.
 */
template <class T>
TL_INLINE void factorPanel(T* a, int64_t n, int64_t ld, int64_t begin, int64_t end, int64_t shift,
                           const QrWorkspace<T>& work) {
  constexpr int64_t w = kWidth<T>;
  Vector<T> sums[kWidest];
  bool isStarted = false;
  for (int64_t j = begin; j < end; ++j) {
    T* v = work.reflectors + j * work.length;
    for (int64_t i = 0; i < j; ++i) v[i] = 0;
    const int64_t first = (j - shift) / w * w, lane = j - shift - first;
    const int64_t vectors = (rounded<T>(end - shift) - first) / w;
    T* corner = a + j * ld + first;
    T& tau = work.tau[j];
    tau = 0;
    if (vectors <= kWidest) {
      if (!isStarted) startSums<T>(corner, ld, n - j, lane, vectors, sums);
      reflectOntoAll<T>(corner, ld, n - j, lane, vectors, v + j, tau, sums);
      isStarted = tau != 0;
      // The next column is the first of the next vector.
      if (lane == w - 1)
        for (int64_t i = 1; i < vectors; ++i) sums[i - 1] = sums[i];
    }
    if (tau == 0) reflectScaled<T>(corner, ld, n - j, lane, vectors, v + j, tau);
  }
}

/** Copies `vectors` vectors of each of the n rows. */
template <class T>
TL_INLINE void copyColumns(const T* from, int64_t ldFrom, T* to, int64_t ldTo, int64_t n, int64_t vectors) {
  for (int64_t i = 0; i < n; ++i)
    for (int64_t v = 0; v < vectors; ++v) store(to + i * ldTo + v * kWidth<T>, load(from + i * ldFrom + v * kWidth<T>));
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

/** The reflections of a whole panel as columns of `copy`, from row `begin` on: what the products read lies together. */
template <class T>
TL_INLINE void turnPanel(int64_t begin, const QrWorkspace<T>& work) {
  transpose<T>(work.reflectors + begin * work.length + begin, work.length, kPanel, rounded<T>(work.n - begin) / kWidth<T>,
               work.copy, kPanel);
}

/** T of the whole panel at `begin`, turned: H_begin … H_begin+kPanel−1 = I − V T Vᵀ, T upper triangular. */
template <class T>
void makeTriangle(int64_t begin, const QrWorkspace<T>& work) {
  constexpr int64_t w = kWidth<T>, height = kPanel / w;
  T inner[kPanel * kPanel];
  product<T, Into::set>({work.copy, kPanel, work.copy, kPanel, 1, inner, kPanel}, height, kPanel, work.n - begin);
  T* triangle = work.triangles + begin * kPanel;
  for (int64_t c = 0; c < kPanel; ++c) {
    const T tau = work.tau[begin + c];
    Vector<T> column[height]{};
    for (int64_t l = 0; l < c; ++l)
      for (int64_t v = 0; v < height; ++v)
        column[v] -= load(triangle + l * kPanel + v * w) * (tau * inner[c * kPanel + l]);
    for (int64_t v = 0; v < height; ++v) store(triangle + c * kPanel + v * w, column[v]);
    triangle[c * kPanel + c] = tau;
  }
}

/** The columns of `a` after the whole panel at `begin` ← (I − V T Vᵀ) a, or with Tᵀ; V is in `copy`. */
template <class T>
void applyPanel(T* a, int64_t begin, bool transposed, const QrWorkspace<T>& work) {
  constexpr int64_t w = kWidth<T>;
  const int64_t end = begin + kPanel, count = work.n - begin, ld = work.ld;
  const int64_t down = transposed ? 1 : kPanel, across = transposed ? kPanel : 1;
  const T *v = work.copy, *triangle = work.triangles + begin * kPanel;
  work.pool->share((ld - end) / w, 2 * w * count * kPanel, [=, &work](int64_t from, int64_t to) {
    const int64_t at = end + from * w, vectors = to - from;
    T* rows = a + begin * ld + at;
    T *dots = work.dots + at, *mixed = work.mixed + at;
    product<T, Into::set>({rows, ld, v, kPanel, 1, dots, ld}, vectors, kPanel, count);
    product<T, Into::set>({dots, ld, triangle, down, across, mixed, ld}, vectors, kPanel, kPanel);
    product<T, Into::subtract>({mixed, ld, v, 1, kPanel, rows, ld}, vectors, count, kPanel);
  });
}

/** A ← Q R in compact form: R above the diagonal (its signs not yet mended), the reflections in the workspace. */
template <class T>
void factor(T* a, int64_t panel, const QrWorkspace<T>& work) {
  const int64_t n = work.n, k = work.k, ld = work.ld;
  for (int64_t begin = 0; begin < k; begin += panel) {
    const int64_t end = begin + panel < k ? begin + panel : k;
    for (int64_t j = begin; j < end; ++j)
      for (int64_t i = n; i < work.length; ++i) work.reflectors[j * work.length + i] = 0;
    if (panel >= k) return factorPanel<T>(a, n, ld, begin, end, 0, work);
    factorCopy<T>(a, n, ld, begin, end, work.copy, work);
    if (end == k) return;
    turnPanel<T>(begin, work);
    makeTriangle<T>(begin, work);
    applyPanel<T>(a, begin, true, work);
  }
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

/**
 * Reflections end − 1 … begin applied to columns `begin` and after of `at`, in which row j of the columns from j on is still
 * that of a unit matrix (times a sign) when reflection j comes.
 */
template <class T>
TL_INLINE void reflectWithin(T* at, int64_t between, int64_t begin, int64_t end, const QrWorkspace<T>& work) {
  constexpr int64_t w = kWidth<T>;
  const int64_t all = between / w;
  if (all > kWidest) {
    for (int64_t j = end - 1; j >= begin; --j) {
      if (work.tau[j] == 0) continue;
      const int64_t first = (j - begin) / w;
      reflectAll<T>(work.reflectors + j * work.length + j, work.tau[j], at + j * between + first * w, between, work.n - j,
                    all - first);
    }
    return;
  }
  // Of each reflection the sums over the rows below its own, by vector of the row.
  Vector<T> sums[kWidest];
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
    reflectBackAll<T>(rows, between, work.n - j, all - first, u, work.tau[j], next, sums + first);
  }
}

/** Q from the reflections, times the signs: they act on the first k unit vectors, reflection j not on those before j. */
template <class T>
void formQ(T* a, int64_t panel, const QrWorkspace<T>& work) {
  constexpr int64_t w = kWidth<T>;
  const int64_t n = work.n, k = work.k, ld = work.ld;
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = 0; j < ld; j += w) store(a + i * ld + j, Vector<T>{});
    if (i < k) a[i * ld + i] = work.signs[i];
  }
  if (panel >= k) return reflectWithin(a, ld, 0, k, work);
  for (int64_t begin = (k - 1) / panel * panel; begin >= 0; begin -= panel) {
    const int64_t end = begin + panel < k ? begin + panel : k, between = rounded<T>(end - begin);
    copyColumns<T>(a + begin, ld, work.copy, between, n, between / w);
    reflectWithin(work.copy, between, begin, end, work);
    copyColumns<T>(work.copy, between, a + begin, ld, n, between / w);
    if (end == k) continue;
    turnPanel<T>(begin, work);
    applyPanel<T>(a, begin, false, work);
  }
}

/**
 * Decomposes `a` (n rows, k ≤ n columns) in place into Q; R goes to r, k rows of the same ld, its diagonal positive (or 0,
 * where columns are dependent), zeros below it.
 */
template <class T>
void decompose(T* a, T* r, const QrWorkspace<T>& work) {
  constexpr int64_t w = kWidth<T>;
  const int64_t k = work.k, ld = work.ld, panel = k <= kUndivided ? k : kPanel;
  factor<T>(a, panel, work);
  for (int64_t i = 0; i < k; ++i) {
    const T sign = a[i * ld + i] < 0 ? T(-1) : T(1);
    work.signs[i] = sign;
    const int64_t first = i / w * w;
    for (int64_t j = 0; j < first; j += w) store(r + i * ld + j, Vector<T>{});
    for (int64_t j = first; j < ld; j += w) store(r + i * ld + j, load(a + i * ld + j) * sign);
    for (int64_t j = first; j < i; ++j) r[i * ld + j] = 0;
  }
  formQ<T>(a, panel, work);
}

}  // namespace throughline::flossing::TL_LEVEL
