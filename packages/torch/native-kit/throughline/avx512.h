// Begin of kernels for x86-64 with AVX-512, which `end.h` ends; included after all headers of the standard library, within
// `#if defined(__x86_64__)`.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma,bmi2"))), apply_to = function)
#else
#pragma GCC target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma,bmi2")
#endif

#define TL_LEVEL avx512
#define TL_NAME "avx512"
#define TL_TABLE kAvx512
#define TL_BYTES 64
