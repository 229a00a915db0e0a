// Products of small matrices, with any distances between their numbers: what attention is made of.
#pragma once

#include <throughline/isa.h>

namespace throughline::cec::TL_LEVEL {

using kit::TL_LEVEL::kWidth;
using kit::TL_LEVEL::load;
using kit::TL_LEVEL::store;
using kit::TL_LEVEL::sum;
using kit::TL_LEVEL::Vector;

/** Numbers in a vector. */
constexpr int64_t kLanes = kWidth<float>;
/** Rows that a product has at once, and vectors of each: as many sums as registers hold. */
constexpr int64_t kRows = 6;
constexpr int kVectors = TL_BYTES == 64 ? 4 : 2;

TL_INLINE float dot(const float* a, const float* b, int64_t count) {
  Vector<float> sums{};
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) sums += load(a + i) * load(b + i);
  float total = sum<float>(sums);
  for (; i < count; ++i) total += a[i] * b[i];
  return total;
}

/** left, `inner` numbers in each of kRows rows. */
struct Left {
  const float* numbers;
  int64_t row, next;
};

/** Rows of vectors. */
struct Right {
  const float* numbers;
  int64_t row;
};

struct Out {
  float* numbers;
  int64_t row;
};

template <int Vectors>
TL_INLINE void multiplyVectors(int64_t inner, const Left& left, const Right& right, const Out& out, bool adds) {
  Vector<float> sums[kRows][Vectors];
  for (int m = 0; m < kRows; ++m)
    for (int v = 0; v < Vectors; ++v) sums[m][v] = adds ? load(out.numbers + m * out.row + v * kLanes) : Vector<float>{};
  const float *a = left.numbers, *b = right.numbers;
  for (int64_t k = 0; k < inner; ++k, a += left.next, b += right.row) {
    Vector<float> row[Vectors];
    for (int v = 0; v < Vectors; ++v) row[v] = load(b + v * kLanes);
    for (int m = 0; m < kRows; ++m)
      for (int v = 0; v < Vectors; ++v) sums[m][v] += row[v] * a[m * left.row];
  }
  for (int m = 0; m < kRows; ++m)
    for (int v = 0; v < Vectors; ++v) store(out.numbers + m * out.row + v * kLanes, sums[m][v]);
}

/** kRows rows of `vectors` vectors: left · right, added to what `out` holds or in its place. */
inline void multiply(int64_t inner, const Left& left, const Right& right, const Out& out, int64_t vectors, bool adds) {
  int64_t v = 0;
  const auto part = [&](auto multiplied, int64_t count) {
    for (; v + count <= vectors; v += count)
      multiplied(inner, left, Right{right.numbers + v * kLanes, right.row}, Out{out.numbers + v * kLanes, out.row}, adds);
  };
  if constexpr (kVectors > 2) part(multiplyVectors<4>, 4);
  part(multiplyVectors<2>, 2);
  part(multiplyVectors<1>, 1);
}

}  // namespace throughline::cec::TL_LEVEL
