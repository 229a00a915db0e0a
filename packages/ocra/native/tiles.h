// Tiles of images, to and from the points that they are multiplied at.
#pragma once

#include "transforms.h"

namespace throughline::ocra::TL_LEVEL {

/** Where a tile is: image, and its first row and column of outputs. */
struct Place {
  int64_t image, row, column;
};

TL_INLINE Place place_of(const Shape& s, int64_t tile) {
  const int64_t columns = s.columns(), rows = s.rows();
  return {tile / (rows * columns), tile / columns % rows * kTile, tile % columns * kTile};
}

/**
 * A square of pixels of x, [n, h, w, channels], whose first one is at (row, column) of an image; outside the image they are
 * 0, and if Masked they are 0 where `mask`, of x's shape, is not positive.
 */
template <int Size, bool Masked>
struct Window {
  const float* x;
  const float* mask;
  int64_t pixel[Size][Size];  // its first channel; negative outside the image

  Window(const Shape& s, int64_t channels, const float* x, const float* mask, int64_t image, int64_t row, int64_t column)
      : x(x), mask(mask) {
    for (int i = 0; i < Size; i++)
      for (int j = 0; j < Size; j++) {
        const int64_t y = row + i, z = column + j;
        const bool inside = y >= 0 && y < s.h && z >= 0 && z < s.w;
        pixel[i][j] = inside ? ((image * s.h + y) * s.w + z) * channels : -1;
      }
  }

  Vec at(int i, int j, int64_t channel) const {
    const int64_t p = pixel[i][j];
    if (p < 0) return Vec{};
    const Vec value = load(x + p + channel);
    return Masked ? keep_where_positive(value, load(mask + p + channel)) : value;
  }
};

/** Bᵀ d B of one tile, W channels at a time; point p of channel c goes to out[p · stride + c]. */
template <bool Masked>
void input_tile(const Window<8, Masked>& window, int64_t channels, float* out, int64_t stride) {
  for (int64_t c = 0; c < channels; c += W) {
    Vec half[8][8]; // [column, point]
    for (int j = 0; j < 8; j++) {
      Vec d[8];
      for (int i = 0; i < 8; i++) d[i] = window.at(i, j, c);
      input_axis(d, half[j]);
    }
    for (int i = 0; i < 8; i++) {
      Vec d[8], r[8];
      for (int j = 0; j < 8; j++) d[j] = half[j][i];
      input_axis(d, r);
      for (int j = 0; j < 8; j++) store(out + (i * 8 + j) * stride + c, r[j]);
    }
  }
}

/** A g Aᵀ of one tile of gradients; adds their sum to `total`. */
template <bool Masked>
void gradient_tile(const Window<4, Masked>& window, int64_t channels, float* out, int64_t stride, float* total) {
  for (int64_t c = 0; c < channels; c += W) {
    Vec half[4][8]; // [column, point]
    Vec sum = load(total + c);
    for (int j = 0; j < 4; j++) {
      Vec g[4];
      for (int i = 0; i < 4; i++) g[i] = window.at(i, j, c);
      sum += (g[0] + g[1]) + (g[2] + g[3]);
      gradient_axis(g, half[j]);
    }
    store(total + c, sum);
    for (int i = 0; i < 8; i++) {
      Vec g[4], r[8];
      for (int j = 0; j < 4; j++) g[j] = half[j][i];
      gradient_axis(g, r);
      for (int j = 0; j < 8; j++) store(out + (i * 8 + j) * stride + c, r[j]);
    }
  }
}

/** y = Aᵀ m A + bias of one tile, without what lies outside the image. */
template <bool Relu>
void output_tile(const Shape& s, const float* m, int64_t stride, const float* bias, float* y, Place at) {
  const int64_t rows = s.h - at.row < 4 ? s.h - at.row : 4;
  const int64_t columns = s.w - at.column < 4 ? s.w - at.column : 4;
  float* first = y + ((at.image * s.h + at.row) * s.w + at.column) * s.out;
  for (int64_t c = 0; c < s.out; c += W) {
    Vec half[8][4]; // [column of points, row]
    for (int j = 0; j < 8; j++) {
      Vec d[8];
      for (int i = 0; i < 8; i++) d[i] = load(m + (i * 8 + j) * stride + c);
      output_axis(d, half[j]);
    }
    const Vec b = bias == nullptr ? Vec{} : load(bias + c);
    for (int i = 0; i < rows; i++) {
      Vec d[8], r[4];
      for (int j = 0; j < 8; j++) d[j] = half[j][i];
      output_axis(d, r);
      for (int j = 0; j < columns; j++) {
        const Vec value = r[j] + b;
        store(first + (i * s.w + j) * s.out + c, Relu ? relu(value) : value);
      }
    }
  }
}

}  // namespace throughline::ocra::TL_LEVEL
