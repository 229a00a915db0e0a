// Scratch memory of a kernel, aligned to cache lines.
#pragma once

#include "isa.h"

extern "C" void* throughline_flossing_allocate(size_t bytes);  // throws std::bad_alloc
extern "C" void throughline_flossing_release(void*);

namespace throughline::flossing::TL_LEVEL {

/** One block, handed out piece by piece. */
template <class T>
class Memory {
 public:
  explicit Memory(int64_t count)
      : block_(static_cast<T*>(throughline_flossing_allocate(sizeof(T) * (count + 64 * kWidth<T>)))), next_(block_) {}
  ~Memory() { throughline_flossing_release(block_); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  /** The next `count` numbers, not initialised; whole vectors. `take(0)` is the rest. */
  T* take(int64_t count) {
    T* piece = next_;
    next_ += rounded<T>(count);
    return piece;
  }

 private:
  T* block_;
  T* next_;
};

}  // namespace throughline::flossing::TL_LEVEL
