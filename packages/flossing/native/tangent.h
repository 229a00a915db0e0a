// Tangent vectors carried along a trajectory and kept orthonormal: Q ← D Q at every step, Q R ← Q at every `interval`-th.
//
// D is not formed, but where Q stays reflections from step to step (jacobian.h). With P_g = U_g Q (r ⊙ rows), one product for
// all gates g,
//   gated:  D Q = α ⊙ Q + Σ_g l_g ⊙ P_g                       vanilla and leaky nets, GRU
//   lstm:   C = f ⊙ Q_c + l_i ⊙ P_i + l_f ⊙ P_f + l_g ⊙ P_g,   H = l_o ⊙ P_o + m ⊙ C
// where ⊙ scales rows. In a task, l is `left`, α or f is `direct`, r or m is `extra`.
#pragma once

#include "jacobian.h"
#include "kernels.h"
#include "memory.h"
#include "qr-backward.h"
#include "qr.h"
#include "transpose.h"

namespace throughline::flossing::TL_LEVEL {

/** [n][k] without padding to [n][ld] with, and back. */
template <class T>
TL_INLINE void pad(const T* from, int64_t n, int64_t k, T* to) {
  constexpr int64_t w = kWidth<T>;
  const int64_t ld = spacing<T>(k);
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < ld; j += w)
      store(to + i * ld + j, j + w <= k ? load(from + i * k + j) : j < k ? loadPart(from + i * k + j, k - j) : Vector<T>{});
}
template <class T>
TL_INLINE void unpad(const T* from, int64_t n, int64_t k, T* to) {
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < k; ++j) to[i * k + j] = from[i * spacing<T>(k) + j];
}

/** row ← Σ factors · rows, of `ld` numbers. */
template <class T>
TL_INLINE void scale(T* to, const T* from, T factor, int64_t ld) {
  for (int64_t j = 0; j < ld; j += kWidth<T>) store(to + j, load(from + j) * factor);
}
template <class T>
TL_INLINE void addScaled(T* to, const T* from, T factor, int64_t ld) {
  for (int64_t j = 0; j < ld; j += kWidth<T>) store(to + j, load(to + j) + load(from + j) * factor);
}
template <class T>
TL_INLINE T dot(const T* a, const T* b, int64_t ld) {
  Vector<T> total{};
  for (int64_t j = 0; j < ld; j += kWidth<T>) total += load(a + j) * load(b + j);
  return sum<T>(total);
}

/** to ← D from; `products` gets P. */
template <class T>
void push(const TangentTask<T>& task, int64_t t, const T* from, T* products, T* to, T* scaled, const Pool& pool) {
  const int64_t n = task.n, ld = spacing<T>(task.k);
  const T* left = task.left + t * task.leftStep;
  const T* direct = task.direct == nullptr ? nullptr : task.direct + t * task.unitStep;
  const T* extra = task.extra == nullptr ? nullptr : task.extra + t * task.unitStep;
  const bool isGated = task.kind == Pushforward::gated;
  const T* factor = from;
  if (isGated && extra != nullptr) {
    for (int64_t i = 0; i < n; ++i) scale<T>(scaled + i * ld, from + i * ld, extra[i], ld);
    factor = scaled;
  }
  pool.share(task.gates * n, ld * n, [&](int64_t begin, int64_t end) {
    product<T, Into::set>({factor, ld, task.weight + begin * n, 1, n, products + begin * ld, ld}, ld / kWidth<T>,
                          end - begin, n);
  });
  if (isGated) {
    for (int64_t i = 0; i < n; ++i) {
      T* row = to + i * ld;
      scale<T>(row, products + i * ld, left[i], ld);
      for (int64_t g = 1; g < task.gates; ++g) addScaled<T>(row, products + (g * n + i) * ld, left[g * n + i], ld);
      if (direct != nullptr) addScaled<T>(row, from + i * ld, direct[i], ld);
    }
    return;
  }
  for (int64_t i = 0; i < n; ++i) {
    T *h = to + i * ld, *c = to + (n + i) * ld;
    scale<T>(c, from + (n + i) * ld, direct[i], ld);
    for (int64_t g = 0; g < 3; ++g) addScaled<T>(c, products + (g * n + i) * ld, left[g * n + i], ld);
    scale<T>(h, products + (3 * n + i) * ld, left[3 * n + i], ld);
    addScaled<T>(h, c, extra[i], ld);
  }
}

template <class T>
void tangent(const TangentTask<T>& task, RunShared shared) {
  const Pool pool{shared};
  const int64_t ld = spacing<T>(task.k), size = task.rows * ld, productSize = task.gates * task.n * ld;
  const bool isKept = task.frames != nullptr, keeps = keepsReflections(task);
  Memory<T> memory((isKept ? 0 : 2 * size + productSize) + task.n * ld + QrWorkspace<T>::size(task.rows, task.k));
  T* frames = isKept ? task.frames : memory.take(2 * size);
  T* products = isKept ? task.products : memory.take(productSize);
  T* factors = task.factors;
  T* scaled = memory.take(task.n * ld);
  const QrWorkspace<T> work(memory.take(0), task.rows, task.k, &pool);
  pad<T>(task.frame, task.rows, task.k, frames);
  const T* now = frames;
  bool isFormed = true;  // else `now` is reflections in `work`
  for (int64_t t = 0; t < task.steps; ++t) {
    T* next = isKept ? frames + (t + 1) * size : frames + ((t + 1) & 1) * size;
    if (isFormed) push<T>(task, t, now, products, next, scaled, pool);
    else pushReflections<T>(task, t, next, work);
    now = next;
    isFormed = true;
    if (isKept) products += productSize;
    if ((t + 1) % task.interval != 0) continue;
    factor<T>(next, work);
    T* logs = task.logs + ((t + 1) / task.interval - 1) * task.logsStep;
    for (int64_t i = 0; i < task.k; ++i) {
      const T length = next[i * ld + i] < 0 ? -next[i * ld + i] : next[i * ld + i];
      logs[i] = __builtin_log(length > task.smallest || length != length ? length : T(0));
    }
    chooseSigns<T>(next, work);
    if (isKept) {
      copyR<T>(next, factors, work);
      factors += task.k * ld;
    }
    isFormed = !keeps || t + 1 == task.steps;
    if (isFormed) formQ<T>(next, work);
  }
  unpad<T>(now, task.rows, task.k, task.frameOut);
}

/** What the derivative needs room for. */
template <class T>
struct BackwardRoom {
  T *gradient, *products, *turned, *weight, *other;
};

/** One step back: `gradient` (of D Q) becomes that of Q. */
template <class T>
void pull(const TangentTask<T>& task, const TangentGradients<T>& out, int64_t t, BackwardRoom<T>& room) {
  const int64_t n = task.n, ld = spacing<T>(task.k), ldn = spacing<T>(n), rows = task.gates * n;
  const T* frame = task.frames + t * task.rows * ld;
  const T* products = task.products + t * rows * ld;
  const T* left = task.left + t * task.leftStep;
  const T* direct = task.direct == nullptr ? nullptr : task.direct + t * task.unitStep;
  const T* extra = task.extra == nullptr ? nullptr : task.extra + t * task.unitStep;
  T* gradLeft = out.left + t * task.leftStep;
  T* x = room.gradient;
  T* p = room.products;  // the gradient of P
  T* q = room.other;     // the gradient of Q
  const bool isGated = task.kind == Pushforward::gated;
  if (isGated) {
    for (int64_t g = 0; g < task.gates; ++g)
      for (int64_t i = 0; i < n; ++i) {
        const int64_t r = g * n + i;
        gradLeft[r] = dot<T>(x + i * ld, products + r * ld, ld);
        scale<T>(p + r * ld, x + i * ld, left[r], ld);
      }
  } else {
    for (int64_t i = 0; i < n; ++i) {
      T *h = x + i * ld, *c = x + (n + i) * ld;
      // C once more: its rows were mixed by the decomposition.
      T* cell = q;
      scale<T>(cell, frame + (n + i) * ld, direct[i], ld);
      for (int64_t g = 0; g < 3; ++g) addScaled<T>(cell, products + (g * n + i) * ld, left[g * n + i], ld);
      out.extra[t * task.unitStep + i] = dot<T>(h, cell, ld);
      addScaled<T>(c, h, extra[i], ld);
      out.direct[t * task.unitStep + i] = dot<T>(c, frame + (n + i) * ld, ld);
      for (int64_t g = 0; g < 4; ++g) {
        const T* from = g < 3 ? c : h;
        gradLeft[g * n + i] = dot<T>(from, products + (g * n + i) * ld, ld);
        scale<T>(p + (g * n + i) * ld, from, left[g * n + i], ld);
      }
    }
  }
  product<T, Into::set>({p, ld, task.weight, n, 1, q, ld}, ld / kWidth<T>, n, rows);
  const T* factor = frame;
  if (isGated) {
    if (extra != nullptr) {
      T* scaled = room.turned + ldn * ld;
      for (int64_t i = 0; i < n; ++i) {
        out.extra[t * task.unitStep + i] = dot<T>(q + i * ld, frame + i * ld, ld);
        scale<T>(scaled + i * ld, frame + i * ld, extra[i], ld);
        scale<T>(q + i * ld, q + i * ld, extra[i], ld);
      }
      factor = scaled;
    }
    if (direct != nullptr) {
      for (int64_t i = 0; i < n; ++i) {
        out.direct[t * task.unitStep + i] = dot<T>(x + i * ld, frame + i * ld, ld);
        addScaled<T>(q + i * ld, x + i * ld, direct[i], ld);
      }
    }
  } else {
    for (int64_t i = 0; i < n; ++i) scale<T>(q + (n + i) * ld, x + (n + i) * ld, direct[i], ld);
  }
  transpose<T>(factor, ld, n, ld / kWidth<T>, room.turned, ldn);
  product<T, Into::add>({room.turned, ldn, p, 1, ld, room.weight, ldn}, ldn / kWidth<T>, rows, task.k);
  room.gradient = q;
  room.other = x;
}

template <class T>
void tangentBackward(const TangentTask<T>& task, const TangentGradients<T>& out) {
  const int64_t ld = spacing<T>(task.k), ldn = spacing<T>(task.n), rows = task.gates * task.n, size = task.rows * ld;
  Memory<T> memory(2 * size + rows * ld + 2 * ldn * ld + ld * ldn + rows * ldn + QrBackwardWorkspace<T>::size(task.k));
  BackwardRoom<T> room{memory.take(size), memory.take(rows * ld), nullptr, nullptr, nullptr};
  room.other = memory.take(size);
  room.turned = memory.take(2 * ldn * ld);
  room.weight = memory.take(rows * ldn);
  const QrBackwardWorkspace<T> work(memory.take(0), task.rows, task.k);
  for (int64_t i = 0; i < size; i += kWidth<T>) store(room.gradient + i, Vector<T>{});
  for (int64_t i = 0; i < rows * ldn; i += kWidth<T>) store(room.weight + i, Vector<T>{});
  if (out.frame != nullptr) pad<T>(out.frame, task.rows, task.k, room.gradient);
  for (int64_t t = task.steps - 1; t >= 0; --t) {
    if ((t + 1) % task.interval == 0) {
      const int64_t s = (t + 1) / task.interval - 1;
      decomposeBackward<T>(task.frames + (t + 1) * size, task.factors + s * task.k * ld, out.logs + s * task.logsStep,
                           room.gradient, task.smallest, work);
    }
    pull<T>(task, out, t, room);
  }
  unpad<T>(room.gradient, task.rows, task.k, out.start);
  unpad<T>(room.weight, rows, task.n, out.weight);
}

}  // namespace throughline::flossing::TL_LEVEL
