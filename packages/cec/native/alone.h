// The encoder of one picture, whose vectors hold channels: for rollouts, where there are few pictures at a time.
#pragma once

#include "convolution.h"
#include "kernels.h"
#include "room.h"

namespace throughline::cec::TL_LEVEL {

/** A padded picture of zeros. */
TL_INLINE Padded padded(Room& room, int64_t rows, int64_t columns, int64_t channels) {
  const int64_t count = (rows + 2) * (columns + 2) * channels;
  const Padded made{room.take(count), (columns + 2) * channels, channels};
  if (made.numbers != nullptr) clear(made.numbers, count);
  return made;
}

TL_INLINE void takePicture(const Padded& to, const uint8_t* bytes, int64_t rows, int64_t columns) {
  const int64_t count = columns * to.channels;
  for (int64_t r = 0; r < rows; ++r, bytes += count) {
    float* row = to.at(r + 1, 1);
    for (int64_t i = 0; i < count; ++i) row[i] = static_cast<float>(bytes[i]) * (1.0f / 255);
  }
}

/** Largest of windows of 3 x 3 with stride 2, and ReLU. */
TL_INLINE void poolPicture(const Stack& s, const float* convolved, const Padded& to) {
  using O = Outputs<kChannels>;
  const int64_t channels = s.channels;
  for (int64_t r = 0; r < s.pooledRows; ++r)
    for (int64_t c = 0; c < s.pooledColumns; ++c)
      for (int64_t channel = 0; channel < channels; channel += O::width) {
        O::Vector best = O::Vector{} - __builtin_inff();
        for (int64_t y = r == 0 ? 0 : 2 * r - 1; y <= 2 * r + 1 && y < s.rows; ++y)
          for (int64_t x = c == 0 ? 0 : 2 * c - 1; x <= 2 * c + 1 && x < s.columns; ++x) {
            const O::Vector value = O::load(convolved + (y * s.columns + x) * channels + channel);
            best = (value > best) | (value != value) ? value : best;
          }
        const O::Vector zero{};
        O::store(to.at(r + 1, c + 1) + channel, best < zero ? zero : best);
      }
}

/** to = [from +] ReLU(to), of what lies inside of the padding. */
TL_INLINE void rectify(const Stack& s, const Padded& to, const Padded* from) {
  const int64_t count = s.pooledColumns * s.channels;
  for (int64_t r = 0; r < s.pooledRows; ++r) {
    float* row = to.at(r + 1, 1);
    const float* base = from == nullptr ? nullptr : from->at(r + 1, 1);
    for (int64_t i = 0; i < count; ++i) row[i] = (base == nullptr ? 0.0f : base[i]) + (row[i] < 0 ? 0.0f : row[i]);
  }
}

/** Scratch memory of the stacks; with null as the room's numbers it is counted. */
struct AloneRoom {
  Padded x, between, next;
  float* convolved;

  AloneRoom(const Stack& s, Room& room)
      : x(padded(room, s.pooledRows, s.pooledColumns, s.channels)),
        between(padded(room, s.pooledRows, s.pooledColumns, s.channels)),
        next(padded(room, s.pooledRows, s.pooledColumns, s.channels)),
        convolved(room.take(s.pixels() * s.channels)) {}
};

inline void alone(const Encoder& e, const Convolutions<const float>& w, const uint8_t* picture, float* out, float* work) {
  Room room{work};
  const Stack& first = e.stacks[0];
  Padded x = padded(room, first.rows, first.columns, first.inputs);
  takePicture(x, picture, first.rows, first.columns);
  for (int64_t i = 0; i < e.count; ++i) {
    const Stack& s = e.stacks[i];
    AloneRoom free(s, room);
    const auto convolveTo = [&](int64_t at, const Padded& from, int64_t rows, int64_t columns, float* to, int64_t toRow) {
      convolve({from.numbers, from.row, from.channels, w.weights[at], w.biases[at], to, toRow, s.channels, rows, columns});
    };
    const auto inner = [&](int64_t at, const Padded& from, const Padded& to) {
      convolveTo(at, from, s.pooledRows, s.pooledColumns, to.at(1, 1), to.row);
    };
    int64_t at = e.first(i);
    convolveTo(at++, x, s.rows, s.columns, free.convolved, s.columns * s.channels);
    poolPicture(s, free.convolved, free.x);
    for (int64_t b = 0; b < e.blocks; ++b) {
      inner(at++, free.x, free.between);
      rectify(s, free.between, nullptr);
      inner(at++, free.between, free.next);
      rectify(s, free.next, &free.x);
      const Padded swapped = free.x;
      free.x = free.next;
      free.next = swapped;
    }
    x = free.x;
  }
  const Stack& last = e.last();
  for (int64_t channel = 0; channel < last.channels; ++channel)
    for (int64_t r = 0; r < last.pooledRows; ++r)
      for (int64_t c = 0; c < last.pooledColumns; ++c) *out++ = x.at(r + 1, c + 1)[channel];
}

inline int64_t aloneWork(const Encoder& e) {
  Room room{nullptr};
  const Stack& first = e.stacks[0];
  padded(room, first.rows, first.columns, first.inputs);
  for (int64_t i = 0; i < e.count; ++i) AloneRoom(e.stacks[i], room);
  return room.used;
}

}  // namespace throughline::cec::TL_LEVEL
