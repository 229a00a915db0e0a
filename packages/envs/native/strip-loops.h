// The loops of strips.h for one level of instructions; included last by the files that compile them.
#pragma once

#include <throughline/isa.h>

#include "strips.h"

namespace throughline::envs::TL_LEVEL {

// TL_BLOCKS: the level has shuffles of whole vectors, and a file of its own has `wall` and `packBlock` with them.

/** Rows whose places in the texture are computed before any is read. */
constexpr int64_t kRows = 64;

inline void ground(const GroundStrip& s) {
  const double size = s.size;
  const int32_t mask = s.size - 1, shift = __builtin_ctz(static_cast<unsigned>(s.size));
  const char* texture = reinterpret_cast<const char*>(s.texture);
  alignas(64) int32_t places[kRows];
  for (int64_t from = 0; from < s.count; from += kRows) {
    const int64_t rest = s.count - from, count = rest < kRows ? rest : kRows;
    const double* depths = s.depths + from;
    for (int64_t i = 0; i < count; ++i) {
      const int32_t u = static_cast<int32_t>((s.x + s.dx * depths[i]) * size) & mask;
      const int32_t v = static_cast<int32_t>((s.y + s.dy * depths[i]) * size) & mask;
      places[i] = (u << shift) + v;
    }
    uint32_t* colours = s.colours + from;
    for (int64_t i = 0; i < count; ++i) __builtin_memcpy(colours + i, texture + 4 * static_cast<int64_t>(places[i]), 4);
    const uint32_t *share = s.share + from, *even = s.even + from, *odd = s.odd + from;
    for (int64_t i = 0; i < count; ++i) {
      const uint32_t colour = colours[i];
      const uint32_t a = ((colour & 0xff00ff) * share[i] + even[i]) >> 8 & 0xff00ff;
      const uint32_t b = ((colour >> 8 & 0xff00ff) * share[i] + odd[i]) & 0xff00ff00;
      colours[i] = a | b;
    }
  }
}

#ifndef TL_BLOCKS
inline void wall(const WallStrip& s) {
  const int32_t mask = s.size - 1;
  const char* texture = reinterpret_cast<const char*>(s.texture);
  uint32_t* colours = s.colours;
  const int64_t count = s.count, step = s.step;
  int64_t down = s.down;
  for (int64_t i = 0; i < count; ++i, down += step)
    __builtin_memcpy(colours + i, texture + 4 * static_cast<int64_t>(static_cast<int32_t>(down >> 32) & mask), 4);
  const uint32_t share = s.light.share, even = s.light.even, odd = s.light.odd;
  for (int64_t i = 0; i < count; ++i) {
    const uint32_t colour = colours[i];
    const uint32_t a = ((colour & 0xff00ff) * share + even) >> 8 & 0xff00ff;
    const uint32_t b = ((colour >> 8 & 0xff00ff) * share + odd) & 0xff00ff00;
    colours[i] = a | b;
  }
}
#endif

/** Rows that are packed together: as many as a line of the cache holds of a column. */
constexpr int64_t kTogether = 16;

/** `rows` rows of the picture from a column on; four bytes at once, of which the next column overwrites the last. */
TL_INLINE void packRows(const uint32_t* colours, int64_t height, int64_t width, int64_t from, int64_t rows, uint8_t* out) {
  if (from == width) return;
  for (int64_t c = from; c + 1 < width; ++c)
    for (int64_t r = 0; r < rows; ++r) __builtin_memcpy(out + (r * width + c) * 3, colours + c * height + r, 4);
  for (int64_t r = 0; r < rows; ++r)
    __builtin_memcpy(out + (r * width + width - 1) * 3, colours + (width - 1) * height + r, 3);
}

#ifdef TL_BLOCKS
/** Columns of a block, whose bytes are three times sixteen in a row. */
constexpr int64_t kBlock = 16;

/** A block of `kTogether` rows and `kBlock` columns; writes nothing else. */
TL_INLINE void packBlock(const uint32_t* colours, int64_t height, int64_t width, uint8_t* out);
#endif

inline void pack(const uint32_t* colours, int64_t height, int64_t width, uint8_t* out) {
  int64_t row = 0;
  for (; row + kTogether <= height; row += kTogether) {
    int64_t column = 0;
#ifdef TL_BLOCKS
    for (; column + kBlock <= width; column += kBlock)
      packBlock(colours + column * height + row, height, width, out + (row * width + column) * 3);
#endif
    packRows(colours + row, height, width, column, kTogether, out + row * width * 3);
  }
  packRows(colours + row, height, width, 0, height - row, out + row * width * 3);
}

}  // namespace throughline::envs::TL_LEVEL
