// Q ← D Q while Q is still reflections: rows of D are formed, and the panels act on them from the right,
// X H₁ H₂ … = X − (X W) Vᵀ. So Q is never formed: 2n³ multiplications and additions where product and Q take 3⅓ n³.
#pragma once

#include "kernels.h"
#include "memory.h"
#include "panels.h"

namespace throughline::flossing::TL_LEVEL {

/** Rows of D in work at once: so many that they stay in the second-level cache. */
inline constexpr int64_t kJacobianRows = 128;

/** True if D times reflections takes fewer operations than Q and the products of all gates with it. */
template <class T>
bool keepsReflections(const TangentTask<T>& task) {
  if (task.frames != nullptr || task.kind != Pushforward::gated || task.k <= kUndivided) return false;
  const double n = task.n, k = task.k, gates = task.gates;
  return 4 * n * n * k - 2 * n * k * k < 2 * gates * n * n * k + 2 * n * k * k - 2 * k * k * k / 3;
}

/** Row i of D = Σ_g l_g ⊙ U_g ⊙ rᵀ + diag(α), to `ld` numbers. */
template <class T>
TL_INLINE void formRow(const TangentTask<T>& task, int64_t t, int64_t i, T* row, int64_t ld) {
  constexpr int64_t w = kWidth<T>;
  const int64_t n = task.n;
  const T *left = task.left + t * task.leftStep, *extra = task.extra == nullptr ? nullptr : task.extra + t * task.unitStep;
  const auto part = [n](const T* from, int64_t j) __attribute__((always_inline)) {
    return j + w <= n ? load(from + j) : loadPart(from + j, n - j);
  };
  int64_t j = 0;
  for (; j < n; j += w) {
    Vector<T> total = part(task.weight + i * n, j) * left[i];
    for (int64_t g = 1; g < task.gates; ++g) total += part(task.weight + (g * n + i) * n, j) * left[g * n + i];
    store(row + j, extra == nullptr ? total : total * part(extra, j));
  }
  for (; j < ld; j += w) store(row + j, Vector<T>{});
  if (task.direct != nullptr) row[i] += task.direct[t * task.unitStep + i];
}

/** to ← D Q, with Q's reflections and signs in `work`. */
template <class T>
void pushReflections(const TangentTask<T>& task, int64_t t, T* to, const QrWorkspace<T>& work) {
  constexpr int64_t w = kWidth<T>;
  const int64_t n = work.n, k = work.k, ld = work.ld, length = work.length;
  const bool isSquare = k == n;  // then rows of D become rows of D Q where they are
  work.pool->share(n, 2 * n * k - k * k, [=, &task, &work](int64_t from, int64_t end) {
    Memory<T> memory(kJacobianRows * ((isSquare ? 0 : length) + kPanel));
    T *mixed = memory.take(kJacobianRows * kPanel), *block = memory.take(0);
    for (; from < end; from += kJacobianRows) {
      const int64_t count = end - from < kJacobianRows ? end - from : kJacobianRows;
      T *into = to + from * ld, *rows = isSquare ? into : block;
      for (int64_t i = 0; i < count; ++i) formRow<T>(task, t, from + i, rows + i * length, length);
      for (int64_t begin = 0; begin < k; begin += kPanel) {
        T* x = rows + begin;
        product<T, Into::set>({work.combinedOf(begin), kPanel, x, 1, length, mixed, kPanel}, kPanel / w, count, n - begin);
        product<T, Into::subtract>({work.reflectors + begin * length + begin, length, mixed, 1, kPanel, x, length},
                                   rounded<T>(n - begin) / w, count, kPanel);
      }
      for (int64_t i = 0; i < count; ++i)
        for (int64_t j = 0; j < ld; j += w) store(into + i * ld + j, load(rows + i * length + j) * load(work.signs + j));
    }
  });
}

}  // namespace throughline::flossing::TL_LEVEL
