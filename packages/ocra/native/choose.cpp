// Which kernels this processor runs.
#include <throughline/choose.h>

#include "winograd.h"

namespace throughline::ocra {

#if defined(__GNUC__)

extern const Kernels kBaseline;
#if defined(__x86_64__)
extern const Kernels kAvx2, kAvx512;
#endif

const Kernels* kernels() {
  static const Kernels& chosen = kit::choose<Kernels>({
#if defined(__x86_64__)
      &kAvx512, &kAvx2,
#endif
      &kBaseline});
  return &chosen;
}

#else

const Kernels* kernels() { return nullptr; }

#endif

}  // namespace throughline::ocra
