// Products of matrices, panel by panel: as many columns of the right one as registers hold sums of are laid side by side, which then stay in the
// first cache while all rows of the left one pass.
#pragma once

#include "matrices.h"
#include "product.h"
#include "room.h"

namespace throughline::cec::TL_LEVEL {

using kit::TL_LEVEL::broadcast;

/** Columns of a panel, and rows of it that are multiplied at a time: 32 KiB with AVX-512, the first cache. */
constexpr int64_t kPanel = kVectors * kLanes, kDeep = 128;

/** What a tile of sums begins with and ends with. */
struct Ends {
  const float* bias;  // of the panel's columns, or null
  bool adds, hasRelu;
};

template <int Rows>
TL_INLINE void tile(int64_t inner, const Left& left, const float* panel, const Out& out, const Ends& ends) {
  Vector<float> sums[Rows][kVectors];
  for (int v = 0; v < kVectors; ++v) {
    const Vector<float> first = ends.bias == nullptr ? Vector<float>{} : load(ends.bias + v * kLanes);
    for (int m = 0; m < Rows; ++m) sums[m][v] = ends.adds ? load(out.numbers + m * out.row + v * kLanes) + first : first;
  }
  const float* a = left.numbers;
  for (int64_t k = 0; k < inner; ++k, a += left.next, panel += kPanel) {
    Vector<float> row[kVectors];
    for (int v = 0; v < kVectors; ++v) row[v] = load(panel + v * kLanes);
    for (int m = 0; m < Rows; ++m)
      for (int v = 0; v < kVectors; ++v) sums[m][v] += row[v] * a[m * left.row];
  }
  for (int m = 0; m < Rows; ++m)
    for (int v = 0; v < kVectors; ++v) {
      const Vector<float> sum = sums[m][v];
      store(out.numbers + m * out.row + v * kLanes, ends.hasRelu ? (sum < Vector<float>{} ? Vector<float>{} : sum) : sum);
    }
}

template <int Rows>
TL_INLINE void tileOf(int64_t rows, int64_t inner, const Left& left, const float* panel, const Out& out, const Ends& ends) {
  if constexpr (Rows > 1)
    if (rows < Rows) return tileOf<Rows - 1>(rows, inner, left, panel, out, ends);
  tile<Rows>(inner, left, panel, out, ends);
}

/** Rows `k` of a panel that begins at a column; zeros behind the last column. */
TL_INLINE void layPanel(const Matrix& right, int64_t column, int64_t columns, int64_t k, int64_t count, float* panel) {
  const float* from = right.numbers + column * right.column + k * right.row;
  if (columns < kPanel) clear(panel, count * kPanel);
  if (right.column == 1) {
    for (int64_t i = 0; i < count; ++i)
      for (int64_t c = 0; c < columns; ++c) panel[i * kPanel + c] = from[i * right.row + c];
    return;
  }
  // Columns that lie along memory: a few numbers of each at a time, so that what is written stays in the cache.
  for (int64_t begin = 0; begin < count; begin += 16) {
    const int64_t end = begin + 16 < count ? begin + 16 : count;
    for (int64_t c = 0; c < columns; ++c)
      for (int64_t i = begin; i < end; ++i) panel[i * kPanel + c] = from[i * right.row + c * right.column];
  }
}

inline void multiplyRows(const MatrixProduct& p, int64_t begin, int64_t end, float* work) {
  float *panel = work, *bias = panel + kDeep * kPanel, *part = bias + kPanel;
  for (int64_t column = 0; column < p.columns; column += kPanel) {
    const int64_t columns = p.columns - column < kPanel ? p.columns - column : kPanel;
    const bool isWhole = columns == kPanel;
    if (p.bias != nullptr)
      for (int64_t c = 0; c < kPanel; ++c) bias[c] = c < columns ? p.bias[column + c] : 0.0f;
    for (int64_t k = 0; k < p.inner; k += kDeep) {
      const int64_t count = p.inner - k < kDeep ? p.inner - k : kDeep;
      layPanel(p.right, column, columns, k, count, panel);
      const Ends ends{k == 0 && p.bias != nullptr ? bias : nullptr, k > 0 || p.adds, p.hasRelu && k + count == p.inner};
      for (int64_t r = begin; r < end; r += kRows) {
        const int64_t rows = end - r < kRows ? end - r : kRows;
        const Left left{p.left.numbers + r * p.left.row + k * p.left.column, p.left.row, p.left.column};
        float* to = p.out + r * p.outRow + column;
        if (isWhole) {
          tileOf<kRows>(rows, count, left, panel, {to, p.outRow}, ends);
          continue;
        }
        if (ends.adds)
          for (int64_t m = 0; m < rows; ++m)
            for (int64_t c = 0; c < columns; ++c) part[m * kPanel + c] = to[m * p.outRow + c];
        tileOf<kRows>(rows, count, left, panel, {part, kPanel}, ends);
        for (int64_t m = 0; m < rows; ++m)
          for (int64_t c = 0; c < columns; ++c) to[m * p.outRow + c] = part[m * kPanel + c];
      }
    }
  }
}

/** Numbers of scratch memory of `multiplyRows`. */
inline int64_t multiplyWork() { return kDeep * kPanel + kPanel + kRows * kPanel; }

inline void slopes(const float* gradient, const float* out, int64_t rows, int64_t columns, float* passed, float* sums) {
  clear(sums, columns);
  for (int64_t r = 0; r < rows; ++r, gradient += columns) {
    const float* from = gradient;
    if (out != nullptr) {
      for (int64_t c = 0; c < columns; ++c) passed[c] = out[c] > 0 ? gradient[c] : 0.0f;
      from = passed;
      out += columns;
      passed += columns;
    }
    for (int64_t c = 0; c < columns; ++c) sums[c] += from[c];
  }
}

constexpr MatrixKernels kMatrices{multiplyWork, slopes, multiplyRows};

}  // namespace throughline::cec::TL_LEVEL
