// Begin of kernels for x86-64 with AVX2 and fused multiply-add, which `end.h` ends; included after all headers of the standard
// library, within `#if defined(__x86_64__)`.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi2"))), apply_to = function)
#else
#pragma GCC target("avx2,fma,bmi2")
#endif

#define TL_LEVEL avx2
#define TL_NAME "avx2"
#define TL_TABLE kAvx2
#define TL_BYTES 32
