// Kernels for x86-64 with AVX-512.
#include "winograd.h"

#if defined(__GNUC__) && defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma,bmi2"))), apply_to = function)
#else
#pragma GCC target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma,bmi2")
#endif
#define TL_LEVEL avx512
#define TL_WIDTH 16
#include "winograd-kernels.h"

namespace throughline::ocra {
extern const Kernels kAvx512;
const Kernels kAvx512{"avx512", avx512::transform, avx512::convolve, avx512::correlate, avx512::restore};
}  // namespace throughline::ocra
#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
