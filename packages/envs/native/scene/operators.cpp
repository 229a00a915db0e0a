// throughline_envs::draw_scene draws the shapes of a scene as several cameras see them, on all threads.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <memory>

#include "../need.h"
#include "painter.h"

namespace throughline::envs::scene {
namespace {

using at::Tensor;

template <class Row>
const Row* rows(const Tensor& tensor) {
  return reinterpret_cast<const Row*>(tensor.const_data_ptr<double>());
}

/**
 * Draws into `pictures` [cameras, height, width, 3].
 * @param shapes [shapes, 9]: kind, sizes, colour, opacity, side of squares @param fields_of_view [cameras], vertical, in degrees
 * @param lamps [lamps, 4]: place, strength @param look [8]: `Look`
 * @param poses [shapes + cameras, 12]: place and axes of each shape, then of each camera @param samples of a pixel along each side
 */
void draw(const Tensor& shapes, const Tensor& fields_of_view, const Tensor& lamps, const Tensor& look, const Tensor& poses,
          int64_t samples, Tensor pictures) {
  need(shapes, "shapes", at::kDouble, {-1, 9});
  need(fields_of_view, "fields_of_view", at::kDouble, {-1});
  need(lamps, "lamps", at::kDouble, {-1, 4});
  need(look, "look", at::kDouble, {8});
  const int64_t count = shapes.size(0), cameras = fields_of_view.size(0);
  need(poses, "poses", at::kDouble, {count + cameras, 12});
  need(pictures, "pictures", at::kByte, {cameras, -1, -1, 3});
  const int64_t height = pictures.size(1), width = pictures.size(2);
  TORCH_CHECK(height > 0 && width > 0, "pictures: expected at least one pixel, got ", pictures.sizes());
  TORCH_CHECK(samples >= 1 && samples <= 4, "samples: expected 1 to 4, got ", samples);
  const Solid* solids = rows<Solid>(shapes);
  for (int64_t i = 0; i < count; i++)
    TORCH_CHECK(solids[i].kind >= 0 && solids[i].kind < kKinds, "shapes: expected kinds from 0 to ", kKinds - 1, ", got ", solids[i].kind);
  const double* fields = fields_of_view.const_data_ptr<double>();
  for (int64_t i = 0; i < cameras; i++)
    TORCH_CHECK(fields[i] >= 1 && fields[i] <= 170, "fields_of_view: expected 1 to 170 degrees, got ", fields[i]);
  const Placed* placed = rows<Placed>(poses);
  uint8_t* out = pictures.data_ptr<uint8_t>();
  at::parallel_for(0, cameras, 1, [&](int64_t begin, int64_t end) {
    thread_local std::unique_ptr<Painter> painter;
    if (painter == nullptr || !painter->draws(height, width, samples)) painter = std::make_unique<Painter>(height, width, samples);
    for (int64_t i = begin; i < end; i++)
      painter->draw(solids, placed, count, placed[count + i], fields[i], *rows<Look>(look), rows<LampRow>(lamps), lamps.size(0),
                    out + i * height * width * 3);
  });
}

TORCH_LIBRARY_FRAGMENT(throughline_envs, library) {
  library.def(
      "draw_scene(Tensor shapes, Tensor fields_of_view, Tensor lamps, Tensor look, Tensor poses, int samples, Tensor(a!) pictures) -> ()");
  library.impl("draw_scene", c10::DispatchKey::CompositeExplicitAutograd, draw);
}

}  // namespace
}  // namespace throughline::envs::scene
