// throughline_cec::encoder, all stacks of the pictures' encoder, and its derivative; pictures are shared out among threads.
#include <ATen/Parallel.h>
#include <torch/library.h>

#include "packed-encoder.h"

namespace throughline::cec {
namespace {

using at::Tensor;

/** Pictures whose gradients of weights are added up together, whatever the number of threads: a multiple of the lanes of every level. */
constexpr int64_t kTogether = 64;
/** A group of no more than this share of the lanes is encoded picture by picture. */
constexpr int64_t kFew = 4;

/** The features [batch, channels, rows, columns] and, if it is to be kept, what the derivative needs: numbers and places. */
std::vector<Tensor> encoder(const Tensor& pictures, at::TensorList parameters, int64_t stacks, bool keep) {
  PackedEncoder packed(pictures, parameters, stacks);
  const Encoder sizes = packed.sizes();
  const EncoderKernels& run = kernels().encoder;
  const int64_t count = pictures.size(0), groups = (count + run.lanes - 1) / run.lanes;
  const Stack& last = sizes.last();
  std::vector<Tensor> result{at::empty({count, last.channels, last.pooledRows, last.pooledColumns}, at::kFloat)};
  if (keep) {
    result.push_back(at::empty({groups, run.keptNumbers(sizes)}, at::kFloat));
    result.push_back(at::empty({groups, run.keptPlaces(sizes)}, at::kByte));
  }
  encodeAll(packed, pictures, result[0].data_ptr<float>(), keep ? &result[1] : nullptr, keep ? &result[2] : nullptr);
  return result;
}

/** Gradients of the parameters. */
std::vector<Tensor> encoderBackward(const Tensor& pictures, at::TensorList parameters, int64_t stacks, const Tensor& numbers, const Tensor& places,
                                    const Tensor& gradient) {
  PackedEncoder packed(pictures, parameters, stacks);
  const Encoder sizes = packed.sizes();
  const EncoderKernels& run = kernels().encoder;
  const int64_t count = pictures.size(0), lanes = run.lanes, groups = (count + lanes - 1) / lanes;
  const Stack& last = sizes.last();
  need(gradient, "gradient", at::kFloat, {count, last.channels, last.pooledRows, last.pooledColumns});
  need(numbers, "numbers", at::kFloat, {groups, run.keptNumbers(sizes)});
  need(places, "places", at::kByte, {groups, run.keptPlaces(sizes)});
  const float* const* turned = packed.turned();
  // Each part of the pictures has its own sums, which are then added in order: the same numbers on any number of threads.
  const int64_t parts = (count + kTogether - 1) / kTogether, size = packed.gradientSize();
  const Tensor sums = at::zeros({std::max<int64_t>(parts, 1), size}, at::kFloat);
  at::parallel_for(0, parts, 1, [&](int64_t begin, int64_t end) {
    const Tensor work = at::empty({run.backwardWork(sizes)}, at::kFloat);
    for (int64_t part = begin; part < end; part++) {
      const PackedEncoder::Gradients to = packed.gradients(sums.data_ptr<float>() + part * size);
      for (int64_t first = part * kTogether; first < std::min(count, (part + 1) * kTogether); first += lanes) {
        const int64_t group = first / lanes;
        const Kept kept{numbers.data_ptr<float>() + group * numbers.size(1), places.data_ptr<uint8_t>() + group * places.size(1)};
        run.backward(sizes, turned, pictures.const_data_ptr<uint8_t>() + first * sizes.pictureSize(), std::min(lanes, count - first), kept,
                     gradient.const_data_ptr<float>() + first * sizes.features(), to.all(), work.data_ptr<float>());
      }
    }
  });
  float* total = sums.data_ptr<float>();
  for (int64_t part = 1; part < parts; part++)
    for (int64_t i = 0; i < size; i++) total[i] += total[part * size + i];
  return packed.unpacked(packed.gradients(total));
}

TORCH_LIBRARY(throughline_cec, library) {
  library.def("kernel_level() -> str", [] { return std::string(kernels().name); });
  library.def("encoder(Tensor pictures, Tensor[] parameters, int stacks, bool keep) -> Tensor[]");
  library.def(
      "encoder_backward(Tensor pictures, Tensor[] parameters, int stacks, Tensor numbers, Tensor places, Tensor gradient) -> Tensor[]");
  library.impl("encoder", c10::DispatchKey::CompositeExplicitAutograd, encoder);
  library.impl("encoder_backward", c10::DispatchKey::CompositeExplicitAutograd, encoderBackward);
}

}  // namespace

void encodeAll(PackedEncoder& packed, const Tensor& pictures, float* out, const Tensor* numbers, const Tensor* places) {
  const Encoder sizes = packed.sizes();
  const EncoderKernels& run = kernels().encoder;
  const int64_t count = pictures.size(0), lanes = run.lanes;
  const Convolutions<const float> weights = packed.weights();
  const uint8_t* from = pictures.const_data_ptr<uint8_t>();
  at::parallel_for(0, (count + lanes - 1) / lanes, 1, [&](int64_t begin, int64_t end) {
    const Tensor work = at::empty({std::max(run.forwardWork(sizes), run.aloneWork(sizes))}, at::kFloat);
    for (int64_t group = begin; group < end; group++) {
      const int64_t first = group * lanes, here = std::min(lanes, count - first);
      if (numbers == nullptr && here <= lanes / kFew) {
        for (int64_t i = first; i < first + here; i++)
          run.alone(sizes, weights, from + i * sizes.pictureSize(), out + i * sizes.features(), work.data_ptr<float>());
        continue;
      }
      const Kept kept = numbers == nullptr ? Kept{nullptr, nullptr}
                                           : Kept{numbers->data_ptr<float>() + group * numbers->size(1), places->data_ptr<uint8_t>() + group * places->size(1)};
      run.forward(sizes, weights, from + first * sizes.pictureSize(), here, kept, out + first * sizes.features(), work.data_ptr<float>());
    }
  });
}

}  // namespace throughline::cec
