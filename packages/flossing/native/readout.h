// A few outputs of every state, y = W x + b, and the way back: one pass over the states each, which is what takes the time.
#pragma once

#include "kernels.h"
#include "reflections.h"

namespace throughline::flossing::TL_LEVEL {

/** States that share what is read and written of a row of weights. */
inline constexpr int64_t kTogether = 4;

/** A whole vector of a row, and one that the row's end cuts. */
template <class T>
struct Whole {
  TL_INLINE Vector<T> get(const T* from) const { return load(from); }
  TL_INLINE void put(T* to, Vector<T> value) const { store(to, value); }
};
template <class T>
struct Cut {
  int64_t count;
  TL_INLINE Vector<T> get(const T* from) const { return loadPart(from, count); }
  TL_INLINE void put(T* to, Vector<T> value) const { storePart(to, value, count); }
};

/** Calls body(i, Whole or Cut) for the vectors of rows of n numbers. */
template <class T, class Body>
TL_INLINE void alongRow(int64_t n, const Body& body) {
  int64_t i = 0;
  for (; i + kWidth<T> <= n; i += kWidth<T>) body(i, Whole<T>{});
  if (i < n) body(i, Cut<T>{n - i});
}

/** Calls rows(r, Count) for rows from 0 on, `kTogether` of them or one at a time. */
template <class Rows>
TL_INLINE void byRows(int64_t count, const Rows& rows) {
  int64_t r = 0;
  for (; r + kTogether <= count; r += kTogether) rows(r, Width<kTogether>{});
  for (; r < count; ++r) rows(r, Width<1>{});
}

template <class T>
void readOut(const ReadTask<T>& task) {
  byRows(task.rows, [&](int64_t r, auto together) __attribute__((always_inline)) {
    constexpr int count = decltype(together)::value;
    const T* states = task.states + r * task.size;
    for (int64_t o = 0; o < task.outputs; ++o) {
      const T* weight = task.weight + o * task.n;
      Vector<T> sums[count]{};
      alongRow<T>(task.n, [&](int64_t i, auto part) __attribute__((always_inline)) {
        const Vector<T> factor = part.get(weight + i);
#pragma GCC unroll 4
        for (int k = 0; k < count; ++k) sums[k] += part.get(states + k * task.size + i) * factor;
      });
      for (int k = 0; k < count; ++k) task.out[(r + k) * task.outputs + o] = sum<T>(sums[k]) + task.offset[o];
    }
  });
}

/** The gradients of some rows of states, set by output 0 and added to by those after it, and of the weights of output o. */
template <class T, int count, bool isFirst>
TL_INLINE void readBack(const ReadTask<T>& task, const ReadGradients<T>& to, int64_t r, int64_t o) {
  const T *states = task.states + r * task.size, *weight = task.weight + o * task.n;
  T *toStates = to.states + r * task.size, *toWeight = to.weight + o * task.n;
  T gradients[count];
  for (int k = 0; k < count; ++k) {
    gradients[k] = to.out[(r + k) * task.outputs + o];
    to.offset[o] += gradients[k];
  }
  alongRow<T>(task.n, [&](int64_t i, auto part) __attribute__((always_inline)) {
    const Vector<T> factor = part.get(weight + i);
    Vector<T> total = part.get(toWeight + i);
#pragma GCC unroll 4
    for (int k = 0; k < count; ++k) {
      T* at = toStates + k * task.size + i;
      part.put(at, isFirst ? factor * gradients[k] : part.get(at) + factor * gradients[k]);
      total += part.get(states + k * task.size + i) * gradients[k];
    }
    part.put(toWeight + i, total);
  });
}

template <class T>
void readOutBackward(const ReadTask<T>& task, const ReadGradients<T>& to) {
  for (int64_t i = 0; i < task.outputs * task.n; ++i) to.weight[i] = 0;
  for (int64_t o = 0; o < task.outputs; ++o) to.offset[o] = 0;
  byRows(task.rows, [&](int64_t r, auto together) __attribute__((always_inline)) {
    constexpr int count = decltype(together)::value;
    readBack<T, count, true>(task, to, r, 0);
    for (int64_t o = 1; o < task.outputs; ++o) readBack<T, count, false>(task, to, r, o);
    for (int k = 0; k < count; ++k)
      for (int64_t i = task.n; i < task.size; ++i) to.states[(r + k) * task.size + i] = 0;
  });
}

}  // namespace throughline::flossing::TL_LEVEL
