// What the operators have in common.
#pragma once

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "kernels.h"

namespace throughline::cec {

inline void need(const at::Tensor& tensor, const char* name, at::ScalarType dtype, at::IntArrayRef sizes) {
  TORCH_CHECK(tensor.device().is_cpu() && tensor.scalar_type() == dtype && tensor.sizes() == sizes && tensor.is_contiguous(), name,
              ": expected a contiguous ", dtype, " tensor ", sizes, " on the CPU, got ", tensor.toString(), " ", tensor.sizes());
}

/** Of each sequence: the first of the steps before that there is, and what is absent after it. */
struct Seen {
  std::vector<int64_t> begins;
  std::vector<std::vector<float>> absent;

  Seen() = default;
  /** @param valid bool [batch, window], contiguous */
  explicit Seen(const at::Tensor& valid) {
    const int64_t batch = valid.size(0), window = valid.size(1);
    for (int64_t b = 0; b < batch; b++) {
      const bool* own = valid.const_data_ptr<bool>() + b * window;
      const bool* first = std::find(own, own + window, true);
      begins.push_back(first - own);
      absent.emplace_back();
      if (std::find(first, own + window, false) == own + window) continue;
      for (int64_t c = 0; c < window; c++) absent.back().push_back(own[c] ? 0.0f : -std::numeric_limits<float>::infinity());
    }
  }

  const float* absentOf(int64_t sequence) const { return absent[sequence].empty() ? nullptr : absent[sequence].data(); }
};

}  // namespace throughline::cec
