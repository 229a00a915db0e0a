// Kernels for x86-64 with AVX-512.
#include <cstddef>

#include "kernels.h"
#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma,bmi2"))), apply_to = function)
#else
#pragma GCC target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma,bmi2")
#endif
#define TL_LEVEL avx512
#define TL_BYTES 64
#include "attention-step.h"
#include "stack.h"

namespace throughline::cec {
extern const KernelTable kAvx512;
const KernelTable kAvx512{"avx512", avx512::forward, avx512::backward, avx512::kAttention};
}  // namespace throughline::cec
#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
