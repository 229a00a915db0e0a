// Sine and cosine that are the same, bit for bit, on every processor: sums and products of doubles in one order, no libm.
#pragma once
#include <cmath>

namespace throughline::envs {

struct Direction {
  double cosine, sine;
};

/** Cosine and sine of an angle in degrees, to 1e-15. */
inline Direction direction(double degrees) {
  const double quarters = std::floor(degrees / 90 + 0.5);
  const double x = (degrees - 90 * quarters) * (3.14159265358979323846 / 180), y = x * x;
  // Taylor series; |x| <= pi/4, so the first term left out is below 2e-17.
  const double s = x * (1 - y / 6 * (1 - y / 20 * (1 - y / 42 * (1 - y / 72 * (1 - y / 110 * (1 - y / 156 * (1 - y / 210)))))));
  const double c = 1 - y / 2 * (1 - y / 12 * (1 - y / 30 * (1 - y / 56 * (1 - y / 90 * (1 - y / 132 * (1 - y / 182 * (1 - y / 240)))))));
  const double turn = quarters - 4 * std::floor(quarters / 4);
  if (turn == 0) return {c, s};
  if (turn == 1) return {-s, c};
  if (turn == 2) return {-c, -s};
  return {s, -c};
}

/** The angle in 0 <= a < 360. */
inline double wrap(double degrees) {
  const double wrapped = degrees - 360 * std::floor(degrees / 360);
  return wrapped < 360 ? wrapped : 0;
}

}  // namespace throughline::envs
