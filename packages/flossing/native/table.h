// The table of the kernels of one instruction set; included last by the files that compile them.
#pragma once

#include "kernels.h"
#include "rate.h"
#include "readout.h"
#include "recurrent-backward.h"
#include "recurrent.h"
#include "tangent.h"

namespace throughline::flossing::TL_LEVEL {

template <class T>
constexpr Kernels<T> kernelsFor() {
  return {tangent<T>, tangentBackward<T>,   scan<T>,
          scanBackward<T>, readOut<T>,      readOutBackward<T>,
          [](int64_t k) { return spacing<T>(k); }, multiplyAdd<T>, operationsOfRound<T>()};
}

}  // namespace throughline::flossing::TL_LEVEL

namespace throughline::flossing {

extern const KernelTable TL_TABLE;
const KernelTable TL_TABLE{TL_NAME, TL_LEVEL::kernelsFor<float>(), TL_LEVEL::kernelsFor<double>()};

}  // namespace throughline::flossing
