// Which kernels this processor runs, and the memory they work in.
#include <throughline/choose.h>

#include <new>

#include "kernels.h"

extern "C" void* throughline_flossing_allocate(size_t bytes) { return ::operator new(bytes, std::align_val_t{64}); }
extern "C" void throughline_flossing_release(void* block) { ::operator delete(block, std::align_val_t{64}); }

namespace throughline::flossing {

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

}  // namespace throughline::flossing
