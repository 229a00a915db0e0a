// throughline_cec::linear, a linear layer with or without ReLU, and its derivative; rows are shared out among threads.
#include <ATen/Parallel.h>
#include <torch/library.h>

#include "operators.h"

namespace throughline::cec {
namespace {

using at::Tensor;

/** Multiplications that one thread should do at least. */
constexpr int64_t kGrain = 1 << 20;

/** Rows that read a weight as it lies: laying its panels would take longer. */
constexpr int64_t kFew = 4;

void multiply(const MatrixProduct& product) {
  const MatrixKernels& run = kernels().matrices;
  const int64_t grain = std::max<int64_t>(24, kGrain / std::max<int64_t>(1, product.columns * product.inner));
  at::parallel_for(0, product.rows, grain, [&](int64_t begin, int64_t end) {
    const Tensor work = at::empty({run.work()}, at::kFloat);
    run.multiply(product, begin, end, work.data_ptr<float>());
  });
}

/** Sizes of a call, checked. */
struct Sizes {
  int64_t rows, inputs, outputs;

  Sizes(const Tensor& x, const Tensor& weight) {
    TORCH_CHECK(x.dim() > 0 && weight.dim() == 2, "linear: expected x [..., inputs] and a weight [outputs, inputs], got ", x.sizes(), " and ",
                weight.sizes());
    inputs = weight.size(1);
    outputs = weight.size(0);
    need(weight, "weight", at::kFloat, {outputs, inputs});
    TORCH_CHECK(inputs > 0 && outputs > 0 && x.size(-1) == inputs, "linear: expected x [..., ", inputs, "], got ", x.sizes());
    need(x, "x", at::kFloat, x.sizes());
    rows = x.numel() / inputs;
  }
  std::vector<int64_t> out(const Tensor& x) const {
    std::vector<int64_t> sizes = x.sizes().vec();
    sizes.back() = outputs;
    return sizes;
  }
};

/** x · weightᵀ + bias, and ReLU of it. */
Tensor linear(const Tensor& x, const Tensor& weight, const std::optional<Tensor>& bias, bool hasRelu) {
  const Sizes s(x, weight);
  if (bias) need(*bias, "bias", at::kFloat, {s.outputs});
  const Tensor out = at::empty(s.out(x), at::kFloat);
  if (s.rows <= kFew) {
    float* to = out.data_ptr<float>();
    kernels().attention.linear({weight.const_data_ptr<float>(), bias ? bias->const_data_ptr<float>() : nullptr, s.inputs, s.outputs},
                               x.const_data_ptr<float>(), s.rows, to);
    if (hasRelu)
      for (int64_t i = 0; i < out.numel(); i++) to[i] = to[i] < 0 ? 0 : to[i];
    return out;
  }
  multiply({s.rows, s.outputs, s.inputs, {x.const_data_ptr<float>(), s.inputs, 1}, {weight.const_data_ptr<float>(), 1, s.inputs},
            out.data_ptr<float>(), s.outputs, bias ? bias->const_data_ptr<float>() : nullptr, false, hasRelu});
  return out;
}

/** Gradients of x, weight and bias. @param out what `linear` gave if it had a ReLU */
std::vector<Tensor> linearBackward(const Tensor& x, const Tensor& weight, const std::optional<Tensor>& out, const Tensor& gradient) {
  const Sizes s(x, weight);
  need(gradient, "gradient", at::kFloat, s.out(x));
  if (out) need(*out, "out", at::kFloat, gradient.sizes());
  const Tensor passed = out ? at::empty(gradient.sizes(), at::kFloat) : gradient, toBias = at::empty({s.outputs}, at::kFloat);
  kernels().matrices.slopes(gradient.const_data_ptr<float>(), out ? out->const_data_ptr<float>() : nullptr, s.rows, s.outputs,
                            out ? passed.data_ptr<float>() : nullptr, toBias.data_ptr<float>());
  const Matrix slopes{passed.const_data_ptr<float>(), s.outputs, 1};
  const Tensor toX = at::empty(x.sizes(), at::kFloat), toWeight = at::zeros(weight.sizes(), at::kFloat);
  multiply({s.rows, s.inputs, s.outputs, slopes, {weight.const_data_ptr<float>(), s.inputs, 1}, toX.data_ptr<float>(), s.inputs, nullptr, false,
            false});
  multiply({s.outputs, s.inputs, s.rows, slopes.transposed(), {x.const_data_ptr<float>(), s.inputs, 1}, toWeight.data_ptr<float>(), s.inputs,
            nullptr, false, false});
  return {toX, toWeight, toBias};
}

TORCH_LIBRARY_FRAGMENT(throughline_cec, library) {
  library.def("linear(Tensor x, Tensor weight, Tensor? bias, bool relu) -> Tensor");
  library.def("linear_backward(Tensor x, Tensor weight, Tensor? out, Tensor gradient) -> Tensor[]");
  library.impl("linear", c10::DispatchKey::CompositeExplicitAutograd, linear);
  library.impl("linear_backward", c10::DispatchKey::CompositeExplicitAutograd, linearBackward);
}

}  // namespace
}  // namespace throughline::cec
