// Kernels for every processor of the architecture.
#include "kernels.h"
#include <throughline/baseline.h>

#include "table.h"
