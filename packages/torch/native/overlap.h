// Which elements of tensors share memory, exactly.
#pragma once

#include <ATen/core/Tensor.h>

namespace throughline {

/** Whether the tensor has elements in a memory whose layout is known: dense, not on the meta device, not empty. */
bool inMemory(const at::Tensor& tensor);
/** The memory of a tensor; null if it has none of its own, as sparse ones have. */
const c10::StorageImpl* storageOf(const at::Tensor& tensor);

/** Whether two elements of the tensor have the same memory, as after `expand`. */
bool overlapsItself(const at::Tensor& tensor);

/** Whether an element of one tensor shares memory with an element of the other. */
bool overlap(const at::Tensor& a, const at::Tensor& b);

/** Whether the tensors are the same elements in the same places. */
bool coincide(const at::Tensor& a, const at::Tensor& b);

}  // namespace throughline
