// The innermost loops of drawing: strips of a column of pixels, and columns to rows. Compiled for each level of instructions, with
// the same bits: sums and products of doubles in one order, never contracted, and whole numbers.
#pragma once

#include <cstdint>

namespace throughline::envs {

/** One pixel of a texture. */
struct Texel {
  uint8_t red, green, blue, opaque;
};

/** Light at a distance, on a side (of 256): a share of a colour is left, the rest is haze. */
struct Light {
  uint32_t share, even, odd;

  /** Two parts at once: a product of eight bits by at most 256 and a sum of at most 255 * 256 stay within sixteen bits. */
  uint32_t operator()(uint32_t colour) const {
    const uint32_t a = ((colour & 0xff00ff) * share + even) >> 8 & 0xff00ff;
    const uint32_t b = ((colour >> 8 & 0xff00ff) * share + odd) & 0xff00ff00;
    return a | b;
  }
};

/** A strip of ground in one column, of one level of its texture. */
struct GroundStrip {
  uint32_t* colours;
  const Texel* texture;
  /** Pixels of a side of the texture, a power of two. */
  int size;
  /** The eye, and the way that one unit of depth leads. */
  double x, y, dx, dy;
  /** Of each row: depth, light. */
  const double* depths;
  const uint32_t *share, *even, *odd;
  int64_t count;
};

/** A strip of a wall in one column. */
struct WallStrip {
  uint32_t* colours;
  /** A column of a level of the texture, and pixels of a side of it, a power of two. */
  const Texel* texture;
  int size;
  /** Pixels of the texture from its top in 2^-32, in the first row, and from row to row. */
  int64_t down, step;
  Light light;
  int64_t count;
};

struct Strips {
  const char* name;
  void (*ground)(const GroundStrip&);
  void (*wall)(const WallStrip&);
  /** Columns of colours as rows of red, green, blue. */
  void (*pack)(const uint32_t* colours, int64_t height, int64_t width, uint8_t* out);
};

/** The fastest that this processor can run. */
const Strips& strips();

}  // namespace throughline::envs
