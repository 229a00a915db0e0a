// The table of the kernels of one instruction set; included last by the files that compile them.
#pragma once

#include "winograd-kernels.h"

namespace throughline::ocra {

extern const Kernels TL_TABLE;
const Kernels TL_TABLE{TL_NAME, TL_LEVEL::transform, TL_LEVEL::convolve, TL_LEVEL::correlate, TL_LEVEL::restore};

}  // namespace throughline::ocra
