// What motion and drawing read of one world: a grid of columns, an optional round wall, a goal. Lengths are in cells; x grows to
// the east, y to the south, z upwards; a heading of 0 degrees looks east, 90 south.
#pragma once
#include <cstdint>

namespace throughline::envs {

/** One cell of the grid: a column of ground whose top is `height` sixteenths of a cell high. */
struct Cell {
  int16_t height;
  /** Textures of the sides and of the top. */
  int16_t side, top;
  /** 1 where nothing may enter, whatever the height. */
  int16_t blocked;
};

constexpr double kHeightUnit = 1.0 / 16;

/** Numbers of a world; in the order in which src/mazes/simulation.ts writes them. */
struct Numbers {
  /** Radius of a round wall around (arena_x, arena_y); 0 for none. */
  double arena, arena_x, arena_y, arena_height, arena_texture;
  /** Part of the light that is lost per cell of distance. */
  double fog;
  /** Texture whose first column is the sky from the horizon (last row) to the zenith (first row). */
  double sky;
  /** Height of the eye above the ground. */
  double eye;
  /** Texture of the endless plain at height 0 around the grid; -1 for none. */
  double plain;
};

struct World {
  const Cell* cells;
  int64_t rows, columns;
  const Numbers* numbers;

  bool holds(int64_t x, int64_t y) const { return x >= 0 && y >= 0 && x < columns && y < rows; }
  const Cell& at(int64_t x, int64_t y) const { return cells[y * columns + x]; }
};

/** Place of the agent, in the order of src/mazes/simulation.ts. */
struct Pose {
  double x, y;
  /** Height of the ground under its feet. */
  double ground;
  /** Degrees: heading clockwise from the east, pitch above the horizon. */
  double heading, pitch;
};

/** Disc that ends an episode when it is reached. */
struct Goal {
  double x, y, z, radius;
};

}  // namespace throughline::envs
