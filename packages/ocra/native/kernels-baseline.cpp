// Kernels for every processor of the architecture.
#include "winograd.h"
#if defined(__GNUC__)
#include <throughline/baseline.h>

#include "table.h"
#endif
