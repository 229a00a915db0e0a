// Motion of a disc among columns: it slides along what is higher than its ground, and drops where the ground ends.
#pragma once
#include <algorithm>
#include <cmath>

#include "angle.h"
#include "world.h"

namespace throughline::envs {

/** Motion of one action in one step: cells forwards and to the right, degrees to the right and upwards. */
struct Motion {
  double forward, right, turn, look;
};

/** The longest way between two looks at walls and goal. */
constexpr double kStride = 0.125;
/** Heights that differ by less are one ground. */
constexpr double kLevel = 1e-9;
/** Pitch is bounded to +-this many degrees. */
constexpr double kSteepest = 60;

inline bool solid(const World& world, int64_t x, int64_t y, double ground) {
  if (!world.holds(x, y)) return true;
  const Cell& cell = world.at(x, y);
  return cell.blocked != 0 || cell.height * kHeightUnit > ground + kLevel;
}

/** Calls body(x, y, dx, dy, squared) for the cells near a disc; (dx, dy) leads from the cell's nearest point to the centre. */
template <class Body>
inline void near_cells(double px, double py, double radius, const Body& body) {
  const int64_t left = int64_t(std::floor(px - radius)), right = int64_t(std::floor(px + radius));
  const int64_t top = int64_t(std::floor(py - radius)), bottom = int64_t(std::floor(py + radius));
  for (int64_t y = top; y <= bottom; y++) {
    for (int64_t x = left; x <= right; x++) {
      const double dx = px - std::clamp(px, double(x), double(x + 1)), dy = py - std::clamp(py, double(y), double(y + 1));
      body(x, y, dx, dy, dx * dx + dy * dy);
    }
  }
}

inline bool overlaps(const World& world, double px, double py, double ground, double radius) {
  bool found = false;
  const double inner = radius - 1e-7;
  near_cells(px, py, radius, [&](int64_t x, int64_t y, double, double, double squared) {
    found = found || (squared < inner * inner && solid(world, x, y, ground));
  });
  return found;
}

/** The disc after a short way (dx, dy): pushed out of what it ran into, or where it was if that is not possible. */
inline void slide(const World& world, Pose& pose, double dx, double dy, double radius) {
  double x = pose.x + dx, y = pose.y + dy;
  for (int pass = 0; pass < 3; pass++) {
    near_cells(x, y, radius, [&](int64_t cx, int64_t cy, double ox, double oy, double squared) {
      if (squared >= radius * radius || squared == 0 || !solid(world, cx, cy, pose.ground)) return;
      const double distance = std::sqrt(squared), push = (radius - distance) / distance;
      x += ox * push;
      y += oy * push;
    });
    const Numbers& n = *world.numbers;
    if (n.arena > 0) {
      const double ax = x - n.arena_x, ay = y - n.arena_y, distance = std::sqrt(ax * ax + ay * ay);
      const double most = n.arena - radius;
      if (distance > most) {
        x = n.arena_x + ax * (most / distance);
        y = n.arena_y + ay * (most / distance);
      }
    }
  }
  if (overlaps(world, x, y, pose.ground, radius)) return;
  pose.x = x;
  pose.y = y;
  // It stands on the highest column under it, so that it falls when the last of it has left the edge.
  double ground = -1e9;
  near_cells(x, y, radius, [&](int64_t cx, int64_t cy, double, double, double squared) {
    const double inner = radius - 1e-7;
    if (squared < inner * inner && world.holds(cx, cy)) ground = std::max(ground, world.at(cx, cy).height * kHeightUnit);
  });
  pose.ground = ground;
}

inline bool reached(const Pose& pose, const Goal& goal) {
  const double dx = pose.x - goal.x, dy = pose.y - goal.y;
  return dx * dx + dy * dy < goal.radius * goal.radius && std::abs(pose.ground - goal.z) < 0.25;
}

/** Turns, looks, then walks; stops at the goal. @return whether the goal was reached */
inline bool move(const World& world, const Goal& goal, Pose& pose, const Motion& motion, double radius) {
  pose.heading = wrap(pose.heading + motion.turn);
  pose.pitch = std::clamp(pose.pitch + motion.look, -kSteepest, kSteepest);
  const double length = std::sqrt(motion.forward * motion.forward + motion.right * motion.right);
  if (length == 0) return reached(pose, goal);
  const Direction d = direction(pose.heading);
  const double dx = motion.forward * d.cosine - motion.right * d.sine, dy = motion.forward * d.sine + motion.right * d.cosine;
  const int strides = int(std::ceil(length / kStride));
  for (int i = 0; i < strides; i++) {
    slide(world, pose, dx / strides, dy / strides, radius);
    if (reached(pose, goal)) return true;
  }
  return false;
}

}  // namespace throughline::envs
