// throughline_envs::advance moves the agents of many worlds, throughline_envs::draw draws what they see; both on all threads.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <memory>

#include "draw.h"
#include "motion.h"
#include "need.h"

namespace throughline::envs {
namespace {

using at::Tensor;

template <class Row>
const Row* rows(const Tensor& tensor, int64_t lane) {
  return reinterpret_cast<const Row*>(tensor.const_data_ptr<double>()) + lane * (tensor.numel() / tensor.size(0)) * sizeof(double) / sizeof(Row);
}

World world_of(const Tensor& cells, const Tensor& numbers, int64_t lane) {
  const int64_t rows_ = cells.size(1), columns = cells.size(2);
  const Cell* all = reinterpret_cast<const Cell*>(cells.const_data_ptr<int16_t>());
  return {all + lane * rows_ * columns, rows_, columns, rows<Numbers>(numbers, lane)};
}

void check_worlds(const Tensor& cells, const Tensor& numbers, const Tensor& poses) {
  const int64_t lanes = cells.dim() == 4 ? cells.size(0) : 0;
  TORCH_CHECK(lanes > 0, "cells: expected sizes [worlds, rows, columns, 4] with at least one world, got ", cells.sizes());
  need(cells, "cells", at::kShort, {lanes, -1, -1, 4});
  need(numbers, "numbers", at::kDouble, {lanes, sizeof(Numbers) / sizeof(double)});
  need(poses, "poses", at::kDouble, {lanes, 5});
}

/** Moves each agent by its action, `repeat` times or to the goal. Returns [worlds], true where the goal was reached. */
Tensor advance(const Tensor& cells, const Tensor& numbers, const Tensor& goals, Tensor poses, const Tensor& motions,
               const Tensor& actions, int64_t repeat, double radius) {
  check_worlds(cells, numbers, poses);
  const int64_t lanes = cells.size(0);
  need(goals, "goals", at::kDouble, {lanes, 4});
  need(motions, "motions", at::kDouble, {-1, 4});
  need(actions, "actions", at::kLong, {lanes});
  TORCH_CHECK(radius > 0 && radius < 0.5, "radius: expected a length between 0 and 0.5 cells, got ", radius);
  TORCH_CHECK(repeat >= 1 && repeat <= 1000, "repeat: expected 1 to 1000, got ", repeat);
  for (int64_t i = 0; i < lanes; i++) {
    const double arena = rows<Numbers>(numbers, i)->arena;
    TORCH_CHECK(arena == 0 || arena > radius, "numbers: expected an arena larger than the agent, or 0 for none, got ", arena);
  }
  const int64_t* chosen = actions.const_data_ptr<int64_t>();
  for (int64_t i = 0; i < lanes; i++)
    TORCH_CHECK(chosen[i] >= 0 && chosen[i] < motions.size(0), "actions: expected 0 to ", motions.size(0) - 1, ", got ", chosen[i]);
  const Tensor done = at::zeros({lanes}, at::kBool);
  bool* flags = done.data_ptr<bool>();
  Pose* moved = reinterpret_cast<Pose*>(poses.data_ptr<double>());
  at::parallel_for(0, lanes, 64, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
      const World world = world_of(cells, numbers, i);
      const Motion& motion = rows<Motion>(motions, 0)[chosen[i]];
      for (int64_t n = 0; n < repeat && !flags[i]; n++)
        flags[i] = move(world, rows<Goal>(goals, 0)[i], moved[i], motion, radius);
    }
  });
  return done;
}

/** Draws what each agent sees into `pictures` [worlds, height, width, 3]; only worlds whose `wanted` is true, if given. */
void draw(const Tensor& cells, const Tensor& numbers, const Tensor& sprites, const Tensor& panels, const Tensor& poses,
          const Tensor& atlas, double field_of_view, const std::optional<Tensor>& wanted, Tensor pictures) {
  check_worlds(cells, numbers, poses);
  const int64_t lanes = cells.size(0);
  need(sprites, "sprites", at::kDouble, {lanes, -1, 6});
  need(panels, "panels", at::kDouble, {lanes, -1, 5});
  need(atlas, "atlas", at::kByte, {-1, kTexels, 4});
  need(pictures, "pictures", at::kByte, {lanes, -1, -1, 3});
  if (wanted) need(*wanted, "wanted", at::kBool, {lanes});
  TORCH_CHECK(atlas.size(0) > 0, "atlas: expected at least one texture");
  TORCH_CHECK(field_of_view >= 10 && field_of_view <= 150, "field_of_view: expected 10 to 150 degrees, got ", field_of_view);
  const int64_t height = pictures.size(1), width = pictures.size(2);
  TORCH_CHECK(height > 0 && width > 0, "pictures: expected at least one pixel, got ", pictures.sizes());
  const Atlas textures{reinterpret_cast<const Texel*>(atlas.const_data_ptr<uint8_t>()), atlas.size(0)};
  const bool* flags = wanted ? wanted->const_data_ptr<bool>() : nullptr;
  uint8_t* out = pictures.data_ptr<uint8_t>();
  at::parallel_for(0, lanes, 1, [&](int64_t begin, int64_t end) {
    // A thread's painter stays for the next call: its memory is as large as a picture.
    thread_local std::unique_ptr<Painter> painter;
    if (painter == nullptr || !painter->draws(height, width, field_of_view))
      painter = std::make_unique<Painter>(height, width, field_of_view);
    painter->forget();
    for (int64_t i = begin; i < end; i++) {
      if (flags != nullptr && !flags[i]) continue;
      const Scene scene{world_of(cells, numbers, i), textures, rows<Sprite>(sprites, i), sprites.size(1),
                        rows<Panel>(panels, i), panels.size(1), rows<Pose>(poses, 0)[i]};
      painter->draw(scene, out + i * height * width * 3);
    }
  });
}

TORCH_LIBRARY(throughline_envs, library) {
  library.def(
      "advance(Tensor cells, Tensor numbers, Tensor goals, Tensor(a!) poses, Tensor motions, Tensor actions, int repeat, float radius) -> Tensor");
  library.def(
      "draw(Tensor cells, Tensor numbers, Tensor sprites, Tensor panels, Tensor poses, Tensor atlas, float field_of_view, Tensor? wanted, Tensor(a!) pictures) -> ()");
  library.impl("advance", c10::DispatchKey::CompositeExplicitAutograd, advance);
  library.impl("draw", c10::DispatchKey::CompositeExplicitAutograd, draw);
}

}  // namespace
}  // namespace throughline::envs
