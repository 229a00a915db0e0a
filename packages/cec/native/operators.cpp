// throughline_cec::stack, a stack of the encoder, and its derivative; pictures are shared out among threads.
#include <ATen/Parallel.h>
#include <torch/library.h>

#include "operators.h"

namespace throughline::cec {
namespace {

using at::Tensor;

/** Pictures whose gradients of weights are added up together, whatever the number of threads. */
constexpr int64_t kTogether = 16;
/** Of six parameters, by their places. */
constexpr int kFirst = 0, kInner = 2;

/** A call's sizes, checked. `parameters`: weight and bias of the three convolutions, in order. */
Stack stackOf(const Tensor& pictures, at::TensorList parameters) {
  TORCH_CHECK(pictures.dim() == 4 && parameters.size() == 6 && parameters[kFirst].dim() == 4,
              "pictures: expected [batch, rows, columns, channels] and six parameters, got ", pictures.sizes(), " and ",
              parameters.size());
  Stack s{pictures.size(1), pictures.size(2), pictures.size(3), parameters[kFirst].size(0), 0, 0};
  const bool isBytes = pictures.scalar_type() == at::kByte;
  need(pictures, "pictures", isBytes ? at::kByte : at::kFloat, pictures.sizes());
  TORCH_CHECK(s.rows > 0 && s.columns > 0 && s.inputs > 0, "pictures: expected at least one pixel, got ", pictures.sizes());
  TORCH_CHECK(s.channels > 0 && s.channels % kChannels == 0 && (isBytes || s.inputs % kChannels == 0),
              "parameters: expected channels in multiples of ", kChannels, ", got ", s.inputs, " and ", s.channels);
  for (int i = 0; i < 6; i += 2) {
    need(parameters[i], "weight", at::kFloat, {s.channels, i == 0 ? s.inputs : s.channels, 3, 3});
    need(parameters[i + 1], "bias", at::kFloat, {s.channels});
  }
  s.pooledRows = (s.rows - 1) / 2 + 1;
  s.pooledColumns = (s.columns - 1) / 2 + 1;
  return s;
}

/** [outputs, inputs, 3, 3] as [3][3][inputs][outputs]. */
Tensor packed(const Tensor& weight) { return weight.permute({2, 3, 1, 0}).contiguous(); }
Tensor unpacked(const Tensor& weight) { return weight.permute({3, 2, 0, 1}).contiguous(); }
/** The same for the gradient of inputs: [3][3][outputs][inputs], half a turn round. */
Tensor turned(const Tensor& weight) { return weight.flip({2, 3}).permute({2, 3, 0, 1}).contiguous(); }

/** The i-th picture, and what is kept of it. */
struct Batch {
  Stack stack;
  Tensor pictures;
  /** Sizes as those of the output, or empty. */
  std::vector<Tensor> kept;

  Picture picture(int64_t i) const {
    const int64_t size = stack.pixels() * stack.inputs;
    if (pictures.scalar_type() == at::kByte) return {pictures.const_data_ptr<uint8_t>() + i * size, nullptr, 1.0f / 255};
    return {nullptr, pictures.const_data_ptr<float>() + i * size, 1};
  }
  Kept keptOf(int64_t i) const {
    if (kept.empty()) return {nullptr, nullptr, nullptr, nullptr};
    const int64_t at = i * stack.pooled() * stack.channels;
    return {kept[0].data_ptr<float>() + at, kept[1].data_ptr<float>() + at, kept[2].data_ptr<uint8_t>() + at,
            kept[3].data_ptr<uint8_t>() + at};
  }
};

/** The output [batch, rows, columns, channels] and, if they are to be kept, four tensors that the derivative needs. */
std::vector<Tensor> stack(const Tensor& pictures, at::TensorList parameters, bool keep) {
  const Stack s = stackOf(pictures, parameters);
  const int64_t count = pictures.size(0);
  const std::vector<int64_t> sizes{count, s.pooledRows, s.pooledColumns, s.channels};
  const Tensor out = at::empty(sizes, at::kFloat);
  Batch batch{s, pictures, {}};
  if (keep) batch.kept = {at::empty(sizes, at::kFloat), at::empty(sizes, at::kFloat), at::empty(sizes, at::kByte), at::empty(sizes, at::kByte)};
  const Tensor first = packed(parameters[kFirst]), inner0 = packed(parameters[kInner]), inner1 = packed(parameters[kInner + 2]);
  const Tensor biases = at::cat({parameters[1], parameters[3], parameters[5]});
  const Weights<const float> weights{first.const_data_ptr<float>(), {inner0.const_data_ptr<float>(), inner1.const_data_ptr<float>()},
                                     biases.const_data_ptr<float>()};
  float* to = out.data_ptr<float>();
  at::parallel_for(0, count, 4, [&](int64_t begin, int64_t end) {
    const Tensor work = at::empty({s.work()}, at::kFloat);
    for (int64_t i = begin; i < end; i++)
      kernels().forward(s, weights, batch.picture(i), batch.keptOf(i), to + i * s.pooled() * s.channels, work.data_ptr<float>());
  });
  std::vector<Tensor> result{out};
  result.insert(result.end(), batch.kept.begin(), batch.kept.end());
  return result;
}

/** Gradients of the six parameters and, if wanted, of the pictures. */
std::vector<Tensor> stackBackward(const Tensor& pictures, at::TensorList parameters, at::TensorList kept, const Tensor& gradient,
                                  bool wantsPictures) {
  const Stack s = stackOf(pictures, parameters);
  const int64_t count = pictures.size(0);
  const std::vector<int64_t> sizes{count, s.pooledRows, s.pooledColumns, s.channels};
  need(gradient, "gradient", at::kFloat, sizes);
  TORCH_CHECK(kept.size() == 4, "kept: expected four tensors, got ", kept.size());
  for (int i = 0; i < 4; i++) need(kept[i], "kept", i < 2 ? at::kFloat : at::kByte, sizes);
  TORCH_CHECK(!wantsPictures || pictures.scalar_type() == at::kFloat, "pictures: bytes have no gradient");
  const Batch batch{s, pictures, kept.vec()};
  const Tensor first = wantsPictures ? turned(parameters[kFirst]) : Tensor();
  const Tensor inner0 = turned(parameters[kInner]), inner1 = turned(parameters[kInner + 2]);
  const TurnedWeights weights{wantsPictures ? first.const_data_ptr<float>() : nullptr,
                              {inner0.const_data_ptr<float>(), inner1.const_data_ptr<float>()}};
  // Each group of pictures has its own sums, which are then added in order: the same numbers on any number of threads.
  const int64_t groups = (count + kTogether - 1) / kTogether, c = s.channels;
  const int64_t firstSize = 9 * s.inputs * c, innerSize = 9 * c * c, all = firstSize + 2 * innerSize + 3 * c;
  const Tensor sums = at::zeros({groups, all}, at::kFloat);
  const Tensor toPictures = wantsPictures ? at::empty(pictures.sizes(), at::kFloat) : Tensor();
  const float* from = gradient.const_data_ptr<float>();
  at::parallel_for(0, groups, 1, [&](int64_t begin, int64_t end) {
    const Tensor work = at::empty({s.work()}, at::kFloat);
    for (int64_t group = begin; group < end; group++) {
      float* own = sums.data_ptr<float>() + group * all;
      const Weights<float> to{own, {own + firstSize, own + firstSize + innerSize}, own + firstSize + 2 * innerSize};
      for (int64_t i = group * kTogether; i < std::min(count, (group + 1) * kTogether); i++)
        kernels().backward(s, weights, batch.picture(i), batch.keptOf(i), from + i * s.pooled() * c,
                           wantsPictures ? toPictures.data_ptr<float>() + i * s.pixels() * s.inputs : nullptr, to,
                           work.data_ptr<float>());
    }
  });
  const Tensor total = sums.sum(0);
  const auto weight = [&](int64_t at, int64_t inputs) { return unpacked(total.narrow(0, at, 9 * inputs * c).view({3, 3, inputs, c})); };
  const auto bias = [&](int64_t i) { return total.narrow(0, firstSize + 2 * innerSize + i * c, c).clone(); };
  std::vector<Tensor> result{weight(0, s.inputs),      bias(0), weight(firstSize, c), bias(1),
                             weight(firstSize + innerSize, c), bias(2)};
  if (wantsPictures) result.push_back(toPictures);
  return result;
}

TORCH_LIBRARY(throughline_cec, library) {
  library.def("kernel_level() -> str", [] { return std::string(kernels().name); });
  library.def("stack(Tensor pictures, Tensor[] parameters, bool keep) -> Tensor[]");
  library.def(
      "stack_backward(Tensor pictures, Tensor[] parameters, Tensor[] kept, Tensor gradient, bool wants_pictures) -> Tensor[]");
  library.impl("stack", c10::DispatchKey::CompositeExplicitAutograd, stack);
  library.impl("stack_backward", c10::DispatchKey::CompositeExplicitAutograd, stackBackward);
}

}  // namespace
}  // namespace throughline::cec
