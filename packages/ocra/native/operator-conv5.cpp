// ocra::conv5_relu: ReLU of a 5×5 convolution of stride 1 that keeps the size, with its derivative.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <atomic>

#include "winograd.h"

namespace throughline::ocra {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/** Tiles that a thread takes at once. */
constexpr int64_t kShare = 8 * kBlock;

/** Floats of a tensor, or null. */
const float* floats(const Tensor& tensor) { return tensor.defined() ? tensor.const_data_ptr<float>() : nullptr; }

Tensor channels_last(const Tensor& images) { return images.contiguous(at::MemoryFormat::ChannelsLast); }

Shape shape_of(const Tensor& x, int64_t out) { return {x.size(0), x.size(2), x.size(3), x.size(1), out}; }

/**
 * Where the weights of a layer lie. A transposed convolution is a convolution with flipped kernels; so is a convolution's
 * derivative by its input, which exchanges input and output.
 */
Weights weights_of(const Tensor& weight, bool transposed) {
  const int64_t outer = 25 * weight.size(1);
  return {weight.data_ptr<float>(), transposed ? 25 : outer, transposed ? outer : 25, transposed};
}
Weights adjoint(const Weights& w) { return {w.data, w.si, w.so, !w.flipped}; }

/**
 * Calls body(begin, end, scratch) for blocks of tiles, on every thread until none is left: a thread that has to share its
 * processor does fewer. Which thread does which has no influence on the numbers.
 */
template <class Body>
void for_tiles(const Shape& s, const Body& body) {
  std::atomic<int64_t> next{0};
  at::parallel_for(0, at::get_num_threads(), 1, [&](int64_t, int64_t) {
    const Tensor scratch = at::empty({scratch_size(s)}, at::kFloat);
    for (int64_t begin = next.fetch_add(kShare); begin < s.tiles(); begin = next.fetch_add(kShare)) {
      body(begin, std::min(begin + kShare, s.tiles()), scratch.data_ptr<float>());
    }
  });
}

/** [n, out, h, w], channels-last. */
Tensor convolve(const Tensor& x, const Tensor& mask, const Weights& w, int64_t out, const Tensor& bias, bool relu) {
  const Shape s = shape_of(x, out);
  const Kernels& k = *kernels();
  const Tensor u = at::empty({transformed_size(s)}, at::kFloat);
  at::parallel_for(0, s.in, 4, [&](int64_t begin, int64_t end) { k.transform(s, w, u.data_ptr<float>(), begin, end); });
  const Tensor y = at::empty({s.n, s.out, s.h, s.w}, at::kFloat, at::MemoryFormat::ChannelsLast);
  for_tiles(s, [&](int64_t begin, int64_t end, float* scratch) {
    k.convolve(s, floats(x), floats(mask), floats(u), floats(bias), relu, y.data_ptr<float>(), begin, end, scratch);
  });
  return y;
}

/** Gradients of the weights, in the layer's own layout, and of the bias. */
std::pair<Tensor, Tensor> correlate(const Tensor& x, const Tensor& dy, const Tensor& mask, const Tensor& weight, bool transposed) {
  const Shape s = shape_of(x, dy.size(1));
  const Kernels& k = *kernels();
  // A share for each thread, added up in order: the same sums every time for the same number of threads.
  const int64_t blocks = (s.tiles() + kBlock - 1) / kBlock;
  const int64_t shares = std::min<int64_t>(at::get_num_threads(), blocks);
  const Tensor du = at::zeros({shares, transformed_size(s)}, at::kFloat);
  const Tensor dbias = at::zeros({shares, s.out}, at::kFloat);
  at::parallel_for(0, shares, 1, [&](int64_t first, int64_t last) {
    const Tensor scratch = at::empty({scratch_size(s)}, at::kFloat);
    for (int64_t i = first; i < last; i++) {
      const int64_t begin = blocks * i / shares * kBlock;
      const int64_t end = std::min(blocks * (i + 1) / shares * kBlock, s.tiles());
      k.correlate(s, floats(x), floats(dy), floats(mask), du.data_ptr<float>() + i * transformed_size(s),
                  dbias.data_ptr<float>() + i * s.out, begin, end, scratch.data_ptr<float>());
    }
  });
  const Tensor total = du.sum(0);
  const Tensor gradient = at::empty(weight.sizes(), at::kFloat);
  const Weights g = weights_of(gradient, transposed);
  at::parallel_for(0, s.in, 4, [&](int64_t begin, int64_t end) { k.restore(s, floats(total), g, begin, end); });
  return {gradient, dbias.sum(0)};
}

/** The same map by ATen's operators: whatever the device, dtype and sizes, and differentiable as often as one likes. */
Tensor plainly(const Tensor& x, const Tensor& weight, const std::optional<Tensor>& bias, bool transposed) {
  return at::relu(transposed ? at::conv_transpose2d(x, weight, bias, 1, 2) : at::conv2d(x, weight, bias, 1, 2));
}

/** Gradients of x, weight and bias by ATen's operators, which can be differentiated again. */
variable_list plain_gradients(const Tensor& x, const Tensor& weight, const Tensor& y, const Tensor& dy, bool transposed,
                              std::array<bool, 3> wanted) {
  const Tensor through = dy * (y > 0);
  const int64_t out = y.size(1);
  const auto [dx, dw, db] = at::convolution_backward(through, x, weight, at::OptionalIntArrayRef({out}), {1, 1}, {2, 2},
                                                     {1, 1}, transposed, {0, 0}, 1, wanted);
  return {dx, dw, db, Tensor()};
}

struct Conv5Relu : torch::autograd::Function<Conv5Relu> {
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight, const std::optional<Tensor>& bias,
                        bool transposed) {
    const Tensor input = channels_last(x), kernel = weight.contiguous();
    const Tensor offset = bias ? bias->contiguous() : Tensor();
    const Tensor y = convolve(input, {}, weights_of(kernel, transposed), weight.size(transposed ? 1 : 0), offset, true);
    context->save_for_backward({input, kernel, y});
    context->saved_data["transposed"] = transposed;
    context->saved_data["biased"] = bias.has_value();
    return y;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const Tensor x = saved[0], weight = saved[1], y = saved[2];
    const bool transposed = context->saved_data["transposed"].toBool();
    if (!gradients[0].defined()) return {Tensor(), Tensor(), Tensor(), Tensor()};
    const bool biased = context->saved_data["biased"].toBool();
    const std::array<bool, 3> wanted{context->needs_input_grad(0), context->needs_input_grad(1),
                                     biased && context->needs_input_grad(2)};
    if (at::GradMode::is_enabled()) return plain_gradients(x, weight, y, gradients[0], transposed, wanted);
    const Tensor dy = channels_last(gradients[0]);
    Tensor dx, dweight, dbias;
    if (wanted[0]) dx = convolve(dy, y, adjoint(weights_of(weight, transposed)), x.size(1), {}, false);
    if (wanted[1] || wanted[2]) std::tie(dweight, dbias) = correlate(x, dy, y, weight, transposed);
    return {dx, wanted[1] ? dweight : Tensor(), wanted[2] ? dbias : Tensor(), Tensor()};
  }
};

bool is_plain_float(const Tensor& tensor) {
  return tensor.device().is_cpu() && tensor.scalar_type() == at::kFloat && tensor.layout() == at::kStrided &&
         !tensor._fw_grad(0).defined();
}

/** Whether the kernels can do it: float32 on the CPU outside autocast, channels in multiples of 16. */
bool suits(const Tensor& x, const Tensor& weight, const std::optional<Tensor>& bias, bool transposed) {
  if (x.dim() != 4 || weight.dim() != 4 || weight.size(2) != 5 || weight.size(3) != 5 || x.numel() == 0) return false;
  const int64_t in = weight.size(transposed ? 0 : 1), out = weight.size(transposed ? 1 : 0);
  if (x.size(1) != in || in % kChannels != 0 || out % kChannels != 0 || in * out == 0) return false;
  if (bias && (bias->dim() != 1 || bias->size(0) != out || !is_plain_float(*bias))) return false;
  return is_plain_float(x) && is_plain_float(weight) && !at::autocast::is_autocast_enabled(at::kCPU) && kernels() != nullptr;
}

Tensor conv5_relu(const Tensor& x, const Tensor& weight, const std::optional<Tensor>& bias, bool transposed) {
  if (!suits(x, weight, bias, transposed)) return plainly(x, weight, bias, transposed);
  return Conv5Relu::apply(x, weight, bias, transposed);
}

}  // namespace

TORCH_LIBRARY(throughline_ocra, library) {
  library.def("kernel_level() -> str", [] { return std::string(kernels() == nullptr ? "none" : kernels()->name); });
  library.def("conv5_relu(Tensor x, Tensor weight, Tensor? bias, bool transposed) -> Tensor", &conv5_relu);
}

}  // namespace throughline::ocra
