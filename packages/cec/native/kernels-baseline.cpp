// Kernels for every processor of the architecture.
#include "kernels.h"
#define TL_LEVEL baseline
#define TL_BYTES 16
#include "stack.h"

namespace throughline::cec {
extern const KernelTable kBaseline;
const KernelTable kBaseline{"baseline", baseline::forward, baseline::backward};
}  // namespace throughline::cec
