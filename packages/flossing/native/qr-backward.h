// The derivative of A = Q R: from gradients of Q and of ln R_ii to that of A.
//
//   Ā = (Q̄ + Q S) R⁻ᵀ,  S the symmetric matrix whose lower triangle is that of R R̄ᵀ − Q̄ᵀ Q
//
// (Walter and Lehmann 2010, eq. 42; Liao et al. 2019). R̄ is diagonal here, R̄_ii = ḡ_i / R_ii, so R R̄ᵀ adds ḡ_i to the
// diagonal and nothing to the lower triangle.
#pragma once

#include "product.h"
#include "transpose.h"

namespace throughline::flossing::TL_LEVEL {

/** Vectors in a block of columns that is solved for at once: so many that its products fill the registers of a tile. */
inline constexpr int64_t kSolved = TL_BYTES >= 64 ? 1 : 2;

/** What the derivative of n × k decompositions needs. */
template <class T>
struct QrBackwardWorkspace {
  int64_t n, k, ld;
  T* symmetric;  // [ld][ld]
  T* turned;     // [ld][ld]: R transposed
  T* inverse;    // [block][block] with block = kSolved · w

  static int64_t size(int64_t k) {
    return 2 * spacing<T>(k) * spacing<T>(k) + kSolved * kSolved * kWidth<T> * kWidth<T>;
  }
  QrBackwardWorkspace(T* memory, int64_t n, int64_t k) : n(n), k(k), ld(spacing<T>(k)) {
    symmetric = memory;
    turned = symmetric + ld * ld;
    inverse = turned + ld * ld;
  }
};

/** −S into `symmetric`: the lower triangle of Q̄ᵀ Q, mirrored, less ḡ on the diagonal. */
template <class T>
TL_INLINE void makeSymmetric(const T* q, const T* gradQ, const T* gradLogs, const QrBackwardWorkspace<T>& work) {
  constexpr int64_t w = kWidth<T>;
  const int64_t ld = work.ld, k = work.k;
  T* s = work.symmetric;
  for (int64_t j = 0; j < k; j += w) {
    // Rows j … of the transposed triangle: s[j][i] = Σ_n Q̄[n, i] Q[n, j] for i from j's vector on.
    const int64_t rows = k - j < w ? k - j : w;
    product<T, Into::set>({gradQ + j, ld, q + j, ld, 1, s + j * ld + j, ld}, (ld - j) / w, rows, work.n);
    for (int64_t u = 0; u < rows; ++u)
      for (int64_t i = 0; i < u; ++i) s[(j + u) * ld + j + i] = s[(j + i) * ld + j + u];
    for (int64_t u = 0; u < rows; ++u) s[(j + u) * ld + j + u] -= gradLogs[j + u];
    // Below the block: the mirror image of what is right of it.
    if (j + w < ld) {
      for (int64_t u = rows; u < w; ++u)
        for (int64_t i = j; i < ld; i += w) store(s + (j + u) * ld + i, Vector<T>{});
      transpose<T>(s + j * ld + j + w, ld, w, (ld - j - w) / w, s + (j + w) * ld + j, ld);
    }
  }
}

/** X ← X L⁻¹ for the block of columns [j, j + Height · w), L = R_JJᵀ. Columns of length 0 carry no gradient. */
template <class T, int Height>
TL_INLINE void solveBlock(T* x, const T* r, int64_t j, T smallest, const QrBackwardWorkspace<T>& work) {
  constexpr int64_t w = kWidth<T>, block = Height * w;
  const int64_t ld = work.ld, width = work.k - j < block ? work.k - j : block;
  T* z = work.inverse;  // row l: L⁻¹[l, ·]
  for (int64_t l = 0; l < width; ++l) {
    Vector<T> row[Height]{}, other[Height]{};
    row[l / w][l % w] = 1;
    for (int64_t m = 0; m < l; ++m)
      for (int v = 0; v < Height; ++v) {
        const Vector<T> term = load(z + m * block + v * w) * r[(j + m) * ld + j + l];
        if (m & 1) other[v] -= term;
        else row[v] -= term;
      }
    const T diagonal = r[(j + l) * ld + j + l], inverse = diagonal > smallest ? 1 / diagonal : T(0);
    for (int v = 0; v < Height; ++v) store(z + l * block + v * w, (row[v] + other[v]) * inverse);
  }
  // In place: a tile of the product is written after its rows have been read.
  product<T, Into::set>({z, block, x + j, 1, ld, x + j, ld}, Height, work.n, width);
}

/** The same, with what the columns after the block have in it taken away first. */
template <class T, int Height>
TL_INLINE void solveColumns(T* x, const T* r, int64_t j, T smallest, const QrBackwardWorkspace<T>& work) {
  const int64_t ld = work.ld, after = j + Height * kWidth<T>;
  if (after < work.k)
    product<T, Into::subtract>({work.turned + after * ld + j, ld, x + after, 1, ld, x + j, ld}, Height, work.n, work.k - after);
  solveBlock<T, Height>(x, r, j, smallest, work);
}

/**
 * The gradient of A, in place of that of Q in `gradQ` [n][ld].
 * @param gradLogs [k], those of ln R_ii
 * @param smallest R_ii that counts as 0
 */
template <class T>
void decomposeBackward(const T* q, const T* r, const T* gradLogs, T* gradQ, T smallest,
                       const QrBackwardWorkspace<T>& work) {
  constexpr int64_t w = kWidth<T>;
  const int64_t n = work.n, k = work.k, ld = work.ld;
  makeSymmetric<T>(q, gradQ, gradLogs, work);
  product<T, Into::subtract>({work.symmetric, ld, q, 1, ld, gradQ, ld}, ld / w, n, k);
  for (int64_t j = 0; j < ld; j += w)
    transpose<T>(r + j, ld, j + w < k ? j + w : k, 1, work.turned + j * ld, ld);
  int64_t j = ld;
  for (; j >= kSolved * w; j -= kSolved * w) solveColumns<T, kSolved>(gradQ, r, j - kSolved * w, smallest, work);
  if (j > 0) solveColumns<T, 1>(gradQ, r, 0, smallest, work);
}

}  // namespace throughline::flossing::TL_LEVEL
