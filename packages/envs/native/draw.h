// One picture of a world, column by column: each column of pixels is a vertical plane through the eye, in which the grid's columns
// are met from near to far. What is met first is drawn first, from the bottom upwards, and never drawn over. Only sums, products,
// quotients and square roots of doubles, in one order: the same picture on every processor.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "angle.h"
#include "strips.h"
#include "world.h"

namespace throughline::envs {

/** Textures are squares of 64 pixels of four bytes (red, green, blue, opaque), column by column, each followed by its halves down to one pixel. */
constexpr int kTexture = 64, kLevels = 7, kTexels = 5461;
constexpr std::array<int, kLevels> kLevelStart{0, 4096, 5120, 5376, 5440, 5456, 5460};

struct Atlas {
  const Texel* texels;
  int64_t count;

  const Texel* texture(double index) const {
    return texels + std::clamp<int64_t>(int64_t(index), 0, count - 1) * kTexels;
  }
};

/** A flat picture that faces the eye: centre of its foot, size, texture. Drawn if its width is above 0. */
struct Sprite {
  double x, y, z, width, height, texture;
};

/** A picture on the round wall: place and half width as pseudo-angles (0 to 4 for a turn), from z = low to high, texture. */
struct Panel {
  double place, half, low, high, texture;
};

struct Scene {
  World world;
  Atlas atlas;
  const Sprite* sprites;
  int64_t sprite_count;
  const Panel* panels;
  int64_t panel_count;
  Pose pose;
};

/** Grounds of different heights whose rows a painter keeps. */
constexpr size_t kGrounds = 16;

/** Share of a colour that is left at any distance, of 256. */
constexpr double kClearest = 38;

/** Monotone in the angle of (x, y), from 0 to 4, without trigonometry. */
inline double pseudo_angle(double x, double y) {
  const double p = x / (std::abs(x) + std::abs(y));
  return y < 0 ? 3 + p : 1 - p;
}

/** The part after the point, in 0 <= f < 1, of a number below 2^31. */
inline double fraction(double x) {
  const double f = x - double(int32_t(x));
  return f < 0 ? (f + 1 < 1 ? f + 1 : 0) : f;
}

class Painter {
 public:
  Painter(int64_t height, int64_t width, double field_of_view)
      : height_(height), width_(width), field_of_view_(field_of_view), colours_(height * width), depths_(height * width), inverse_(height), sky_(height) {
    const Direction half = direction(field_of_view / 2);
    tangent_ = half.sine / half.cosine;
    focal_ = double(width) / 2 / tangent_;
  }

  /** Whether it draws such pictures. */
  bool draws(int64_t height, int64_t width, double field_of_view) const {
    return height == height_ && width == width_ && field_of_view == field_of_view_;
  }

  /** Forgets what it keeps of its last picture, whose textures may be gone. */
  void forget() { rows_sky_ = nullptr; }

  /** Draws into height x width x 3 bytes. */
  void draw(const Scene& scene, uint8_t* out) {
    begin(scene);
    deep_ = false;
    for (int64_t i = 0; i < scene.sprite_count; i++) deep_ = deep_ || frame_of(scene, scene.sprites[i]).visible;
    for (int64_t c = 0; c < width_; c++) column(scene, c);
    for (int64_t i = 0; i < scene.sprite_count; i++) sprite(scene, scene.sprites[i]);
    strips_.pack(colours_.data(), height_, width_, out);
  }

 private:
  /** What the rows of a ground at one height have in common in all columns. */
  struct Ground {
    // Height of the eye above it, in focal lengths.
    double reach;
    // Depths, and light: share, even and odd of `Light`.
    std::vector<double> depths;
    std::vector<uint32_t> share, even, odd;
    // The first row in which a level, or a finer one, is used.
    std::array<int64_t, kLevels> first;
  };

  int64_t height_, width_;
  double field_of_view_, tangent_, focal_;
  // Column by column; depths along the line of sight.
  std::vector<uint32_t> colours_;
  std::vector<float> depths_;
  // 1 / (row - horizon) of each row's middle.
  std::vector<double> inverse_;
  // Colour of the sky in each row.
  std::vector<uint32_t> sky_;
  // Of the last picture, as far as they are the same in this one.
  std::vector<Ground> grounds_;
  size_t grounds_in_use_ = 0;
  double rows_horizon_ = std::numeric_limits<double>::quiet_NaN(), rows_fog_ = 0;
  const Texel* rows_sky_ = nullptr;
  int64_t below_horizon_ = 0;
  const Strips& strips_ = strips();
  // Whether depths are written, for sprites.
  bool deep_ = false;
  double horizon_ = 0, eye_ = 0, fog_ = 0;
  Direction look_{1, 0};
  uint32_t haze_ = 0;
  std::array<double, kLevels> far_{};

  void begin(const Scene& scene) {
    const Numbers& n = *scene.world.numbers;
    const Direction pitch = direction(scene.pose.pitch);
    // Looking up and down shifts the picture, so that walls stay upright.
    horizon_ = double(height_) / 2 + focal_ * pitch.sine / pitch.cosine;
    eye_ = scene.pose.ground + n.eye;
    fog_ = 256 * n.fog;
    look_ = direction(scene.pose.heading);
    const Texel* sky = scene.atlas.texture(n.sky);
    haze_ = pixel(sky + kTexture - 1);
    // A level is used up to the distance where its pixels lie closer than 1.5 to a pixel of the picture.
    for (int level = 0; level < kLevels; level++) far_[level] = 1.5 * double(1 << level) * focal_ / kTexture;
    if (horizon_ == rows_horizon_ && fog_ == rows_fog_ && sky == rows_sky_) return;
    rows_horizon_ = horizon_;
    rows_fog_ = fog_;
    rows_sky_ = sky;
    grounds_in_use_ = 0;
    below_horizon_ = first_row(horizon_ + 1e-9);
    for (int64_t r = 0; r < height_; r++) {
      const double below = double(r) + 0.5 - horizon_;
      inverse_[r] = below == 0 ? 0 : 1 / below;
      // From the horizon to 45 degrees above it; below it there is haze.
      const double up = std::clamp((horizon_ - double(r) - 0.5) / focal_, 0.0, 1.0);
      sky_[r] = pixel(sky + int((1 - up) * (kTexture - 1)));
    }
  }

  /** The ground's rows, computed once for all columns. */
  const Ground& ground_at(double reach) {
    for (size_t i = 0; i < grounds_in_use_; i++)
      if (grounds_[i].reach == reach) return grounds_[i];
    // Worlds have few heights; beyond that the last place is used again.
    if (grounds_in_use_ < kGrounds) grounds_in_use_++;
    if (grounds_.size() < grounds_in_use_) grounds_.resize(grounds_in_use_);
    Ground& g = grounds_[grounds_in_use_ - 1];
    g.reach = reach;
    g.depths.resize(height_);
    for (auto* numbers : {&g.share, &g.even, &g.odd}) numbers->resize(height_);
    int level = 0;
    g.first.fill(below_horizon_);
    for (int64_t r = height_ - 1; r >= below_horizon_; r--) {
      const double depth = reach * inverse_[r];
      for (; level < kLevels - 1 && depth > far_[level]; level++) g.first[level] = r + 1;
      const Light light = light_at(depth, 256);
      g.depths[r] = depth;
      g.share[r] = light.share;
      g.even[r] = light.even;
      g.odd[r] = light.odd;
    }
    return g;
  }

  int level_at(double depth) const {
    int level = 0;
    while (level < kLevels - 1 && depth > far_[level]) level++;
    return level;
  }

  static uint32_t texel(const Texel* texture, int level, double u, double v) {
    const int size = kTexture >> level;
    return pixel(texture + kLevelStart[level] + int(u * size) * size + int(v * size));
  }

  static uint32_t pixel(const Texel* texel) {
    uint32_t bits;
    std::memcpy(&bits, texel, 4);
    return bits;
  }

  Light light_at(double depth, uint32_t side) const {
    const double left = 256 - fog_ * depth;
    const uint32_t clear = uint32_t(int32_t(left < kClearest ? kClearest : left)), haze = 256 - clear;
    return {side * clear >> 8, (haze_ & 0xff00ff) * haze, (haze_ >> 8 & 0xff00ff) * haze};
  }

  double row_of(double z, double depth) const { return horizon_ + (eye_ - z) * focal_ / depth; }

  /** The first row of a column whose middle lies at or below `row`. */
  int64_t first_row(double row) const {
    if (!(row > 0.5)) return 0;
    const double first = std::ceil(row - 0.5);
    return first >= double(height_) ? height_ : int64_t(first);
  }

  struct Column {
    uint32_t* colours;
    float* depths;
    double dx, dy;
    // Rows from here on are drawn.
    int64_t drawn;
  };

  /** The top of a column of ground at height z, seen out to a depth. */
  void top(const Scene& scene, Column& c, int16_t texture_index, double z, double depth) {
    if (z >= eye_) return;
    const int64_t first = std::max(first_row(row_of(z, depth)), below_horizon_);
    if (first >= c.drawn) return;
    const Texel* texture = scene.atlas.texture(texture_index);
    const Ground& g = ground_at((eye_ - z) * focal_);
    int64_t end = c.drawn;
    for (int level = 0; level < kLevels && end > first; level++) {
      const int64_t begin = std::max(first, g.first[level]);
      if (begin >= end) continue;
      strips_.ground({c.colours + begin, texture + kLevelStart[level], kTexture >> level, scene.pose.x, scene.pose.y, c.dx, c.dy,
                      &g.depths[begin], &g.share[begin], &g.even[begin], &g.odd[begin], end - begin});
      end = begin;
    }
    if (deep_)
      for (int64_t r = first; r < c.drawn; r++) c.depths[r] = float(g.depths[r]);
    c.drawn = first;
  }

  /** An upright face at a depth, from what is drawn up to height z, whose texture hangs from z down and repeats each cell. */
  void face(Column& c, const Texel* texture, double u, double z, double depth, uint32_t side) {
    const int64_t first = first_row(row_of(z, depth));
    const int level = level_at(depth), size = kTexture >> level;
    const Texel* strip = texture + kLevelStart[level] + int(u * size) * size;
    const Light light = light_at(depth, side);
    // Pixels of the texture from its top, in 2^-32; a row of the picture is `step` of them.
    const double scale = 4294967296.0 * size, height = depth / focal_;
    const int64_t step = int64_t(height * scale);
    const int64_t down = int64_t((z - eye_ + (double(c.drawn) - 0.5 - horizon_) * height) * scale);
    if (first >= c.drawn) return;
    strips_.wall({c.colours + first, strip, size, down - (c.drawn - 1 - first) * step, step, light, c.drawn - first});
    if (deep_) std::fill(c.depths + first, c.depths + c.drawn, float(depth));
    c.drawn = first;
  }

  /** The round wall, with its panels. */
  void wall(const Scene& scene, Column& c, double depth) {
    const Numbers& n = *scene.world.numbers;
    const double x = scene.pose.x + c.dx * depth - n.arena_x, y = scene.pose.y + c.dy * depth - n.arena_y;
    const double place = pseudo_angle(x, y);
    const int64_t below = c.drawn, first = first_row(row_of(n.arena_height, depth));
    // A quarter of the wall is one unit of the pseudo-angle; textures keep about their width.
    const double repeats = std::max(1.0, std::floor(n.arena * 1.5));
    face(c, scene.atlas.texture(n.arena_texture), fraction(place * repeats), n.arena_height, depth, 224);
    const double step = depth / focal_;
    for (int64_t i = 0; i < scene.panel_count; i++) {
      const Panel& panel = scene.panels[i];
      double away = place - panel.place;
      away -= 4 * std::floor(away / 4 + 0.5);
      if (panel.half <= 0 || std::abs(away) >= panel.half) continue;
      const Texel* texture = scene.atlas.texture(panel.texture);
      const double u = (away + panel.half) / (2 * panel.half);
      const int level = level_at(depth);
      const Light light = light_at(depth, 256);
      for (int64_t r = below - 1; r >= first; r--) {
        const double z = eye_ - (double(r) + 0.5 - horizon_) * step;
        if (z < panel.low || z >= panel.high) continue;
        const double v = (panel.high - z) / (panel.high - panel.low);
        c.colours[r] = light(texel(texture, level, std::min(u, 0.999999), std::min(v, 0.999999)));
      }
    }
  }

  void sky(const Column& c) {
    std::memcpy(c.colours, sky_.data(), c.drawn * sizeof(uint32_t));
    if (deep_) std::fill(c.depths, c.depths + c.drawn, std::numeric_limits<float>::infinity());
  }

  void column(const Scene& scene, int64_t index) {
    const World& world = scene.world;
    const Numbers& n = *world.numbers;
    const double side = (2 * (double(index) + 0.5) / double(width_) - 1) * tangent_;
    const double px = scene.pose.x, py = scene.pose.y;
    Column c{&colours_[index * height_], &depths_[index * height_], look_.cosine - side * look_.sine,
             look_.sine + side * look_.cosine, height_};
    // Depth of the round wall: the root of |p + t d|^2 = R^2 that lies ahead.
    double end = std::numeric_limits<double>::infinity();
    if (n.arena > 0) {
      const double ox = px - n.arena_x, oy = py - n.arena_y;
      const double a = c.dx * c.dx + c.dy * c.dy, b = ox * c.dx + oy * c.dy, k = ox * ox + oy * oy - n.arena * n.arena;
      end = (-b + std::sqrt(std::max(0.0, b * b - a * k))) / a;
    }
    int64_t x = int64_t(std::floor(px)), y = int64_t(std::floor(py));
    const double infinite = std::numeric_limits<double>::infinity();
    const double across_x = c.dx == 0 ? infinite : 1 / std::abs(c.dx), across_y = c.dy == 0 ? infinite : 1 / std::abs(c.dy);
    double next_x = c.dx == 0 ? infinite : (c.dx > 0 ? double(x + 1) - px : px - double(x)) * across_x;
    double next_y = c.dy == 0 ? infinite : (c.dy > 0 ? double(y + 1) - py : py - double(y)) * across_y;
    // Ground that is seen but not yet drawn: cells of one height and texture, out to a depth.
    double seen = 0, ground = 0;
    int16_t texture = 0;
    const auto draw_ground = [&] {
      if (seen > 0) top(scene, c, texture, ground, seen);
      seen = 0;
    };
    while (world.holds(x, y) && c.drawn > 0) {
      const Cell& here = world.at(x, y);
      if (const double z = here.height * kHeightUnit; z != ground || here.top != texture) {
        draw_ground();
        ground = z;
        texture = here.top;
      }
      const bool through_x = next_x < next_y;
      const double depth = through_x ? next_x : next_y;
      if (depth >= end) {
        seen = end;
        draw_ground();
        if (c.drawn > 0) wall(scene, c, end);
        break;
      }
      seen = depth;
      if (through_x) {
        x += c.dx > 0 ? 1 : -1;
        next_x += across_x;
      } else {
        y += c.dy > 0 ? 1 : -1;
        next_y += across_y;
      }
      if (!world.holds(x, y)) {
        draw_ground();
        if (n.plain >= 0) top(scene, c, int16_t(n.plain), 0, 1e9);
        break;
      }
      const Cell& there = world.at(x, y);
      const double z = there.height * kHeightUnit;
      if (z > ground && depth > 0) {
        draw_ground();
        if (c.drawn == 0) break;
        // Textures read from left to right on every side.
        const double along = through_x ? fraction(py + c.dy * depth) : fraction(px + c.dx * depth);
        const bool mirrored = through_x ? c.dx < 0 : c.dy > 0;
        const double u = mirrored ? fraction(1 - along) : along;
        face(c, scene.atlas.texture(there.side), u, z, depth, through_x ? 232 : 184);
      }
    }
    sky(c);
  }

  /** Place of a sprite in the picture. */
  struct Frame {
    double depth, left, right, upper, lower;
    int64_t first_column, last_column, first_row, last_row;
    bool visible;
  };

  Frame frame_of(const Scene& scene, const Sprite& s) const {
    const double ox = s.x - scene.pose.x, oy = s.y - scene.pose.y;
    const double depth = ox * look_.cosine + oy * look_.sine, side = oy * look_.cosine - ox * look_.sine;
    Frame f{};
    if (s.width <= 0 || depth < 0.05) return f;
    const double scale = focal_ / depth, middle = double(width_) / 2 + side * scale, half = s.width * scale / 2;
    f.depth = depth;
    f.left = middle - half;
    f.right = middle + half;
    f.upper = row_of(s.z + s.height, depth);
    f.lower = row_of(s.z, depth);
    f.first_column = int64_t(std::clamp(std::ceil(f.left - 0.5), 0.0, double(width_)));
    f.last_column = int64_t(std::clamp(std::ceil(f.right - 0.5), 0.0, double(width_)));
    f.first_row = first_row(f.upper);
    f.last_row = first_row(f.lower);
    f.visible = f.first_column < f.last_column && f.first_row < f.last_row;
    return f;
  }

  void sprite(const Scene& scene, const Sprite& s) {
    const Frame f = frame_of(scene, s);
    if (!f.visible) return;
    const Texel* texture = scene.atlas.texture(s.texture);
    const int level = level_at(f.depth * (s.width < 1 ? 1 / s.width : 1));
    const Light light = light_at(f.depth, 256);
    for (int64_t c = f.first_column; c < f.last_column; c++) {
      const double u = std::clamp((double(c) + 0.5 - f.left) / (f.right - f.left), 0.0, 0.999999);
      for (int64_t r = f.first_row; r < f.last_row; r++) {
        if (double(depths_[c * height_ + r]) < f.depth) continue;
        const double v = std::clamp((double(r) + 0.5 - f.upper) / (f.lower - f.upper), 0.0, 0.999999);
        const uint32_t colour = texel(texture, level, u, v);
        // The highest byte says how opaque it is.
        if (colour >> 24 < 128) continue;
        colours_[c * height_ + r] = light(colour);
        depths_[c * height_ + r] = float(f.depth);
      }
    }
  }
};

}  // namespace throughline::envs
