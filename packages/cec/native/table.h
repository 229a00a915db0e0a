// The table of the kernels of one instruction set; included last by the files that compile them.
#pragma once

#include "alone.h"
#include "attention-step.h"
#include "kernels.h"
#include "panels.h"
#include "side-by-side.h"

namespace throughline::cec {

extern const KernelTable TL_TABLE;
const KernelTable TL_TABLE{TL_NAME, TL_LEVEL::kEncoder, TL_LEVEL::kAttention, TL_LEVEL::kMatrices};

}  // namespace throughline::cec
