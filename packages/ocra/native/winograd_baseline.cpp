// Kernels for any processor: vectors of 4 floats, which x86-64 (SSE2) and 64-bit ARM (NEON) have and others imitate.
#include "winograd.h"
#include <cstddef>
#if defined(__GNUC__)
#pragma GCC optimize("O3")
#define WINOGRAD_NAME baseline
#define WINOGRAD_TITLE "baseline"
#define WINOGRAD_WIDTH 4
#include "winograd_kernels.inc"
#endif
