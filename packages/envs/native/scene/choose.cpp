// Which casts this processor runs.
#include <throughline/choose.h>

#include "shapes.h"

namespace throughline::envs::scene {

TL_CHOOSE(Casts, casts)

}  // namespace throughline::envs::scene
