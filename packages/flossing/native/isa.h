// Vectors of the kit under the names that the kernels here use.
#pragma once

#include <throughline/isa.h>

namespace throughline::flossing::TL_LEVEL {

using kit::TL_LEVEL::broadcast;
using kit::TL_LEVEL::kWidth;
using kit::TL_LEVEL::Lanes;
using kit::TL_LEVEL::load;
using kit::TL_LEVEL::loadPart;
using kit::TL_LEVEL::rounded;
using kit::TL_LEVEL::spacing;
using kit::TL_LEVEL::store;
using kit::TL_LEVEL::storePart;
using kit::TL_LEVEL::sum;
using kit::TL_LEVEL::Vector;

}  // namespace throughline::flossing::TL_LEVEL
