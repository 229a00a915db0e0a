// What the kernels of the encoder, of attention and of matrix products do, for every level of instructions.
#pragma once

#include <cstdint>

#include "attention-types.h"
#include "matrices.h"

namespace throughline::cec {

/** Channels of convolutions are a multiple of this. */
constexpr int64_t kChannels = 8;

/** A stack: conv 3 x 3, max-pool 3 x 3 of stride 2, ReLU, then residual blocks x + ReLU(conv(ReLU(conv(x)))). */
struct Stack {
  int64_t rows, columns, inputs, channels;
  /** Of what is pooled. */
  int64_t pooledRows, pooledColumns;

  int64_t pixels() const { return rows * columns; }
  int64_t pooled() const { return pooledRows * pooledColumns; }
};

/** Stacks, one behind the other. Their convolutions are counted through: of each stack its first, then two of each residual block. */
struct Encoder {
  const Stack* stacks;
  int64_t count, blocks;

  const Stack& last() const { return stacks[count - 1]; }
  int64_t convolutions() const { return count * (1 + 2 * blocks); }
  /** Number of a stack's first convolution. */
  int64_t first(int64_t stack) const { return stack * (1 + 2 * blocks); }
  int64_t pictureSize() const { return stacks[0].pixels() * stacks[0].inputs; }
  int64_t features() const { return last().pooled() * last().channels; }
};

/** Weights and biases of all convolutions, or their gradients. */
template <class Number>
struct Convolutions {
  Number* const* weights;  // [3][3 * inputs][outputs] each
  Number* const* biases;   // [outputs] each
};

/** What the derivative needs of as many pictures as a vector has lanes. */
struct Kept {
  float* numbers;
  uint8_t* places;
};

/** Features of pictures [rows][columns][inputs] of bytes, which are divided by 255. */
struct EncoderKernels {
  /** Pictures that are encoded side by side. */
  int64_t lanes;
  /** Sizes of a `Kept`, and of scratch memory for each of the others. */
  int64_t (*keptNumbers)(const Encoder&);
  int64_t (*keptPlaces)(const Encoder&);
  int64_t (*aloneWork)(const Encoder&);
  int64_t (*forwardWork)(const Encoder&);
  int64_t (*backwardWork)(const Encoder&);
  /** One picture by itself. Features are [channels][rows][columns], as those of the others. */
  void (*alone)(const Encoder&, const Convolutions<const float>&, const uint8_t* picture, float* out, float* work);
  /** `count` pictures, at most `lanes`. Of `kept` both pointers may be null. */
  void (*forward)(const Encoder&, const Convolutions<const float>&, const uint8_t* pictures, int64_t count, const Kept& kept, float* out,
                  float* work);
  /**
   * Adds to the gradients of weights and biases. `turned` are the weights for the gradients of inputs: [3][3 * outputs][inputs], by half a turn;
   * those of the first convolution are not read.
   */
  void (*backward)(const Encoder&, const float* const* turned, const uint8_t* pictures, int64_t count, const Kept& kept, const float* gradient,
                   const Convolutions<float>& to, float* work);
};

struct KernelTable {
  const char* name;
  EncoderKernels encoder;
  AttentionKernels attention;
  MatrixKernels matrices;
};

/** The fastest that this processor can run. */
const KernelTable& kernels();

}  // namespace throughline::cec
