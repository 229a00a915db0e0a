// What every operator asks of its tensors.
#pragma once
#include <ATen/ATen.h>

#include <cmath>

namespace throughline::envs {

/** Refuses a tensor unless it is dense on the CPU and of this dtype, with these sizes; -1 stands for any. */
inline void need(const at::Tensor& tensor, const char* name, at::ScalarType dtype, at::IntArrayRef sizes) {
  TORCH_CHECK(tensor.device().is_cpu() && tensor.is_contiguous() && tensor.scalar_type() == dtype, name,
              ": expected a contiguous ", dtype, " tensor on the CPU, got ", tensor.toString());
  bool fits = tensor.dim() == int64_t(sizes.size());
  for (size_t i = 0; fits && i < sizes.size(); i++) fits = sizes[i] < 0 || tensor.size(i) == sizes[i];
  TORCH_CHECK(fits, name, ": expected sizes ", sizes, " (-1 for any), got ", tensor.sizes());
  if (dtype != at::kDouble) return;
  const double* values = tensor.const_data_ptr<double>();
  for (int64_t i = 0; i < tensor.numel(); i++)
    TORCH_CHECK(std::abs(values[i]) < 1e6, name, ": expected numbers below 1e6, got ", values[i]);
}

}  // namespace throughline::envs
