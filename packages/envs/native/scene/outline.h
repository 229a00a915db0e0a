// Which part of a picture a shape may cover: found by its corners or its ends, with a margin, so that what is left out is never seen.
#pragma once
#include <algorithm>
#include <cmath>

#include "shapes.h"

namespace throughline::envs::scene {

/** A place in a camera's frame: to the right, up, and along the line of sight. */
struct Sight {
  double right, up, depth;
};

/** The camera's half width and half height at depth 1, and the samples of a picture. */
struct Lens {
  double half_width, half_height;
  int64_t columns, rows;
};

/** A part of the plane at depth 1 that grows around what is added. */
struct Outline {
  double left = 1e300, right = -1e300, low = 1e300, high = -1e300;
  /** True as soon as something reaches behind the eye: then it may be anywhere. */
  bool everywhere = false;
  /** True once something lies ahead. */
  bool ahead = false;

  void point(const Sight& p) {
    if (p.depth < kNear) {
      everywhere = true;
      return;
    }
    ahead = true;
    across(p.right / p.depth, p.right / p.depth, left, right);
    across(p.up / p.depth, p.up / p.depth, low, high);
  }

  /** A ball, by the lines through the eye that touch it. */
  void ball(const Sight& p, double radius) {
    if (p.depth + radius < kNear) {
      everywhere = true;
      return;
    }
    ahead = true;
    if (p.depth - radius < kNear) {
      everywhere = true;
      return;
    }
    const double square = p.depth * p.depth - radius * radius;
    const auto touch = [&](double at, double& from, double& to) {
      const double root = radius * std::sqrt(at * at + square);
      across((at * p.depth - root) / square, (at * p.depth + root) / square, from, to);
    };
    touch(p.right, left, right);
    touch(p.up, low, high);
  }

  /** Samples that may be covered; none if nothing lies ahead. */
  void cut(const Lens& lens, Shape& shape) const {
    shape.left = shape.top = 0;
    shape.right = lens.columns;
    shape.bottom = lens.rows;
    if (!ahead) shape.right = shape.bottom = 0;
    if (!ahead || everywhere) return;
    const auto column = [&](double x) { return (x / lens.half_width + 1) / 2 * double(lens.columns); };
    const auto row = [&](double y) { return (1 - y / lens.half_height) / 2 * double(lens.rows); };
    shape.left = clipped(std::floor(column(left) - 1), lens.columns);
    shape.right = clipped(std::ceil(column(right) + 1), lens.columns);
    shape.top = clipped(std::floor(row(high) - 1), lens.rows);
    shape.bottom = clipped(std::ceil(row(low) + 1), lens.rows);
  }

 private:
  static void across(double from, double to, double& least, double& most) {
    least = std::min(least, from);
    most = std::max(most, to);
  }
  static int64_t clipped(double at, int64_t most) { return int64_t(std::clamp(at, 0.0, double(most))); }
};

}  // namespace throughline::envs::scene
