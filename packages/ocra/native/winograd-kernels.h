// The kernels that winograd.h declares, for the vectors of TL_LEVEL.
#pragma once

#include "product.h"
#include "tiles.h"

namespace throughline::ocra::TL_LEVEL {

/** Floats between two points of a block of tiles; not a power of two, or all points would share a few sets of the cache. */
TL_INLINE int64_t point_stride(int64_t channels) { return kBlock * channels + kChannels; }

template <bool Masked>
void transform_inputs(const Shape& s, const float* x, const float* mask, int64_t first, int64_t count, float* out) {
  for (int64_t t = 0; t < count; t++) {
    const Place at = place_of(s, first + t);
    const Window<8, Masked> window(s, s.in, x, mask, at.image, at.row - 2, at.column - 2);
    input_tile(window, s.in, out + t * s.in, point_stride(s.in));
  }
}

void convolve(const Shape& s, const float* x, const float* mask, const float* u, const float* bias, bool rectify, float* y,
              int64_t begin, int64_t end, float* scratch) {
  const int64_t in_stride = point_stride(s.in), out_stride = point_stride(s.out);
  float* inputs = scratch;
  float* products = scratch + kPoints * in_stride;
  for (int64_t first = begin; first < end; first += kBlock) {
    const int64_t count = end - first < kBlock ? end - first : kBlock;
    if (mask == nullptr) transform_inputs<false>(s, x, nullptr, first, count, inputs);
    else transform_inputs<true>(s, x, mask, first, count, inputs);
    for (int64_t p = 0; p < kPoints; p++) {
      const View a{inputs + p * in_stride, s.in, 1};
      product<false>(a, u + p * s.in * s.out, products + p * out_stride, count, s.in, s.out);
    }
    for (int64_t t = 0; t < count; t++) {
      const auto tile = rectify ? output_tile<true> : output_tile<false>;
      tile(s, products + t * s.out, out_stride, bias, y, place_of(s, first + t));
    }
  }
}

template <bool Masked>
void transform_gradients(const Shape& s, const float* dy, const float* mask, int64_t first, int64_t count, float* out,
                         float* total) {
  for (int64_t t = 0; t < count; t++) {
    const Place at = place_of(s, first + t);
    const Window<4, Masked> window(s, s.out, dy, mask, at.image, at.row, at.column);
    gradient_tile(window, s.out, out + t * s.out, point_stride(s.out), total);
  }
}

void correlate(const Shape& s, const float* x, const float* dy, const float* mask, float* du, float* dbias, int64_t begin,
               int64_t end, float* scratch) {
  const int64_t in_stride = point_stride(s.in), out_stride = point_stride(s.out);
  float* inputs = scratch;
  float* gradients = scratch + kPoints * in_stride;
  for (int64_t first = begin; first < end; first += kBlock) {
    const int64_t count = end - first < kBlock ? end - first : kBlock;
    transform_inputs<false>(s, x, nullptr, first, count, inputs);
    if (mask == nullptr) transform_gradients<false>(s, dy, nullptr, first, count, gradients, dbias);
    else transform_gradients<true>(s, dy, mask, first, count, gradients, dbias);
    for (int64_t p = 0; p < kPoints; p++) {
      const View transposed{inputs + p * in_stride, 1, s.in};
      product<true>(transposed, gradients + p * out_stride, du + p * s.in * s.out, s.in, count, s.out);
    }
  }
}

void transform(const Shape& s, const Weights& g, float* u, int64_t begin, int64_t end) {
  for (int64_t i = begin; i < end; i++) {
    for (int64_t o = 0; o < s.out; o += W) {
      Vec taps[5][5];
      for (int a = 0; a < 5; a++)
        for (int b = 0; b < 5; b++)
          for (int64_t l = 0; l < W; l++)
            taps[a][b][l] = g.data[(o + l) * g.so + i * g.si + (g.flipped ? 24 - (5 * a + b) : 5 * a + b)];
      Vec half[8][5];
      for (int p = 0; p < 8; p++)
        for (int b = 0; b < 5; b++) {
          half[p][b] = kG[p][0] * taps[0][b];
          for (int a = 1; a < 5; a++) half[p][b] += kG[p][a] * taps[a][b];
        }
      for (int p = 0; p < 8; p++)
        for (int q = 0; q < 8; q++) {
          Vec value = kG[q][0] * half[p][0];
          for (int b = 1; b < 5; b++) value += kG[q][b] * half[p][b];
          store(u + ((p * 8 + q) * s.in + i) * s.out + o, value);
        }
    }
  }
}

void restore(const Shape& s, const float* du, const Weights& g, int64_t begin, int64_t end) {
  for (int64_t i = begin; i < end; i++) {
    for (int64_t o = 0; o < s.out; o += W) {
      Vec half[8][5];
      for (int p = 0; p < 8; p++)
        for (int b = 0; b < 5; b++) {
          half[p][b] = Vec{};
          for (int q = 0; q < 8; q++) half[p][b] += kG[q][b] * load(du + ((p * 8 + q) * s.in + i) * s.out + o);
        }
      for (int a = 0; a < 5; a++)
        for (int b = 0; b < 5; b++) {
          Vec value = kG[0][a] * half[0][b];
          for (int p = 1; p < 8; p++) value += kG[p][a] * half[p][b];
          for (int64_t l = 0; l < W; l++)
            g.data[(o + l) * g.so + i * g.si + (g.flipped ? 24 - (5 * a + b) : 5 * a + b)] = value[l];
        }
    }
  }
}

}  // namespace throughline::ocra::TL_LEVEL
