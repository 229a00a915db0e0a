// What the kernels are given, and the table of those of one instruction set. Everything is contiguous, by rows.
#pragma once

#include <cstddef>
#include <cstdint>

namespace throughline::flossing {

/** How Q is pushed forward; see tangent.h. */
enum class Pushforward { gated, lstm };

/**
 * Tangent vectors of one trajectory of one net. `rows` is the size of a state (n, or 2n of an LSTM), k the number of vectors.
 * At step t, `left` begins at left + t·leftStep and holds [gates][n]; `direct` and `extra`, each [n] and each optional, begin
 * at direct + t·unitStep and extra + t·unitStep.
 */
template <class T>
struct TangentTask {
  Pushforward kind;
  int64_t steps, n, rows, k, gates, interval;
  const T* weight;  // [gates · n][n]
  const T* left;
  int64_t leftStep;
  const T* direct;
  const T* extra;
  int64_t unitStep;
  const T* frame;  // [rows][k]
  T* frameOut;     // [rows][k]
  T* logs;         // ln R_ii of decomposition s at logs + s·logsStep
  int64_t logsStep;
  T smallest;      // R_ii that counts as 0
  // Kept for the derivative, or null: frames before each step and after the last, weight · frame, and R.
  T* frames;    // [steps + 1][rows][ld]
  T* products;  // [steps][gates · n][ld]
  T* factors;   // [steps / interval][k][ld]
};

/** Gradients of the same; each of the last six is where the result goes, or null. */
template <class T>
struct TangentGradients {
  const T* logs;   // as in the task, with its logsStep
  const T* frame;  // [rows][k], of the last frame, or null
  T* left;
  T* direct;
  T* extra;
  T* start;   // [rows][k]
  T* weight;  // [gates · n][n]
};

enum class CellKind { pre, post, gru, lstm };
enum class UnitKind { tanh, relu, identity };

/** A recurrent net on `batch` sequences. Tensors over time are [steps][…]; pointers are to this task's first sequence. */
template <class T>
struct ScanTask {
  CellKind cell;
  UnitKind unit;
  int64_t steps, n, batch, gates, states, features;  // states: n, or 2n of an LSTM
  T leak;
  const T* weightIn;  // [gates · n][features]
  const T* weight;    // [gates · n][n]
  const T* biasIn;    // [gates · n] or null
  const T* bias;      // [gates · n] or null
  const T* start;     // [batch][states]
  const T* inputs;    // [batch][features] at inputs + t·inputStep
  int64_t inputStep;
  const T* drive;     // [batch][gates · n] at drive + t·driveStep, added to what comes from the inputs; or null
  int64_t driveStep;
  T* out;             // [batch][states] at out + t·outStep
  int64_t outStep;
  // For the derivative, or null: what W_hh is applied to, the inputs and a 1, [batch][padded(n + features + 1)] at
  // acted + t·actedStep, one step right behind the other; and activations, [batch][keptSize] at kept + t·keptStep.
  T* acted;
  int64_t actedStep;
  T* kept;
  int64_t keptStep;
};

/** Number of activations that a sequence keeps at each step. */
inline int64_t keptSize(CellKind cell, int64_t n, double leak) {
  if (cell == CellKind::gru || cell == CellKind::lstm) return 4 * n;
  return cell == CellKind::post && leak != 1 ? n : 0;
}

/** Gradients; those of weights are this task's share. */
template <class T>
struct ScanGradients {
  const T* out;  // as the task's out
  T* drive;      // as the task's drive, or null
  T* start;      // [batch][states]
  T* weightIn;   // [gates · n][features]
  T* weight;     // [gates · n][n]
  T* biasIn;     // [gates · n]
  T* bias;       // [gates · n]
};

/** Outputs of `rows` states: rows of `size` numbers, of which the first n are read. */
template <class T>
struct ReadTask {
  int64_t rows, size, n, outputs;
  const T* states;  // [rows][size]
  const T* weight;  // [outputs][n]
  const T* offset;  // [outputs]
  T* out;           // [rows][outputs]; not for the derivative
};

/** Gradients of the same; those of weight and offset are this task's share. */
template <class T>
struct ReadGradients {
  const T* out;  // [rows][outputs]
  T* states;     // [rows][size]
  T* weight;     // [outputs][n]
  T* offset;     // [outputs]
};

/** Calls body(context, from, to) for parts of [0, count), at once if it can; null where there is one thread. */
using RunShared = void (*)(int64_t count, void (*body)(void*, int64_t, int64_t), void* context);

/** Kernels for one type of number. Each may be called from several threads at once. */
template <class T>
struct Kernels {
  void (*tangent)(const TangentTask<T>&, RunShared);
  void (*tangentBackward)(const TangentTask<T>&, const TangentGradients<T>&);
  void (*scan)(const ScanTask<T>&);
  void (*scanBackward)(const ScanTask<T>&, const ScanGradients<T>&);
  void (*readOut)(const ReadTask<T>&);
  void (*readOutBackward)(const ReadTask<T>&, const ReadGradients<T>&);
  int64_t (*padded)(int64_t);  // numbers between two rows of so many
  T (*multiplyAdd)(int64_t rounds);
  int64_t operationsOfRound;
};

struct KernelTable {
  const char* name;
  Kernels<float> f32;
  Kernels<double> f64;
};

/** The fastest that this processor can run. */
const KernelTable& kernels();

template <class T>
inline const Kernels<T>& kernelsOf();
template <>
inline const Kernels<float>& kernelsOf<float>() {
  return kernels().f32;
}
template <>
inline const Kernels<double>& kernelsOf<double>() {
  return kernels().f64;
}

}  // namespace throughline::flossing
