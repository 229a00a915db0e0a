// What the loops that draw a scene read and write. Lengths are in metres; a ray is eye + t * direction, whose direction in the camera's
// frame is (x, y, -1), so that t is the depth along the line of sight.
#pragma once

#include <cstdint>

namespace throughline::envs::scene {

/** Kinds of shapes, in the order of src/manipulation/scene.ts. */
enum Kind : int32_t { kPlane, kSphere, kCapsule, kEllipsoid, kCylinder, kBox };
constexpr int32_t kKinds = 6;

/** Nearer than this nothing is drawn. */
constexpr float kNear = 0.01f;
/** Farther than this nothing is drawn. */
constexpr float kFar = 100;

/** A shape as one camera sees it. */
struct Shape {
  Kind kind;
  /** Half sizes along its axes, as MuJoCo has them. */
  float size[3];
  /** The eye in the shape's frame. */
  float eye[3];
  /** Direction of a ray in the shape's frame: rows of a matrix that the camera's (x, y, -1) is multiplied with. */
  float ray[9];
  /** A depth near the shape: rays are met from there, which keeps the digits of small shapes far away. */
  float depth;
  /** From the shape's frame to the world's, row by row. */
  float rotation[9];
  /** Colours, red in the lowest byte; `other` on every second square of side `square`, if that is above 0. */
  uint32_t colour, other;
  float square;
  /** Samples that it may cover: rows from top up to but not bottom, columns alike. */
  int64_t left, right, top, bottom;
};

/** Light from a place, on all sides alike. */
struct Lamp {
  float position[3];
  float strength;
};

/** What all shapes of a picture are drawn by. */
struct View {
  /** Place of the eye, and the camera's axes as columns, row by row. */
  float eye[3], rotation[9];
  /** Side of a sample at depth 1. */
  float sample;
  /** Light from everywhere, and light that comes from the eye. */
  float ambient, headlight;
  const Lamp* lamps;
  int64_t lamp_count;
  /** Colours of the sky at the horizon and straight up; red, green, blue. */
  float low[3], high[3];
  /** x of each sample of a row, and y of each row. */
  const float *x, *y;
};

/** Rows of samples that are drawn together. A row is `stride` samples long, whole vectors of every level. */
struct Band {
  int64_t first, count, stride;
  /** Of each sample: depth, normal in the world's frame, colour. */
  float *depth, *normal_x, *normal_y, *normal_z;
  uint32_t* colour;
};

struct Casts {
  const char* name;
  /** Draws a shape where it is nearer than what a band has. */
  void (*cast)(const Shape&, const View&, const Band&);
  /** Colours of a band in the light, red in the lowest byte. */
  void (*light)(const View&, const Band&);
};

/** The fastest that this processor can run. */
const Casts& casts();

}  // namespace throughline::envs::scene
