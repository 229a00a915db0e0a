// Kernels for x86-64 with AVX-512.
#include "kernels.h"
#if defined(__x86_64__)
#include <throughline/avx512.h>

#include "table.h"
#include <throughline/end.h>
#endif
