// flossing::read_out: outputs of recurrent nets, a linear function of their states.
#include "operators.h"

namespace throughline::flossing {

namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr const char* kWho = "flossing::read_out";

void check(const Tensor& states, const Tensor& weight, const Tensor& offset, int64_t start) {
  TORCH_CHECK(states.dim() == 3 && weight.dim() == 2 && offset.dim() == 1 && weight.size(1) <= states.size(2) &&
                  weight.size(0) == offset.size(0) && weight.size(0) > 0 && weight.size(1) > 0,
              kWho, ": expected states [time, batch, size], weight [outputs, size or less] and offset [outputs], got ",
              states.sizes(), ", ", weight.sizes(), " and ", offset.sizes());
  TORCH_CHECK(start >= 0 && start <= states.size(0), kWho, ": there are ", states.size(0), " steps, and none from ", start, " on");
  for (const Tensor& other : {weight, offset})
    TORCH_CHECK(other.scalar_type() == states.scalar_type() && other.device() == states.device(), kWho,
                ": all tensors must have one dtype and device, got ", states.scalar_type(), " on ", states.device(), " and ",
                other.scalar_type(), " on ", other.device());
}

/** Rows of states in parts of some tens of microseconds each, at most one for each thread. */
struct Parts {
  int64_t rows, count;
  Parts(int64_t rows, int64_t work) : rows(rows) {
    count = std::clamp<int64_t>(rows * work >> 18, 1, std::max<int64_t>(at::get_num_threads(), 1));
  }
  int64_t begin(int64_t part) const { return rows * part / count; }
};

template <class T>
ReadTask<T> taskOf(const Tensor& states, const Tensor& weight, const Tensor& offset, int64_t first, int64_t end) {
  ReadTask<T> task{};
  task.rows = end - first, task.size = states.size(2), task.n = weight.size(1), task.outputs = weight.size(0);
  task.states = data<T>(states) + first * task.size;
  task.weight = data<T>(weight);
  task.offset = data<T>(offset);
  return task;
}

Tensor forward(const Tensor& states, const Tensor& weight, const Tensor& offset, int64_t start) {
  const int64_t batch = states.size(1), outputs = weight.size(0), skipped = start * batch;
  const Tensor out = at::empty({states.size(0) - start, batch, outputs}, states.options());
  const Parts parts(out.size(0) * batch, weight.numel());
  forType(kWho, states, [&](auto zero) {
    using T = decltype(zero);
    forEach(parts.count, [&](int64_t i) {
      ReadTask<T> task = taskOf<T>(states, weight, offset, skipped + parts.begin(i), skipped + parts.begin(i + 1));
      task.out = data<T>(out) + parts.begin(i) * outputs;
      kernelsOf<T>().readOut(task);
    });
  });
  return out;
}

struct ReadOut : torch::autograd::Function<ReadOut> {
  static Tensor forward(AutogradContext* ctx, const Tensor& states, const Tensor& weight, const Tensor& offset, int64_t start) {
    ctx->save_for_backward({states, weight, offset});
    ctx->saved_data["start"] = start;
    return flossing::forward(states, weight, offset, start);
  }

  static variable_list backward(AutogradContext* ctx, variable_list gradients) {
    checkOnce(kWho);
    const variable_list saved = ctx->get_saved_variables();
    const Tensor &states = saved[0], &weight = saved[1], &offset = saved[2], gradient = gradients[0].contiguous();
    const int64_t start = ctx->saved_data["start"].toInt(), outputs = weight.size(0), skipped = start * states.size(1);
    const Parts parts(gradient.size(0) * gradient.size(1), 3 * weight.numel());
    const Tensor toStates = at::empty_like(states);
    toStates.narrow(0, 0, start).zero_();
    const Tensor toWeight = at::empty({parts.count, outputs, weight.size(1)}, weight.options());
    const Tensor toOffset = at::empty({parts.count, outputs}, weight.options());
    forType(kWho, states, [&](auto zero) {
      using T = decltype(zero);
      forEach(parts.count, [&](int64_t i) {
        const int64_t first = skipped + parts.begin(i);
        const ReadTask<T> task = taskOf<T>(states, weight, offset, first, skipped + parts.begin(i + 1));
        kernelsOf<T>().readOutBackward(
            task, {data<T>(gradient) + parts.begin(i) * outputs, data<T>(toStates) + first * task.size,
                   data<T>(toWeight) + i * weight.numel(), data<T>(toOffset) + i * outputs});
      });
    });
    const auto joined = [&](const Tensor& shares) { return parts.count == 1 ? shares.squeeze(0) : shares.sum(0); };
    return {toStates, joined(toWeight), joined(toOffset), Tensor()};
  }
};

/** ATen's operators, for devices and dtypes without kernels of ours. */
Tensor reference(const Tensor& states, const Tensor& weight, const Tensor& offset, int64_t start) {
  check(states, weight, offset, start);
  return at::linear(states.narrow(0, start, states.size(0) - start).narrow(2, 0, weight.size(1)), weight, offset);
}

Tensor readOut(const Tensor& states, const Tensor& weight, const Tensor& offset, int64_t start) {
  const bool isOurs = states.is_cpu() && (states.scalar_type() == at::kFloat || states.scalar_type() == at::kDouble);
  if (!isOurs) return reference(states, weight, offset, start);
  check(states, weight, offset, start);
  if (!isRecorded({states, weight, offset}))
    return forward(states.contiguous(), weight.contiguous(), offset.contiguous(), start);
  return ReadOut::apply(states.contiguous(), weight.contiguous(), offset.contiguous(), start);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(flossing, library) {
  library.def("read_out(Tensor states, Tensor weight, Tensor offset, int start=0) -> Tensor");
}

TORCH_LIBRARY_IMPL(flossing, CompositeImplicitAutograd, library) {
  library.impl("read_out", readOut);
}

}  // namespace throughline::flossing
