// throughline_cec::transformer_step: one step of a rollout through all blocks of a transformer. A cache of keys or values may lie in a longer
// piece of memory, so that the next step's are written behind it and nothing is copied.
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <utility>

#include "operators.h"

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

/** Sizes of a call, and its tensors, checked. */
struct Rollout {
  Tensor x;
  at::TensorList weights, caches;
  Band band;
  int64_t batch, layers, hidden;
  float epsilon;

  const float* at(int64_t layer, int which) const { return weights[layer * kWeights + which].const_data_ptr<float>(); }
  Linear linear(int64_t layer, int which, bool hasBias, int64_t inputs, int64_t outputs) const {
    return {at(layer, which), hasBias ? at(layer, which + 1) : nullptr, inputs, outputs};
  }
  Norm norm(int64_t layer, int which) const { return {at(layer, which), at(layer, which + 1), band.width(), epsilon}; }
};

Rollout rolloutOf(const Tensor& x, at::TensorList weights, at::TensorList caches, const Tensor& valid, int64_t heads, double epsilon) {
  TORCH_CHECK(x.dim() == 3 && x.size(1) == 1 && heads > 0 && x.size(2) % heads == 0 && valid.dim() == 2 && !weights.empty() &&
                  weights.size() % kWeights == 0,
              "transformer_step: expected x [B, 1, E], ", int(kWeights), " weights of each block and heads that divide E, got ", x.sizes(), ", ",
              weights.size(), " and ", heads);
  const int64_t layers = static_cast<int64_t>(weights.size()) / kWeights, batch = x.size(0), width = x.size(2), window = valid.size(1);
  const Tensor &table = weights[kTable], &hiddenWeight = weights[kHiddenWeight];
  TORCH_CHECK(table.dim() == 2 && hiddenWeight.dim() == 2 && window > 0, "transformer_step: expected a table [N, W] and a window");
  const int64_t parts = table.size(0), hidden = hiddenWeight.size(0);
  need(x, "x", at::kFloat, {batch, 1, width});
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
  for (const Tensor& cache : caches)
    TORCH_CHECK(cache.device().is_cpu() && cache.scalar_type() == at::kFloat && cache.sizes() == at::IntArrayRef({batch, window, width}) &&
                    (window == 1 || cache.stride(1) == width) && (width == 1 || cache.stride(2) == 1),
                "caches: expected float tensors [", batch, ", ", window, ", ", width, "] with their rows side by side, got ", cache.sizes());
  return {x, weights, caches, {1, window, heads, width / heads, parts}, batch, layers, hidden, static_cast<float>(epsilon)};
}

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

/** Lanes `begin` up to but not `end`, through all blocks. */
void run(const Rollout& s, const Seen& seen, const std::vector<Tensor>& next, float* x, int64_t begin, int64_t end) {
  const AttentionKernels& run = kernels().attention;
  const int64_t rows = end - begin, width = s.band.width(), heads = s.band.heads, parts = s.band.parts, window = s.band.window;
  const int64_t most = std::max(s.hidden, std::max(width, parts * heads));
  const Tensor work = at::empty({6 * rows * width + 2 * rows * most + heads * ((window + 15) / 16 * 16)}, at::kFloat);
  float* free = work.data_ptr<float>();
  const auto take = [&](int64_t count) { return std::exchange(free, free + count); };
  float *stream = take(rows * width), *normal = take(rows * width), *queries = take(rows * width), *keys = take(rows * width),
        *values = take(rows * width), *seenOf = take(rows * width), *relative = take(rows * most), *hidden = take(rows * most), *logits = free;
  std::copy(x + begin * width, x + end * width, stream);
  for (int64_t layer = 0; layer < s.layers; layer++) {
    run.normalise(s.norm(layer, kPreWeight), stream, rows, stream);
    run.normalise(s.norm(layer, kNormWeight), stream, rows, normal);
    run.linear(s.linear(layer, kQueryWeight, true, width, width), normal, rows, queries);
    run.linear(s.linear(layer, kKeyWeight, false, width, width), normal, rows, keys);
    run.linear(s.linear(layer, kValueWeight, false, width, width), normal, rows, values);
    run.linear(s.linear(layer, kRelativeWeight, true, width, parts * heads), normal, rows, relative);
    for (int64_t r = 0; r < rows; r++) {
      const Tensor &keyCache = s.caches[2 * layer], &valueCache = s.caches[2 * layer + 1];
      const int64_t lane = begin + r;
      const HeadInputs inputs{queries + r * width,
                              keyCache.const_data_ptr<float>() + lane * keyCache.stride(0),
                              valueCache.const_data_ptr<float>() + lane * valueCache.stride(0),
                              relative + r * parts * heads,
                              s.at(layer, kTable),
                              seen.begins[lane],
                              seen.absentOf(lane)};
      run.step(s.band, inputs, keys + r * width, values + r * width, heads, seenOf + r * width, logits);
      const Tensor &toKeys = next[2 * layer], &toValues = next[2 * layer + 1];
      std::copy_n(keys + r * width, width, toKeys.data_ptr<float>() + lane * toKeys.stride(0) + (window - 1) * width);
      std::copy_n(values + r * width, width, toValues.data_ptr<float>() + lane * toValues.stride(0) + (window - 1) * width);
    }
    run.linear(s.linear(layer, kOutWeight, true, width, width), seenOf, rows, normal);
    for (int64_t i = 0; i < rows * width; i++) stream[i] += normal[i];
    run.normalise(s.norm(layer, kHiddenNormWeight), stream, rows, normal);
    run.linear(s.linear(layer, kHiddenWeight, false, width, s.hidden), normal, rows, hidden);
    for (int64_t i = 0; i < rows * s.hidden; i++) hidden[i] = hidden[i] < 0 ? 0 : hidden[i];
    run.linear(s.linear(layer, kLastWeight, true, s.hidden, width), hidden, rows, normal);
    for (int64_t i = 0; i < rows * width; i++) stream[i] += normal[i] < 0 ? 0 : normal[i];
  }
  std::copy(stream, stream + rows * width, x + begin * width);
}

/**
 * [x, valid, keys of layer 0, values of layer 0, …] after the step. `in_place`: the caches are written behind, which nobody else may have done;
 * else they move to memory with `room` more rows.
 */
std::vector<Tensor> transformerStep(const Tensor& x, at::TensorList weights, at::TensorList caches, const Tensor& valid, int64_t heads,
                                    double epsilon, bool inPlace, int64_t room) {
  const Rollout s = rolloutOf(x, weights, caches, valid, heads, epsilon);
  const int64_t window = s.band.window;
  TORCH_CHECK(room >= 0, "room: expected 0 or more, got ", room);
  std::vector<Tensor> next;
  for (const Tensor& cache : caches) next.push_back(after(cache, inPlace, room));
  const Tensor out = x.clone(), now = at::ones({s.batch, window}, at::kBool);
  if (window > 1) now.narrow(1, 0, window - 1).copy_(valid.narrow(1, 1, window - 1));
  const Seen seen(valid);
  at::parallel_for(0, s.batch, 4, [&](int64_t begin, int64_t end) { run(s, seen, next, out.data_ptr<float>(), begin, end); });
  std::vector<Tensor> result{out, now};
  result.insert(result.end(), next.begin(), next.end());
  return result;
}

TORCH_LIBRARY_FRAGMENT(throughline_cec, library) {
  library.def(
      "transformer_step(Tensor x, Tensor[] weights, Tensor[] caches, Tensor valid, int heads, float epsilon, bool in_place, int room) -> "
      "Tensor[]");
  library.impl("transformer_step", c10::DispatchKey::CompositeExplicitAutograd, transformerStep);
}

}  // namespace
}  // namespace throughline::cec
