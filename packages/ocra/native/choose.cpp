// Which kernels this processor runs.
#include <throughline/choose.h>

#include "winograd.h"

namespace throughline::ocra {

#if defined(__GNUC__)

TL_CHOOSE(Kernels, chosen)

const Kernels* kernels() { return &chosen(); }

#else

const Kernels* kernels() { return nullptr; }

#endif

}  // namespace throughline::ocra
