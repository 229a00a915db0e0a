// Which kernels this processor runs.
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

#include "winograd.h"

namespace throughline::ocra {

#if defined(__GNUC__)

extern const Kernels kBaseline;
#if defined(__x86_64__)
extern const Kernels kAvx2, kAvx512;
#endif

namespace {

const Kernels* choose() {
  const char* wanted = std::getenv("THROUGHLINE_KERNELS");
  const auto isWanted = [wanted](const Kernels& kernels) {
    return wanted == nullptr || std::strcmp(wanted, kernels.name) == 0;
  };
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool hasAvx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  const bool hasAvx512 = hasAvx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
  if (hasAvx512 && isWanted(kAvx512)) return &kAvx512;
  if (hasAvx2 && isWanted(kAvx2)) return &kAvx2;
#endif
  if (isWanted(kBaseline)) return &kBaseline;
  throw std::runtime_error("THROUGHLINE_KERNELS is '" + std::string(wanted) +
                           "'; accepted: baseline, avx2 or avx512, as far as the processor has them");
}

}  // namespace

const Kernels* kernels() {
  static const Kernels* chosen = choose();
  return chosen;
}

#else

const Kernels* kernels() { return nullptr; }

#endif

}  // namespace throughline::ocra
