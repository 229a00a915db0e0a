// Kernels for avx2.
#include "winograd.h"
#include <cstddef>
#if defined(__GNUC__) && defined(__x86_64__)
#pragma GCC optimize("O3")
#pragma GCC target("avx2,fma")
#define WINOGRAD_NAME avx2
#define WINOGRAD_TITLE "avx2"
#define WINOGRAD_WIDTH 8
#include "winograd_kernels.inc"
#endif
