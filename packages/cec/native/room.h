// Scratch memory, handed out piece by piece.
#pragma once

#include <throughline/isa.h>

namespace throughline::cec::TL_LEVEL {

/** With null as its numbers it hands out nothing, and counts. */
struct Room {
  float* numbers;
  int64_t used = 0;

  float* take(int64_t count) {
    float* piece = numbers == nullptr ? nullptr : numbers + used;
    used += (count + 15) / 16 * 16;
    return piece;
  }
};

TL_INLINE void clear(float* numbers, int64_t count) {
  for (int64_t i = 0; i < count; ++i) numbers[i] = 0;
}

}  // namespace throughline::cec::TL_LEVEL
