// Vectors of float32 of one instruction set, as the kit's (throughline/isa.h), but aligned as single numbers are. Everything stays in
// TL_LEVEL's namespace: a function that the linker merged with another file's would run instructions that a processor may lack.
#pragma once

#include "winograd.h"

#define TL_INLINE inline __attribute__((always_inline))

namespace throughline::ocra::TL_LEVEL {

constexpr int64_t W = TL_BYTES / sizeof(float);
static_assert(kChannels % W == 0);

typedef float Vec __attribute__((vector_size(W * sizeof(float)), aligned(sizeof(float))));
typedef int32_t Mask __attribute__((vector_size(W * sizeof(float)), aligned(sizeof(float))));

TL_INLINE Vec load(const float* p) { return *reinterpret_cast<const Vec*>(p); }
TL_INLINE void store(float* p, Vec v) { *reinterpret_cast<Vec*>(p) = v; }
TL_INLINE Vec keep_where_positive(Vec v, Vec mask) { return (Vec)((Mask)v & (Mask)(mask > 0.0f)); }
TL_INLINE Vec relu(Vec v) { return keep_where_positive(v, v); }

}  // namespace throughline::ocra::TL_LEVEL
