// Which kernels this processor runs, and the memory they work in.
#include <throughline/choose.h>

#include <new>

#include "kernels.h"

extern "C" void* throughline_flossing_allocate(size_t bytes) { return ::operator new(bytes, std::align_val_t{64}); }
extern "C" void throughline_flossing_release(void* block) { ::operator delete(block, std::align_val_t{64}); }

namespace throughline::flossing {

TL_CHOOSE(KernelTable, kernels)

}  // namespace throughline::flossing
