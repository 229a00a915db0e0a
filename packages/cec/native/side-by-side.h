// The encoder of pictures side by side, forward and back. What lies between a stack's first convolution and its pool is held three rows at a
// time; all other sheets of as many pictures as a vector has lanes stay in the second cache at the sizes of a laptop.
#pragma once

#include "alone.h"
#include "pooling.h"

namespace throughline::cec::TL_LEVEL {

/** What is kept of a stack: what was pooled, and of each residual block what its two convolutions gave. */
struct KeptStack {
  Sheet pooled;
  uint8_t* largest;
  int64_t size;  // of a sheet

  Sheet other(int64_t number) const {
    Sheet moved = pooled;
    moved.numbers += number * size;
    return moved;
  }
  Sheet between(int64_t block) const { return other(1 + 2 * block); }
  Sheet added(int64_t block) const { return other(2 + 2 * block); }
};

TL_INLINE int64_t pooledSize(const Stack& s) { return Sheet::size(s.pooledRows, s.pooledColumns, s.channels); }
TL_INLINE int64_t placesOf(const Stack& s) { return s.pooled() * s.channels * kLanes; }

inline int64_t keptNumbers(const Encoder& e) {
  int64_t count = 0;
  for (int64_t i = 0; i < e.count; ++i) count += (1 + 2 * e.blocks) * pooledSize(e.stacks[i]);
  return count;
}

inline int64_t keptPlaces(const Encoder& e) {
  int64_t count = 0;
  for (int64_t i = 0; i < e.count; ++i) count += placesOf(e.stacks[i]);
  return count;
}

TL_INLINE KeptStack keptOf(const Encoder& e, const Kept& kept, int64_t stack) {
  float* numbers = kept.numbers;
  uint8_t* places = kept.places;
  for (int64_t i = 0; i < stack; ++i) {
    numbers += (1 + 2 * e.blocks) * pooledSize(e.stacks[i]);
    if (places != nullptr) places += placesOf(e.stacks[i]);
  }
  const Stack& s = e.stacks[stack];
  return {{numbers, s.pooledRows, s.pooledColumns, s.channels}, places, pooledSize(s)};
}

/** Bytes of `count` pictures as numbers; lanes that have none are black. */
TL_INLINE Sheet takePictures(const Encoder& e, const uint8_t* pictures, int64_t count, float* numbers) {
  const Stack& s = e.stacks[0];
  const Sheet to = sheet(numbers, s.rows, s.columns, s.inputs);
  const int64_t each = e.pictureSize(), line = s.columns * s.inputs;
  for (int64_t r = 0; r < s.rows; ++r) {
    float* row = to.at(r, 0);
    for (int64_t i = 0; i < line; ++i, row += kLanes) {
      const uint8_t* bytes = pictures + r * line + i;
      for (int64_t lane = 0; lane < kLanes; ++lane)
        row[lane] = lane < count ? static_cast<float>(bytes[lane * each]) * (1.0f / 255) : 0.0f;
    }
  }
  return to;
}

/** to = from + added, which may be the same sheet. */
TL_INLINE void addSheets(const Sheet& from, const Sheet& added, const Sheet& to) {
  for (int64_t r = 0; r < to.rows; ++r) {
    const float *a = from.at(r, 0), *b = added.at(r, 0);
    float* c = to.at(r, 0);
    for (int64_t i = 0; i < to.row(); i += kLanes) store(c + i, load(a + i) + load(b + i));
  }
}

/** What a stack gives, from what is kept of its first `blocks` blocks. */
TL_INLINE Sheet outOf(const KeptStack& kept, int64_t blocks, float* numbers) {
  const Sheet& pooled = kept.pooled;
  if (blocks == 0) return pooled;
  const Sheet out = sheet(numbers, pooled.rows, pooled.columns, pooled.channels);
  addSheets(pooled, kept.added(0), out);
  for (int64_t b = 1; b < blocks; ++b) addSheets(out, kept.added(b), out);
  return out;
}

/** Scratch memory of the forward pass and of the derivative; with null as the room's numbers it is counted. */
struct ForwardRoom {
  float *input, *ring, *out[2];

  ForwardRoom(const Encoder& e, Room& room) {
    const Stack& first = e.stacks[0];
    int64_t largest = 0, line = 0;
    for (int64_t i = 0; i < e.count; ++i) {
      const Stack& s = e.stacks[i];
      const int64_t size = pooledSize(s), own = Ring::size(s.columns, s.channels);
      largest = size > largest ? size : largest;
      line = own > line ? own : line;
    }
    input = room.take(Sheet::size(first.rows, first.columns, first.inputs));
    ring = room.take(line);
    for (float*& one : out) one = room.take(largest);
  }
};

/** conv, pool and ReLU, row by row. */
TL_INLINE void begin(const Stack& s, const LaneConvolution& first, const Sheet& from, const Ring& ring, const KeptStack& kept) {
  int64_t next = 0;
  for (int64_t r = 0; r < s.pooledRows; ++r) {
    for (; next < s.rows && next <= 2 * r + 1; ++next) convolveRow(first, Lines(from, next), ring.at(next));
    poolRow(ring, s.rows, r, kept.pooled, kept.largest == nullptr ? nullptr : kept.largest + r * s.pooledColumns * s.channels * kLanes);
  }
}

inline void forward(const Encoder& e, const Convolutions<const float>& w, const uint8_t* pictures, int64_t count, const Kept& kept, float* out,
                    float* work) {
  Room room{work};
  const ForwardRoom free(e, room);
  // What is not kept lies in scratch memory, as if it were.
  const Kept all = kept.numbers != nullptr ? kept : Kept{room.take(keptNumbers(e)), nullptr};
  Sheet x = takePictures(e, pictures, count, free.input);
  for (int64_t i = 0; i < e.count; ++i) {
    const Stack& s = e.stacks[i];
    const KeptStack own = keptOf(e, all, i);
    const int64_t first = e.first(i);
    own.pooled.clearBorder();
    begin(s, {w.weights[first], w.biases[first], s.channels, false}, x, {free.ring, s.columns, s.channels}, own);
    x = own.pooled;
    const Sheet next = sheet(free.out[i % 2], s.pooledRows, s.pooledColumns, s.channels);
    for (int64_t b = 0; b < e.blocks; ++b) {
      const int64_t at = first + 1 + 2 * b;
      const Sheet between = own.between(b), added = own.added(b);
      between.clearBorder();
      convolve({w.weights[at], w.biases[at], s.channels, true}, x, between);
      convolve({w.weights[at + 1], w.biases[at + 1], s.channels, true}, between, added);
      addSheets(x, added, next);
      x = next;
    }
  }
  const Stack& last = e.last();
  for (int64_t lane = 0; lane < count; ++lane)
    for (int64_t channel = 0; channel < last.channels; ++channel)
      for (int64_t r = 0; r < last.pooledRows; ++r)
        for (int64_t c = 0; c < last.pooledColumns; ++c) *out++ = x.at(r, c)[channel * kLanes + lane];
}

inline int64_t forwardWork(const Encoder& e) {
  Room room{nullptr};
  const ForwardRoom free(e, room);
  room.take(keptNumbers(e));
  return room.used;
}

struct BackwardRoom {
  float *input, *ring, *sums, *gradient, *slope, *out, *before;

  BackwardRoom(const Encoder& e, Room& room) {
    const Stack& first = e.stacks[0];
    int64_t largest = 0, line = 0, most = 0;
    const auto raise = [](int64_t& to, int64_t value) { to = value > to ? value : to; };
    for (int64_t i = 0; i < e.count; ++i) {
      const Stack& s = e.stacks[i];
      raise(largest, pooledSize(s));
      raise(line, Ring::size(s.columns, s.channels));
      raise(most, LaneSums::size(s.inputs, s.channels));
      raise(most, LaneSums::size(s.channels, s.channels));
    }
    input = room.take(Sheet::size(first.rows, first.columns, first.inputs));
    ring = room.take(line);
    sums = room.take(most);
    gradient = room.take(largest);
    slope = room.take(largest);
    out = room.take(largest);
    before = room.take(largest);
  }
};

inline int64_t backwardWork(const Encoder& e) {
  Room room{nullptr};
  const BackwardRoom free(e, room);
  return room.used;
}

/** The gradient where a ReLU let numbers pass, elsewhere 0. */
TL_INLINE void passed(const Sheet& gradient, const Sheet& given, const Sheet& to) {
  for (int64_t r = 0; r < to.rows; ++r) {
    const float *a = gradient.at(r, 0), *b = given.at(r, 0);
    float* c = to.at(r, 0);
    for (int64_t i = 0; i < to.row(); i += kLanes) store(c + i, load(b + i) > Vector<float>{} ? load(a + i) : Vector<float>{});
  }
}

inline void backward(const Encoder& e, const float* const* turned, const uint8_t* pictures, int64_t count, const Kept& kept, const float* gradient,
                     const Convolutions<float>& to, float* work) {
  Room room{work};
  BackwardRoom free(e, room);
  const Stack& last = e.last();
  Sheet given = sheet(free.gradient, last.pooledRows, last.pooledColumns, last.channels);
  for (int64_t channel = 0; channel < last.channels; ++channel)
    for (int64_t r = 0; r < last.pooledRows; ++r)
      for (int64_t c = 0; c < last.pooledColumns; ++c, ++gradient)
        for (int64_t lane = 0; lane < kLanes; ++lane)
          given.at(r, c)[channel * kLanes + lane] = lane < count ? gradient[lane * e.features()] : 0.0f;
  for (int64_t i = e.count - 1; i >= 0; --i) {
    const Stack& s = e.stacks[i];
    const KeptStack own = keptOf(e, kept, i);
    const int64_t first = e.first(i), channels = s.channels;
    const Sheet slope = sheet(free.slope, s.pooledRows, s.pooledColumns, channels), before = sheet(free.before, s.pooledRows, s.pooledColumns, channels);
    const auto weights = [&](int64_t at, const Sheet& from) {
      const LaneSums sums = LaneSums::begin(free.sums, channels, channels);
      addAll(sums, from, slope);
      addLanes(sums, to.weights[at], to.biases[at]);
    };
    for (int64_t b = e.blocks - 1; b >= 0; --b) {
      const int64_t at = first + 1 + 2 * b;
      passed(given, own.added(b), slope);
      weights(at + 1, own.between(b));
      convolve({turned[at + 1], nullptr, channels, false}, slope, before);
      passed(before, own.between(b), slope);
      weights(at, outOf(own, b, free.out));
      convolve({turned[at], nullptr, channels, false}, slope, before);
      addSheets(given, before, given);
    }
    // Through pool and first convolution, row by row.
    const Sheet from = i == 0 ? takePictures(e, pictures, count, free.input) : outOf(keptOf(e, kept, i - 1), e.blocks, free.out);
    const Ring ring{free.ring, s.columns, channels};
    const Sheet inputs{free.before, s.rows, s.columns, s.inputs};
    const LaneSums sums = LaneSums::begin(free.sums, s.inputs, channels);
    const LaneConvolution back{turned[first], nullptr, s.inputs, false};
    for (int64_t y = 0; y < s.rows; ++y) {
      spreadRow(given, own.largest, y, ring);
      addRows(sums, from, y, y + 1, {ring.at(y), 0});
      if (i > 0 && y > 0) convolveRow(back, Lines(ring, y - 1, s.rows), inputs.at(y - 1, 0));
    }
    addLanes(sums, to.weights[first], to.biases[first]);
    if (i == 0) return;
    convolveRow(back, Lines(ring, s.rows - 1, s.rows), inputs.at(s.rows - 1, 0));
    free.before = given.numbers;
    given = inputs;
  }
}

constexpr EncoderKernels kEncoder{kLanes, keptNumbers, keptPlaces, aloneWork, forwardWork, backwardWork, alone, forward, backward};

}  // namespace throughline::cec::TL_LEVEL
