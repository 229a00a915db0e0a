// What the kernels of matrix products are given.
#pragma once

#include <cstdint>

namespace throughline::cec {

/** Numbers, and the distances between rows and between columns. */
struct Matrix {
  const float* numbers;
  int64_t row, column;

  Matrix transposed() const { return {numbers, column, row}; }
};

/** out = [out +] left · right + bias, with ReLU or without. */
struct MatrixProduct {
  int64_t rows, columns, inner;
  Matrix left, right;
  float* out;
  int64_t outRow;
  const float* bias;  // [columns], or null
  bool adds, hasRelu;
};

struct MatrixKernels {
  /** Numbers of scratch memory. */
  int64_t (*work)();
  /** What ReLU lets pass of the gradient of its `out`, unless both are null, and the sums of the gradient's columns. */
  void (*slopes)(const float* gradient, const float* out, int64_t rows, int64_t columns, float* passed, float* sums);
  /** Rows `begin` up to but not `end`. A row's numbers are the same whatever rows are computed with it. */
  void (*multiply)(const MatrixProduct&, int64_t begin, int64_t end, float* work);
};

}  // namespace throughline::cec
