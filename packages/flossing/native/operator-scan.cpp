// flossing::recurrent_scan: the states of recurrent nets over time.
#include "operators.h"

namespace throughline::flossing {

namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr const char* kWho = "flossing::recurrent_scan";

/** What is given, and the sizes that follow. Tensors that are left out are undefined. */
struct Call {
  CellKind cell;
  UnitKind unit;
  double leak;
  Tensor inputs, weightIn, weight, biasIn, bias, state, drive;
  int64_t steps = 0, nets = 0, batch = 0, n = 0, gates = 1, states = 0, features = 0;
};

CellKind cellOf(c10::string_view name) {
  if (name == "pre") return CellKind::pre;
  if (name == "post") return CellKind::post;
  if (name == "gru") return CellKind::gru;
  TORCH_CHECK(name == "lstm", kWho, ": cell must be pre, post, gru or lstm, got '", name, "'");
  return CellKind::lstm;
}

UnitKind unitOf(c10::string_view name) {
  if (name == "tanh") return UnitKind::tanh;
  if (name == "relu") return UnitKind::relu;
  TORCH_CHECK(name == "identity", kWho, ": activation must be tanh, relu or identity, got '", name, "'");
  return UnitKind::identity;
}

void checkSizes(const Call& call) {
  const int64_t width = call.gates * call.n;
  TORCH_CHECK(call.n > 0 && call.weight.sizes() == at::IntArrayRef({call.nets, width, call.n}) &&
                  call.weightIn.sizes() == at::IntArrayRef({call.nets, width, call.features}) &&
                  call.state.sizes() == at::IntArrayRef({call.nets, call.batch, call.states}),
              kWho, ": sizes do not fit: inputs ", call.inputs.sizes(), ", weight_ih ", call.weightIn.sizes(), ", weight_hh ",
              call.weight.sizes(), ", state ", call.state.sizes(), ", of cells with ", call.gates, " gate(s)");
  for (const Tensor& bias : {call.biasIn, call.bias})
    TORCH_CHECK(!bias.defined() || bias.sizes() == at::IntArrayRef({call.nets, width}), kWho, ": expected biases [", call.nets,
                ", ", width, "], got ", bias.sizes());
  TORCH_CHECK(!call.drive.defined() || call.drive.sizes() == at::IntArrayRef({call.steps, call.nets, call.batch, width}), kWho,
              ": expected drive [", call.steps, ", ", call.nets, ", ", call.batch, ", ", width, "], got ", call.drive.sizes());
}

/** Completes and checks a call; its tensors become contiguous. */
void check(Call& call) {
  TORCH_CHECK(call.inputs.dim() == 4 && call.weightIn.dim() == 3 && call.weight.dim() == 3 && call.state.dim() == 3, kWho,
              ": expected inputs [time, nets, batch, features], weight_ih [nets, gates * units, features], weight_hh [nets, "
              "gates * units, units] and state [nets, batch, size], got ",
              call.inputs.sizes(), ", ", call.weightIn.sizes(), ", ", call.weight.sizes(), " and ", call.state.sizes());
  call.gates = call.cell == CellKind::gru ? 3 : call.cell == CellKind::lstm ? 4 : 1;
  call.steps = call.inputs.size(0), call.nets = call.inputs.size(1), call.batch = call.inputs.size(2);
  call.features = call.inputs.size(3), call.n = call.weight.size(2);
  call.states = call.cell == CellKind::lstm ? 2 * call.n : call.n;
  checkSizes(call);
  const bool isPlain = call.cell == CellKind::pre || call.cell == CellKind::post;
  TORCH_CHECK(isPlain || (call.leak == 1 && call.unit == UnitKind::tanh), kWho, ": leak and activation are for pre and post");
  TORCH_CHECK(call.leak > 0 && call.leak <= 1, kWho, ": leak must be above 0 and at most 1, got ", call.leak);
  for (Tensor* tensor : {&call.inputs, &call.weightIn, &call.weight, &call.biasIn, &call.bias, &call.state, &call.drive}) {
    if (!tensor->defined()) continue;
    TORCH_CHECK(tensor->scalar_type() == call.inputs.scalar_type() && tensor->device() == call.inputs.device(), kWho,
                ": all tensors must have one dtype and device, got ", call.inputs.scalar_type(), " on ", call.inputs.device(),
                " and ", tensor->scalar_type(), " on ", tensor->device());
    *tensor = tensor->contiguous();
  }
}

/** Tasks: every net's sequences, in so many parts. */
struct Parts {
  int64_t perNet, size, count;
  /** Number that keeps the threads busy. */
  explicit Parts(const Call& call)
      : Parts(call, std::clamp<int64_t>(call.batch / 4, 1, std::max<int64_t>(wanted(call), 1))) {}
  Parts(const Call& call, int64_t each) : perNet(each) {
    size = (call.batch + perNet - 1) / perNet;
    perNet = std::max<int64_t>((call.batch + size - 1) / std::max<int64_t>(size, 1), 1);
    count = call.nets * perNet;
  }

 private:
  static int64_t wanted(const Call& call) {
    return (at::get_num_threads() + call.nets - 1) / std::max<int64_t>(call.nets, 1);
  }
};

/** A task's first sequence among all rows. */
struct Place {
  int64_t net, row, batch;
  Place(const Call& call, const Parts& parts, int64_t index) {
    const int64_t from = index % parts.perNet * parts.size;
    net = index / parts.perNet, row = net * call.batch + from, batch = std::min(parts.size, call.batch - from);
  }
};

/** Values that the derivative needs beside the states: [sequence, time, …] of the parts that were at work together. */
struct Kept {
  Tensor acted, activations;
  int64_t parts = 1;  // of each net
};

template <class T>
ScanTask<T> taskOf(const Call& call, const Place& place, const Tensor& out, const Kept& kept) {
  const int64_t width = call.gates * call.n, keptWidth = keptSize(call.cell, call.n, call.leak);
  const int64_t rows = call.nets * call.batch, actedWidth = kernelsOf<T>().padded(call.n + call.features + 1);
  const auto of = [](const Tensor& tensor, int64_t offset) -> T* {
    return tensor.defined() ? tensor.data_ptr<T>() + offset : nullptr;
  };
  ScanTask<T> task{};
  task.cell = call.cell, task.unit = call.unit, task.leak = static_cast<T>(call.leak);
  task.steps = call.steps, task.n = call.n, task.batch = place.batch, task.gates = call.gates;
  task.states = call.states, task.features = call.features;
  task.weightIn = of(call.weightIn, place.net * width * call.features);
  task.weight = of(call.weight, place.net * width * call.n);
  task.biasIn = of(call.biasIn, place.net * width);
  task.bias = of(call.bias, place.net * width);
  task.start = of(call.state, place.row * call.states);
  task.inputs = of(call.inputs, place.row * call.features);
  task.inputStep = rows * call.features;
  task.drive = of(call.drive, place.row * width);
  task.driveStep = rows * width;
  task.out = of(out, place.row * call.states);
  task.outStep = rows * call.states;
  task.acted = of(kept.acted, place.row * call.steps * actedWidth);
  task.actedStep = place.batch * actedWidth;
  task.kept = of(kept.activations, place.row * call.steps * keptWidth);
  task.keptStep = place.batch * keptWidth;
  return task;
}

/** @param keep if the states are to be differentiated */
Tensor forward(const Call& call, Kept* keep) {
  const auto options = call.inputs.options();
  const Tensor out = at::empty({call.steps, call.nets, call.batch, call.states}, options);
  if (out.numel() == 0) return out;
  const Parts parts(call);
  Kept kept;
  forType(kWho, call.inputs, [&](auto zero) {
    using T = decltype(zero);
    if (keep != nullptr) {
      const auto room = [&](int64_t width) { return at::empty({call.nets * call.batch, call.steps, width}, options); };
      const int64_t keptWidth = keptSize(call.cell, call.n, call.leak);
      kept.parts = parts.perNet;
      kept.acted = room(kernelsOf<T>().padded(call.n + call.features + 1));
      if (keptWidth > 0) kept.activations = room(keptWidth);
    }
    forEach(parts.count, [&](int64_t i) { kernelsOf<T>().scan(taskOf<T>(call, Place(call, parts, i), out, kept)); });
  });
  if (keep != nullptr) *keep = kept;
  return out;
}

/** Gradients of inputs, weight_ih, weight_hh, bias_ih, bias_hh, state and drive. */
variable_list backward(const Call& call, const Tensor& out, const Kept& kept, const Tensor& gradient, bool wantsInputs,
                       bool wantsDrive) {
  const auto options = out.options();
  const int64_t width = call.gates * call.n;
  const Parts parts(call, kept.parts);
  const auto shares = [&](int64_t columns) {
    const std::vector<int64_t> sizes{call.nets, parts.perNet, width, columns};
    return out.numel() > 0 ? at::empty(sizes, options) : at::zeros(sizes, options);
  };
  const Tensor weightIn = shares(call.features), weight = shares(call.n), biasIn = shares(1), bias = shares(1);
  const Tensor start = out.numel() > 0 ? at::empty_like(call.state) : at::zeros_like(call.state);
  Tensor drive;
  if (wantsInputs || wantsDrive) drive = at::empty({call.steps, call.nets, call.batch, width}, options);
  if (out.numel() > 0) {
    forType(kWho, out, [&](auto zero) {
      using T = decltype(zero);
      forEach(parts.count, [&](int64_t i) {
        const Place place(call, parts, i);
        const ScanGradients<T> to{data<T>(gradient) + place.row * call.states,
                                  drive.defined() ? data<T>(drive) + place.row * width : nullptr,
                                  data<T>(start) + place.row * call.states,
                                  data<T>(weightIn) + i * width * call.features,
                                  data<T>(weight) + i * width * call.n,
                                  data<T>(biasIn) + i * width,
                                  data<T>(bias) + i * width};
        kernelsOf<T>().scanBackward(taskOf<T>(call, place, out, kept), to);
      });
    });
  }
  const auto joined = [&](const Tensor& tensor) { return parts.perNet == 1 ? tensor.squeeze(1) : tensor.sum(1); };
  const auto joinedBias = [&](const Tensor& tensor, const Tensor& of) {
    return of.defined() ? joined(tensor).squeeze(-1) : Tensor();
  };
  const Tensor inputs = wantsInputs ? at::matmul(drive, call.weightIn) : Tensor();
  return {inputs, joined(weightIn), joined(weight), joinedBias(biasIn, call.biasIn), joinedBias(bias, call.bias), start,
          wantsDrive ? drive : Tensor()};
}

struct RecurrentScan : torch::autograd::Function<RecurrentScan> {
  using Optional = std::optional<Tensor>;

  static Tensor forward(AutogradContext* ctx, const std::string& cell, double leak, const std::string& activation,
                        const Tensor& inputs, const Tensor& weightIn, const Tensor& weight, const Optional& biasIn,
                        const Optional& bias, const Tensor& state, const Optional& drive) {
    Call call{cellOf(cell), unitOf(activation), leak,  inputs, weightIn, weight, biasIn.value_or(Tensor()),
              bias.value_or(Tensor()), state, drive.value_or(Tensor())};
    check(call);
    Kept kept;
    const Tensor out = flossing::forward(call, &kept);
    ctx->save_for_backward(
        {inputs, weightIn, weight, call.biasIn, call.bias, state, call.drive, out, kept.acted, kept.activations});
    ctx->saved_data["parts"] = kept.parts;
    ctx->saved_data["cell"] = cell;
    ctx->saved_data["leak"] = leak;
    ctx->saved_data["activation"] = activation;
    return out;
  }

  static variable_list backward(AutogradContext* ctx, variable_list gradients) {
    checkOnce(kWho);
    const variable_list saved = ctx->get_saved_variables();
    Call call{cellOf(ctx->saved_data["cell"].toStringRef()), unitOf(ctx->saved_data["activation"].toStringRef()),
              ctx->saved_data["leak"].toDouble(), saved[0], saved[1], saved[2], saved[3], saved[4], saved[5], saved[6]};
    check(call);
    const Kept kept{saved[8], saved[9], ctx->saved_data["parts"].toInt()};
    const variable_list made = flossing::backward(call, saved[7], kept, gradients[0].contiguous(), ctx->needs_input_grad(0),
                                                  call.drive.defined());
    variable_list result{Tensor(), Tensor(), Tensor()};
    result.insert(result.end(), made.begin(), made.end());
    return result;
  }
};

/** One operator after another: for devices without kernels of ours, and the reference that the kernels are tested against. */
Tensor reference(c10::string_view cell, const Tensor& inputs, const Tensor& weightIn, const Tensor& weight,
                 const std::optional<Tensor>& biasIn, const std::optional<Tensor>& bias, const Tensor& state,
                 const std::optional<Tensor>& drive, double leak, c10::string_view activation) {
  Call call{cellOf(cell), unitOf(activation), leak,  inputs, weightIn, weight, biasIn.value_or(Tensor()),
            bias.value_or(Tensor()), state, drive.value_or(Tensor())};
  check(call);
  const auto act = [&](const Tensor& x) {
    return call.unit == UnitKind::tanh ? x.tanh() : call.unit == UnitKind::relu ? x.relu() : x;
  };
  Tensor outside = at::matmul(inputs, weightIn.transpose(1, 2));
  if (biasIn) outside = outside + biasIn->unsqueeze(1);
  if (drive) outside = outside + *drive;
  const Tensor turned = weight.transpose(1, 2);
  const auto inner = [&](const Tensor& x) { return bias ? at::bmm(x, turned) + bias->unsqueeze(1) : at::bmm(x, turned); };
  std::vector<Tensor> states;
  Tensor x = state;
  for (const Tensor& d : outside.unbind(0)) {
    if (call.cell == CellKind::pre || call.cell == CellKind::post) {
      const Tensor next = call.cell == CellKind::pre ? inner(act(x)) + d : act(inner(x) + d);
      x = leak == 1 ? next : x * (1 - leak) + next * leak;
    } else if (call.cell == CellKind::gru) {
      const auto us = inner(x).chunk(3, -1), ds = d.chunk(3, -1);
      const Tensor r = (ds[0] + us[0]).sigmoid(), z = (ds[1] + us[1]).sigmoid(), c = (ds[2] + r * us[2]).tanh();
      x = (1 - z) * c + z * x;
    } else {
      const auto halves = x.chunk(2, -1);
      const auto sums = (d + inner(halves[0])).chunk(4, -1);
      const Tensor c = sums[1].sigmoid() * halves[1] + sums[0].sigmoid() * sums[2].tanh();
      x = at::cat({sums[3].sigmoid() * c.tanh(), c}, -1);
    }
    states.push_back(x);
  }
  if (states.empty()) return at::empty({0, call.nets, call.batch, call.states}, inputs.options());
  return at::stack(states);
}

Tensor recurrentScan(c10::string_view cell, const Tensor& inputs, const Tensor& weightIn, const Tensor& weight,
                     const std::optional<Tensor>& biasIn, const std::optional<Tensor>& bias, const Tensor& state,
                     const std::optional<Tensor>& drive, double leak, c10::string_view activation) {
  if (!inputs.is_cpu())
    return reference(cell, inputs, weightIn, weight, biasIn, bias, state, drive, leak, activation);
  Call call{cellOf(cell), unitOf(activation), leak,  inputs, weightIn, weight, biasIn.value_or(Tensor()),
            bias.value_or(Tensor()), state, drive.value_or(Tensor())};
  check(call);
  if (!isRecorded({inputs, weightIn, weight, call.biasIn, call.bias, state, call.drive})) return forward(call, nullptr);
  return RecurrentScan::apply(std::string(cell), leak, std::string(activation), call.inputs, call.weightIn, call.weight,
                              given(call.biasIn), given(call.bias), call.state, given(call.drive));
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(flossing, library) {
  const char* arguments =
      "(str cell, Tensor inputs, Tensor weight_ih, Tensor weight_hh, Tensor? bias_ih, Tensor? bias_hh, Tensor state, "
      "Tensor? drive=None, float leak=1.0, str activation='tanh') -> Tensor";
  library.def(("recurrent_scan" + std::string(arguments)).c_str());
  library.def(("recurrent_scan_reference" + std::string(arguments)).c_str());
}

TORCH_LIBRARY_IMPL(flossing, CompositeImplicitAutograd, library) {
  library.impl("recurrent_scan", recurrentScan);
  library.impl("recurrent_scan_reference", reference);
}

}  // namespace throughline::flossing
