// Strips for x86-64 with AVX2.
#include <cstddef>

#include "strips.h"
#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi2"))), apply_to = function)
#else
#pragma GCC target("avx2,fma,bmi2")
#endif
#define TL_LEVEL avx2
#define TL_BYTES 32
#include "strip-loops.h"

namespace throughline::envs {
extern const Strips kAvx2;
const Strips kAvx2{"avx2", avx2::ground, avx2::wall, avx2::pack};
}  // namespace throughline::envs
#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
