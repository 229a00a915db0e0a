// Kernels for every processor of the architecture.
#define TL_LEVEL baseline
#define TL_BYTES 16
#include "table.h"

namespace throughline::flossing {
extern const KernelTable kBaseline;
const KernelTable kBaseline{"baseline", baseline::kernelsFor<float>(), baseline::kernelsFor<double>()};
}  // namespace throughline::flossing
