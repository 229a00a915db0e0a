// Casts for every processor of the architecture.
#if defined(__x86_64__)
#include <immintrin.h>
#endif
#include <throughline/baseline.h>

#include "casts-table.h"
