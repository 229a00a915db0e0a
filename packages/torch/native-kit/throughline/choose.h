// Choice of the kernels that this processor runs, for every library of operators. A library compiles its kernels once for
// each level, each into a table with a `name`, and asks here for the best table that the processor can run.
#pragma once

#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <stdexcept>
#include <string>

namespace throughline::kit {

/** True if the processor runs kernels of this level: `baseline`, `avx2` or `avx512`. */
inline bool runs(const char* level) {
  if (std::strcmp(level, "baseline") == 0) return true;
#if defined(__x86_64__) && defined(__GNUC__)
  __builtin_cpu_init();
  const bool hasAvx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  if (std::strcmp(level, "avx2") == 0) return hasAvx2;
  if (std::strcmp(level, "avx512") == 0)
    return hasAvx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
#endif
  return false;
}

/**
 * The first table that the processor runs, or the one that the environment's THROUGHLINE_KERNELS names. Keep the result:
 * the environment may change, kernels that have run may not.
 * @param tables the best first; each has a `const char* name`, its level
 * @throws std::runtime_error for a name that is none of theirs or that this processor does not run
 */
template <class Table>
const Table& choose(std::initializer_list<const Table*> tables) {
  const char* wanted = std::getenv("THROUGHLINE_KERNELS");
  for (const Table* table : tables)
    if (runs(table->name) && (wanted == nullptr || std::strcmp(wanted, table->name) == 0)) return *table;
  throw std::runtime_error("THROUGHLINE_KERNELS is '" + std::string(wanted == nullptr ? "" : wanted) +
                           "'; accepted: baseline, avx2 or avx512, as far as the processor has them");
}

}  // namespace throughline::kit

/**
 * Defines `const Table& function()`: what `choose` gives of a library's tables, the same at each call. Written once, in the namespace of
 * the tables, whose names baseline.h, avx2.h and avx512.h give.
 */
#if defined(__x86_64__)
#define TL_CHOOSE(Table, function)                                                                               \
  extern const Table kAvx512, kAvx2, kBaseline;                                                                  \
  const Table& function() {                                                                                      \
    static const Table& chosen = ::throughline::kit::choose<Table>({&kAvx512, &kAvx2, &kBaseline});              \
    return chosen;                                                                                               \
  }
#else
#define TL_CHOOSE(Table, function)                                                                               \
  extern const Table kBaseline;                                                                                  \
  const Table& function() {                                                                                      \
    static const Table& chosen = ::throughline::kit::choose<Table>({&kBaseline});                                \
    return chosen;                                                                                               \
  }
#endif
