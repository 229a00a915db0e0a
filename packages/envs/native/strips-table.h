// The table of the strips of one instruction set; included last by the files that compile them.
#pragma once

#include "strip-loops.h"

namespace throughline::envs {

extern const Strips TL_TABLE;
const Strips TL_TABLE{TL_NAME, TL_LEVEL::ground, TL_LEVEL::wall, TL_LEVEL::pack};

}  // namespace throughline::envs
