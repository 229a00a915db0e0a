// Convolutions of 3 x 3 pixels of one picture, which lies in the first or second cache. A picture is padded by a pixel of zeros
// on each side, channels last: the 3 * channels numbers under a row of the window then follow each other.
#pragma once

#include <throughline/isa.h>

#include "kernels.h"

namespace throughline::cec::TL_LEVEL {

/** Vectors of `Width` numbers, and how many of them hold `Channels` outputs. */
template <int Channels>
struct Outputs {
  static constexpr int width = TL_BYTES / 4 < Channels ? TL_BYTES / 4 : Channels, vectors = Channels / width;
  typedef float Vector __attribute__((vector_size(width * 4)));
  typedef float Loose __attribute__((vector_size(width * 4), aligned(4), may_alias));
  typedef int32_t Integers __attribute__((vector_size(width * 4)));
  static TL_INLINE Vector load(const float* from) { return *reinterpret_cast<const Loose*>(from); }
  static TL_INLINE void store(float* to, Vector value) { *reinterpret_cast<Loose*>(to) = value; }
};

/** Sums that registers hold at once, in vectors. */
constexpr int kSums = 12;

/** A padded picture. */
struct Padded {
  float* numbers;
  int64_t row, channels;  // numbers from row to row, and channels
  float* at(int64_t r, int64_t c) const { return numbers + r * row + c * channels; }
};

struct Convolution {
  const float* from;  // padded
  int64_t fromRow, inputs;
  const float* weights;  // [3][3 * inputs][outputs]
  const float* bias;     // [outputs], or null
  float* to;
  int64_t toRow, outputs, rows, columns;
};

template <int Channels, int Pixels>
TL_INLINE void pixels(const Convolution& c, const float* from, const float* weights, const float* bias, float* to) {
  using O = Outputs<Channels>;
  typename O::Vector sums[Pixels][O::vectors];
  for (int v = 0; v < O::vectors; ++v) {
    const typename O::Vector first = bias == nullptr ? typename O::Vector{} : O::load(bias + v * O::width);
    for (int p = 0; p < Pixels; ++p) sums[p][v] = first;
  }
  const int64_t inputs = c.inputs, count = 3 * inputs, outputs = c.outputs;
  for (int ky = 0; ky < 3; ++ky, from += c.fromRow)
    for (int64_t k = 0; k < count; ++k, weights += outputs) {
      typename O::Vector w[O::vectors];
      for (int v = 0; v < O::vectors; ++v) w[v] = O::load(weights + v * O::width);
      for (int p = 0; p < Pixels; ++p)
        for (int v = 0; v < O::vectors; ++v) sums[p][v] += w[v] * from[p * inputs + k];
    }
  for (int p = 0; p < Pixels; ++p)
    for (int v = 0; v < O::vectors; ++v) O::store(to + p * outputs + v * O::width, sums[p][v]);
}

/** Rows in blocks of pixels; the last block of a row begins early enough to end with it. */
template <int Channels, int Pixels>
TL_INLINE void inBlocks(const Convolution& c, int64_t channel) {
  for (int64_t r = 0; r < c.rows; ++r)
    for (int64_t column = 0; column < c.columns; column += Pixels) {
      const int64_t at = column + Pixels <= c.columns ? column : c.columns - Pixels;
      pixels<Channels, Pixels>(c, c.from + r * c.fromRow + at * c.inputs, c.weights + channel, c.bias == nullptr ? nullptr : c.bias + channel,
                               c.to + r * c.toRow + at * c.outputs + channel);
    }
}

template <int Channels>
TL_INLINE void convolveChannels(const Convolution& c, int64_t channel) {
  constexpr int most = kSums / Outputs<Channels>::vectors;
  if (c.columns >= most) return inBlocks<Channels, most>(c, channel);
  if constexpr (most > 6)
    if (c.columns >= 6) return inBlocks<Channels, 6>(c, channel);
  if constexpr (most > 3)
    if (c.columns >= 3) return inBlocks<Channels, 3>(c, channel);
  inBlocks<Channels, 1>(c, channel);
}

inline void convolve(const Convolution& c) {
  int64_t channel = 0;
  for (; channel + 16 <= c.outputs; channel += 16) convolveChannels<16>(c, channel);
  if (channel < c.outputs) convolveChannels<8>(c, channel);
}

}  // namespace throughline::cec::TL_LEVEL
