// Recurrent nets over time, forward and back. The unit index runs along vectors, so that one product W · h serves all
// sequences of a task. With δ the leak (1: none), φ the units' activation and d = W_ih s + b_ih (+ drive) what comes from
// outside:
//   pre:  x′ = (1 − δ) x + δ (W_hh φ(x) + b_hh + d)
//   post: h′ = (1 − δ) h + δ φ(W_hh h + b_hh + d)
//   gru, lstm: as in PyTorch, gates in the orders r, z, n and i, f, g, o.
#pragma once

#include "elementary.h"
#include "kernels.h"
#include "memory.h"
#include "product.h"
#include "transpose.h"

namespace throughline::flossing::TL_LEVEL {

/** Vector i of a row of n numbers, zeros after its end. */
template <class T>
TL_INLINE Vector<T> get(const T* row, int64_t i, int64_t n) {
  return i + kWidth<T> <= n ? load(row + i) : loadPart(row + i, n - i);
}
template <class T>
TL_INLINE void put(T* row, int64_t i, int64_t n, Vector<T> value) {
  if (i + kWidth<T> <= n) store(row + i, value);
  else storePart(row + i, value, n - i);
}

/**
 * The scratch of one task: rows of n numbers are padded to ld. What W_hh is applied to, the inputs and a 1 lie side by side,
 * and so do the weights, so that W_hh h + W_ih s + b is one product.
 */
template <class T>
struct ScanRoom {
  int64_t ld, size;  // size: of a row of `acted`
  T* turned;         // [n + features + 1][gates · ld]: W_hh and W_ih transposed, gate by gate, and the bias
  T* acted;          // [batch][size], where the task does not keep them or has no more steps
  T* inner;          // [batch][gates · ld]: the product; in a GRU what comes from the state
  T* drive;          // [batch][gates · ld]: in a GRU what comes from outside
  T* state;          // [batch][states as rows of ld], where a state is made of the one before
};

/** Numbers in a row of `acted`: what W_hh is applied to, the inputs, 1. */
template <class T>
TL_INLINE int64_t actedSize(const ScanTask<T>& task) {
  return spacing<T>(task.n + task.features + 1);
}

/** [batch][size] of step t. */
template <class T>
TL_INLINE T* actedOf(const ScanTask<T>& task, const ScanRoom<T>& room, int64_t t) {
  return task.acted == nullptr || t == task.steps ? room.acted : task.acted + t * task.actedStep;
}

/** A matrix [gates · n][columns] transposed so that gate g's columns begin at g·ld. */
template <class T>
TL_INLINE void turn(const T* weight, int64_t gates, int64_t n, int64_t columns, int64_t ld, T* to) {
  const int64_t width = gates * ld;
  for (int64_t j = 0; j < columns; ++j)
    for (int64_t g = 0; g < gates; ++g)
      for (int64_t i = 0; i < ld; ++i) to[j * width + g * ld + i] = i < n ? weight[(g * n + i) * columns + j] : T(0);
}

/** In a GRU only b_ih comes from outside; elsewhere both biases are added at once. */
template <class T>
TL_INLINE void turnWeights(const ScanTask<T>& task, const ScanRoom<T>& room) {
  const int64_t width = task.gates * room.ld;
  turn<T>(task.weight, task.gates, task.n, task.n, room.ld, room.turned);
  turn<T>(task.weightIn, task.gates, task.n, task.features, room.ld, room.turned + task.n * width);
  T* bias = room.turned + (task.n + task.features) * width;
  for (int64_t g = 0; g < task.gates; ++g)
    for (int64_t i = 0; i < room.ld; ++i) {
      T total = 0;
      if (i < task.n && task.biasIn != nullptr) total += task.biasIn[g * task.n + i];
      if (i < task.n && task.bias != nullptr && task.cell != CellKind::gru) total += task.bias[g * task.n + i];
      bias[g * room.ld + i] = total;
    }
}

/** The inputs of a step and a 1, behind what W_hh is applied to. */
template <class T>
TL_INLINE void takeInputs(const ScanTask<T>& task, int64_t t, T* acted, int64_t size) {
  for (int64_t b = 0; b < task.batch; ++b) {
    const T* from = task.inputs + t * task.inputStep + b * task.features;
    T* to = acted + b * size + task.n;
    for (int64_t i = 0; i < task.features; ++i) to[i] = from[i];
    to[task.features] = 1;
  }
}

/** A net without gates or leak writes its sums, which are its states, where states go; rows of `ld` numbers need no padding. */
template <class T>
TL_INLINE bool isInPlace(const ScanTask<T>& task, const ScanRoom<T>& room) {
  return task.cell == CellKind::pre && task.leak == 1 && task.n == room.ld;
}

/** W_hh h + W_ih s + b of a step, into `inner` (and `drive`). */
template <class T>
TL_INLINE void multiply(const ScanTask<T>& task, const ScanRoom<T>& room, int64_t t, T* inner, T* drive) {
  constexpr int64_t w = kWidth<T>;
  const int64_t n = task.n, ld = room.ld, width = task.gates * ld, outside = task.features + 1;
  T* acted = actedOf(task, room, t);
  takeInputs<T>(task, t, acted, room.size);
  const auto multiplied = [&](int64_t from, int64_t count, T* to) {
    product<T, Into::set>({room.turned + from * width, width, acted + from, 1, room.size, to, width}, width / w, task.batch, count);
  };
  if (drive == inner) {
    multiplied(0, n + outside, inner);
  } else {
    multiplied(0, n, inner);
    multiplied(n, outside, drive);
  }
  if (task.drive == nullptr) return;
  for (int64_t b = 0; b < task.batch; ++b)
    for (int64_t g = 0; g < task.gates; ++g)
      for (int64_t i = 0; i < ld; i += w) {
        T* at = drive + b * width + g * ld + i;
        store(at, load(at) + get(task.drive + t * task.driveStep + (b * task.gates + g) * n, i, n));
      }
}

template <class T, Activation A, bool isPre, bool leaks>
TL_INLINE void stepPlain(const ScanTask<T>& task, const ScanRoom<T>& room, int64_t t, const T* sums) {
  constexpr int64_t w = kWidth<T>;
  const int64_t n = task.n, ld = room.ld;
  const bool isInPlace = flossing::TL_LEVEL::isInPlace(task, room);
  T* acted = actedOf(task, room, t + 1);
  for (int64_t b = 0; b < task.batch; ++b) {
    T* out = task.out + t * task.outStep + b * n;
    T* kept = task.kept == nullptr ? nullptr : task.kept + t * task.keptStep + b * n;
    T* state = room.state + b * ld;
#pragma GCC unroll 4
    for (int64_t i = 0; i < ld; i += w) {
      Vector<T> next = load(sums + b * ld + i);
      if constexpr (!isPre) next = activate<T, A>(next);
      if constexpr (leaks) {
        if (!isPre && kept != nullptr) put(kept, i, n, next);
        next = load(state + i) * (1 - task.leak) + next * task.leak;
        store(state + i, next);
      }
      if (!isInPlace) put(out, i, n, next);
      put(acted + b * room.size, i, n, isPre ? activate<T, A>(next) : next);
    }
  }
}

template <class T>
TL_INLINE void stepGru(const ScanTask<T>& task, const ScanRoom<T>& room, int64_t t) {
  constexpr int64_t w = kWidth<T>;
  const int64_t n = task.n, ld = room.ld;
  for (int64_t b = 0; b < task.batch; ++b) {
    const T* drive = room.drive + b * 3 * ld;
    T* out = task.out + t * task.outStep + b * n;
    T* kept = task.kept == nullptr ? nullptr : task.kept + t * task.keptStep + b * 4 * n;
    const T* inner = room.inner + b * 3 * ld;
    T* state = room.state + b * ld;
    T* acted = actedOf(task, room, t + 1) + b * room.size;
    for (int64_t i = 0; i < ld; i += w) {
      const auto fromHidden = [&](int64_t g) {
        const Vector<T> u = load(inner + g * ld + i);
        return task.bias == nullptr ? u : u + get(task.bias + g * n, i, n);
      };
      const Vector<T> r = sigmoid<T>(load(drive + i) + fromHidden(0));
      const Vector<T> z = sigmoid<T>(load(drive + ld + i) + fromHidden(1));
      const Vector<T> u = fromHidden(2);
      const Vector<T> c = tanh<T>(load(drive + 2 * ld + i) + r * u);
      const Vector<T> next = (T(1) - z) * c + z * load(state + i);
      store(state + i, next);
      put(out, i, n, next);
      put(acted, i, n, next);
      if (kept == nullptr) continue;
      put(kept, i, n, r);
      put(kept + n, i, n, z);
      put(kept + 2 * n, i, n, c);
      put(kept + 3 * n, i, n, u);
    }
  }
}

template <class T>
TL_INLINE void stepLstm(const ScanTask<T>& task, const ScanRoom<T>& room, int64_t t) {
  constexpr int64_t w = kWidth<T>;
  const int64_t n = task.n, ld = room.ld;
  for (int64_t b = 0; b < task.batch; ++b) {
    T* out = task.out + t * task.outStep + b * 2 * n;
    T* kept = task.kept == nullptr ? nullptr : task.kept + t * task.keptStep + b * 4 * n;
    const T* inner = room.inner + b * 4 * ld;
    T* c = room.state + (2 * b + 1) * ld;
    T* acted = actedOf(task, room, t + 1) + b * room.size;
    for (int64_t k = 0; k < ld; k += w) {
      const auto sumOf = [&](int64_t g) { return load(inner + g * ld + k); };
      const Vector<T> i = sigmoid<T>(sumOf(0)), f = sigmoid<T>(sumOf(1)), g = tanh<T>(sumOf(2)), o = sigmoid<T>(sumOf(3));
      const Vector<T> cell = f * load(c + k) + i * g;
      const Vector<T> next = o * tanh<T>(cell);
      store(c + k, cell);
      put(acted, k, n, next);
      put(out, k, n, next);
      put(out + n, k, n, cell);
      if (kept == nullptr) continue;
      put(kept, k, n, i);
      put(kept + n, k, n, f);
      put(kept + 2 * n, k, n, g);
      put(kept + 3 * n, k, n, o);
    }
  }
}

template <class T, Activation A>
void scanOf(const ScanTask<T>& task) {
  constexpr int64_t w = kWidth<T>;
  const int64_t n = task.n, ld = rounded<T>(n), parts = task.states / n, width = task.gates * ld;
  ScanRoom<T> room{};
  room.ld = ld;
  room.size = actedSize<T>(task);
  Memory<T> memory((n + task.features + 1) * width + task.batch * (room.size + 2 * width + parts * ld));
  room.turned = memory.take((n + task.features + 1) * width);
  room.acted = memory.take(task.batch * room.size);
  room.inner = memory.take(task.batch * width);
  room.drive = memory.take(task.cell == CellKind::gru ? task.batch * width : 0);
  room.state = memory.take(task.batch * parts * ld);
  turnWeights<T>(task, room);
  for (int64_t b = 0; b < task.batch; ++b)
    for (int64_t p = 0; p < parts; ++p)
      for (int64_t i = 0; i < ld; i += w) {
        const Vector<T> x = get(task.start + b * task.states + p * n, i, n);
        store(room.state + (b * parts + p) * ld + i, x);
        if (p == 0) put(actedOf(task, room, 0) + b * room.size, i, n, task.cell == CellKind::pre ? activate<T, A>(x) : x);
      }
  const bool isPre = task.cell == CellKind::pre, leaks = task.leak != 1;
  for (int64_t t = 0; t < task.steps; ++t) {
    T* inner = isInPlace(task, room) ? task.out + t * task.outStep : room.inner;
    multiply<T>(task, room, t, inner, task.cell == CellKind::gru ? room.drive : inner);
    if (task.cell == CellKind::gru) stepGru<T>(task, room, t);
    else if (task.cell == CellKind::lstm) stepLstm<T>(task, room, t);
    else if (isPre && leaks) stepPlain<T, A, true, true>(task, room, t, inner);
    else if (isPre) stepPlain<T, A, true, false>(task, room, t, inner);
    else if (leaks) stepPlain<T, A, false, true>(task, room, t, inner);
    else stepPlain<T, A, false, false>(task, room, t, inner);
  }
}

template <class T>
void scan(const ScanTask<T>& task) {
  switch (task.unit) {
    case UnitKind::tanh: return scanOf<T, Activation::tanh>(task);
    case UnitKind::relu: return scanOf<T, Activation::relu>(task);
    case UnitKind::identity: return scanOf<T, Activation::identity>(task);
  }
}

}  // namespace throughline::flossing::TL_LEVEL
