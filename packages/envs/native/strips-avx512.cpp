// Strips for x86-64 with AVX-512.
#include <cstddef>

#include "strips.h"
#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma,bmi2"))), apply_to = function)
#else
#pragma GCC target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma,bmi2")
#endif
#define TL_LEVEL avx512
#define TL_BYTES 64
#include "strip-loops.h"

namespace throughline::envs {
extern const Strips kAvx512;
const Strips kAvx512{"avx512", avx512::ground, avx512::wall, avx512::pack};
}  // namespace throughline::envs
#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
