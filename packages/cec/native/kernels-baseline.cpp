// Kernels for every processor of the architecture.
#include "kernels.h"
#define TL_LEVEL baseline
#define TL_BYTES 16
#include "attention-step.h"
#include "stack.h"

namespace throughline::cec {
extern const KernelTable kBaseline;
const KernelTable kBaseline{"baseline", baseline::forward, baseline::backward, baseline::kAttention};
}  // namespace throughline::cec
