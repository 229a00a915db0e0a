// Kernels for x86-64 with AVX2 and fused multiply-add.
#include "kernels.h"
#if defined(__x86_64__)
#include <throughline/avx2.h>

#include "table.h"
#include <throughline/end.h>
#endif
