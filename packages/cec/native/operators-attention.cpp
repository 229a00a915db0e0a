// throughline_cec::attention, attention within a band, and its derivative; heads of sequences are shared out among threads.
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>

#include "operators.h"

namespace throughline::cec {
namespace {

using at::Tensor;

/** Numbers that one thread should read at least. */
constexpr int64_t kGrain = 65536;

/** A call's inputs, checked. */
struct Call {
  Tensor queries, keys, values, relative, table, valid;
  Band band;
  Seen seen;

  Call(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& r, const Tensor& t, const Tensor& there)
      : queries(q), keys(k), values(v), relative(r), table(t), valid(there) {
    TORCH_CHECK(q.dim() == 3 && r.dim() == 4 && t.dim() == 2, "attention: expected queries [B, T, E], relative [B, T, heads, N] and a table [N, W], got ",
                q.sizes(), ", ", r.sizes(), " and ", t.sizes());
    const int64_t batch = q.size(0), steps = q.size(1), heads = r.size(2);
    TORCH_CHECK(heads > 0 && q.size(2) > 0 && q.size(2) % heads == 0 && t.size(1) > 0, "attention: expected queries of a width that ", heads,
                " heads divide, and a window, got ", q.sizes(), " and ", t.sizes());
    band = {steps, t.size(1), heads, q.size(2) / heads, t.size(0)};
    need(q, "queries", at::kFloat, {batch, steps, band.width()});
    need(k, "keys", at::kFloat, {batch, band.columns(), band.width()});
    need(v, "values", at::kFloat, {batch, band.columns(), band.width()});
    need(r, "relative", at::kFloat, {batch, steps, heads, band.parts});
    need(t, "table", at::kFloat, {band.parts, band.window});
    need(there, "valid", at::kBool, {batch, band.window});
    seen = Seen(there);
  }

  int64_t count() const { return queries.size(0) * band.heads; }
  /** Places of a head's numbers. */
  int64_t ofSteps(int64_t i) const { return i / band.heads * band.steps * band.width() + i % band.heads * band.each; }
  int64_t ofColumns(int64_t i) const { return i / band.heads * band.columns() * band.width() + i % band.heads * band.each; }
  int64_t ofRelative(int64_t i) const { return (i / band.heads * band.steps * band.heads + i % band.heads) * band.parts; }

  HeadInputs head(int64_t i) const {
    const int64_t b = i / band.heads;
    return {queries.const_data_ptr<float>() + ofSteps(i), keys.const_data_ptr<float>() + ofColumns(i),
            values.const_data_ptr<float>() + ofColumns(i), relative.const_data_ptr<float>() + ofRelative(i), table.const_data_ptr<float>(),
            seen.begins[b], seen.absentOf(b)};
  }
};

/** The output [B, T, E] and, if it is to be kept, the logarithm of each row's sum [B, heads, T], which the derivative needs. */
std::vector<Tensor> attention(const Tensor& queries, const Tensor& keys, const Tensor& values, const Tensor& relative, const Tensor& table,
                              const Tensor& valid, bool keep) {
  const Call call(queries, keys, values, relative, table, valid);
  const Band& band = call.band;
  const AttentionKernels& run = kernels().attention;
  const Tensor out = at::empty(queries.sizes(), at::kFloat);
  float* to = out.data_ptr<float>();
  if (band.steps == 1 && !keep) {
    const int64_t row = (band.window + 15) / 16 * 16;
    at::parallel_for(0, call.count(), std::max<int64_t>(1, kGrain / (band.window * band.each)), [&](int64_t begin, int64_t end) {
      const Tensor work = at::empty({band.heads * row}, at::kFloat);
      while (begin < end) {
        const int64_t heads = std::min(end - begin, band.heads - begin % band.heads);
        const HeadInputs head = call.head(begin);
        const int64_t own = band.window * band.width();
        run.step(band, head, head.keys + own, head.values + own, heads, to + call.ofSteps(begin), work.data_ptr<float>());
        begin += heads;
      }
    });
    return {out};
  }
  const Tensor sums = keep ? at::empty({queries.size(0), band.heads, band.steps}, at::kFloat) : Tensor();
  at::parallel_for(0, call.count(), 1, [&](int64_t begin, int64_t end) {
    const Tensor work = at::empty({run.forwardWork(band)}, at::kFloat);
    for (int64_t i = begin; i < end; i++)
      run.forward(band, call.head(i), to + call.ofSteps(i), keep ? sums.data_ptr<float>() + i * band.steps : nullptr, work.data_ptr<float>());
  });
  return keep ? std::vector<Tensor>{out, sums} : std::vector<Tensor>{out};
}

/** Gradients of queries, keys, values, relative and table. */
std::vector<Tensor> attentionBackward(const Tensor& queries, const Tensor& keys, const Tensor& values, const Tensor& relative,
                                      const Tensor& table, const Tensor& valid, const Tensor& out, const Tensor& sums,
                                      const Tensor& gradient) {
  const Call call(queries, keys, values, relative, table, valid);
  const Band& band = call.band;
  need(out, "out", at::kFloat, queries.sizes());
  need(gradient, "gradient", at::kFloat, queries.sizes());
  need(sums, "sums", at::kFloat, {queries.size(0), band.heads, band.steps});
  const auto like = [](const Tensor& tensor) { return at::empty(tensor.sizes(), at::kFloat); };
  const Tensor toQueries = like(queries), toKeys = like(keys), toValues = like(values), toRelative = like(relative);
  // Each head has its own share, which are then added in order: the same numbers on any number of threads.
  const int64_t size = table.numel();
  const Tensor shares = at::empty({call.count(), size}, at::kFloat), toTable = at::zeros(table.sizes(), at::kFloat);
  const AttentionKernels& run = kernels().attention;
  at::parallel_for(0, call.count(), 1, [&](int64_t begin, int64_t end) {
    const Tensor work = at::empty({run.backwardWork(band)}, at::kFloat);
    for (int64_t i = begin; i < end; i++) {
      const int64_t steps = call.ofSteps(i), columns = call.ofColumns(i);
      const HeadGradients to{out.const_data_ptr<float>() + steps,
                             sums.const_data_ptr<float>() + i * band.steps,
                             gradient.const_data_ptr<float>() + steps,
                             toQueries.data_ptr<float>() + steps,
                             toKeys.data_ptr<float>() + columns,
                             toValues.data_ptr<float>() + columns,
                             toRelative.data_ptr<float>() + call.ofRelative(i),
                             shares.data_ptr<float>() + i * size};
      run.backward(band, call.head(i), to, work.data_ptr<float>());
    }
  });
  for (int64_t i = 0; i < call.count(); i++)
    for (int64_t n = 0; n < size; n++) toTable.data_ptr<float>()[n] += shares.const_data_ptr<float>()[i * size + n];
  return {toQueries, toKeys, toValues, toRelative, toTable};
}

TORCH_LIBRARY_FRAGMENT(throughline_cec, library) {
  library.def("attention(Tensor queries, Tensor keys, Tensor values, Tensor relative, Tensor table, Tensor valid, bool keep) -> Tensor[]");
  library.def(
      "attention_backward(Tensor queries, Tensor keys, Tensor values, Tensor relative, Tensor table, Tensor valid, Tensor out, Tensor sums, "
      "Tensor gradient) -> Tensor[]");
  library.impl("attention", c10::DispatchKey::CompositeExplicitAutograd, attention);
  library.impl("attention_backward", c10::DispatchKey::CompositeExplicitAutograd, attentionBackward);
}

}  // namespace
}  // namespace throughline::cec
