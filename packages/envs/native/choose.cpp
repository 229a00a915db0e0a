// Which strips this processor runs.
#include <throughline/choose.h>

#include "strips.h"

namespace throughline::envs {

TL_CHOOSE(Strips, strips)

}  // namespace throughline::envs
