// Begin of kernels for every processor of the architecture; included after all headers of the standard library.
#pragma once

#include <cstddef>
#include <cstdint>

#define TL_LEVEL baseline
#define TL_NAME "baseline"
#define TL_TABLE kBaseline
#define TL_BYTES 16
