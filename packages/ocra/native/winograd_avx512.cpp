// Kernels for avx512.
#include "winograd.h"
#include <cstddef>
#if defined(__GNUC__) && defined(__x86_64__)
#pragma GCC optimize("O3")
#pragma GCC target("avx512f,avx512dq,avx512vl,avx512bw,fma,avx2")
#define WINOGRAD_NAME avx512
#define WINOGRAD_TITLE "avx512"
#define WINOGRAD_WIDTH 16
#include "winograd_kernels.inc"
#endif
