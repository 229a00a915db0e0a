// What the kernels of a stack of the encoder and of attention do, for every level of instructions.
#pragma once

#include <cstdint>

#include "attention-types.h"

namespace throughline::cec {

/** Channels of a kernel's outputs are a multiple of this. */
constexpr int64_t kChannels = 8;

/** A stack: conv 3 x 3, max-pool 3 x 3 of stride 2, ReLU, then x + ReLU(conv(ReLU(conv(x)))). Pictures are rows, columns, channels. */
struct Stack {
  int64_t rows, columns, inputs, channels;
  /** Of what is pooled. */
  int64_t pooledRows, pooledColumns;

  int64_t pixels() const { return rows * columns; }
  int64_t pooled() const { return pooledRows * pooledColumns; }
  /** Numbers that `work` must hold, a multiple of 16. */
  int64_t work() const {
    const int64_t wide = (rows + 2) * (columns + 2), small = (pooledRows + 2) * (pooledColumns + 2);
    return (wide * (inputs + 2 * channels) + 4 * small * channels + 255) / 16 * 16;
  }
};

/** Weights in the order in which kernels read them, and their gradients in the same. */
template <class Number>
struct Weights {
  Number* first;     // [3][3 * inputs][channels]
  Number* inner[2];  // [3][3 * channels][channels]
  Number* biases;    // [3][channels]
};

/** The same for gradients of inputs: turned by half a turn, inputs and outputs exchanged. */
struct TurnedWeights {
  const float* first;     // [3][3 * channels][inputs], or null
  const float* inner[2];  // [3][3 * channels][channels]
};

/** What the derivative needs of one picture. */
struct Kept {
  float* pooled;      // [pooledRows][pooledColumns][channels]
  float* between;     // of the same sizes
  uint8_t* largest;   // which pixel of the window, in rows, is the largest; 9 if it is not above 0
  uint8_t* positive;  // 1 where the second convolution is above 0
};

/** One picture: bytes, which are multiplied by `scale`, or numbers. */
struct Picture {
  const uint8_t* bytes;
  const float* numbers;
  float scale;
};

struct KernelTable {
  const char* name;
  /** `kept` may hold null pointers. */
  void (*forward)(const Stack&, const Weights<const float>&, const Picture&, const Kept&, float* out, float* work);
  /** Adds to the weights' gradients; writes those of the inputs unless `inputs` is null. */
  void (*backward)(const Stack&, const TurnedWeights&, const Picture&, const Kept&, const float* gradient, float* inputs,
                   const Weights<float>&, float* work);
  AttentionKernels attention;
};

/** The fastest that this processor can run. */
const KernelTable& kernels();

}  // namespace throughline::cec
