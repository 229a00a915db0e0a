// Kernels for x86-64 with AVX2 and FMA.
#include "winograd.h"

#if defined(__GNUC__) && defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi2"))), apply_to = function)
#else
#pragma GCC target("avx2,fma,bmi2")
#endif
#define TL_LEVEL avx2
#define TL_WIDTH 8
#include "winograd-kernels.h"

namespace throughline::ocra {
extern const Kernels kAvx2;
const Kernels kAvx2{"avx2", avx2::transform, avx2::convolve, avx2::correlate, avx2::restore};
}  // namespace throughline::ocra
#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
