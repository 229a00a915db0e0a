// Kernels for x86-64 with AVX2 and fused multiply-add.
#include <cstddef>
#include <cstdint>
#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi2"))), apply_to = function)
#else
#pragma GCC target("avx2,fma,bmi2")
#endif
#define TL_LEVEL avx2
#define TL_BYTES 32
#include "table.h"

namespace throughline::flossing {
extern const KernelTable kAvx2;
const KernelTable kAvx2{"avx2", avx2::kernelsFor<float>(), avx2::kernelsFor<double>()};
}  // namespace throughline::flossing
#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
