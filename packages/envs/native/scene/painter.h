// One picture of a scene, band by band: each shape is drawn where it is nearer than what is there, then the band is lit and averaged.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "../angle.h"
#include "outline.h"
#include "shapes.h"

namespace throughline::envs::scene {

/** A row of `shapes`: what does not move. */
struct Solid {
  double kind, size[3], red, green, blue, opacity;
  /** Side of squares of a darker and a lighter colour in turn; 0 for one colour. */
  double square;
};

/** A row of `poses`: place, and axes as columns of a matrix, row by row. */
struct Placed {
  double position[3], rotation[9];
};

/** Numbers of `look`. */
struct Look {
  double ambient, headlight, low[3], high[3];
};

/** A row of `lamps`. */
struct LampRow {
  double position[3], strength;
};

/** The other colour of a surface of squares, as a share of its own. */
constexpr double kOther = 0.82;

/** Rows of samples that are drawn together, so that they stay in the first cache. */
constexpr int64_t kBand = 8;

/** Whole vectors of every level. */
constexpr int64_t kAligned = 16;

class Painter {
 public:
  /** @param samples of each pixel, along each side */
  Painter(int64_t height, int64_t width, int64_t samples)
      : height_(height), width_(width), samples_(samples), rows_(height * samples), columns_(width * samples),
        stride_((columns_ + kAligned - 1) / kAligned * kAligned), x_(stride_), y_(rows_), colours_(kBand * stride_) {
    for (auto& plane : planes_) plane.resize(kBand * stride_);
  }

  bool draws(int64_t height, int64_t width, int64_t samples) const {
    return height == height_ && width == width_ && samples == samples_;
  }

  /** Draws into height x width x 3 bytes. @param field_of_view vertical, in degrees */
  void draw(const Solid* solids, const Placed* poses, int64_t count, const Placed& camera, double field_of_view, const Look& look,
            const LampRow* lamps, int64_t lamp_count, uint8_t* out) {
    const Direction half = direction(field_of_view / 2);
    const double tangent = half.sine / half.cosine;
    lens_ = {tangent * double(width_) / double(height_), tangent, columns_, rows_};
    aim(camera, look, lamps, lamp_count);
    shapes_.clear();
    for (int64_t i = 0; i < count; i++) {
      if (solids[i].opacity == 0) continue;
      const Shape shape = seen(solids[i], poses[i], camera);
      if (shape.left < shape.right && shape.top < shape.bottom) shapes_.push_back(shape);
    }
    // A band holds whole pixels.
    const int64_t tall = std::max<int64_t>(1, kBand / samples_) * samples_;
    for (auto& plane : planes_)
      if (int64_t(plane.size()) < tall * stride_) plane.resize(tall * stride_);
    if (int64_t(colours_.size()) < tall * stride_) colours_.resize(tall * stride_);
    for (int64_t row = 0; row < rows_; row += tall) {
      const Band band{row, std::min(tall, rows_ - row), stride_, planes_[0].data(), planes_[1].data(), planes_[2].data(),
                      planes_[3].data(), colours_.data()};
      std::fill(planes_[0].begin(), planes_[0].end(), kFar);
      for (const Shape& shape : shapes_)
        if (shape.top < band.first + band.count && shape.bottom > band.first) casts_.cast(shape, view_, band);
      casts_.light(view_, band);
      average(band, out + row / samples_ * width_ * 3);
    }
  }

 private:
  int64_t height_, width_, samples_, rows_, columns_, stride_;
  std::vector<float> x_, y_;
  // Depth and normal.
  std::array<std::vector<float>, 4> planes_;
  std::vector<uint32_t> colours_;
  std::vector<Shape> shapes_;
  std::vector<Lamp> lamps_;
  Lens lens_{};
  View view_{};
  const Casts& casts_ = casts();

  void aim(const Placed& camera, const Look& look, const LampRow* lamps, int64_t lamp_count) {
    for (int64_t c = 0; c < stride_; c++) x_[c] = float((2 * (double(c) + 0.5) / double(columns_) - 1) * lens_.half_width);
    for (int64_t r = 0; r < rows_; r++) y_[r] = float((1 - 2 * (double(r) + 0.5) / double(rows_)) * lens_.half_height);
    lamps_.clear();
    for (int64_t i = 0; i < lamp_count; i++) {
      const double* p = lamps[i].position;
      lamps_.push_back({{float(p[0]), float(p[1]), float(p[2])}, float(lamps[i].strength)});
    }
    for (int k = 0; k < 3; k++) {
      view_.eye[k] = float(camera.position[k]);
      view_.low[k] = float(look.low[k]);
      view_.high[k] = float(look.high[k]);
    }
    for (int k = 0; k < 9; k++) view_.rotation[k] = float(camera.rotation[k]);
    view_.sample = float(2 * lens_.half_height / double(rows_));
    view_.ambient = float(look.ambient);
    view_.headlight = float(look.headlight);
    view_.lamps = lamps_.data();
    view_.lamp_count = lamp_count;
    view_.x = x_.data();
    view_.y = y_.data();
  }

  static uint32_t colour_of(const Solid& solid, double share) {
    const auto byte = [&](double value) { return uint32_t(std::clamp(value * share, 0.0, 1.0) * 255 + 0.5); };
    return byte(solid.red) | byte(solid.green) << 8 | byte(solid.blue) << 16;
  }

  Shape seen(const Solid& solid, const Placed& pose, const Placed& camera) const {
    Shape s{};
    s.kind = Kind(int32_t(solid.kind));
    for (int k = 0; k < 3; k++) s.size[k] = float(solid.size[k]);
    if (s.kind == kSphere) s.size[1] = s.size[2] = s.size[0];
    for (int k = 0; k < 9; k++) s.rotation[k] = float(pose.rotation[k]);
    s.colour = colour_of(solid, 1);
    s.other = colour_of(solid, kOther);
    s.square = float(solid.square);
    const double away[3] = {camera.position[0] - pose.position[0], camera.position[1] - pose.position[1],
                            camera.position[2] - pose.position[2]};
    const double *r = pose.rotation, *c = camera.rotation;
    for (int i = 0; i < 3; i++) {
      s.eye[i] = float(r[i] * away[0] + r[3 + i] * away[1] + r[6 + i] * away[2]);
      for (int j = 0; j < 3; j++) s.ray[3 * i + j] = float(r[i] * c[j] + r[3 + i] * c[3 + j] + r[6 + i] * c[6 + j]);
    }
    const auto sight = [&](double x, double y, double z) {
      double at[3];
      for (int i = 0; i < 3; i++) at[i] = r[3 * i] * x + r[3 * i + 1] * y + r[3 * i + 2] * z - away[i];
      const auto along = [&](int j) { return c[j] * at[0] + c[3 + j] * at[1] + c[6 + j] * at[2]; };
      return Sight{along(0), along(1), -along(2)};
    };
    const double* size = solid.size;
    Outline outline;
    const auto corners = [&](double x, double y, double z) {
      for (int corner = 0; corner < 8; corner++)
        outline.point(sight(corner & 1 ? x : -x, corner & 2 ? y : -y, corner & 4 ? z : -z));
    };
    switch (s.kind) {
      case kPlane:
        if (size[0] > 0 && size[1] > 0) {
          corners(size[0], size[1], 0);
        } else {
          outline.ahead = outline.everywhere = true;
        }
        break;
      case kSphere:
        outline.ball(sight(0, 0, 0), size[0]);
        break;
      case kCapsule:
        for (const double end : {-size[1], size[1]}) outline.ball(sight(0, 0, end), size[0]);
        break;
      case kCylinder:
        corners(size[0], size[0], size[1]);
        break;
      default:
        corners(size[0], size[1], size[2]);
    }
    outline.cut(lens_, s);
    // A plane has no middle that all rays pass.
    if (s.kind != kPlane) s.depth = float(std::clamp(sight(0, 0, 0).depth, 0.0, double(kFar)));
    return s;
  }

  /** Pixels of a band: means of their samples, rounded. */
  void average(const Band& band, uint8_t* out) const {
    const uint32_t share = uint32_t(samples_ * samples_), half = share / 2;
    for (int64_t row = 0; row < band.count; row += samples_) {
      const uint32_t* from = band.colour + row * stride_;
      for (int64_t column = 0; column < width_; column++, from += samples_, out += 3) {
        if (samples_ == 2) {
          // Two channels of sixteen bits in a word.
          const uint32_t a = from[0], b = from[1], c = from[stride_], d = from[stride_ + 1];
          constexpr uint32_t kEven = 0xff00ff;
          const uint32_t even = (a & kEven) + (b & kEven) + (c & kEven) + (d & kEven) + 0x20002;
          const uint32_t odd = (a >> 8 & 255) + (b >> 8 & 255) + (c >> 8 & 255) + (d >> 8 & 255) + 2;
          out[0] = uint8_t(even >> 2);
          out[1] = uint8_t(odd >> 2);
          out[2] = uint8_t(even >> 18);
          continue;
        }
        uint32_t sum[3] = {half, half, half};
        for (int64_t i = 0; i < samples_; i++)
          for (int64_t j = 0; j < samples_; j++)
            for (int k = 0; k < 3; k++) sum[k] += from[i * stride_ + j] >> 8 * k & 255;
        for (int k = 0; k < 3; k++) out[k] = uint8_t(sum[k] / share);
      }
    }
  }
};

}  // namespace throughline::envs::scene
