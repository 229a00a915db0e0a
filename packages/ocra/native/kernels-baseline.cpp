// Kernels for any processor: vectors of 4 floats, which x86-64 (SSE2) and 64-bit ARM (NEON) have.
#include "winograd.h"

#if defined(__GNUC__)
#define TL_LEVEL baseline
#define TL_WIDTH 4
#include "winograd-kernels.h"

namespace throughline::ocra {
extern const Kernels kBaseline;
const Kernels kBaseline{"baseline", baseline::transform, baseline::convolve, baseline::correlate, baseline::restore};
}  // namespace throughline::ocra
#endif
