// A few outputs of every state, y = W x + b, and the way back: one pass over the states each, which is what takes the time.
#pragma once

#include "kernels.h"
#include "recurrent.h"

namespace throughline::flossing::TL_LEVEL {

/** Output o of a row. */
template <class T>
TL_INLINE T readOne(const T* row, const T* weight, int64_t n) {
  constexpr int64_t w = kWidth<T>;
  Vector<T> even{}, odd{};
  int64_t i = 0;
  for (; i + 2 * w <= n; i += 2 * w) {
    even += load(row + i) * load(weight + i);
    odd += load(row + i + w) * load(weight + i + w);
  }
  for (; i < n; i += w) even += get(row, i, n) * get(weight, i, n);
  return sum<T>(even + odd);
}

template <class T>
void readOut(const ReadTask<T>& task) {
  for (int64_t r = 0; r < task.rows; ++r)
    for (int64_t o = 0; o < task.outputs; ++o)
      task.out[r * task.outputs + o] = readOne<T>(task.states + r * task.size, task.weight + o * task.n, task.n) + task.offset[o];
}

/** The gradient of a row of states, set by output 0 and added to by those after it, and of the weights of output o. */
template <class T, bool isFirst>
TL_INLINE void readOneBack(const T* state, const T* weight, int64_t n, T gradient, T* toState, T* toWeight) {
  constexpr int64_t w = kWidth<T>;
  for (int64_t i = 0; i < n; i += w) {
    const Vector<T> through = get(weight, i, n) * gradient;
    put(toState, i, n, isFirst ? through : get(toState, i, n) + through);
    put(toWeight, i, n, get(toWeight, i, n) + get(state, i, n) * gradient);
  }
}

template <class T>
void readOutBackward(const ReadTask<T>& task, const ReadGradients<T>& to) {
  for (int64_t i = 0; i < task.outputs * task.n; ++i) to.weight[i] = 0;
  for (int64_t o = 0; o < task.outputs; ++o) to.offset[o] = 0;
  for (int64_t r = 0; r < task.rows; ++r) {
    const T *state = task.states + r * task.size, *gradient = to.out + r * task.outputs;
    T* toState = to.states + r * task.size;
    readOneBack<T, true>(state, task.weight, task.n, gradient[0], toState, to.weight);
    for (int64_t o = 1; o < task.outputs; ++o)
      readOneBack<T, false>(state, task.weight + o * task.n, task.n, gradient[o], toState, to.weight + o * task.n);
    for (int64_t o = 0; o < task.outputs; ++o) to.offset[o] += gradient[o];
    for (int64_t i = task.n; i < task.size; ++i) toState[i] = 0;
  }
}

}  // namespace throughline::flossing::TL_LEVEL
