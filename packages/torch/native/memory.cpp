// CPU memory: libtorch's own allocation underneath, with what it does not give: blocks kept for the next tensor of the
// same size, a count of the bytes in use and their peak, and a limit that turns a hopeless request into an error instead
// of a killed process.
#include <ATen/DeviceAccelerator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/core/impl/alloc_cpu.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <limits>
#include <new>
#include <utility>

#if defined(__APPLE__)
#include <malloc/malloc.h>
#elif defined(_WIN32)
#include <malloc.h>
#else
#include <malloc.h>
#endif

#include "modules.h"
#include "system-memory.h"

namespace throughline {

namespace {

std::atomic<size_t> inUse{0};
std::atomic<size_t> peak{0};
std::atomic<size_t> cached{0};
std::atomic<size_t> limit{std::numeric_limits<size_t>::max()};

size_t sizeOf(void* block) {
#if defined(__APPLE__)
  return malloc_size(block);
#elif defined(_WIN32)
  return _aligned_msize(block, c10::gAlignment, 0);
#else
  return malloc_usable_size(block);
#endif
}

/**
 * Freed blocks by size, for the next tensor of that size: a training step asks for the same blocks again and again, and
 * giving large ones back to the system costs a page fault for every 4 KiB when they return. Sizes are multiples of 64
 * bytes up to 512 and then eight to an octave, so at most an eighth of a block is wasted.
 */
class BlockCache {
 public:
  static size_t roundUp(size_t bytes) { return sizeOfBin(binFor(bytes)); }

  /** A block of at least roundUp(bytes) bytes, or nullptr. */
  void* take(size_t bytes) {
    Bin& bin = bins_[binFor(bytes)];
    Lock lock(bin);
    Free* block = bin.first;
    if (block == nullptr) return nullptr;
    bin.first = block->next;
    cached.fetch_sub(block->bytes, std::memory_order_relaxed);
    return block;
  }

  /** Keeps a block of `bytes` usable bytes; false if the cache holds enough. */
  bool put(void* memory, size_t bytes) {
    if (cached.load(std::memory_order_relaxed) + bytes > limit.load(std::memory_order_relaxed) / 4) return false;
    size_t index = binFor(bytes);
    if (sizeOfBin(index) > bytes) --index;  // a block serves the requests it is large enough for
    cached.fetch_add(bytes, std::memory_order_relaxed);
    Bin& bin = bins_[index];
    Lock lock(bin);
    bin.first = new (memory) Free{bin.first, bytes};
    return true;
  }

  void clear() {
    for (Bin& bin : bins_) {
      Lock lock(bin);
      while (bin.first != nullptr) {
        Free* block = std::exchange(bin.first, bin.first->next);
        cached.fetch_sub(block->bytes, std::memory_order_relaxed);
        c10::free_cpu(block);
      }
    }
  }

 private:
  struct Free {
    Free* next;
    size_t bytes;
  };
  struct Bin {
    Free* first = nullptr;
    std::atomic_flag busy = ATOMIC_FLAG_INIT;
  };
  struct Lock {
    explicit Lock(Bin& bin) : bin(bin) {
      while (bin.busy.test_and_set(std::memory_order_acquire)) {
      }
    }
    ~Lock() { bin.busy.clear(std::memory_order_release); }
    Bin& bin;
  };

  static constexpr size_t kLinear = 8;  // bins of 64, 128 … 512 bytes
  static size_t binFor(size_t bytes) {
    if (bytes <= 512) return bytes == 0 ? 0 : (bytes - 1) / 64;
    const int octave = std::bit_width(bytes - 1) - 1;  // 2^octave <= bytes - 1
    return kLinear + (octave - 9) * 8 + (((bytes - 1) >> (octave - 3)) & 7);
  }
  static size_t sizeOfBin(size_t index) {
    if (index < kLinear) return (index + 1) * 64;
    const size_t octave = 9 + (index - kLinear) / 8, eighth = (index - kLinear) % 8;
    return (8 + eighth + 1) << (octave - 3);
  }
  std::array<Bin, kLinear + 8 * 55> bins_;
};

// Never destroyed: tensors held by static objects are released after every destructor of ours has run.
BlockCache& cache = *new BlockCache();

/** What is left for everything but tensors, above all for JavaScript's heap: a sixteenth, within reason. */
size_t reserveOf(size_t total) {
  constexpr size_t kMost = size_t(1) << 30, kLeast = size_t(128) << 20;
  return std::min(kMost, std::max(total / 16, std::min(kLeast, total / 8)));
}

/**
 * Asks the system, now and then, how much memory there is: it would kill the process rather than refuse. Each answer is
 * good for some bytes of new memory, whatever the size of the single requests.
 */
class SystemCredit {
 public:
  /** Whether the system has `bytes` more. */
  bool spend(size_t bytes) {
    const auto wanted = static_cast<int64_t>(bytes);
    if (credit_.fetch_sub(wanted, std::memory_order_relaxed) >= wanted) return true;
    const size_t left = ask(bytes);
    credit_ = bytes > left ? 0 : static_cast<int64_t>(std::min(kWorthAsking, (left - bytes) / 4));
    return bytes <= left;
  }

  /** Bytes that there are now for tensors, should `wanted` be too many. */
  static size_t ask(size_t wanted) {
    const size_t total = totalMemory();
    if (total == kUnknown) return kUnknown;
    const size_t reserve = reserveOf(total);
    const size_t available = availableMemory(wanted + reserve + kWorthAsking);
    if (available == kUnknown) return kUnknown;
    // Memory that tensors have but have not written to is not yet taken from the system.
    const size_t held = inUse + cached, resident = residentMemory();
    const size_t promised = reserve + (held > resident ? held - resident : 0);
    return available > promised ? available - promised : 0;
  }

 private:
  static constexpr size_t kWorthAsking = size_t(64) << 20;
  static constexpr size_t kUnknown = std::numeric_limits<size_t>::max();
  std::atomic<int64_t> credit_{0};
};

SystemCredit system_;

void release(void* block) {
  if (block == nullptr) return;
  const size_t bytes = sizeOf(block);
  inUse.fetch_sub(bytes, std::memory_order_relaxed);
  if (!cache.put(block, bytes)) c10::free_cpu(block);
}

class CountingAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) override {
    void* block = nullptr;
    if (bytes > 0) {
      block = cache.take(bytes);
      if (block == nullptr) block = fresh(bytes);
      const size_t size = sizeOf(block);
      const size_t now = inUse.fetch_add(size, std::memory_order_relaxed) + size;
      size_t before = peak.load(std::memory_order_relaxed);
      while (now > before && !peak.compare_exchange_weak(before, now, std::memory_order_relaxed)) {
      }
    }
    return {block, block, &release, c10::Device(c10::DeviceType::CPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &release; }
  void copy_data(void* to, const void* from, size_t bytes) const override { default_copy_data(to, from, bytes); }

 private:
  static size_t allowed() {
    const size_t held = inUse.load(std::memory_order_relaxed) + cached.load(std::memory_order_relaxed);
    const size_t most = limit.load(std::memory_order_relaxed);
    return most > held ? most - held : 0;
  }

  static bool isThere(size_t bytes) { return bytes <= allowed() && system_.spend(bytes); }

  static void* fresh(size_t bytes) {
    bool there = isThere(bytes);
    if (!there && cached > 0) {
      cache.clear();
      there = isThere(bytes);
    }
    if (!there) {
      const size_t most = std::min(allowed(), SystemCredit::ask(bytes));
      throw UserError("torch/memory", "not enough memory: " + std::to_string(bytes) + " bytes are wanted, " +
                                          std::to_string(most) + " are left (tensors hold " + std::to_string(inUse) + ")");
    }
    const size_t rounded = BlockCache::roundUp(bytes);
    try {
      return c10::alloc_cpu(rounded);
    } catch (const c10::Error&) {
      cache.clear();
      return c10::alloc_cpu(rounded);
    }
  }
};

CountingAllocator allocator;

/** memoryStats(device) → {allocated, cached, peak, limit, live}; live counts this environment's handles. */
napi_value memoryStats(Call& call) {
  const c10::Device device(call.string(0));
  size_t now = inUse, most = peak, cap = limit, kept = cached;
  if (!device.is_cpu()) {
    const auto stats = at::accelerator::getDeviceStats(device.has_index() ? device.index() : at::accelerator::getDeviceIndex());
    constexpr size_t kAll = static_cast<size_t>(c10::CachingAllocator::StatType::AGGREGATE);
    now = stats.allocated_bytes[kAll].current;
    most = stats.allocated_bytes[kAll].peak;
    kept = stats.reserved_bytes[kAll].current - now;
    cap = at::accelerator::getMemoryInfo(device.has_index() ? device.index() : at::accelerator::getDeviceIndex()).second;
  }
  const napi_value object = throughline::object(call.napi);
  set(call.napi, object, "allocated", number(call.napi, static_cast<double>(now)));
  set(call.napi, object, "cached", number(call.napi, static_cast<double>(kept)));
  set(call.napi, object, "peak", number(call.napi, static_cast<double>(most)));
  set(call.napi, object, "limit", number(call.napi, static_cast<double>(cap)));
  set(call.napi, object, "live", number(call.napi, static_cast<double>(call.env.handles.live())));
  return object;
}

napi_value resetPeakMemory(Call& call) {
  peak = inUse.load();
  return undefined(call.napi);
}

napi_value setMemoryLimit(Call& call) {
  const double bytes = call.number(0);
  const size_t total = totalMemory();
  if (!(bytes > 0)) throw UserError("torch/argument", "a memory limit must be a positive number of bytes");
  if (bytes > static_cast<double>(total)) {
    throw UserError("torch/argument", "a memory limit must be at most the " + std::to_string(total) +
                                          " bytes that the machine, or this process's cgroup, has");
  }
  cache.clear();  // so that what is kept does not outlive the limit it was kept under
  limit = static_cast<size_t>(bytes);
  return undefined(call.napi);
}

/** systemMemory(root) → [total, available] in bytes, as files under another root say; Infinity where they do not. */
napi_value systemMemory(Call& call) {
  const std::string root = call.string(0);
  const auto bytes = [&](size_t count) {
    constexpr size_t kUnknown = std::numeric_limits<size_t>::max();
    return number(call.napi, count == kUnknown ? std::numeric_limits<double>::infinity() : static_cast<double>(count));
  };
  return array(call.napi, {bytes(totalMemory(root)), bytes(availableMemory(std::numeric_limits<size_t>::max(), root))});
}

/** emptyCache(): gives the cached, unused memory of the CPU and of the accelerator back to the system. */
napi_value emptyCache(Call& call) {
  cache.clear();
  if (at::getAccelerator()) at::accelerator::emptyCache();
  return undefined(call.napi);
}

napi_value liveHandles(Call& call) { return number(call.napi, static_cast<double>(call.env.handles.live())); }

napi_value release_(Call& call) { return boolean(call.napi, call.env.handles.release(call.number(0))); }

napi_value isLive(Call& call) { return boolean(call.napi, call.env.handles.isLive(call.number(0))); }

napi_value beginScope(Call& call) {
  call.env.handles.beginScope();
  return undefined(call.napi);
}

napi_value endScope(Call& call) {
  call.env.handles.endScope();
  call.env.drain();
  return undefined(call.napi);
}

/** escape(handle, levels?) → true if no scope owns the handle any more. */
napi_value escape(Call& call) {
  const size_t levels = call.isNullish(1) ? SIZE_MAX : static_cast<size_t>(call.integer(1));
  return boolean(call.napi, call.env.handles.escape(call.number(0), levels));
}

}  // namespace

void registerMemory(Exports& exports) {
  static std::once_flag once;
  std::call_once(once, [] {
    const size_t total = totalMemory();
    limit = total - reserveOf(total);
    c10::SetCPUAllocator(&allocator, 1);
  });
  exports.add<memoryStats>("memoryStats");
  exports.add<resetPeakMemory>("resetPeakMemory");
  exports.add<setMemoryLimit>("setMemoryLimit");
  exports.add<systemMemory>("systemMemory");
  exports.add<emptyCache>("emptyCache");
  exports.add<liveHandles>("liveHandles");
  exports.add<release_>("release");
  exports.add<isLive>("isLive");
  exports.add<beginScope>("beginScope");
  exports.add<endScope>("endScope");
  exports.add<escape>("escape");
}

}  // namespace throughline
