// 5×5 convolutions by Winograd's minimal filtering, F(4×4, 5×5): what the operators ask of a processor's kernels.
//
// A 4×4 tile of outputs depends on an 8×8 tile of inputs. With the matrices of Cook and Toom for the points
// 0, ±1, ±2, ±½ and ∞,
//
//   y = Aᵀ [ (G g Gᵀ) ∘ (Bᵀ d B) ] A,
//
// 64 multiplications for each pair of channels where the sum over the kernel has 400. Over channels and tiles the 64
// products are 64 matrix products. The gradient of the weights is the adjoint of the same formula:
//
//   dg = Gᵀ [ Σ over tiles of (Bᵀ d B) ∘ (A dy Aᵀ) ] G.
//
// All of it in float32. Elements of Bᵀ and A are multiples of ⅛ and exact; rounding costs about a decimal digit and a
// half against the direct sum (packages/ocra/test/nn/conv.test.ts measures it).
#pragma once
#include <cstdint>

namespace throughline::ocra {

constexpr int64_t kTile = 4;         // outputs along an axis
constexpr int64_t kPatch = 8;        // inputs along an axis
constexpr int64_t kPoints = 64;      // products for each tile and pair of channels
constexpr int64_t kBlock = 24;       // tiles that are worked on together, so that they stay in the cache
constexpr int64_t kChannels = 16;    // channels come in multiples of this

/** A convolution of images in channels-last memory, [n, h, w, c], padded by 2 so that they keep their size. */
struct Shape {
  int64_t n, h, w, in, out;
  int64_t rows() const { return (h + kTile - 1) / kTile; }
  int64_t columns() const { return (w + kTile - 1) / kTile; }
  int64_t tiles() const { return n * rows() * columns(); }
};

/** Where the weight of (output o, input i, row a, column b) is: data[o·so + i·si + 5·a + b], or with a and b counted from the end. */
struct Weights {
  float* data;
  int64_t so, si;
  bool flipped;
};

/** Floats that `transform` writes: a matrix [in, out] for each point. */
inline int64_t transformed_size(const Shape& s) { return kPoints * s.in * s.out; }
/** Floats of working memory for one thread. */
inline int64_t scratch_size(const Shape& s) { return kPoints * (kBlock * (s.in + s.out) + 2 * kChannels); }

/** One processor's kernels. Ranges are of tiles; different ranges may run at once. */
struct Kernels {
  const char* name;

  /** u = G g Gᵀ for the input channels [begin, end). */
  void (*transform)(const Shape&, const Weights& g, float* u, int64_t begin, int64_t end);

  /**
   * y = conv(x) + bias, then ReLU if `relu`. Where `mask` is given, x counts only where mask > 0, and as 0 elsewhere.
   * bias may be null.
   */
  void (*convolve)(const Shape&, const float* x, const float* mask, const float* u, const float* bias, bool relu, float* y,
                   int64_t begin, int64_t end, float* scratch);

  /** Adds (Bᵀ x B) ∘ (A dy Aᵀ) to du, [point, in, out], and the sum of dy to dbias, [out]; dy masked as in `convolve`. */
  void (*correlate)(const Shape&, const float* x, const float* dy, const float* mask, float* du, float* dbias,
                    int64_t begin, int64_t end, float* scratch);

  /** g = Gᵀ du G for the input channels [begin, end). */
  void (*restore)(const Shape&, const float* du, const Weights& g, int64_t begin, int64_t end);
};

/**
 * The fastest kernels that this processor can run, or those that THROUGHLINE_KERNELS names (baseline, avx2, avx512);
 * null if the compiler had no vector types. @throws std::runtime_error for a name that this processor does not have.
 */
const Kernels* kernels();

}  // namespace throughline::ocra
