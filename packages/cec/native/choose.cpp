// Which kernels this processor runs.
#include <throughline/choose.h>

#include "kernels.h"

namespace throughline::cec {

extern const KernelTable kBaseline;
#if defined(__x86_64__)
extern const KernelTable kAvx2, kAvx512;
#endif

const KernelTable& kernels() {
  static const KernelTable& chosen = kit::choose<KernelTable>({
#if defined(__x86_64__)
      &kAvx512, &kAvx2,
#endif
      &kBaseline});
  return chosen;
}

}  // namespace throughline::cec
