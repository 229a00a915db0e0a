// A stack of the encoder, forward and back, picture by picture: everything between its input and its output stays in the cache.
#pragma once

#include "convolution.h"
#include "room.h"

namespace throughline::cec::TL_LEVEL {

/** ReLU, which keeps what is not a number. */
TL_INLINE float positive(float x) { return x < 0 ? 0 : x; }

/** A padded picture of zeros. */
TL_INLINE Padded padded(Room& room, int64_t rows, int64_t columns, int64_t channels) {
  const int64_t count = (rows + 2) * (columns + 2) * channels;
  const Padded made{room.take(count), (columns + 2) * channels, channels};
  clear(made.numbers, count);
  return made;
}

/** The middle of a padded picture, from numbers without padding. */
TL_INLINE void fill(const Padded& to, const float* from, int64_t rows, int64_t columns) {
  const int64_t count = columns * to.channels;
  for (int64_t r = 0; r < rows; ++r) {
    float* row = to.at(r + 1, 1);
    for (int64_t i = 0; i < count; ++i) row[i] = from[r * count + i];
  }
}

TL_INLINE void take(const Padded& to, const Picture& picture, int64_t rows, int64_t columns) {
  if (picture.bytes == nullptr) return fill(to, picture.numbers, rows, columns);
  const int64_t count = columns * to.channels;
  for (int64_t r = 0; r < rows; ++r) {
    float* row = to.at(r + 1, 1);
    const uint8_t* bytes = picture.bytes + r * count;
    for (int64_t i = 0; i < count; ++i) row[i] = static_cast<float>(bytes[i]) * picture.scale;
  }
}

/** Places in windows as bytes. Types outside of templates, which g++ 12 does not convert vectors in. */
typedef uint8_t PlaceBytes __attribute__((vector_size(Outputs<kChannels>::width)));
typedef int32_t Places __attribute__((vector_size(4 * Outputs<kChannels>::width)));
TL_INLINE Places loadPlaces(const uint8_t* from) {
  PlaceBytes bytes;
  __builtin_memcpy(&bytes, from, sizeof bytes);
  return __builtin_convertvector(bytes, Places);
}
TL_INLINE void storePlaces(uint8_t* to, Places places) {
  const PlaceBytes bytes = __builtin_convertvector(places, PlaceBytes);
  __builtin_memcpy(to, &bytes, sizeof bytes);
}

/** Largest of windows of 3 x 3 with stride 2, ReLU, and where it was: the first of equal ones. */
TL_INLINE void pool(const Stack& s, const float* convolved, const Padded& to, uint8_t* largest) {
  using O = Outputs<kChannels>;
  const int64_t channels = s.channels;
  for (int64_t r = 0; r < s.pooledRows; ++r)
    for (int64_t c = 0; c < s.pooledColumns; ++c)
      for (int64_t channel = 0; channel < channels; channel += O::width) {
        O::Vector best = O::Vector{} - __builtin_inff();
        Places place = Places{} + 9;
        for (int ky = 0; ky < 3; ++ky) {
          const int64_t y = 2 * r + ky - 1;
          if (y < 0 || y >= s.rows) continue;
          for (int kx = 0; kx < 3; ++kx) {
            const int64_t x = 2 * c + kx - 1;
            if (x < 0 || x >= s.columns) continue;
            const O::Vector value = O::load(convolved + (y * s.columns + x) * channels + channel);
            const Places isLarger = (value > best) | (value != value);
            best = isLarger ? value : best;
            place = isLarger ? Places{} + (3 * ky + kx) : place;
          }
        }
        const O::Vector zero{};
        O::store(to.at(r + 1, c + 1) + channel, best < zero ? zero : best);
        if (largest == nullptr) continue;
        place = best <= zero ? Places{} + 9 : place;
        storePlaces(largest + (r * s.pooledColumns + c) * channels + channel, place);
      }
}

TL_INLINE void keep(const Stack& s, const Padded& from, float* to) {
  if (to == nullptr) return;
  const int64_t count = s.pooledColumns * s.channels;
  for (int64_t r = 0; r < s.pooledRows; ++r) {
    const float* row = from.at(r + 1, 1);
    for (int64_t i = 0; i < count; ++i) to[r * count + i] = row[i];
  }
}

inline void forward(const Stack& s, const Weights<const float>& w, const Picture& picture, const Kept& kept, float* out,
                    float* work) {
  Room room{work};
  const int64_t channels = s.channels, count = s.pooledColumns * channels;
  const Padded input = padded(room, s.rows, s.columns, s.inputs);
  take(input, picture, s.rows, s.columns);
  float* convolved = room.take(s.pixels() * channels);
  convolve({input.numbers, input.row, s.inputs, w.first, w.biases, convolved, s.columns * channels, channels, s.rows, s.columns});
  const Padded pooled = padded(room, s.pooledRows, s.pooledColumns, channels);
  pool(s, convolved, pooled, kept.largest);
  keep(s, pooled, kept.pooled);
  const Padded between = padded(room, s.pooledRows, s.pooledColumns, channels);
  const auto inner = [&](int which, const Padded& from, float* to, int64_t toRow) {
    convolve({from.numbers, from.row, channels, w.inner[which], w.biases + (which + 1) * channels, to, toRow, channels,
              s.pooledRows, s.pooledColumns});
  };
  inner(0, pooled, between.at(1, 1), between.row);
  for (int64_t r = 0; r < s.pooledRows; ++r) {
    float* row = between.at(r + 1, 1);
    for (int64_t i = 0; i < count; ++i) row[i] = positive(row[i]);
  }
  keep(s, between, kept.between);
  inner(1, between, out, count);
  for (int64_t r = 0; r < s.pooledRows; ++r) {
    float* row = out + r * count;
    const float* base = pooled.at(r + 1, 1);
    if (kept.positive != nullptr)
      for (int64_t i = 0; i < count; ++i) kept.positive[r * count + i] = row[i] > 0;
    for (int64_t i = 0; i < count; ++i) row[i] = base[i] + positive(row[i]);
  }
}

/** The gradient of what was pooled, at the pixels that were the largest of their windows. */
TL_INLINE void spread(const Stack& s, const float* gradient, const uint8_t* largest, const Padded& to) {
  using O = Outputs<kChannels>;
  for (int64_t r = 0; r < s.pooledRows; ++r)
    for (int64_t c = 0; c < s.pooledColumns; ++c)
      for (int64_t channel = 0; channel < s.channels; channel += O::width) {
        const int64_t at = (r * s.pooledColumns + c) * s.channels + channel;
        const O::Vector slope = O::load(gradient + at), zero{};
        const Places place = loadPlaces(largest + at);
        for (int ky = 0; ky < 3; ++ky)
          for (int kx = 0; kx < 3; ++kx) {
            // The last row and column of padding may lie beyond the window's end.
            const int64_t y = 2 * r + ky, x = 2 * c + kx;
            if (y > s.rows || x > s.columns) continue;
            float* pixel = to.at(y, x) + channel;
            O::store(pixel, O::load(pixel) + (place == 3 * ky + kx ? slope : zero));
          }
      }
}

TL_INLINE void addBias(const float* gradient, int64_t pixels, int64_t channels, float* bias) {
  for (int64_t p = 0; p < pixels; ++p)
    for (int64_t i = 0; i < channels; ++i) bias[i] += gradient[p * channels + i];
}

inline void backward(const Stack& s, const TurnedWeights& turned, const Picture& picture, const Kept& kept, const float* gradient,
                     float* inputs, const Weights<float>& to, float* work) {
  Room room{work};
  const int64_t channels = s.channels, rows = s.pooledRows, columns = s.pooledColumns, count = columns * channels, all = rows * count;
  const Padded slope = padded(room, rows, columns, channels), between = padded(room, rows, columns, channels);
  float* plain = room.take(all);
  // Through the second convolution.
  for (int64_t i = 0; i < all; ++i) plain[i] = kept.positive[i] != 0 ? gradient[i] : 0.0f;
  addBias(plain, rows * columns, channels, to.biases + 2 * channels);
  fill(slope, plain, rows, columns);
  fill(between, kept.between, rows, columns);
  const auto innerWeights = [&](int which) {
    addWeights({between.numbers, between.row, channels, slope.at(1, 1), slope.row, channels, rows, columns, to.inner[which]});
  };
  const auto innerInputs = [&](int which) {
    convolve({slope.numbers, slope.row, channels, turned.inner[which], nullptr, plain, count, channels, rows, columns});
  };
  innerWeights(1);
  innerInputs(1);
  // Through the first.
  for (int64_t i = 0; i < all; ++i) plain[i] = kept.between[i] > 0 ? plain[i] : 0.0f;
  addBias(plain, rows * columns, channels, to.biases + channels);
  fill(slope, plain, rows, columns);
  fill(between, kept.pooled, rows, columns);
  innerWeights(0);
  innerInputs(0);
  for (int64_t i = 0; i < all; ++i) plain[i] += gradient[i];
  // Through the pool.
  const Padded wide = padded(room, s.rows, s.columns, channels);
  spread(s, plain, kept.largest, wide);
  for (int64_t r = 0; r < s.rows; ++r) addBias(wide.at(r + 1, 1), s.columns, channels, to.biases);
  const Padded input = padded(room, s.rows, s.columns, s.inputs);
  take(input, picture, s.rows, s.columns);
  addWeights({input.numbers, input.row, s.inputs, wide.at(1, 1), wide.row, channels, s.rows, s.columns, to.first});
  if (inputs == nullptr) return;
  convolve({wide.numbers, wide.row, channels, turned.first, nullptr, inputs, s.columns * s.inputs, s.inputs, s.rows, s.columns});
}

}  // namespace throughline::cec::TL_LEVEL
