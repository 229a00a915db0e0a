// What both operators need of ATen.
#pragma once

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include "kernels.h"

namespace throughline::flossing {

/**
 * While it lasts, this thread treats numbers below the normal range as 0. Gradients that vanish over hundreds of steps end
 * there, and processors are tens of times slower with such numbers.
 */
class FlushDenormals {
 public:
#if defined(__x86_64__)
  FlushDenormals() : before_(_mm_getcsr()) { _mm_setcsr(before_ | 0x8040); }
  ~FlushDenormals() { _mm_setcsr(before_); }

 private:
  unsigned before_;
#endif
};

/** The kernels' threads. */
inline void runShared(int64_t count, void (*body)(void*, int64_t, int64_t), void* context) {
  at::parallel_for(0, count, 1, [&](int64_t from, int64_t to) {
    const FlushDenormals flush;
    body(context, from, to);
  });
}

/** Calls body(i) for i in [0, count), several at once. */
template <class Body>
void forEach(int64_t count, const Body& body) {
  at::parallel_for(0, count, 1, [&](int64_t from, int64_t to) {
    const FlushDenormals flush;
    for (int64_t i = from; i < to; ++i) body(i);
  });
}

/** Calls body with a value of the tensor's type, float or double. */
template <class Body>
void forType(const char* who, const at::Tensor& tensor, const Body& body) {
  if (tensor.scalar_type() == at::kFloat) return body(float{});
  TORCH_CHECK(tensor.scalar_type() == at::kDouble, who, ": tensors must be float32 or float64, got ", tensor.scalar_type());
  body(double{});
}

template <class T>
T* data(const at::Tensor& tensor) {
  return tensor.defined() ? tensor.data_ptr<T>() : nullptr;
}

/** Whether autograd has to know of a call with these tensors. */
inline bool isRecorded(std::initializer_list<at::Tensor> tensors) {
  if (!at::GradMode::is_enabled()) return false;
  for (const at::Tensor& tensor : tensors)
    if (tensor.defined() && tensor.requires_grad()) return true;
  return false;
}

/** A tensor as an optional argument. */
inline std::optional<at::Tensor> given(const at::Tensor& tensor) {
  return tensor.defined() ? std::optional<at::Tensor>(tensor) : std::nullopt;
}

inline void checkOnce(const char* who) {
  TORCH_CHECK(!at::GradMode::is_enabled(), who,
              ": has first derivatives only; for second ones (createGraph) use the cell's step() instead");
}

}  // namespace throughline::flossing
