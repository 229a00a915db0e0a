// Casts for x86-64 with AVX-512.
#include "shapes.h"
#if defined(__x86_64__)
#include <immintrin.h>
#include <throughline/avx512.h>

#include "casts-table.h"
#include <throughline/end.h>
#endif
