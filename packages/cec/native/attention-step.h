// Attention of one step over its window, several heads at once: keys and values are read once, in order, from the oldest.
#pragma once

#include "attention.h"

namespace throughline::cec::TL_LEVEL {

/** Adds a row of `count` numbers times `by`. */
TL_INLINE void addRow(const float* row, float by, int64_t count, float* to) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) store(to + i, load(to + i) + load(row + i) * by);
  for (; i < count; ++i) to[i] += row[i] * by;
}

/** Turns logits into weights. */
TL_INLINE void softmax(float* logits, int64_t start, int64_t last) {
  Vector<float> top = broadcast<float>(-__builtin_inff()), total{};
  for (int64_t p = start; p < last; p += kLanes) {
    const Vector<float> x = load(logits + p);
    top = x > top ? x : top;
  }
  const float highest = largest(top);
  for (int64_t p = start; p < last; p += kLanes) {
    const Vector<float> w = weight(load(logits + p) - highest);
    store(logits + p, w);
    total += w;
  }
  const float share = 1 / sum<float>(total);
  for (int64_t p = start; p < last; p += kLanes) store(logits + p, load(logits + p) * share);
}

inline void attendStep(const Band& band, const HeadInputs& in, int64_t count, float* out, float* work) {
  const int64_t window = band.window, each = band.each, width = band.width(), row = inBlocks(window, 16);
  const float scale = 1.0f / static_cast<float>(each);
  // By distance d; its column is window − d. The oldest that there is has the greatest.
  const int64_t distances = window - most(1, in.begin) + 1;
  const int64_t last = rounded<float>(distances);
  for (int64_t h = 0; h < count; ++h) {
    float* logits = work + h * row;
    clear(logits, last);
    for (int64_t n = 0; n < band.parts; ++n) addRow(in.table + n * window, in.relative[h * band.parts + n], distances, logits);
    for (int64_t d = distances; d < last; ++d) logits[d] = -__builtin_inff();
  }
  for (int64_t d = distances - 1; d >= 0; --d) {
    const float* key = in.keys + (window - d) * width;
    const float absent = in.absent != nullptr && d > 0 ? in.absent[window - d] : 0.0f;
    for (int64_t h = 0; h < count; ++h) work[h * row + d] += scale * dot(in.queries + h * each, key + h * each, each) + absent;
  }
  for (int64_t h = 0; h < count; ++h) softmax(work + h * row, 0, last);
  clear(out, count * each);
  for (int64_t d = distances - 1; d >= 0; --d) {
    const float* value = in.values + (window - d) * width;
    for (int64_t h = 0; h < count; ++h) addRow(value + h * each, work[h * row + d], each, out + h * each);
  }
}

constexpr AttentionKernels kAttention{attendWork, attendBackwardWork, attend, attendBackward, attendStep};

}  // namespace throughline::cec::TL_LEVEL
