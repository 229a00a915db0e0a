// Kernels for x86-64 with AVX2 and fused multiply-add.
#include <cstddef>

#include "kernels.h"
#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi2"))), apply_to = function)
#else
#pragma GCC target("avx2,fma,bmi2")
#endif
#define TL_LEVEL avx2
#define TL_BYTES 32
#include "attention-step.h"
#include "stack.h"

namespace throughline::cec {
extern const KernelTable kAvx2;
const KernelTable kAvx2{"avx2", avx2::forward, avx2::backward, avx2::kAttention};
}  // namespace throughline::cec
#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
