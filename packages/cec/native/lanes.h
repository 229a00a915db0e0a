// Pictures side by side: a vector holds one number of as many pictures as it has lanes, so that whatever the sizes of pictures and the number
// of channels, no lane is idle.
#pragma once

#include "product.h"
#include "room.h"

namespace throughline::cec::TL_LEVEL {

using kit::TL_LEVEL::broadcast;

/**
 * Vectors by row, column and channel. Between two rows, before the first and after the last there is one pixel of zeros: what a window of 3
 * columns sees beside the picture. What it sees above and below is left out by loops.
 */
struct Sheet {
  float* numbers;
  int64_t rows, columns, channels;

  static int64_t size(int64_t rows, int64_t columns, int64_t channels) { return (1 + rows * (columns + 1)) * channels * kLanes; }
  /** Numbers of a row without the pixel behind it, and from row to row. */
  int64_t row() const { return columns * channels * kLanes; }
  int64_t stride() const { return row() + channels * kLanes; }
  float* at(int64_t r, int64_t c) const { return numbers + ((1 + r * (columns + 1) + c) * channels) * kLanes; }

  /** Zeros beside the picture. */
  void clearBorder() const {
    for (int64_t r = 0; r <= rows; ++r) clear(at(r, -1), channels * kLanes);
  }
};

/** A sheet with its border; the picture is still to be written. */
TL_INLINE Sheet sheet(float* numbers, int64_t rows, int64_t columns, int64_t channels) {
  const Sheet made{numbers, rows, columns, channels};
  if (numbers != nullptr) made.clearBorder();
  return made;
}

/** Rows of which three are held: row r lies at r % 3. Each has a pixel before and behind it. */
struct Ring {
  float* numbers;
  int64_t columns, channels;

  static int64_t size(int64_t columns, int64_t channels) { return 3 * (columns + 2) * channels * kLanes; }
  float* at(int64_t r) const { return numbers + (r % 3 * (columns + 2) + 1) * channels * kLanes; }
};

/** Outputs that are summed up at once. */
constexpr int64_t kAtOnce = 4;
/** Pixels, or inputs, whose sums of these outputs lie in registers. */
constexpr int kMost = TL_BYTES == 64 ? 6 : 3;

/** ReLU, which keeps what is not a number. */
TL_INLINE Vector<float> positive(Vector<float> x) { return x < Vector<float>{} ? Vector<float>{} : x; }

/** A convolution of 3 x 3 pixels. */
struct LaneConvolution {
  const float* weights;  // [3][3 * inputs][outputs]
  const float* bias;     // [outputs], or null
  int64_t outputs;
  bool hasRelu;
};

/** Three rows that a window sees, from their first pixels on; null for what lies above or below the picture. */
struct Lines {
  const float* rows[3];
  int64_t columns, channels;

  TL_INLINE Lines(const Sheet& from, int64_t row)
      : rows{row == 0 ? nullptr : from.at(row - 1, 0), from.at(row, 0), row == from.rows - 1 ? nullptr : from.at(row + 1, 0)},
        columns(from.columns),
        channels(from.channels) {}
  TL_INLINE Lines(const Ring& from, int64_t row, int64_t count)
      : rows{row == 0 ? nullptr : from.at(row - 1), from.at(row), row == count - 1 ? nullptr : from.at(row + 1)},
        columns(from.columns),
        channels(from.channels) {}
};

template <int Pixels>
TL_INLINE void convolvePixels(const LaneConvolution& c, const Lines& from, int64_t column, int64_t output, float* to) {
  const int64_t inputs = from.channels, count = 3 * inputs, outputs = c.outputs;
  Vector<float> sums[Pixels][kAtOnce];
  for (int o = 0; o < kAtOnce; ++o) {
    const Vector<float> first = c.bias == nullptr ? Vector<float>{} : broadcast<float>(c.bias[output + o]);
    for (int p = 0; p < Pixels; ++p) sums[p][o] = first;
  }
  for (int64_t ky = 0; ky < 3; ++ky) {
    if (from.rows[ky] == nullptr) continue;
    const float *x = from.rows[ky] + (column - 1) * inputs * kLanes, *w = c.weights + ky * count * outputs + output;
    for (int64_t k = 0; k < count; ++k, x += kLanes, w += outputs) {
      Vector<float> here[Pixels];
      for (int p = 0; p < Pixels; ++p) here[p] = load(x + p * inputs * kLanes);
      for (int o = 0; o < kAtOnce; ++o)
        for (int p = 0; p < Pixels; ++p) sums[p][o] += here[p] * w[o];
    }
  }
  for (int p = 0; p < Pixels; ++p)
    for (int o = 0; o < kAtOnce; ++o)
      store(to + ((column + p) * outputs + output + o) * kLanes, c.hasRelu ? positive(sums[p][o]) : sums[p][o]);
}

template <int Pixels>
TL_INLINE void convolveBlock(const LaneConvolution& c, const Lines& from, int64_t column, int64_t pixels, float* to) {
  if constexpr (Pixels > 1)
    if (pixels < Pixels) return convolveBlock<Pixels - 1>(c, from, column, pixels, to);
  for (int64_t output = 0; output < c.outputs; output += kAtOnce) convolvePixels<Pixels>(c, from, column, output, to);
}

/** A row of outputs, [columns][outputs] vectors, in blocks of about the same size. */
inline void convolveRow(const LaneConvolution& c, const Lines& from, float* to) {
  int64_t column = 0;
  for (int64_t blocks = (from.columns + kMost - 1) / kMost; blocks > 0; --blocks) {
    const int64_t pixels = (from.columns - column + blocks - 1) / blocks;
    convolveBlock<kMost>(c, from, column, pixels, to);
    column += pixels;
  }
}

inline void convolve(const LaneConvolution& c, const Sheet& from, const Sheet& to) {
  for (int64_t r = 0; r < from.rows; ++r) convolveRow(c, Lines(from, r), to.at(r, 0));
}

/** Gradients of a convolution's weights, [3][3 * inputs][outputs] vectors, and of its bias, [outputs] vectors, from rows of those of its outputs. */
struct LaneSums {
  float *weights, *bias;
  int64_t inputs, outputs;

  static int64_t size(int64_t inputs, int64_t outputs) { return (9 * inputs + 1) * outputs * kLanes; }
  static LaneSums begin(float* numbers, int64_t inputs, int64_t outputs) {
    clear(numbers, size(inputs, outputs));
    return {numbers, numbers + 9 * inputs * outputs * kLanes, inputs, outputs};
  }
};

/** Rows of gradients, a number of floats apart. */
struct Slopes {
  const float* numbers;
  int64_t stride;
};

template <int Count>
TL_INLINE void addTile(const LaneSums& sums, const Sheet& from, int64_t ky, int64_t k, int64_t output, int64_t first, int64_t end, const Slopes& slopes) {
  const int64_t inputs = sums.inputs, outputs = sums.outputs;
  float* to = sums.weights + ((ky * 3 * inputs + k) * outputs + output) * kLanes;
  Vector<float> tile[Count][kAtOnce];
  for (int i = 0; i < Count; ++i)
    for (int o = 0; o < kAtOnce; ++o) tile[i][o] = load(to + (i * outputs + o) * kLanes);
  for (int64_t r = first; r < end; ++r) {
    if (r + ky == 0 || r + ky > from.rows) continue;
    const float *x = from.at(r + ky - 1, -1) + k * kLanes, *y = slopes.numbers + (r - first) * slopes.stride + output * kLanes;
    for (int64_t c = 0; c < from.columns; ++c, x += inputs * kLanes, y += outputs * kLanes) {
      Vector<float> slope[kAtOnce];
      for (int o = 0; o < kAtOnce; ++o) slope[o] = load(y + o * kLanes);
      for (int i = 0; i < Count; ++i) {
        const Vector<float> here = load(x + i * kLanes);
        for (int o = 0; o < kAtOnce; ++o) tile[i][o] += here * slope[o];
      }
    }
  }
  for (int i = 0; i < Count; ++i)
    for (int o = 0; o < kAtOnce; ++o) store(to + (i * outputs + o) * kLanes, tile[i][o]);
}

/** Adds what rows `first` up to `end` have of the gradients; `slopes` begins with row `first`. */
inline void addRows(const LaneSums& sums, const Sheet& from, int64_t first, int64_t end, const Slopes& slopes) {
  const int64_t count = 3 * sums.inputs;
  for (int64_t ky = 0; ky < 3; ++ky)
    for (int64_t k = 0; k < count;) {
      const bool isWide = k + kMost <= count;
      for (int64_t output = 0; output < sums.outputs; output += kAtOnce) {
        if (isWide)
          addTile<kMost>(sums, from, ky, k, output, first, end, slopes);
        else
          addTile<3>(sums, from, ky, k, output, first, end, slopes);
      }
      k += isWide ? kMost : 3;
    }
  for (int64_t o = 0; o < sums.outputs; ++o) {
    Vector<float> total = load(sums.bias + o * kLanes);
    for (int64_t r = first; r < end; ++r)
      for (int64_t c = 0; c < from.columns; ++c) total += load(slopes.numbers + (r - first) * slopes.stride + (c * sums.outputs + o) * kLanes);
    store(sums.bias + o * kLanes, total);
  }
}

/** Rows that are added at once: they and their inputs stay in the first cache, and their pixels outweigh loading and storing sums. */
TL_INLINE int64_t rowsAtOnce(int64_t columns) { return columns < 24 ? 24 / columns : 1; }

inline void addAll(const LaneSums& sums, const Sheet& from, const Sheet& slopes) {
  const int64_t step = rowsAtOnce(from.columns);
  for (int64_t r = 0; r < from.rows; r += step)
    addRows(sums, from, r, r + step < from.rows ? r + step : from.rows, {slopes.at(r, 0), slopes.stride()});
}

/** Adds all lanes of the sums to the gradients of weights and bias. */
inline void addLanes(const LaneSums& sums, float* weights, float* bias) {
  const int64_t count = 9 * sums.inputs * sums.outputs;
  for (int64_t i = 0; i < count; ++i) weights[i] += sum<float>(load(sums.weights + i * kLanes));
  for (int64_t o = 0; o < sums.outputs; ++o) bias[o] += sum<float>(load(sums.bias + o * kLanes));
}

}  // namespace throughline::cec::TL_LEVEL
