// Which kernels this processor runs.
#include <throughline/choose.h>

#include "kernels.h"

namespace throughline::cec {

TL_CHOOSE(KernelTable, kernels)

}  // namespace throughline::cec
