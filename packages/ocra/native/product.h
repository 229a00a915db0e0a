// Products of matrices that lie in the cache.
#pragma once

#include "vectors.h"

namespace throughline::ocra::TL_LEVEL {

// Rows and vectors of a block of the result: as many as the registers hold.
constexpr int kRows = W == 4 ? 4 : 6;
constexpr int kVectors = W == 16 ? 4 : 2;

/** A matrix in memory: element (i, j) is data[i · rows + j · columns]. */
struct View {
  const float* data;
  int64_t rows, columns;
};

/** c[R, V vectors] = a[R, depth] · b[depth, V vectors], or added to c. */
template <int R, int V, bool Add>
TL_INLINE void product_block(View a, const float* b, int64_t b_rows, float* c, int64_t c_rows, int64_t depth) {
  Vec sum[R][V];
  for (int i = 0; i < R; i++)
    for (int j = 0; j < V; j++) sum[i][j] = Add ? load(c + i * c_rows + j * W) : Vec{};
  for (int64_t k = 0; k < depth; k++) {
    Vec row[V];
    for (int j = 0; j < V; j++) row[j] = load(b + k * b_rows + j * W);
    for (int i = 0; i < R; i++) {
      const float factor = a.data[i * a.rows + k * a.columns];
      for (int j = 0; j < V; j++) sum[i][j] += factor * row[j];
    }
  }
  for (int i = 0; i < R; i++)
    for (int j = 0; j < V; j++) store(c + i * c_rows + j * W, sum[i][j]);
}

/** V vectors of columns, all rows. */
template <int V, bool Add>
TL_INLINE void product_panel(View a, const float* b, int64_t b_rows, float* c, int64_t c_rows, int64_t rows, int64_t depth) {
  int64_t i = 0;
  for (; i + kRows <= rows; i += kRows)
    product_block<kRows, V, Add>({a.data + i * a.rows, a.rows, a.columns}, b, b_rows, c + i * c_rows, c_rows, depth);
  for (; i + 2 <= rows; i += 2)
    product_block<2, V, Add>({a.data + i * a.rows, a.rows, a.columns}, b, b_rows, c + i * c_rows, c_rows, depth);
  for (; i < rows; i++)
    product_block<1, V, Add>({a.data + i * a.rows, a.rows, a.columns}, b, b_rows, c + i * c_rows, c_rows, depth);
}

/** c = a · b, or c += a · b; b is [depth, columns] and c [rows, columns], columns a multiple of W. */
template <bool Add>
void product(View a, const float* b, float* c, int64_t rows, int64_t depth, int64_t columns) {
  int64_t j = 0;
  for (; j + kVectors * W <= columns; j += kVectors * W)
    product_panel<kVectors, Add>(a, b + j, columns, c + j, columns, rows, depth);
  for (; j < columns; j += W) product_panel<1, Add>(a, b + j, columns, c + j, columns, rows, depth);
}

}  // namespace throughline::ocra::TL_LEVEL
