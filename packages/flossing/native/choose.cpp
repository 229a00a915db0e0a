// Which kernels this processor runs, and the memory they work in.
#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>

#include "kernels.h"

extern "C" void* throughline_flossing_allocate(size_t bytes) { return ::operator new(bytes, std::align_val_t{64}); }
extern "C" void throughline_flossing_release(void* block) { ::operator delete(block, std::align_val_t{64}); }

namespace throughline::flossing {

extern const KernelTable kBaseline, kAvx2, kAvx512;

namespace {

const KernelTable& choose() {
  const char* wanted = std::getenv("THROUGHLINE_KERNELS");
  const auto isWanted = [wanted](const KernelTable& table) { return wanted == nullptr || std::strcmp(wanted, table.name) == 0; };
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool hasAvx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  const bool hasAvx512 = hasAvx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
  if (hasAvx512 && isWanted(kAvx512)) return kAvx512;
  if (hasAvx2 && isWanted(kAvx2)) return kAvx2;
#endif
  if (isWanted(kBaseline)) return kBaseline;
  throw std::runtime_error("THROUGHLINE_KERNELS is '" + std::string(wanted) +
                           "'; accepted: baseline, avx2 or avx512, as far as the processor has them");
}

}  // namespace

const KernelTable& kernels() {
  static const KernelTable& chosen = choose();
  return chosen;
}

}  // namespace throughline::flossing
