// Strips for every processor of the architecture.
#include "strips.h"
#define TL_LEVEL baseline
#define TL_BYTES 16
#include "strip-loops.h"

namespace throughline::envs {
extern const Strips kBaseline;
const Strips kBaseline{"baseline", baseline::ground, baseline::wall, baseline::pack};
}  // namespace throughline::envs
