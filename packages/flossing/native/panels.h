// A panel of reflections as one: H₁ H₂ … = I − W Vᵀ (Bischof and Van Loan, 1987), the reflections' vectors the columns of V,
// and W = V T with T upper triangular (Schreiber and Van Loan, 1989).
#pragma once

#include "product.h"
#include "transpose.h"

namespace throughline::flossing::TL_LEVEL {

/** Columns of a panel, and up to how many columns a matrix is treated undivided. */
inline constexpr int64_t kPanel = 16, kUndivided = 96;

/** Vectors of a row that a panel acts on at once: so many that they stay in the second-level cache between two products. */
inline constexpr int64_t kAtOnce = 384 / TL_BYTES;

/** Memory that decompositions of n × k matrices need beside the matrix itself. */
template <class T>
struct QrWorkspace {
  int64_t n, k, ld;  // the matrix: n rows of k numbers, ld apart
  int64_t length;    // numbers between two reflectors
  int64_t panel;     // columns of a panel
  T* tau;            // [k]
  T* signs;          // [ld]: those of the columns of Q; zeros after them
  T* reflectors;     // [k][length]: u of each reflection H = I − τ u uᵀ, zeros before its first row; whole panels
  T* combined;       // [k / kPanel][length][kPanel]: W of each panel
  T* dots;           // [kPanel][ld]
  T* copy;           // [length][kPanel]: a panel of the matrix, or its V
  const Pool* pool;

  /** Columns with those that make the last panel whole: their reflections are the identity. */
  static int64_t filled(int64_t k) { return (k + kPanel - 1) / kPanel * kPanel; }
  static int64_t size(int64_t n, int64_t k) {
    const int64_t length = spacing<T>(n), ld = spacing<T>(k);
    return 2 * filled(ld) + (k <= kUndivided ? k : 2 * filled(k)) * length + kPanel * (ld + length);
  }
  QrWorkspace(T* memory, int64_t n, int64_t k, const Pool* pool)
      : n(n), k(k), ld(spacing<T>(k)), length(spacing<T>(n)), panel(k <= kUndivided ? k : kPanel), pool(pool) {
    tau = memory;
    signs = tau + filled(ld);
    reflectors = signs + filled(ld);
    combined = reflectors + (panel == k ? k : filled(k)) * length;
    dots = combined + (panel == k ? 0 : filled(k)) * length;
    copy = dots + kPanel * ld;
  }
  /** W of the panel at column `begin`. */
  T* combinedOf(int64_t begin) const { return combined + begin * length; }
};

/** Copies `vectors` vectors of each of the n rows. */
template <class T>
TL_INLINE void copyColumns(const T* from, int64_t ldFrom, T* to, int64_t ldTo, int64_t n, int64_t vectors) {
  for (int64_t i = 0; i < n; ++i)
    for (int64_t v = 0; v < vectors; ++v) store(to + i * ldTo + v * kWidth<T>, load(from + i * ldFrom + v * kWidth<T>));
}

/** W of the panel at `begin`, and its V as columns in `copy`, both from row `begin` on. */
template <class T>
void combine(int64_t begin, const QrWorkspace<T>& work) {
  constexpr int64_t w = kWidth<T>, height = kPanel / w;
  const int64_t count = work.n - begin;
  transpose<T>(work.reflectors + begin * work.length + begin, work.length, kPanel, rounded<T>(count) / w, work.copy, kPanel);
  T inner[kPanel * kPanel], columns[kPanel * kPanel], rows[kPanel * kPanel];
  product<T, Into::set>({work.copy, kPanel, work.copy, kPanel, 1, inner, kPanel}, height, kPanel, count);
  for (int64_t c = 0; c < kPanel; ++c) {  // column c of T: −τ T (Vᵀ v_c) of the columns before, and τ
    const T tau = work.tau[begin + c];
    Vector<T> column[height]{};
    for (int64_t l = 0; l < c; ++l)
      for (int64_t v = 0; v < height; ++v) column[v] -= load(columns + l * kPanel + v * w) * (tau * inner[c * kPanel + l]);
    for (int64_t v = 0; v < height; ++v) store(columns + c * kPanel + v * w, column[v]);
    columns[c * kPanel + c] = tau;
  }
  transpose<T>(columns, kPanel, kPanel, height, rows, kPanel);
  product<T, Into::set>({rows, kPanel, work.copy, 1, kPanel, work.combinedOf(begin), kPanel}, height, count, kPanel);
}

/**
 * The columns of `a` after the panel at `begin`: a ← a − to (fromᵀ a), of rows `begin` and below. Number c of row l of `from`
 * is from[l·fromRow + c·fromColumn], and so on.
 */
template <class T>
void applyPanel(T* a, int64_t begin, const T* from, int64_t fromRow, int64_t fromColumn, const T* to, int64_t toRow,
                int64_t toColumn, const QrWorkspace<T>& work) {
  constexpr int64_t w = kWidth<T>;
  const int64_t end = begin + kPanel, count = work.n - begin, ld = work.ld;
  work.pool->share((ld - end) / w, 2 * w * count * kPanel, [=, &work](int64_t first, int64_t last) {
    for (int64_t done = first; done < last; done += kAtOnce) {
      const int64_t at = end + done * w, vectors = last - done < kAtOnce ? last - done : kAtOnce;
      T *rows = a + begin * ld + at, *dots = work.dots + at;
      product<T, Into::set>({rows, ld, from, fromRow, fromColumn, dots, ld}, vectors, kPanel, count);
      product<T, Into::subtract>({dots, ld, to, toColumn, toRow, rows, ld}, vectors, count, kPanel);
    }
  });
}

}  // namespace throughline::flossing::TL_LEVEL
