// flossing::tangent_scan: tangent vectors along a trajectory, and ln R_ii of their decompositions.
#include "operators.h"

namespace throughline::flossing {

namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr const char* kWho = "flossing::tangent_scan";

struct Call {
  Pushforward kind;
  int64_t steps = 0, nets = 0, batch = 0, n = 0, rows = 0, k = 0, gates = 1, interval = 1;
};

Pushforward kindOf(c10::string_view name) {
  if (name == "gated") return Pushforward::gated;
  TORCH_CHECK(name == "lstm", kWho, ": kind must be gated or lstm, got '", name, "'");
  return Pushforward::lstm;
}

Call checked(c10::string_view kind, const Tensor& weight, const Tensor& left, const Tensor& direct, const Tensor& extra,
             const Tensor& frame, int64_t interval) {
  Call call{kindOf(kind)};
  TORCH_CHECK(weight.dim() == 3 && left.dim() == 4 && frame.dim() == 4, kWho,
              ": expected weight [nets, gates * units, units], left [time, nets, batch, gates * units] and frame [nets, batch, "
              "size, vectors], got ",
              weight.sizes(), ", ", left.sizes(), " and ", frame.sizes());
  call.steps = left.size(0), call.nets = left.size(1), call.batch = left.size(2), call.n = weight.size(2);
  call.rows = frame.size(2), call.k = frame.size(3), call.interval = interval;
  TORCH_CHECK(call.n > 0 && weight.size(1) % call.n == 0, kWho, ": weight ", weight.sizes(), " is not a stack of square matrices");
  call.gates = weight.size(1) / call.n;
  const bool isLstm = call.kind == Pushforward::lstm;
  TORCH_CHECK(!isLstm || (call.gates == 4 && direct.defined() && extra.defined()), kWho,
              ": an lstm has four gates, direct and extra factors");
  TORCH_CHECK(left.size(3) == call.gates * call.n && weight.size(0) == call.nets && frame.size(0) == call.nets &&
                  frame.size(1) == call.batch && call.rows == (isLstm ? 2 : 1) * call.n,
              kWho, ": sizes do not fit: weight ", weight.sizes(), ", left ", left.sizes(), ", frame ", frame.sizes());
  TORCH_CHECK(call.k >= 1 && call.k <= call.rows, kWho, ": from 1 to ", call.rows, " vectors, got ", call.k);
  TORCH_CHECK(interval >= 0 && (interval == 0 || call.steps % interval == 0), kWho, ": the interval must divide the ",
              call.steps, " steps, or be 0 for no decomposition, got ", interval);
  if (interval == 0) call.interval = call.steps + 1;
  for (const Tensor& factor : {direct, extra}) {
    if (!factor.defined()) continue;
    TORCH_CHECK(factor.dim() == 4 && factor.size(0) == call.steps && factor.size(1) == call.nets &&
                    factor.size(2) == call.batch && factor.size(3) == call.n,
                kWho, ": expected factors [", call.steps, ", ", call.nets, ", ", call.batch, ", ", call.n, "], got ",
                factor.sizes());
  }
  for (const Tensor& other : {weight, direct, extra, frame}) {
    if (!other.defined()) continue;
    TORCH_CHECK(other.scalar_type() == left.scalar_type() && other.device() == left.device(), kWho,
                ": all tensors must have one dtype and device, got ", left.scalar_type(), " on ", left.device(), " and ",
                other.scalar_type(), " on ", other.device());
  }
  return call;
}

/** R_ii that counts as 0: its inverse would leave the range of T. */
template <class T>
constexpr T smallestOf() {
  return sizeof(T) == 4 ? T(1e-30) : T(1e-290);
}

template <class T>
TangentTask<T> taskOf(const Call& call, int64_t index, const Tensor& weight, const Tensor& left, const Tensor& direct,
                      const Tensor& extra, const Tensor& frame, const Tensor& logs, const Tensor& last) {
  const int64_t width = call.gates * call.n, size = call.rows * call.k;
  TangentTask<T> task{};
  task.kind = call.kind, task.steps = call.steps, task.n = call.n, task.rows = call.rows, task.k = call.k;
  task.gates = call.gates, task.interval = call.interval, task.smallest = smallestOf<T>();
  task.weight = data<T>(weight) + index / call.batch * width * call.n;
  task.left = data<T>(left) + index * width;
  task.leftStep = call.nets * call.batch * width;
  task.direct = direct.defined() ? data<T>(direct) + index * call.n : nullptr;
  task.extra = extra.defined() ? data<T>(extra) + index * call.n : nullptr;
  task.unitStep = call.nets * call.batch * call.n;
  task.frame = data<T>(frame) + index * size;
  task.frameOut = last.defined() ? data<T>(last) + index * size : nullptr;
  task.logs = data<T>(logs) + index * call.k;
  task.logsStep = call.nets * call.batch * call.k;
  return task;
}

/** What is kept for the derivative, one row a trajectory. */
struct Kept {
  Tensor frames, products, factors;
};

template <class T>
void lend(TangentTask<T>& task, const Kept& kept, int64_t index) {
  if (!kept.frames.defined()) return;
  task.frames = data<T>(kept.frames) + index * kept.frames.size(1);
  task.products = data<T>(kept.products) + index * kept.products.size(1);
  task.factors = data<T>(kept.factors) + index * kept.factors.size(1);
}

std::pair<Tensor, Tensor> forward(const Call& call, const Tensor& weight, const Tensor& left, const Tensor& direct,
                                  const Tensor& extra, const Tensor& frame, Kept* keep) {
  const Tensor logs = at::empty({call.steps / call.interval, call.nets, call.batch, call.k}, left.options());
  const Tensor last = at::empty_like(frame);
  const int64_t count = call.nets * call.batch;
  Kept kept;
  forType(kWho, left, [&](auto zero) {
    using T = decltype(zero);
    if (keep != nullptr) {
      const int64_t ld = kernelsOf<T>().padded(call.k);
      kept.frames = at::empty({count, (call.steps + 1) * call.rows * ld}, left.options());
      kept.products = at::empty({count, call.steps * call.gates * call.n * ld}, left.options());
      kept.factors = at::empty({count, call.steps / call.interval * call.k * ld}, left.options());
    }
    const auto run = [&](int64_t i, RunShared shared) {
      TangentTask<T> task = taskOf<T>(call, i, weight, left, direct, extra, frame, logs, last);
      lend(task, kept, i);
      kernelsOf<T>().tangent(task, shared);
    };
    if (count == 1) {
      const FlushDenormals flush;
      run(0, at::get_num_threads() > 1 && !at::in_parallel_region() ? runShared : nullptr);
    } else {
      forEach(count, [&](int64_t i) { run(i, nullptr); });
    }
  });
  if (keep != nullptr) *keep = kept;
  return {logs, last};
}

struct TangentScan : torch::autograd::Function<TangentScan> {
  static variable_list forward(AutogradContext* ctx, const std::string& kind, const Tensor& weight, const Tensor& left,
                               const std::optional<Tensor>& ownDirect, const std::optional<Tensor>& ownExtra,
                               const Tensor& frame, int64_t interval) {
    const Tensor direct = ownDirect.value_or(Tensor()), extra = ownExtra.value_or(Tensor());
    const Call call = checked(kind, weight, left, direct, extra, frame, interval);
    Kept kept;
    auto [logs, last] = flossing::forward(call, weight, left, direct, extra, frame, &kept);
    ctx->save_for_backward({weight, left, direct, extra, frame, kept.frames, kept.products, kept.factors});
    ctx->saved_data["kind"] = kind;
    ctx->saved_data["interval"] = interval;
    return {logs, last};
  }

  static variable_list backward(AutogradContext* ctx, variable_list gradients) {
    checkOnce(kWho);
    const variable_list saved = ctx->get_saved_variables();
    const Tensor &weight = saved[0], &left = saved[1], &direct = saved[2], &extra = saved[3], &frame = saved[4];
    const Kept kept{saved[5], saved[6], saved[7]};
    const Call call =
        checked(ctx->saved_data["kind"].toStringRef(), weight, left, direct, extra, frame, ctx->saved_data["interval"].toInt());
    const int64_t count = call.nets * call.batch, width = call.gates * call.n, size = call.rows * call.k;
    const Tensor gradLogs = gradients[0].defined()
                                ? gradients[0].contiguous()
                                : at::zeros({call.steps / call.interval, call.nets, call.batch, call.k}, left.options());
    const Tensor gradLast = gradients[1].defined() ? gradients[1].contiguous() : Tensor();
    const Tensor toLeft = at::empty_like(left), toFrame = at::empty_like(frame);
    const Tensor toDirect = direct.defined() ? at::empty_like(direct) : Tensor();
    const Tensor toExtra = extra.defined() ? at::empty_like(extra) : Tensor();
    const Tensor toWeight = at::empty({call.nets, call.batch, width, call.n}, weight.options());
    forType(kWho, left, [&](auto zero) {
      using T = decltype(zero);
      forEach(count, [&](int64_t i) {
        TangentTask<T> task = taskOf<T>(call, i, weight, left, direct, extra, frame, gradLogs, Tensor());
        lend(task, kept, i);
        const TangentGradients<T> to{data<T>(gradLogs) + i * call.k,
                                     gradLast.defined() ? data<T>(gradLast) + i * size : nullptr,
                                     data<T>(toLeft) + i * width,
                                     toDirect.defined() ? data<T>(toDirect) + i * call.n : nullptr,
                                     toExtra.defined() ? data<T>(toExtra) + i * call.n : nullptr,
                                     data<T>(toFrame) + i * size,
                                     data<T>(toWeight) + i * width * call.n};
        kernelsOf<T>().tangentBackward(task, to);
      });
    });
    const Tensor weights = call.batch == 1 ? toWeight.squeeze(1) : toWeight.sum(1);
    return {Tensor(), weights, toLeft, toDirect, toExtra, toFrame, Tensor()};
  }
};

/** One operator after another: for devices without kernels of ours, and the reference that the kernels are tested against. */
std::tuple<Tensor, Tensor> reference(c10::string_view kind, const Tensor& weight, const Tensor& left,
                                     const std::optional<Tensor>& direct, const std::optional<Tensor>& extra,
                                     const Tensor& frame, int64_t interval) {
  const Call call = checked(kind, weight, left, direct.value_or(Tensor()), extra.value_or(Tensor()), frame, interval);
  const Tensor stacked = weight.unsqueeze(1);
  const auto factor = [](const std::optional<Tensor>& given, int64_t t) { return given->select(0, t).unsqueeze(-1); };
  Tensor q = frame;
  std::vector<Tensor> logs;
  for (int64_t t = 0; t < call.steps; ++t) {
    const Tensor l = left.select(0, t).unsqueeze(-1);
    if (call.kind == Pushforward::gated) {
      const Tensor p = l * at::matmul(stacked, extra ? q * factor(extra, t) : q);
      Tensor next;
      for (const Tensor& gate : p.chunk(call.gates, -2)) next = next.defined() ? next + gate : gate;
      q = direct ? next + q * factor(direct, t) : next;
    } else {
      const auto halves = q.chunk(2, -2);
      const auto p = (l * at::matmul(stacked, halves[0])).chunk(4, -2);
      const Tensor c = factor(direct, t) * halves[1] + p[0] + p[1] + p[2];
      q = at::cat({p[3] + factor(extra, t) * c, c}, -2);
    }
    if ((t + 1) % call.interval != 0) continue;
    const auto [orthonormal, r] = at::linalg_qr(q);
    const Tensor diagonal = r.diagonal(0, -2, -1);
    const Tensor signs = at::where(diagonal < 0, -1, 1).to(q.dtype());
    q = orthonormal * signs.unsqueeze(-2);
    logs.push_back(diagonal.abs().log());
  }
  return {logs.empty() ? at::empty({0, call.nets, call.batch, call.k}, left.options()) : at::stack(logs), q};
}

std::tuple<Tensor, Tensor> tangentScan(c10::string_view kind, const Tensor& weight, const Tensor& left,
                                       const std::optional<Tensor>& direct, const std::optional<Tensor>& extra,
                                       const Tensor& frame, int64_t interval) {
  const Tensor d = direct.value_or(Tensor()), e = extra.value_or(Tensor());
  const Call call = checked(kind, weight, left, d, e, frame, interval);
  if (!left.is_cpu()) return reference(kind, weight, left, direct, extra, frame, interval);
  const auto whole = [](const Tensor& tensor) { return tensor.defined() ? tensor.contiguous() : tensor; };
  if (!isRecorded({weight, left, d, e, frame})) {
    auto [logs, last] = forward(call, whole(weight), whole(left), whole(d), whole(e), whole(frame), nullptr);
    return {logs, last};
  }
  const variable_list results =
      TangentScan::apply(std::string(kind), whole(weight), whole(left), given(whole(d)), given(whole(e)), whole(frame), interval);
  return {results[0], results[1]};
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(flossing, library) {
  const char* arguments =
      "(str kind, Tensor weight, Tensor left, Tensor? direct, Tensor? extra, Tensor frame, int interval=1) -> (Tensor, Tensor)";
  library.def(("tangent_scan" + std::string(arguments)).c_str());
  library.def(("tangent_scan_reference" + std::string(arguments)).c_str());
}

TORCH_LIBRARY_IMPL(flossing, CompositeImplicitAutograd, library) {
  library.impl("tangent_scan", tangentScan);
  library.impl("tangent_scan_reference", reference);
}

}  // namespace throughline::flossing
