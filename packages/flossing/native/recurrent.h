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

/** The scratch of one task: rows of n numbers are padded to ld. */
template <class T>
struct ScanRoom {
  int64_t ld;
  T* turnedIn;  // [features + 1][gates · ld]: W_ih transposed, gate by gate; the last row is the bias
  T* turned;    // [n][gates · ld]: W_hh transposed
  T* inputs;    // [batch][features + 1]: the inputs, and a 1
  T* drive;     // [batch][gates · ld]: what comes from outside; `inner` itself but in a GRU
  T* inner;     // [batch][gates · ld]: what comes from the state
  T* state;     // [batch][states as rows of ld]
  T* acted;     // [batch][ld]: what W_hh is applied to
};

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
  turn<T>(task.weightIn, task.gates, task.n, task.features, room.ld, room.turnedIn);
  turn<T>(task.weight, task.gates, task.n, task.n, room.ld, room.turned);
  T* bias = room.turnedIn + task.features * task.gates * room.ld;
  for (int64_t g = 0; g < task.gates; ++g)
    for (int64_t i = 0; i < room.ld; ++i) {
      T total = 0;
      if (i < task.n && task.biasIn != nullptr) total += task.biasIn[g * task.n + i];
      if (i < task.n && task.bias != nullptr && task.cell != CellKind::gru) total += task.bias[g * task.n + i];
      bias[g * room.ld + i] = total;
    }
}

/** The inputs of a step with a 1 after each. */
template <class T>
TL_INLINE void takeInputs(const ScanTask<T>& task, int64_t t, T* to) {
  const int64_t size = task.features + 1;
  for (int64_t b = 0; b < task.batch; ++b) {
    const T* from = task.inputs + t * task.inputStep + b * task.features;
    for (int64_t i = 0; i < task.features; ++i) to[b * size + i] = from[i];
    to[b * size + task.features] = 1;
  }
}

template <class T>
TL_INLINE void multiply(const ScanTask<T>& task, const ScanRoom<T>& room, int64_t t, const T* acted) {
  constexpr int64_t w = kWidth<T>;
  const int64_t n = task.n, ld = room.ld, width = task.gates * ld, size = task.features + 1;
  takeInputs<T>(task, t, room.inputs);
  product<T, Into::set>({room.turnedIn, width, room.inputs, 1, size, room.drive, width}, width / w, task.batch, size);
  if (task.drive != nullptr) {
    for (int64_t b = 0; b < task.batch; ++b)
      for (int64_t g = 0; g < task.gates; ++g)
        for (int64_t i = 0; i < ld; i += w) {
          T* at = room.drive + b * width + g * ld + i;
          store(at, load(at) + get(task.drive + t * task.driveStep + (b * task.gates + g) * n, i, n));
        }
  }
  const Factors<T> factors{room.turned, width, acted, 1, ld, room.inner, width};
  if (room.drive == room.inner) product<T, Into::add>(factors, width / w, task.batch, n);
  else product<T, Into::set>(factors, width / w, task.batch, n);
}

template <class T, Activation A>
TL_INLINE void stepPlain(const ScanTask<T>& task, const ScanRoom<T>& room, int64_t t) {
  constexpr int64_t w = kWidth<T>;
  const int64_t n = task.n, ld = room.ld;
  const bool isPre = task.cell == CellKind::pre, leaks = task.leak != 1;
  for (int64_t b = 0; b < task.batch; ++b) {
    T* out = task.out + t * task.outStep + b * n;
    T* kept = task.kept == nullptr ? nullptr : task.kept + t * task.keptStep + b * n;
    const T* inner = room.inner + b * ld;
    T* state = room.state + b * ld;
    T* acted = room.acted + b * ld;
#pragma GCC unroll 4
    for (int64_t i = 0; i < ld; i += w) {
      Vector<T> next = load(inner + i);
      if (!isPre) {
        next = activate<T, A>(next);
        if (kept != nullptr) put(kept, i, n, next);
      }
      if (leaks) next = load(state + i) * (1 - task.leak) + next * task.leak;
      store(state + i, next);
      put(out, i, n, next);
      if (isPre) store(acted + i, activate<T, A>(next));
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
    T* h = room.state + b * 2 * ld;
    T* c = h + ld;
    for (int64_t k = 0; k < ld; k += w) {
      const auto sumOf = [&](int64_t g) { return load(inner + g * ld + k); };
      const Vector<T> i = sigmoid<T>(sumOf(0)), f = sigmoid<T>(sumOf(1)), g = tanh<T>(sumOf(2)), o = sigmoid<T>(sumOf(3));
      const Vector<T> cell = f * load(c + k) + i * g;
      const Vector<T> next = o * tanh<T>(cell);
      store(c + k, cell);
      store(h + k, next);
      store(room.acted + b * ld + k, next);
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
  const int64_t n = task.n, ld = rounded<T>(n), parts = task.states / n, width = task.gates * ld, size = task.features + 1;
  Memory<T> memory((size + n) * width + task.batch * (rounded<T>(size) + 2 * width + (parts + 1) * ld));
  ScanRoom<T> room{};
  room.ld = ld;
  room.turnedIn = memory.take(size * width);
  room.turned = memory.take(n * width);
  room.inputs = memory.take(task.batch * size);
  room.inner = memory.take(task.batch * width);
  room.drive = task.cell == CellKind::gru ? memory.take(task.batch * width) : room.inner;
  room.state = memory.take(task.batch * parts * ld);
  room.acted = memory.take(task.batch * ld);
  turnWeights<T>(task, room);
  for (int64_t b = 0; b < task.batch; ++b)
    for (int64_t p = 0; p < parts; ++p)
      for (int64_t i = 0; i < ld; i += w)
        store(room.state + (b * parts + p) * ld + i, get(task.start + b * task.states + p * n, i, n));
  for (int64_t b = 0; b < task.batch; ++b)
    for (int64_t i = 0; i < ld; i += w) {
      const Vector<T> x = load(room.state + b * parts * ld + i);
      store(room.acted + b * ld + i, task.cell == CellKind::pre ? activate<T, A>(x) : x);
    }
  for (int64_t t = 0; t < task.steps; ++t) {
    const bool usesState = task.cell == CellKind::post || task.cell == CellKind::gru;
    multiply<T>(task, room, t, usesState ? room.state : room.acted);
    switch (task.cell) {
      case CellKind::pre:
      case CellKind::post: stepPlain<T, A>(task, room, t); break;
      case CellKind::gru: stepGru<T>(task, room, t); break;
      case CellKind::lstm: stepLstm<T>(task, room, t); break;
    }
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
