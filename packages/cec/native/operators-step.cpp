// throughline_cec::transformer_step and policy_step: one step of a rollout through a transformer, or through a whole policy of pictures and the
// action before.
#include <ATen/Parallel.h>
#include <torch/library.h>

#include "packed-encoder.h"
#include "rollout.h"

namespace throughline::cec {
namespace {

using at::Tensor;

/** Sequences that one thread should take at least. */
constexpr int64_t kGrain = 4;

/** x and the memory after the step; nothing if a tensor is of another dtype or device than kernels take. @param x [batch, 1, width] */
std::vector<Tensor> transformerStep(const Tensor& x, at::TensorList weights, at::TensorList caches, const Tensor& valid, int64_t heads,
                                    double epsilon, bool inPlace, int64_t room) {
  if (!areNumbers(x) || !areNumbers(weights) || !areNumbers(caches) || !valid.device().is_cpu()) return {};
  TORCH_CHECK(x.dim() == 3 && x.size(1) == 1, "x: expected [B, 1, E], got ", x.sizes());
  const std::vector<Tensor> own = dense(weights);
  const Rollout rollout({own, caches, valid.contiguous(), heads, epsilon, inPlace, room}, x.size(0), x.size(2));
  const Tensor out = x.clone(at::MemoryFormat::Contiguous);
  float* to = out.data_ptr<float>();
  at::parallel_for(0, x.size(0), kGrain,
                   [&](int64_t begin, int64_t end) { rollout.run(to + begin * rollout.width(), begin, end); });
  std::vector<Tensor> result{out};
  for (const Tensor& tensor : rollout.memory()) result.push_back(tensor);
  return result;
}

/** Tensors around the transformer, in this order; then weight and bias of each layer of the head. */
enum Around {
  kDense,
  kLinear = 2,
  kAction = 4,  // weight [features, actions]
  kToken = 6,
  kPostNorm = 8,
  kPost = 10,
  kFinalNorm = 12,
  kHead = 14
};

/** Linear layers and norms of a policy, by rows. */
struct Layers {
  at::TensorList tensors;

  const float* numbers(int64_t at) const { return tensors[at].const_data_ptr<float>(); }
  int64_t outputs(int64_t at) const { return tensors[at].size(0); }
  void check(int64_t at, int64_t inputs) const {
    TORCH_CHECK(tensors[at].dim() == 2, "layers: expected a weight [outputs, inputs], got ", tensors[at].sizes());
    need(tensors[at], "layers", at::kFloat, {outputs(at), inputs});
    need(tensors[at + 1], "layers", at::kFloat, {outputs(at)});
  }
  void checkNorm(int64_t at, int64_t width) const {
    for (int64_t i = at; i < at + 2; i++) need(tensors[i], "layers", at::kFloat, {width});
  }
  void linear(int64_t at, const float* x, int64_t rows, float* out, bool hasRelu) const {
    const int64_t count = outputs(at) * rows;
    kernels().attention.linear({numbers(at), numbers(at + 1), tensors[at].size(1), outputs(at)}, x, rows, out);
    if (hasRelu)
      for (int64_t i = 0; i < count; i++) out[i] = out[i] < 0 ? 0 : out[i];
  }
  void norm(int64_t at, float epsilon, const float* x, int64_t rows, float* out) const {
    kernels().attention.normalise({numbers(at), numbers(at + 1), tensors[at].size(0), epsilon}, x, rows, out);
  }
};

/**
 * Logits [batch, 1, actions] and the memory after the step; nothing if a tensor is of another dtype or device than kernels take.
 * @param pictures uint8 [batch, rows, columns, channels] @param actions int64 [batch], those before
 * @param actionFirst the action's features lie before the picture's
 */
std::vector<Tensor> policyStep(const Tensor& pictures, const Tensor& actions, at::TensorList encoder, int64_t stacks, at::TensorList around,
                               bool actionFirst, at::TensorList blocks, at::TensorList caches, const Tensor& valid, int64_t heads,
                               double epsilon, bool inPlace, int64_t room) {
  const bool isTaken = pictures.scalar_type() == at::kByte && pictures.device().is_cpu() && actions.scalar_type() == at::kLong &&
                       actions.device().is_cpu() && valid.device().is_cpu();
  if (!isTaken || !areNumbers(encoder) || !areNumbers(around) || !areNumbers(blocks) || !areNumbers(caches)) return {};
  if (!std::all_of(encoder.begin(), encoder.end(), [](const Tensor& tensor) { return tensor.size(0) % kChannels == 0; })) return {};
  TORCH_CHECK(around.size() >= kHead + 2 && around.size() % 2 == 0, "layers: expected ", int(kHead), " and two of each of the head, got ", around.size());
  const std::vector<Tensor> convolutions = dense(encoder), layers = dense(around), own = dense(blocks);
  const Tensor seen = pictures.contiguous(), before = actions.contiguous();
  const int64_t batch = seen.size(0);
  PackedEncoder packed(seen, convolutions, stacks);
  need(before, "actions", at::kLong, {batch});
  const Layers all{layers};
  const int64_t flat = packed.sizes().features(), hidden = all.outputs(kDense), ofPicture = all.outputs(kLinear), ofAction = all.outputs(kAction),
                features = ofPicture + ofAction, width = all.outputs(kToken), choices = layers[kAction].size(1);
  all.check(kDense, flat);
  all.check(kLinear, hidden);
  all.check(kAction, choices);
  all.check(kToken, features);
  all.checkNorm(kPostNorm, width);
  all.check(kPost, width);
  all.checkNorm(kFinalNorm, all.outputs(kPost));
  int64_t inputs = all.outputs(kPost), widest = std::max({hidden, features, width, inputs});
  for (size_t at = kHead; at < around.size(); at += 2) {
    all.check(at, inputs);
    inputs = all.outputs(at);
    widest = std::max(widest, inputs);
  }
  const int64_t* chosen = before.const_data_ptr<int64_t>();
  for (int64_t i = 0; i < batch; i++)
    TORCH_CHECK(chosen[i] >= 0 && chosen[i] < choices, "actions: expected numbers from 0 to ", choices - 1, ", got ", chosen[i]);
  const Rollout rollout({own, caches, valid.contiguous(), heads, epsilon, inPlace, room}, batch, width);
  const Tensor pictured = at::empty({batch, flat}, at::kFloat), out = at::empty({batch, 1, inputs}, at::kFloat);
  encodeAll(packed, seen, pictured.data_ptr<float>());
  at::parallel_for(0, batch, kGrain, [&](int64_t begin, int64_t end) {
    const int64_t rows = end - begin;
    const Tensor work = at::empty({3 * rows * widest}, at::kFloat);
    float *a = work.data_ptr<float>(), *b = a + rows * widest, *both = b + rows * widest;
    all.linear(kDense, pictured.const_data_ptr<float>() + begin * flat, rows, a, true);
    all.linear(kLinear, a, rows, b, true);
    for (int64_t r = 0; r < rows; r++) {
      float* to = both + r * features;
      std::copy_n(b + r * ofPicture, ofPicture, to + (actionFirst ? ofAction : 0));
      float* toAction = to + (actionFirst ? 0 : ofPicture);
      for (int64_t i = 0; i < ofAction; i++) toAction[i] = all.numbers(kAction)[i * choices + chosen[begin + r]] + all.numbers(kAction + 1)[i];
    }
    all.linear(kToken, both, rows, a, true);
    rollout.run(a, begin, end);
    for (int64_t i = 0; i < rows * width; i++) a[i] = a[i] < 0 ? 0 : a[i];
    all.norm(kPostNorm, static_cast<float>(epsilon), a, rows, b);
    all.linear(kPost, b, rows, a, true);
    all.norm(kFinalNorm, static_cast<float>(epsilon), a, rows, b);
    for (size_t at = kHead; at < around.size(); at += 2) {
      const bool isLast = at + 2 == around.size();
      all.linear(at, b, rows, isLast ? out.data_ptr<float>() + begin * inputs : a, !isLast);
      std::swap(a, b);
    }
  });
  std::vector<Tensor> result{out};
  for (const Tensor& tensor : rollout.memory()) result.push_back(tensor);
  return result;
}

TORCH_LIBRARY_FRAGMENT(throughline_cec, library) {
  library.def(
      "transformer_step(Tensor x, Tensor[] weights, Tensor[] caches, Tensor valid, int heads, float epsilon, bool in_place, int room) -> "
      "Tensor[]");
  library.def(
      "policy_step(Tensor pictures, Tensor actions, Tensor[] encoder, int stacks, Tensor[] around, bool action_first, Tensor[] blocks, "
      "Tensor[] caches, Tensor valid, int heads, float epsilon, bool in_place, int room) -> Tensor[]");
  library.impl("transformer_step", c10::DispatchKey::CompositeExplicitAutograd, transformerStep);
  library.impl("policy_step", c10::DispatchKey::CompositeExplicitAutograd, policyStep);
}

}  // namespace
}  // namespace throughline::cec
