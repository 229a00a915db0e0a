// Max-pooling of pictures side by side, and its derivative, a row at a time.
#pragma once

#include "lanes.h"

namespace throughline::cec::TL_LEVEL {

/** Places in windows as bytes: 3 * row + column. Types outside of templates, which g++ 12 does not convert vectors in. */
typedef uint8_t PlaceBytes __attribute__((vector_size(kLanes)));
typedef int32_t Places __attribute__((vector_size(4 * kLanes)));
/** That of a window whose largest is not above 0. */
constexpr int kNowhere = 9;

TL_INLINE Places loadPlaces(const uint8_t* from) {
  PlaceBytes bytes;
  __builtin_memcpy(&bytes, from, sizeof bytes);
  return __builtin_convertvector(bytes, Places);
}
TL_INLINE void storePlaces(uint8_t* to, Places places) {
  const PlaceBytes bytes = __builtin_convertvector(places, PlaceBytes);
  __builtin_memcpy(to, &bytes, sizeof bytes);
}

/** The largest of each window of row r, with ReLU, and where it was, the first of equal ones, unless `largest` is null. */
TL_INLINE void poolRow(const Ring& from, int64_t rows, int64_t r, const Sheet& to, uint8_t* largest) {
  const int64_t channels = from.channels, last = rows - 1;
  const float* lines[3] = {from.at(2 * r + 2), from.at(2 * r), from.at(2 * r + 1)};
  const int64_t begin = r == 0 ? 1 : 0, end = 2 * r == last ? 2 : 3;
  for (int64_t c = 0; c < to.columns; ++c) {
    const int64_t left = c == 0 ? 1 : 0, right = 2 * c == from.columns - 1 ? 2 : 3;
    for (int64_t channel = 0; channel < channels; ++channel) {
      Vector<float> best = broadcast<float>(-__builtin_inff());
      Places place = Places{} + kNowhere;
      for (int64_t ky = begin; ky < end; ++ky)
        for (int64_t kx = left; kx < right; ++kx) {
          const Vector<float> value = load(lines[ky] + ((2 * c + kx - 1) * channels + channel) * kLanes);
          const Places isLarger = (value > best) | (value != value);
          best = isLarger ? value : best;
          place = isLarger ? Places{} + static_cast<int32_t>(3 * ky + kx) : place;
        }
      const Vector<float> zero{};
      store(to.at(r, c) + channel * kLanes, positive(best));
      if (largest != nullptr) storePlaces(largest + (c * channels + channel) * kLanes, best <= zero ? Places{} + kNowhere : place);
    }
  }
}

/** The gradient of row y of what is pooled, from that of all that was pooled: at the pixels that were the largest of their windows. */
TL_INLINE void spreadRow(const Sheet& gradient, const uint8_t* largest, int64_t y, const Ring& to) {
  const int64_t channels = to.channels, columns = gradient.columns;
  float* line = to.at(y);
  clear(line - channels * kLanes, (to.columns + 2) * channels * kLanes);
  // An odd row is the last of one window and the first of the next.
  const int64_t begin = y / 2, end = y % 2 == 0 ? begin + 1 : begin + 2;
  for (int64_t r = begin; r < end && r < gradient.rows; ++r) {
    const int32_t first = static_cast<int32_t>(3 * (y - 2 * r + 1));
    for (int64_t c = 0; c < columns; ++c)
      for (int64_t channel = 0; channel < channels; ++channel) {
        const Vector<float> slope = load(gradient.at(r, c) + channel * kLanes);
        const Places place = loadPlaces(largest + ((r * columns + c) * channels + channel) * kLanes);
        for (int kx = 0; kx < 3; ++kx) {
          float* pixel = line + ((2 * c + kx - 1) * channels + channel) * kLanes;
          store(pixel, load(pixel) + (place == first + kx ? slope : Vector<float>{}));
        }
      }
  }
}

}  // namespace throughline::cec::TL_LEVEL
