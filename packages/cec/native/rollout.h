// A step of a rollout through all blocks of a transformer. A cache of keys or values may lie in a longer piece of memory, so that the next
// step's are written behind it and nothing is copied.
#pragma once

#include <vector>

#include "operators.h"

namespace throughline::cec {

/** True for tensors that kernels read: float32 on the CPU. */
inline bool areNumbers(at::TensorList tensors) {
  return std::all_of(tensors.begin(), tensors.end(),
                     [](const at::Tensor& tensor) { return tensor.device().is_cpu() && tensor.scalar_type() == at::kFloat; });
}

/** The same numbers, row by row. */
inline std::vector<at::Tensor> dense(at::TensorList tensors) {
  std::vector<at::Tensor> made;
  for (const at::Tensor& tensor : tensors) made.push_back(tensor.contiguous());
  return made;
}

/** What a step of a transformer is given beside its stream. */
struct Past {
  at::TensorList weights;  // of a block in the order of rollout.cpp, contiguous
  at::TensorList caches;   // keys and values of each layer, [batch, window, width]
  at::Tensor valid;        // bool [batch, window]
  int64_t heads;
  double epsilon;
  /** The caches are written behind, which nobody else may have done; else they move to memory with `room` more rows. */
  bool inPlace;
  int64_t room;
};

/** The blocks of a transformer at one step of `batch` sequences. */
class Rollout {
 public:
  /** @param width of the stream */
  Rollout(const Past& past, int64_t batch, int64_t width);
  int64_t width() const { return band_.width(); }
  /** Sequences `begin` up to but not `end` through all blocks. @param x [end - begin, width], in place */
  void run(float* x, int64_t begin, int64_t end) const;
  /** [valid, keys of layer 0, values of layer 0, ...] after the step. */
  std::vector<at::Tensor> memory() const;

 private:
  at::TensorList weights_;
  std::vector<at::Tensor> caches_, next_;
  at::Tensor now_;
  Seen seen_;
  Band band_;
  int64_t layers_, hidden_;
  float epsilon_;

  const float* at(int64_t layer, int which) const;
  Linear linear(int64_t layer, int which, bool hasBias, int64_t inputs, int64_t outputs) const;
  Norm norm(int64_t layer, int which) const;
};

}  // namespace throughline::cec
