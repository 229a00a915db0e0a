#include "rollout.h"

#include <utility>

namespace throughline::cec {
namespace {

using at::Tensor;

/** Tensors of a block, in this order. */
enum Weight {
  kPreWeight,
  kPreBias,
  kNormWeight,
  kNormBias,
  kQueryWeight,
  kQueryBias,
  kKeyWeight,
  kValueWeight,
  kRelativeWeight,
  kRelativeBias,
  kTable,
  kOutWeight,
  kOutBias,
  kHiddenNormWeight,
  kHiddenNormBias,
  kHiddenWeight,
  kLastWeight,
  kLastBias,
  kWeights
};

/** The cache after a step whose own row is not written yet: one row further in the same memory, or in new memory with room for more. */
Tensor after(const Tensor& cache, bool inPlace, int64_t room) {
  const int64_t batch = cache.size(0), window = cache.size(1), width = cache.size(2);
  if (inPlace) {
    const int64_t offset = cache.storage_offset() + width;
    const int64_t last = offset + (batch - 1) * cache.stride(0) + window * width;
    TORCH_CHECK(last * static_cast<int64_t>(sizeof(float)) <= static_cast<int64_t>(cache.storage().nbytes()) &&
                    (batch == 1 || cache.stride(0) > window * width),
                "caches: there is no room behind one");
    return cache.as_strided(cache.sizes(), cache.strides(), offset);
  }
  const Tensor made = at::empty({batch, window + room, width}, at::kFloat).narrow(1, 0, window);
  if (window > 1) made.narrow(1, 0, window - 1).copy_(cache.narrow(1, 1, window - 1));
  return made;
}

}  // namespace

Rollout::Rollout(const Past& past, int64_t batch, int64_t width) : weights_(past.weights), epsilon_(static_cast<float>(past.epsilon)) {
  const auto& [weights, caches, valid, heads, epsilon, inPlace, room] = past;
  TORCH_CHECK(heads > 0 && width % heads == 0 && valid.dim() == 2 && !weights.empty() &&
                  weights.size() % kWeights == 0,
              "step: expected ", int(kWeights), " weights of each block and heads that divide the width, got ", weights.size(), " weights, ", heads,
              " heads and a width of ", width);
  const int64_t layers = static_cast<int64_t>(weights.size()) / kWeights, window = valid.size(1);
  const Tensor &table = weights[kTable], &hiddenWeight = weights[kHiddenWeight];
  TORCH_CHECK(table.dim() == 2 && hiddenWeight.dim() == 2 && window > 0, "step: expected a table [N, W] and a window");
  const int64_t parts = table.size(0), hidden = hiddenWeight.size(0);
  need(valid, "valid", at::kBool, {batch, window});
  for (int64_t layer = 0; layer < layers; layer++) {
    const auto check = [&](int which, at::IntArrayRef sizes) { need(weights[layer * kWeights + which], "weight", at::kFloat, sizes); };
    for (const int which : {kPreWeight, kPreBias, kNormWeight, kNormBias, kQueryBias, kOutBias, kHiddenNormWeight, kHiddenNormBias, kLastBias})
      check(which, {width});
    for (const int which : {kQueryWeight, kKeyWeight, kValueWeight, kOutWeight}) check(which, {width, width});
    check(kRelativeWeight, {parts * heads, width});
    check(kRelativeBias, {parts * heads});
    check(kTable, {parts, window});
    check(kHiddenWeight, {hidden, width});
    check(kLastWeight, {width, hidden});
  }
  TORCH_CHECK(static_cast<int64_t>(caches.size()) == 2 * layers, "caches: expected ", 2 * layers, ", got ", caches.size());
  for (const Tensor& cache : caches) {
    TORCH_CHECK(cache.sizes() == at::IntArrayRef({batch, window, width}), "caches: expected [", batch, ", ", window, ", ", width, "], got ",
                cache.sizes());
    const bool isDense = (window == 1 || cache.stride(1) == width) && (width == 1 || cache.stride(2) == 1);
    TORCH_CHECK(isDense || !past.inPlace, "caches: expected rows side by side, got strides ", cache.strides());
    caches_.push_back(isDense ? cache : cache.contiguous());
  }
  TORCH_CHECK(room >= 0, "room: expected 0 or more, got ", room);
  band_ = {1, window, heads, width / heads, parts};
  layers_ = layers;
  hidden_ = hidden;
  for (const Tensor& cache : caches_) next_.push_back(after(cache, inPlace, room));
  now_ = at::ones({batch, window}, at::kBool);
  if (window > 1) now_.narrow(1, 0, window - 1).copy_(valid.narrow(1, 1, window - 1));
  seen_ = Seen(valid);
}

const float* Rollout::at(int64_t layer, int which) const { return weights_[layer * kWeights + which].const_data_ptr<float>(); }
Linear Rollout::linear(int64_t layer, int which, bool hasBias, int64_t inputs, int64_t outputs) const {
  return {at(layer, which), hasBias ? at(layer, which + 1) : nullptr, inputs, outputs};
}
Norm Rollout::norm(int64_t layer, int which) const { return {at(layer, which), at(layer, which + 1), band_.width(), epsilon_}; }

std::vector<at::Tensor> Rollout::memory() const {
  std::vector<at::Tensor> made{now_};
  made.insert(made.end(), next_.begin(), next_.end());
  return made;
}

void Rollout::run(float* x, int64_t begin, int64_t end) const {
  const AttentionKernels& run = kernels().attention;
  const int64_t rows = end - begin, width = band_.width(), heads = band_.heads, parts = band_.parts, window = band_.window;
  const int64_t most = std::max(hidden_, std::max(width, parts * heads));
  const Tensor work = at::empty({6 * rows * width + 2 * rows * most + heads * ((window + 15) / 16 * 16)}, at::kFloat);
  float* free = work.data_ptr<float>();
  const auto take = [&](int64_t count) { return std::exchange(free, free + count); };
  float *stream = take(rows * width), *normal = take(rows * width), *queries = take(rows * width), *keys = take(rows * width),
        *values = take(rows * width), *seenOf = take(rows * width), *relative = take(rows * most), *hidden = take(rows * most), *logits = free;
  std::copy(x, x + rows * width, stream);
  for (int64_t layer = 0; layer < layers_; layer++) {
    run.normalise(norm(layer, kPreWeight), stream, rows, stream);
    run.normalise(norm(layer, kNormWeight), stream, rows, normal);
    run.linear(linear(layer, kQueryWeight, true, width, width), normal, rows, queries);
    run.linear(linear(layer, kKeyWeight, false, width, width), normal, rows, keys);
    run.linear(linear(layer, kValueWeight, false, width, width), normal, rows, values);
    run.linear(linear(layer, kRelativeWeight, true, width, parts * heads), normal, rows, relative);
    for (int64_t r = 0; r < rows; r++) {
      const Tensor &keyCache = caches_[2 * layer], &valueCache = caches_[2 * layer + 1];
      const int64_t lane = begin + r;
      const HeadInputs inputs{queries + r * width,
                              keyCache.const_data_ptr<float>() + lane * keyCache.stride(0),
                              valueCache.const_data_ptr<float>() + lane * valueCache.stride(0),
                              relative + r * parts * heads,
                              at(layer, kTable),
                              seen_.begins[lane],
                              seen_.absentOf(lane)};
      run.step(band_, inputs, keys + r * width, values + r * width, heads, seenOf + r * width, logits);
      const Tensor &toKeys = next_[2 * layer], &toValues = next_[2 * layer + 1];
      std::copy_n(keys + r * width, width, toKeys.data_ptr<float>() + lane * toKeys.stride(0) + (window - 1) * width);
      std::copy_n(values + r * width, width, toValues.data_ptr<float>() + lane * toValues.stride(0) + (window - 1) * width);
    }
    run.linear(linear(layer, kOutWeight, true, width, width), seenOf, rows, normal);
    for (int64_t i = 0; i < rows * width; i++) stream[i] += normal[i];
    run.normalise(norm(layer, kHiddenNormWeight), stream, rows, normal);
    run.linear(linear(layer, kHiddenWeight, false, width, hidden_), normal, rows, hidden);
    for (int64_t i = 0; i < rows * hidden_; i++) hidden[i] = hidden[i] < 0 ? 0 : hidden[i];
    run.linear(linear(layer, kLastWeight, true, hidden_, width), hidden, rows, normal);
    for (int64_t i = 0; i < rows * width; i++) stream[i] += normal[i] < 0 ? 0 : normal[i];
  }
  std::copy(stream, stream + rows * width, x);
}

}  // namespace throughline::cec
