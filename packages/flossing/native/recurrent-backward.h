// Back through time. Each step turns the gradient of the state after it into that of the drive (for the gates: of the sums
// inside their activations), collects the weight's gradient over a block of steps at a time, and hands the rest to the step
// before.
#pragma once

#include "recurrent.h"

namespace throughline::flossing::TL_LEVEL {

/** Rows, of all sequences of a few steps, whose share of the weight's gradient is added at once. */
inline constexpr int64_t kRowsAtOnce = 256;

template <class T>
struct ScanBack {
  int64_t ld;
  T* weight;      // [gates · ld][ld]: W with padded rows
  T* carry;       // [batch][ld]: gradient of the state (of an LSTM's c) that does not come through W
  T* back;        // [batch][ld]: W_hhᵀ · sums of the step after
  int64_t width;  // numbers in a row of `sums`: gates · ld, and ld more in a GRU
  int64_t together;  // steps that `sums` has room for
  T* sums;        // [together · batch][width]: gradients of W_hh h by gates; of a GRU's n gate also that of W_ih s, last
  int64_t size;   // numbers in a row of the task's `acted`
  T* total;       // [n + features + 1][gates · ld]: gradients of W_hh, W_ih and b, transposed
};

/**
 * Asks for what the step before, which is the next one here, reads `step` numbers before `now`: processors foresee ascending
 * addresses only. Nothing is read, so it does no harm before the first step.
 */
template <class T>
TL_INLINE void foresee(const T* now, int64_t step) {
  __builtin_prefetch(reinterpret_cast<const void*>(reinterpret_cast<uintptr_t>(now) - sizeof(T) * step));
}

/** State before step t, as rows of the external tensors. */
template <class T>
TL_INLINE const T* before(const ScanTask<T>& task, int64_t t, int64_t b) {
  return t == 0 ? task.start + b * task.states : task.out + (t - 1) * task.outStep + b * task.states;
}

template <class T, Activation A, bool isPre, bool leaks>
TL_INLINE void backPlain(const ScanTask<T>& task, const ScanGradients<T>& out, ScanBack<T>& room, int64_t t, T* sums) {
  constexpr int64_t w = kWidth<T>;
  const int64_t n = task.n;
  // What W_hh was applied to in the step after; after the last one `back` is 0.
  const T* acted = task.acted + (t + 1 < task.steps ? t + 1 : t) * task.actedStep;
  const T* after = leaks ? task.kept + t * task.keptStep : task.out + t * task.outStep;
  for (int64_t b = 0; b < task.batch; ++b) {
    const T* gradOut = out.out + t * task.outStep + b * n;
    T* carry = room.carry + b * room.ld;
#pragma GCC unroll 4
    for (int64_t i = 0; i < room.ld; i += w) {
      Vector<T> gradient = load(room.back + b * room.ld + i);
      if constexpr (isPre) gradient *= slope<T, A>(get(acted + b * room.size, i, n));
      gradient += get(gradOut, i, n);
      foresee(gradOut + i, task.outStep);
      if constexpr (isPre) foresee(acted + b * room.size + i, task.actedStep);
      else foresee(after + b * n + i, leaks ? task.keptStep : task.outStep);
      if constexpr (leaks) {
        gradient += load(carry + i);
        store(carry + i, gradient * (1 - task.leak));
        gradient *= task.leak;
      }
      if constexpr (!isPre) gradient *= slope<T, A>(get(after + b * n, i, n));
      store(sums + b * room.ld + i, gradient);
    }
  }
}

template <class T>
TL_INLINE void backGru(const ScanTask<T>& task, const ScanGradients<T>& out, ScanBack<T>& room, int64_t t, int64_t b,
                       T* sums) {
  constexpr int64_t w = kWidth<T>;
  const int64_t n = task.n, ld = room.ld;
  const T* gradOut = out.out + t * task.outStep + b * n;
  const T* state = before<T>(task, t, b);
  const T* kept = task.kept + t * task.keptStep + b * 4 * n;
  T *carry = room.carry + b * ld, *back = room.back + b * ld;
  for (int64_t i = 0; i < ld; i += w) {
    foresee(gradOut + i, task.outStep);
    foresee(state + i, task.outStep);
    for (int64_t g = 0; g < 4; ++g) foresee(kept + g * n + i, task.keptStep);
    const Vector<T> gradient = load(carry + i) + load(back + i) + get(gradOut, i, n), h = get(state, i, n);
    const Vector<T> r = get(kept, i, n), z = get(kept + n, i, n), c = get(kept + 2 * n, i, n), u = get(kept + 3 * n, i, n);
    const Vector<T> inC = gradient * (T(1) - z) * (T(1) - c * c);
    const Vector<T> inZ = gradient * (h - c) * z * (T(1) - z);
    const Vector<T> inR = inC * u * r * (T(1) - r);
    store(sums + i, inR);
    store(sums + ld + i, inZ);
    store(sums + 2 * ld + i, inC * r);
    store(sums + 3 * ld + i, inC);
    store(carry + i, gradient * z);
  }
}

template <class T>
TL_INLINE void backLstm(const ScanTask<T>& task, const ScanGradients<T>& out, ScanBack<T>& room, int64_t t, int64_t b,
                        T* sums) {
  constexpr int64_t w = kWidth<T>;
  const int64_t n = task.n, ld = room.ld;
  const T* gradOut = out.out + t * task.outStep + b * 2 * n;
  const T* state = before<T>(task, t, b);
  const T* after = task.out + t * task.outStep + b * 2 * n;
  const T* kept = task.kept + t * task.keptStep + b * 4 * n;
  T *carry = room.carry + b * ld, *back = room.back + b * ld;
  for (int64_t k = 0; k < ld; k += w) {
    for (int64_t part = 0; part < 2; ++part) {
      foresee(gradOut + part * n + k, task.outStep);
      foresee(state + part * n + k, task.outStep);
    }
    for (int64_t g = 0; g < 4; ++g) foresee(kept + g * n + k, task.keptStep);
    const Vector<T> i = get(kept, k, n), f = get(kept + n, k, n), g = get(kept + 2 * n, k, n), o = get(kept + 3 * n, k, n);
    const Vector<T> gradH = load(back + k) + get(gradOut, k, n), active = tanh<T>(get(after + n, k, n));
    const Vector<T> gradC = load(carry + k) + get(gradOut + n, k, n) + gradH * o * (T(1) - active * active);
    const Vector<T> inI = gradC * g * i * (T(1) - i);
    const Vector<T> inF = gradC * get(state + n, k, n) * f * (T(1) - f);
    const Vector<T> inG = gradC * i * (T(1) - g * g);
    const Vector<T> inO = gradH * active * o * (T(1) - o);
    store(sums + k, inI);
    store(sums + ld + k, inF);
    store(sums + 2 * ld + k, inG);
    store(sums + 3 * ld + k, inO);
    store(carry + k, gradC * f);
  }
}

/** Block g of `sums` holds the gradient of what comes from outside into gate g. */
template <class T>
TL_INLINE int64_t outside(const ScanTask<T>& task, int64_t g) {
  return task.cell == CellKind::gru && g == 2 ? 3 : g;
}

/** The gates' gradients as a gradient of the drive. */
template <class T>
TL_INLINE void putDrive(const ScanTask<T>& task, const ScanGradients<T>& out, const ScanBack<T>& room, int64_t t,
                        const T* sums) {
  const int64_t n = task.n;
  for (int64_t b = 0; b < task.batch; ++b)
    for (int64_t g = 0; g < task.gates; ++g)
      for (int64_t i = 0; i < room.ld; i += kWidth<T>)
        put(out.drive + t * task.driveStep + (b * task.gates + g) * n, i, n,
            load(sums + b * room.width + outside(task, g) * room.ld + i));
}

/** The weights' gradients += the share of `rows` rows of `sums`, for steps from t on. */
template <class T>
TL_INLINE void collect(const ScanTask<T>& task, ScanBack<T>& room, int64_t t, int64_t rows) {
  const int64_t ld = room.ld, whole = task.gates * ld, w = kWidth<T>, n = task.n, outside = task.features + 1;
  const auto add = [&](int64_t block, int64_t blocks, int64_t from, int64_t count, int64_t to) {
    product<T, Into::add>({room.sums + block * ld, room.width, task.acted + t * task.actedStep + from, room.size, 1,
                           room.total + from * whole + to * ld, whole},
                          blocks * ld / w, count, rows);
  };
  if (task.cell == CellKind::gru) {
    add(0, 3, 0, n, 0);
    add(0, 2, n, outside, 0);
    add(3, 1, n, outside, 2);
  } else {
    add(0, task.gates, 0, n + outside, 0);
  }
}

/** Gradients [columns][gates · ld] as [gates · n][columns]. */
template <class T>
TL_INLINE void turnBack(const T* total, int64_t gates, int64_t n, int64_t columns, int64_t ld, T* to) {
  for (int64_t g = 0; g < gates; ++g)
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < columns; ++j) to[(g * n + i) * columns + j] = total[j * gates * ld + g * ld + i];
}

/** Of b_hh in a GRU, whose n gate multiplies it by r: the sums over all rows. */
template <class T>
TL_INLINE void addBias(const ScanTask<T>& task, const ScanBack<T>& room, const T* sums, T* bias) {
  for (int64_t b = 0; b < task.batch; ++b)
    for (int64_t g = 0; g < task.gates; ++g)
      for (int64_t i = 0; i < task.n; ++i) bias[g * task.n + i] += sums[b * room.width + g * room.ld + i];
}

template <class T>
TL_INLINE void clear(T* block, int64_t count) {
  for (int64_t i = 0; i < count; ++i) block[i] = 0;
}

/** The gradients of a step's sums, given `back` and `carry` of the step after. */
template <class T, Activation A>
TL_INLINE void stepBack(const ScanTask<T>& task, const ScanGradients<T>& out, ScanBack<T>& room, int64_t t, T* sums) {
  const bool isPre = task.cell == CellKind::pre, leaks = task.leak != 1;
  if (task.gates == 1) {
    if (isPre && leaks) return backPlain<T, A, true, true>(task, out, room, t, sums);
    if (isPre) return backPlain<T, A, true, false>(task, out, room, t, sums);
    if (leaks) return backPlain<T, A, false, true>(task, out, room, t, sums);
    return backPlain<T, A, false, false>(task, out, room, t, sums);
  }
  for (int64_t b = 0; b < task.batch; ++b) {
    if (task.cell == CellKind::gru) backGru<T>(task, out, room, t, b, sums + b * room.width);
    else backLstm<T>(task, out, room, t, b, sums + b * room.width);
  }
}

/** The gradient of the state before the first step, from `back` and `carry` of that step. */
template <class T, Activation A>
TL_INLINE void putStart(const ScanTask<T>& task, const ScanGradients<T>& out, const ScanBack<T>& room) {
  const int64_t n = task.n, ld = room.ld;
  for (int64_t b = 0; b < task.batch; ++b) {
    T* start = out.start + b * task.states;
    for (int64_t i = 0; i < ld; i += kWidth<T>) {
      const Vector<T> carry = load(room.carry + b * ld + i);
      Vector<T> back = load(room.back + b * ld + i);
      if (task.cell == CellKind::pre) back *= slope<T, A>(get(task.acted + b * room.size, i, n));
      if (task.cell == CellKind::lstm) put(start + n, i, n, carry);
      put(start, i, n, task.cell == CellKind::lstm ? back : carry + back);
    }
  }
}

template <class T, Activation A>
void scanBackwardOf(const ScanTask<T>& task, const ScanGradients<T>& out) {
  constexpr int64_t w = kWidth<T>;
  const int64_t n = task.n, ld = rounded<T>(n), gates = task.gates, batch = task.batch;
  const int64_t columns = n + task.features + 1, whole = gates * ld;
  const bool isGru = task.cell == CellKind::gru;
  ScanBack<T> room{};
  room.ld = ld;
  room.width = (gates + (isGru ? 1 : 0)) * ld;
  room.size = actedSize<T>(task);
  room.together = kRowsAtOnce / batch < 1 ? 1 : kRowsAtOnce / batch;
  Memory<T> memory(whole * ld + 2 * batch * ld + room.together * batch * room.width + columns * whole);
  room.weight = memory.take(whole * ld);
  room.carry = memory.take(batch * ld);
  room.back = memory.take(batch * ld);
  room.sums = memory.take(room.together * batch * room.width);
  room.total = memory.take(columns * whole);
  for (int64_t g = 0; g < gates; ++g)
    for (int64_t i = 0; i < ld; ++i)
      for (int64_t j = 0; j < ld; j += w)
        store(room.weight + (g * ld + i) * ld + j, i < n ? get(task.weight + (g * n + i) * n, j, n) : Vector<T>{});
  clear(room.carry, batch * ld);
  clear(room.back, batch * ld);
  clear(room.total, columns * whole);
  clear(out.bias, gates * n);

  for (int64_t t = task.steps - 1, end = task.steps; t >= 0; --t) {
    T* sums = room.sums + t % room.together * batch * room.width;
    stepBack<T, A>(task, out, room, t, sums);
    if (out.drive != nullptr) putDrive<T>(task, out, room, t, sums);
    if (isGru) addBias<T>(task, room, sums, out.bias);
    product<T, Into::set>({room.weight, ld, sums, 1, room.width, room.back, ld}, ld / w, batch, gates * ld);
    if (t % room.together != 0) continue;
    collect<T>(task, room, t, (end - t) * batch);
    end = t;
  }
  putStart<T, A>(task, out, room);
  turnBack<T>(room.total, gates, n, n, ld, out.weight);
  turnBack<T>(room.total + n * whole, gates, n, task.features, ld, out.weightIn);
  turnBack<T>(room.total + (n + task.features) * whole, gates, n, 1, ld, out.biasIn);
  if (!isGru)
    for (int64_t i = 0; i < gates * n; ++i) out.bias[i] = out.biasIn[i];
}

template <class T>
void scanBackward(const ScanTask<T>& task, const ScanGradients<T>& out) {
  switch (task.unit) {
    case UnitKind::tanh: return scanBackwardOf<T, Activation::tanh>(task, out);
    case UnitKind::relu: return scanBackwardOf<T, Activation::relu>(task, out);
    case UnitKind::identity: return scanBackwardOf<T, Activation::identity>(task, out);
  }
}

}  // namespace throughline::flossing::TL_LEVEL
