// A call's encoder: its sizes, checked, and its weights in the order in which kernels read them.
#pragma once

#include <vector>

#include "operators.h"

namespace throughline::cec {

/** Copies a weight [outputs, inputs, 3, 3] as [3][3][inputs][outputs]. */
inline void pack(const float* from, int64_t inputs, int64_t outputs, float* to) {
  for (int64_t o = 0; o < outputs; o++)
    for (int64_t i = 0; i < inputs; i++)
      for (int64_t k = 0; k < 9; k++) to[(k * inputs + i) * outputs + o] = *from++;
}

/** The same for the gradient of inputs: [3][3][outputs][inputs], half a turn round. */
inline void packTurned(const float* from, int64_t inputs, int64_t outputs, float* to) {
  for (int64_t o = 0; o < outputs; o++)
    for (int64_t i = 0; i < inputs; i++)
      for (int64_t k = 0; k < 9; k++) to[((8 - k) * outputs + o) * inputs + i] = *from++;
}

/** The opposite of `pack`. */
inline void unpack(const float* from, int64_t inputs, int64_t outputs, float* to) {
  for (int64_t o = 0; o < outputs; o++)
    for (int64_t i = 0; i < inputs; i++)
      for (int64_t k = 0; k < 9; k++) *to++ = from[(k * inputs + i) * outputs + o];
}

class PackedEncoder {
 public:
  /** @param parameters weight and bias of each convolution: of each of `stacks` stacks its first, then two of each residual block */
  PackedEncoder(const at::Tensor& pictures, at::TensorList parameters, int64_t stacks) : parameters_(parameters) {
    const int64_t each = stacks > 0 ? static_cast<int64_t>(parameters.size()) / stacks : 0;
    TORCH_CHECK(pictures.dim() == 4 && stacks > 0 && each % 4 == 2 && each * stacks == static_cast<int64_t>(parameters.size()),
                "encoder: expected pictures [batch, rows, columns, channels] and two parameters of each stack and four of each of its blocks, got ",
                pictures.sizes(), " and ", parameters.size(), " parameters of ", stacks, " stacks");
    need(pictures, "pictures", at::kByte, pictures.sizes());
    blocks_ = each / 4;
    int64_t rows = pictures.size(1), columns = pictures.size(2), inputs = pictures.size(3);
    TORCH_CHECK(rows > 0 && columns > 0 && inputs > 0, "pictures: expected at least one pixel, got ", pictures.sizes());
    for (int64_t i = 0; i < stacks; i++) {
      const at::Tensor& first = parameters[i * each];
      TORCH_CHECK(first.dim() == 4 && first.size(0) > 0 && first.size(0) % kChannels == 0, "parameters: expected channels in multiples of ",
                  kChannels, ", got ", first.sizes());
      const int64_t channels = first.size(0);
      for (int64_t p = 0; p < each; p += 2) {
        const int64_t from = p == 0 ? inputs : channels;
        need(parameters[i * each + p], "weight", at::kFloat, {channels, from, 3, 3});
        need(parameters[i * each + p + 1], "bias", at::kFloat, {channels});
        convolutions_.push_back({from, channels, total_});
        total_ += 9 * from * channels;
      }
      stacks_.push_back({rows, columns, inputs, channels, (rows - 1) / 2 + 1, (columns - 1) / 2 + 1});
      rows = stacks_.back().pooledRows;
      columns = stacks_.back().pooledColumns;
      inputs = channels;
    }
  }

  Encoder sizes() const { return {stacks_.data(), static_cast<int64_t>(stacks_.size()), blocks_}; }

  /** Packed weights, made once, and the biases as they are. */
  Convolutions<const float> weights() {
    if (packed_.empty()) packed_ = packedBy(pack, weights_);
    if (biases_.empty())
      for (size_t i = 0; i < convolutions_.size(); i++) biases_.push_back(parameters_[2 * i + 1].const_data_ptr<float>());
    return {weights_.data(), biases_.data()};
  }

  const float* const* turned() {
    if (turned_.empty()) turned_ = packedBy(packTurned, turnedWeights_);
    return turnedWeights_.data();
  }

  /** Numbers of all gradients: those of the packed weights, then those of the biases. */
  int64_t gradientSize() const {
    int64_t size = total_;
    for (const Sizes& c : convolutions_) size += c.outputs;
    return size;
  }

  /** Places of each convolution's gradients in `gradientSize()` numbers. */
  struct Gradients {
    std::vector<float*> weights, biases;
    Convolutions<float> all() const { return {weights.data(), biases.data()}; }
  };
  Gradients gradients(float* numbers) const {
    Gradients made;
    float* bias = numbers + total_;
    for (const Sizes& c : convolutions_) {
      made.weights.push_back(numbers + c.at);
      made.biases.push_back(bias);
      bias += c.outputs;
    }
    return made;
  }

  /** Gradients as tensors of the parameters' sizes. */
  std::vector<at::Tensor> unpacked(const Gradients& from) const {
    std::vector<at::Tensor> made;
    for (size_t i = 0; i < convolutions_.size(); i++) {
      const auto& [inputs, outputs, at] = convolutions_[i];
      made.push_back(at::empty({outputs, inputs, 3, 3}, at::kFloat));
      unpack(from.weights[i], inputs, outputs, made.back().data_ptr<float>());
      made.push_back(at::empty({outputs}, at::kFloat));
      std::copy_n(from.biases[i], outputs, made.back().data_ptr<float>());
    }
    return made;
  }

 private:
  struct Sizes {
    int64_t inputs, outputs, at;
  };
  at::TensorList parameters_;
  int64_t blocks_ = 0, total_ = 0;
  std::vector<Stack> stacks_;
  std::vector<Sizes> convolutions_;
  std::vector<float> packed_, turned_;
  std::vector<const float*> weights_, biases_, turnedWeights_;

  template <class Pack>
  std::vector<float> packedBy(Pack&& one, std::vector<const float*>& places) const {
    std::vector<float> all(total_);
    for (size_t i = 0; i < convolutions_.size(); i++) {
      const auto& [inputs, outputs, at] = convolutions_[i];
      one(parameters_[2 * i].const_data_ptr<float>(), inputs, outputs, all.data() + at);
      places.push_back(all.data() + at);
    }
    return all;
  }
};

/**
 * Features [batch, channels, rows, columns] of all pictures, which threads share.
 * @param kept tensors of a row for as many pictures as kernels encode at once, or null
 */
void encodeAll(PackedEncoder& packed, const at::Tensor& pictures, float* out, const at::Tensor* numbers = nullptr, const at::Tensor* places = nullptr);

}  // namespace throughline::cec
