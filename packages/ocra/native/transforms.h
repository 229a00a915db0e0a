// The transforms of winograd.h along one axis, a vector of channels at a time.
#pragma once

#include "vectors.h"

namespace throughline::ocra::TL_LEVEL {

/** Bᵀ d: 8 → 8. Points come in pairs ±p, whose rows share their even and odd parts. */
TL_INLINE void input_axis(const Vec d[8], Vec r[8]) {
  const Vec e1 = d[2] - 4.25f * d[4] + d[6], o1 = d[1] - 4.25f * d[3] + d[5];
  const Vec e2 = 0.25f * d[2] - 1.25f * d[4] + d[6], o2 = 0.5f * d[1] - 2.5f * d[3] + 2.0f * d[5];
  const Vec e3 = 4.0f * d[2] - 5.0f * d[4] + d[6], o3 = 2.0f * d[1] - 2.5f * d[3] + 0.5f * d[5];
  r[0] = 5.25f * (d[2] - d[4]) + d[6] - d[0];
  r[1] = e1 + o1;
  r[2] = e1 - o1;
  r[3] = e2 + o2;
  r[4] = e2 - o2;
  r[5] = e3 + o3;
  r[6] = e3 - o3;
  r[7] = 5.25f * (d[3] - d[5]) + d[7] - d[1];
}

/** Aᵀ m: 8 → 4. */
TL_INLINE void output_axis(const Vec m[8], Vec r[4]) {
  const Vec s1 = m[1] + m[2], s2 = m[3] + m[4], s3 = m[5] + m[6];
  const Vec t1 = m[1] - m[2], t2 = m[3] - m[4], t3 = m[5] - m[6];
  r[0] = m[0] + s1 + s2 + s3;
  r[1] = t1 + 2.0f * t2 + 0.5f * t3;
  r[2] = s1 + 4.0f * s2 + 0.25f * s3;
  r[3] = t1 + 8.0f * t2 + 0.125f * t3 + m[7];
}

/** A g: 4 → 8, the adjoint of `output_axis`. */
TL_INLINE void gradient_axis(const Vec g[4], Vec r[8]) {
  const Vec e1 = g[0] + g[2], o1 = g[1] + g[3];
  const Vec e2 = g[0] + 4.0f * g[2], o2 = 2.0f * g[1] + 8.0f * g[3];
  const Vec e3 = g[0] + 0.25f * g[2], o3 = 0.5f * g[1] + 0.125f * g[3];
  r[0] = g[0];
  r[1] = e1 + o1;
  r[2] = e1 - o1;
  r[3] = e2 + o2;
  r[4] = e2 - o2;
  r[5] = e3 + o3;
  r[6] = e3 - o3;
  r[7] = g[3];
}

/** G: the filter's values at the points, divided so that Bᵀ has whole leading coefficients. */
constexpr float kG[8][5] = {
    {-1, 0, 0, 0, 0},
    {-2.f / 9, -2.f / 9, -2.f / 9, -2.f / 9, -2.f / 9},
    {-2.f / 9, 2.f / 9, -2.f / 9, 2.f / 9, -2.f / 9},
    {1.f / 90, 1.f / 45, 2.f / 45, 4.f / 45, 8.f / 45},
    {1.f / 90, -1.f / 45, 2.f / 45, -4.f / 45, 8.f / 45},
    {32.f / 45, 16.f / 45, 8.f / 45, 4.f / 45, 2.f / 45},
    {32.f / 45, -16.f / 45, 8.f / 45, -4.f / 45, 2.f / 45},
    {0, 0, 0, 0, 1},
};

}  // namespace throughline::ocra::TL_LEVEL
