// The table of the casts of one instruction set; included last by the files that compile them.
#pragma once

#include "cast-loops.h"

namespace throughline::envs::scene {

extern const Casts TL_TABLE;
const Casts TL_TABLE{TL_NAME, TL_LEVEL::cast, TL_LEVEL::light};

}  // namespace throughline::envs::scene
