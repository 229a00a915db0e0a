// flossing::kernel_level and peak_rate: which instructions the kernels use, and how fast those are. What share of a processor the kernels use, the benchmarks can say only if they know the whole.
#include <chrono>

#include "operators.h"

namespace throughline::flossing {

namespace {

template <class T>
double rateOf() {
  const Kernels<T>& table = kernelsOf<T>();
  constexpr int64_t kRounds = 2'000'000;
  double best = 0;
  T sink = 0;
  for (int i = 0; i < 5; ++i) {
    const auto start = std::chrono::steady_clock::now();
    sink += table.multiplyAdd(kRounds);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    best = std::max(best, static_cast<double>(kRounds * table.operationsOfRound) / seconds.count());
  }
  TORCH_CHECK(sink == sink, "flossing::peak_rate: the sum is not a number");
  return best;
}

double peakRate(bool isDouble) { return isDouble ? rateOf<double>() : rateOf<float>(); }

}  // namespace

TORCH_LIBRARY_FRAGMENT(flossing, library) {
  library.def("peak_rate(bool float64=False) -> float", peakRate);
  library.def("kernel_level() -> str", [] { return std::string(kernels().name); });
}

}  // namespace throughline::flossing
