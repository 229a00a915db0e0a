// Strips for every processor of the architecture.
#include <throughline/baseline.h>

#include "strips-table.h"
