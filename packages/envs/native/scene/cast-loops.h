// The loops of shapes.h for one level of instructions; included last by the files that compile them. The same bits at every level: each
// sample is computed by itself, by sums, products, quotients and square roots of float32 in one order, never contracted.
#pragma once

#include <throughline/isa.h>

#include "shapes.h"

namespace throughline::envs::scene::TL_LEVEL {

using V = kit::TL_LEVEL::Vector<float>;
using M = kit::TL_LEVEL::Lanes<float>::integers;
constexpr int64_t kWide = kit::TL_LEVEL::kWidth<float>;

TL_INLINE V all(float value) { return kit::TL_LEVEL::broadcast<float>(value); }
TL_INLINE V load(const float* from) { return kit::TL_LEVEL::load<float>(from); }
TL_INLINE void store(float* to, V value) { kit::TL_LEVEL::store<float>(to, value); }
TL_INLINE V lesser(V a, V b) { return a < b ? a : b; }
TL_INLINE V greater(V a, V b) { return a > b ? a : b; }
TL_INLINE V positive(V a) { return a < -a ? -a : a; }

TL_INLINE V root(V value) {
#if !defined(__x86_64__)
  V result;
  for (int64_t i = 0; i < kWide; ++i) result[i] = __builtin_sqrtf(value[i]);
  return result;
#elif TL_BYTES == 64
  return (V)_mm512_sqrt_ps((__m512)value);
#elif TL_BYTES == 32
  return (V)_mm256_sqrt_ps((__m256)value);
#else
  return (V)_mm_sqrt_ps((__m128)value);
#endif
}

TL_INLINE bool any(M mask) {
#if TL_BYTES == 32
  return _mm256_movemask_ps((__m256)mask) != 0;
#elif TL_BYTES == 64
  return _mm512_movepi32_mask((__m512i)mask) != 0;
#else
  int64_t words[TL_BYTES / 8], found = 0;
  __builtin_memcpy(words, &mask, TL_BYTES);
  for (int64_t word : words) found |= word;
  return found != 0;
#endif
}

/** A vector in space, for each lane. */
struct Space {
  V x, y, z;
};

TL_INLINE V dot(const Space& a, const Space& b) { return a.x * b.x + a.y * b.y + a.z * b.z; }

/** Where rays meet a shape: found, and how far from where they begin. */
struct Meeting {
  M found;
  V at;
};

/** Roots of a t² + 2 b t + c are (-b ± root) / a. Below 0 there are none. */
struct Parabola {
  V a, b, inside;

  TL_INLINE Parabola(V a_, V b_, V c) : a(a_ + all(1e-30f)), b(b_), inside(b_ * b_ - a * c) {}
  TL_INLINE M meets() const { return inside > all(0); }
  TL_INLINE V first() const { return (-b - root(greater(inside, all(0)))) / a; }
  TL_INLINE V last() const { return (-b + root(greater(inside, all(0)))) / a; }
};

// Each shape: where rays from `o` along `d` enter it, in its frame, and the outward normal there. What is entered behind the eye is not
// seen, so that an eye within a shape looks through it.

struct Plane {
  static TL_INLINE Meeting meet(const Shape& s, const Space& o, const Space& d) {
    const V at = -o.z / d.z;
    M found = (d.z < all(0)) | (d.z > all(0));
    if (s.size[0] > 0) found &= positive(o.x + at * d.x) <= all(s.size[0]);
    if (s.size[1] > 0) found &= positive(o.y + at * d.y) <= all(s.size[1]);
    return {found, at};
  }
  /** Towards the eye: a plane has no inside. */
  static TL_INLINE Space normal(const Shape&, const Space&, const Space& d, V) {
    return {all(0), all(0), d.z < all(0) ? all(1) : all(-1)};
  }
};

/** Spheres too, with three equal sizes. */
struct Ellipsoid {
  static TL_INLINE Meeting meet(const Shape& s, const Space& o, const Space& d) {
    const V sx = all(s.size[0]), sy = all(s.size[1]), sz = all(s.size[2]);
    const Space p{o.x / sx, o.y / sy, o.z / sz}, e{d.x / sx, d.y / sy, d.z / sz};
    const Parabola roots(dot(e, e), dot(p, e), dot(p, p) - all(1));
    return {roots.meets(), roots.first()};
  }
  static TL_INLINE Space normal(const Shape& s, const Space& o, const Space& d, V at) {
    const V sx = all(s.size[0] * s.size[0]), sy = all(s.size[1] * s.size[1]), sz = all(s.size[2] * s.size[2]);
    const Space n{(o.x + at * d.x) / sx, (o.y + at * d.y) / sy, (o.z + at * d.z) / sz};
    const V length = root(dot(n, n));
    return {n.x / length, n.y / length, n.z / length};
  }
};

/** A cylinder of radius size[0] and half length size[1] along z, with a half ball at each end. */
struct Capsule {
  static TL_INLINE Meeting meet(const Shape& s, const Space& o, const Space& d) {
    const V square = all(s.size[0] * s.size[0]), half = all(s.size[1]);
    const V axial = d.x * d.x + d.y * d.y, along = o.x * d.x + o.y * d.y, away = o.x * o.x + o.y * o.y - square;
    const Parabola side(axial, along, away);
    const V t = side.first(), z = o.z + t * d.z;
    // Beyond an end of the side, the ball at that end.
    const V end = z > all(0) ? half : -half, oz = o.z - end;
    const Parabola ball(axial + d.z * d.z, along + oz * d.z, away + oz * oz);
    const M within = positive(z) <= half;
    return {side.meets() & (within | ball.meets()), within ? t : ball.first()};
  }
  static TL_INLINE Space normal(const Shape& s, const Space& o, const Space& d, V at) {
    const V half = all(s.size[1]), radius = all(s.size[0]);
    const V z = o.z + at * d.z;
    return {(o.x + at * d.x) / radius, (o.y + at * d.y) / radius, (z - greater(lesser(z, half), -half)) / radius};
  }
};

/** The part of an endless cylinder along z between two planes. */
struct Cylinder {
  static TL_INLINE V enters(const Shape& s, const Space& o, const Space& d) { return (all(-s.size[1]) * sign(d) - o.z) / d.z; }
  static TL_INLINE V sign(const Space& d) { return d.z < all(0) ? all(-1) : all(1); }
  static TL_INLINE Parabola side(const Shape& s, const Space& o, const Space& d) {
    return {d.x * d.x + d.y * d.y, o.x * d.x + o.y * d.y, o.x * o.x + o.y * o.y - all(s.size[0] * s.size[0])};
  }
  static TL_INLINE Meeting meet(const Shape& s, const Space& o, const Space& d) {
    const Parabola around = side(s, o, d);
    // A ray that runs along the planes is between them or not.
    const M flat = d.z == all(0);
    const V top = flat ? all(-kFar) : enters(s, o, d), bottom = flat ? all(kFar) : (all(s.size[1]) * sign(d) - o.z) / d.z;
    const V at = greater(around.first(), top), leaves = lesser(around.last(), bottom);
    return {around.meets() & (at <= leaves) & (~flat | (positive(o.z) <= all(s.size[1]))), at};
  }
  static TL_INLINE Space normal(const Shape& s, const Space& o, const Space& d, V at) {
    const M cap = (d.z != all(0)) & (enters(s, o, d) == at);
    const V radius = all(s.size[0]), none = all(0);
    return {cap ? none : (o.x + at * d.x) / radius, cap ? none : (o.y + at * d.y) / radius, cap ? -sign(d) : none};
  }
};

/** Slabs along the three axes. */
struct Box {
  /** Where a ray enters a slab and leaves it. */
  struct Slab {
    V in, out;
    M missed;

    TL_INLINE Slab(float half, V o, V d) {
      const M flat = d == all(0);
      const V a = (all(-half) - o) / d, b = (all(half) - o) / d;
      in = flat ? all(-kFar) : lesser(a, b);
      out = flat ? all(kFar) : greater(a, b);
      missed = flat & (positive(o) > all(half));
    }
  };
  static TL_INLINE Meeting meet(const Shape& s, const Space& o, const Space& d) {
    const Slab x(s.size[0], o.x, d.x), y(s.size[1], o.y, d.y), z(s.size[2], o.z, d.z);
    const V at = greater(greater(x.in, y.in), z.in), leaves = lesser(lesser(x.out, y.out), z.out);
    return {(at <= leaves) & ~(x.missed | y.missed | z.missed), at};
  }
  static TL_INLINE Space normal(const Shape& s, const Space& o, const Space& d, V at) {
    const Slab x(s.size[0], o.x, d.x), y(s.size[1], o.y, d.y);
    const M by_x = x.in == at, by_y = ~by_x & (y.in == at);
    const V none = all(0);
    const auto against = [](V along) { return along < all(0) ? all(1) : all(-1); };
    return {by_x ? against(d.x) : none, by_y ? against(d.y) : none, by_x | by_y ? none : against(d.z)};
  }
};

/** Whole numbers at or below; for numbers far below 2^31. */
TL_INLINE V below(V value) {
  const V cut = __builtin_convertvector(__builtin_convertvector(value, M), V);
  return cut > value ? cut - all(1) : cut;
}

/** Of squares of two kinds in turn along a line, the sum from 0 on of +1 on the first kind and -1 on the second. */
TL_INLINE V balance(V at) {
  const V half = at * all(0.5f), rest = half - below(half);
  return all(1) - positive(all(2) * rest - all(1));
}

/** Share of the second colour, from 0 to 1: the mean over the part of the surface that a sample covers. */
TL_INLINE V checks(V u, V v, V wide) {
  const V half = wide * all(0.5f);
  const V along = (balance(u + half) - balance(u - half)) / wide, across = (balance(v + half) - balance(v - half)) / wide;
  return all(0.5f) - all(0.5f) * along * across;
}

typedef kit::TL_LEVEL::Lanes<float>::integers Whole;

TL_INLINE V channel(Whole colour, int shift) { return __builtin_convertvector(colour >> shift & 255, V); }

/** A whole number from 0 to 255. */
TL_INLINE Whole byte(V value) { return __builtin_convertvector(lesser(value + all(0.5f), all(255)), Whole); }

TL_INLINE Whole packed(V red, V green, V blue) { return byte(red) | byte(green) << 8 | byte(blue) << 16; }

/** Colours of a checked surface at points of its frame. */
TL_INLINE Whole checked(const Shape& s, const View& view, const Space& point, const Space& normal, const Space& d, V depth) {
  const V one = all(1 / s.square), none = all(0);
  const M flat = normal.z != none, facing_x = normal.x != none;
  const V u = (flat | ~facing_x ? point.x : point.y) * one, v = (flat ? point.y : point.z) * one;
  // What a sample covers, where the surface is seen at a slant.
  const V slant = root(dot(d, d)) / positive(dot(normal, d));
  const V share = checks(u, v, greater(depth * all(view.sample) * slant * one, all(1e-3f)));
  const auto mixed = [&](int shift) {
    const V first = all(static_cast<float>(s.colour >> shift & 255)), second = all(static_cast<float>(s.other >> shift & 255));
    return first + (second - first) * share;
  };
  return packed(mixed(0), mixed(8), mixed(16));
}

template <class Form>
TL_INLINE void castForm(const Shape& s, const View& view, const Band& band) {
  const int64_t first = s.top > band.first ? s.top : band.first;
  const int64_t last = s.bottom < band.first + band.count ? s.bottom : band.first + band.count;
  const int64_t left = s.left / kWide * kWide;
  const float* r = s.rotation;
  for (int64_t row = first; row < last; ++row) {
    const float y = view.y[row];
    float begin[3];
    for (int k = 0; k < 3; ++k) begin[k] = s.ray[3 * k + 1] * y - s.ray[3 * k + 2];
    for (int64_t column = left; column < s.right; column += kWide) {
      const V x = load(view.x + column);
      const Space d{all(s.ray[0]) * x + all(begin[0]), all(s.ray[3]) * x + all(begin[1]), all(s.ray[6]) * x + all(begin[2])};
      const V from = all(s.depth);
      const Space o{all(s.eye[0]) + from * d.x, all(s.eye[1]) + from * d.y, all(s.eye[2]) + from * d.z};
      const Meeting meeting = Form::meet(s, o, d);
      const int64_t at = (row - band.first) * band.stride + column;
      const V depth = meeting.at + from, before = load(band.depth + at);
      const M seen = meeting.found & (depth > all(kNear)) & (depth < before);
      if (!any(seen)) continue;
      const Space n = Form::normal(s, o, d, meeting.at);
      store(band.depth + at, seen ? depth : before);
      const auto turned = [&](const float* by) { return all(by[0]) * n.x + all(by[1]) * n.y + all(by[2]) * n.z; };
      store(band.normal_x + at, seen ? turned(r) : load(band.normal_x + at));
      store(band.normal_y + at, seen ? turned(r + 3) : load(band.normal_y + at));
      store(band.normal_z + at, seen ? turned(r + 6) : load(band.normal_z + at));
      Whole colour = Whole{} + static_cast<int32_t>(s.colour), kept;
      if (s.square > 0) {
        const Space point{o.x + meeting.at * d.x, o.y + meeting.at * d.y, o.z + meeting.at * d.z};
        colour = checked(s, view, point, n, d, depth);
      }
      __builtin_memcpy(&kept, band.colour + at, TL_BYTES);
      kept = seen ? colour : kept;
      __builtin_memcpy(band.colour + at, &kept, TL_BYTES);
    }
  }
}

inline void cast(const Shape& s, const View& view, const Band& band) {
  switch (s.kind) {
    case kPlane:
      return castForm<Plane>(s, view, band);
    case kSphere:
    case kEllipsoid:
      return castForm<Ellipsoid>(s, view, band);
    case kCapsule:
      return castForm<Capsule>(s, view, band);
    case kCylinder:
      return castForm<Cylinder>(s, view, band);
    case kBox:
      return castForm<Box>(s, view, band);
  }
}

inline void light(const View& view, const Band& band) {
  const float* r = view.rotation;
  for (int64_t row = 0; row < band.count; ++row) {
    const float y = view.y[band.first + row];
    float begin[3];
    for (int k = 0; k < 3; ++k) begin[k] = r[3 * k + 1] * y - r[3 * k + 2];
    for (int64_t column = 0; column < band.stride; column += kWide) {
      const int64_t at = row * band.stride + column;
      const V x = load(view.x + column), depth = load(band.depth + at);
      const Space d{all(r[0]) * x + all(begin[0]), all(r[3]) * x + all(begin[1]), all(r[6]) * x + all(begin[2])};
      const V length = root(dot(d, d));
      const Space n{load(band.normal_x + at), load(band.normal_y + at), load(band.normal_z + at)};
      const Space point{all(view.eye[0]) + depth * d.x, all(view.eye[1]) + depth * d.y, all(view.eye[2]) + depth * d.z};
      V strength = all(view.ambient) + all(view.headlight) * greater(-dot(n, d) / length, all(0));
      for (int64_t i = 0; i < view.lamp_count; ++i) {
        const Lamp& lamp = view.lamps[i];
        const Space to{all(lamp.position[0]) - point.x, all(lamp.position[1]) - point.y, all(lamp.position[2]) - point.z};
        strength += all(lamp.strength) * greater(dot(n, to) / root(dot(to, to)), all(0));
      }
      Whole colour;
      __builtin_memcpy(&colour, band.colour + at, TL_BYTES);
      const V up = greater(d.z / length, all(0));
      const M seen = depth < all(kFar);
      const auto mixed = [&](int i) {
        const V sky = all(view.low[i]) + (all(view.high[i]) - all(view.low[i])) * up;
        return seen ? channel(colour, 8 * i) * strength : sky;
      };
      colour = packed(mixed(0), mixed(1), mixed(2));
      __builtin_memcpy(band.colour + at, &colour, TL_BYTES);
    }
  }
}

}  // namespace throughline::envs::scene::TL_LEVEL
