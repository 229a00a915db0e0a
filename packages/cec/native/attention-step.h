// What a transformer does in one step of a rollout: attention over its window, several heads at once, where keys and values are read once, in
// order, from the oldest; linear layers and layer norms of few rows.
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

inline void attendStep(const Band& band, const HeadInputs& in, const float* ownKey, const float* ownValue, int64_t count, float* out,
                       float* work) {
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
    const float* key = d == 0 ? ownKey : in.keys + (window - d) * width;
    const float absent = in.absent != nullptr && d > 0 ? in.absent[window - d] : 0.0f;
    for (int64_t h = 0; h < count; ++h) work[h * row + d] += scale * dot(in.queries + h * each, key + h * each, each) + absent;
  }
  for (int64_t h = 0; h < count; ++h) softmax(work + h * row, 0, last);
  clear(out, count * each);
  for (int64_t d = distances - 1; d >= 0; --d) {
    const float* value = d == 0 ? ownValue : in.values + (window - d) * width;
    for (int64_t h = 0; h < count; ++h) addRow(value + h * each, work[h * row + d], each, out + h * each);
  }
}

/** Outputs that are summed up at once. */
constexpr int64_t kOutputs = 4;

TL_INLINE void outputs(const Linear& linear, const float* x, int64_t output, float* out) {
  const int64_t inputs = linear.inputs;
  const float* weight = linear.weight + output * inputs;
  Vector<float> sums[kOutputs] = {};
  int64_t i = 0;
  for (; i + kLanes <= inputs; i += kLanes) {
    const Vector<float> part = load(x + i);
    for (int o = 0; o < kOutputs; ++o) sums[o] += load(weight + o * inputs + i) * part;
  }
  for (int o = 0; o < kOutputs; ++o) {
    float total = sum<float>(sums[o]);
    for (int64_t rest = i; rest < inputs; ++rest) total += weight[o * inputs + rest] * x[rest];
    out[o] = total + (linear.bias == nullptr ? 0.0f : linear.bias[output + o]);
  }
}

inline void linearRows(const Linear& linear, const float* x, int64_t rows, float* out) {
  int64_t o = 0;
  for (; o + kOutputs <= linear.outputs; o += kOutputs)
    for (int64_t r = 0; r < rows; ++r) outputs(linear, x + r * linear.inputs, o, out + r * linear.outputs + o);
  for (; o < linear.outputs; ++o)
    for (int64_t r = 0; r < rows; ++r)
      out[r * linear.outputs + o] = dot(x + r * linear.inputs, linear.weight + o * linear.inputs, linear.inputs) +
                                    (linear.bias == nullptr ? 0.0f : linear.bias[o]);
}

inline void normaliseRows(const Norm& norm, const float* x, int64_t rows, float* out) {
  const float share = 1.0f / static_cast<float>(norm.size);
  for (int64_t r = 0; r < rows; ++r) {
    const float* from = x + r * norm.size;
    float* to = out + r * norm.size;
    float mean = 0, square = 0;
    for (int64_t i = 0; i < norm.size; ++i) mean += from[i];
    mean *= share;
    for (int64_t i = 0; i < norm.size; ++i) to[i] = from[i] - mean;
    square = dot(to, to, norm.size) * share;
    const float scale = 1 / __builtin_sqrtf(square + norm.epsilon);
    for (int64_t i = 0; i < norm.size; ++i) to[i] = to[i] * scale * norm.weight[i] + norm.bias[i];
  }
}

constexpr AttentionKernels kAttention{attendWork, attendBackwardWork, attend, attendBackward, attendStep, linearRows, normaliseRows};

}  // namespace throughline::cec::TL_LEVEL
