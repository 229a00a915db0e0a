// Which strips this processor runs.
#include <throughline/choose.h>

#include "strips.h"

namespace throughline::envs {

extern const Strips kBaseline;
#if defined(__x86_64__)
extern const Strips kAvx2, kAvx512;
#endif

const Strips& strips() {
  static const Strips& chosen = kit::choose<Strips>({
#if defined(__x86_64__)
      &kAvx512, &kAvx2,
#endif
      &kBaseline});
  return chosen;
}

}  // namespace throughline::envs
