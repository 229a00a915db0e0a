// What an operator may write into: no element twice, and nothing that it still has to read.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>

#include "convert.h"

namespace throughline {

class Writes {
 public:
  Writes(const c10::OperatorHandle& op, const std::vector<ArgSpec>& args);

  /**
   * Refuses a tensor that is written into and has elements that share memory, and two such tensors that share memory with
   * each other. An operand that shares memory with one is copied first, so that the result is that of separate tensors.
   */
  void prepare(torch::jit::Stack& stack) const {
    if (written_.empty() || (oneByOne_ && areApart(stack))) return;
    separate(stack);
  }

 private:
  bool areApart(const torch::jit::Stack& stack) const;
  void separate(torch::jit::Stack& stack) const;
  [[noreturn]] void refuse(size_t argument, const std::string& reason) const;

  std::vector<size_t> written_, read_;  // arguments
  std::vector<std::string> names_;
  bool oneByOne_ = false;   // one tensor is written into, and no argument is a list of tensors
  bool pointwise_ = false;  // each element of a result needs only the operands' elements at its own place
  bool fills_ = false;      // every element gets the same value, so that it does not matter which share memory
};

}  // namespace throughline
