// What the kernels of banded attention are given. Everything is by rows; pointers are to one sequence and one head of it, unless said.
#pragma once

#include <cstdint>

namespace throughline::cec {

/** Sizes of attention over a window of steps. */
struct Band {
  int64_t steps, window, heads, each, parts;  // each: numbers of a head; parts: of the bias

  int64_t width() const { return heads * each; }
  int64_t columns() const { return window + steps; }
};

/** One head of one sequence. Rows of queries, keys, values are `width` apart, those of `relative` heads * parts. */
struct HeadInputs {
  const float* queries;   // [steps][each]
  const float* keys;      // [window + steps][each]
  const float* values;    // [window + steps][each]
  const float* relative;  // [steps][parts]
  const float* table;     // [parts][window], by distance
  /** Columns before this one are absent. */
  int64_t begin;
  /** 0, or minus infinity for what is absent, [window]; null if nothing is from `begin` on. */
  const float* absent;
};

/** out = weight · x + bias for each row of x. */
struct Linear {
  const float* weight;  // [outputs][inputs]
  const float* bias;    // [outputs], or null
  int64_t inputs, outputs;
};

/** (x - mean) / sqrt(variance + epsilon) * weight + bias for each row of x. */
struct Norm {
  const float *weight, *bias;  // [size]
  int64_t size;
  float epsilon;
};

/** Gradients of the same, with the same distances between rows; `table` is this head's share. */
struct HeadGradients {
  const float* out;   // as queries
  const float* sums;  // [steps]
  const float* given;  // gradient of out
  float *queries, *keys, *values, *relative, *table;
};

/** Numbers of scratch memory, a multiple of 16, for a call of the others. */
struct AttentionKernels {
  int64_t (*forwardWork)(const Band&);
  int64_t (*backwardWork)(const Band&);
  /** Writes a head's outputs, in rows `width` apart, and the logarithms of its rows' sums unless `sums` is null. */
  void (*forward)(const Band&, const HeadInputs&, float* out, float* sums, float* work);
  void (*backward)(const Band&, const HeadInputs&, const HeadGradients&, float* work);
  /**
   * `count` heads of a sequence's only step, whose own key and value lie apart. `work` holds `count` times the window, rounded up to 16,
   * numbers.
   */
  void (*step)(const Band&, const HeadInputs& first, const float* key, const float* value, int64_t count, float* out, float* work);
  void (*linear)(const Linear&, const float* x, int64_t rows, float* out);
  void (*normalise)(const Norm&, const float* x, int64_t rows, float* out);
};

}  // namespace throughline::cec
