// CPU memory: libtorch's own allocator underneath, with what it does not give: a count of the bytes in use, a
// peak, and a limit that turns a hopeless request into an error instead of a killed process.
#include <ATen/DeviceAccelerator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/core/impl/alloc_cpu.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <limits>

#if defined(__APPLE__)
#include <malloc/malloc.h>
#elif defined(_WIN32)
#include <malloc.h>
#else
#include <malloc.h>
#endif

#include "modules.h"

namespace throughline {

namespace {

std::atomic<size_t> inUse{0};
std::atomic<size_t> peak{0};
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

/** Bytes the system could still give, where it says so cheaply. */
size_t available() {
#if defined(__linux__)
  if (std::FILE* file = std::fopen("/proc/meminfo", "r")) {
    char line[128];
    unsigned long long kib = 0;
    while (std::fgets(line, sizeof line, file)) {
      if (std::sscanf(line, "MemAvailable: %llu kB", &kib) == 1) break;
    }
    std::fclose(file);
    if (kib > 0) return static_cast<size_t>(kib) * 1024;
  }
#endif
  return std::numeric_limits<size_t>::max();
}

void release(void* block) {
  if (block == nullptr) return;
  inUse.fetch_sub(sizeOf(block), std::memory_order_relaxed);
  c10::free_cpu(block);
}

class CountingAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) override {
    check(bytes);
    void* block = c10::alloc_cpu(bytes);
    if (block != nullptr) {
      const size_t now = inUse.fetch_add(sizeOf(block), std::memory_order_relaxed) + sizeOf(block);
      size_t before = peak.load(std::memory_order_relaxed);
      while (now > before && !peak.compare_exchange_weak(before, now, std::memory_order_relaxed)) {
      }
    }
    return {block, block, &release, c10::Device(c10::DeviceType::CPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &release; }
  void copy_data(void* to, const void* from, size_t bytes) const override { default_copy_data(to, from, bytes); }

 private:
  static void check(size_t bytes) {
    constexpr size_t kWorthAsking = size_t(256) << 20;
    const size_t used = inUse.load(std::memory_order_relaxed);
    const size_t most = limit.load(std::memory_order_relaxed);
    size_t left = most > used ? most - used : 0;
    if (bytes > kWorthAsking) left = std::min(left, available());
    if (bytes > left) {
      throw UserError("torch/memory", "not enough memory: " + std::to_string(bytes) + " bytes are wanted, " +
                                          std::to_string(left) + " are left (tensors hold " + std::to_string(used) + ")");
    }
  }
};

CountingAllocator allocator;

/** memoryStats(device) → {allocated, peak, limit, live}; live counts this environment's handles. */
napi_value memoryStats(Call& call) {
  const c10::Device device(call.string(0));
  size_t now = inUse, most = peak, cap = limit;
  if (!device.is_cpu()) {
    const auto stats = at::accelerator::getDeviceStats(device.has_index() ? device.index() : at::accelerator::getDeviceIndex());
    constexpr size_t kAll = static_cast<size_t>(c10::CachingAllocator::StatType::AGGREGATE);
    now = stats.allocated_bytes[kAll].current;
    most = stats.allocated_bytes[kAll].peak;
    cap = at::accelerator::getMemoryInfo(device.has_index() ? device.index() : at::accelerator::getDeviceIndex()).second;
  }
  napi_value object;
  napi_create_object(call.napi, &object);
  set(call.napi, object, "allocated", number(call.napi, static_cast<double>(now)));
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
  if (!(bytes > 0)) throw UserError("torch/argument", "a memory limit must be a positive number of bytes");
  limit = bytes >= 9e18 ? std::numeric_limits<size_t>::max() : static_cast<size_t>(bytes);
  return undefined(call.napi);
}

napi_value liveHandles(Call& call) { return number(call.napi, static_cast<double>(call.env.handles.live())); }

napi_value release_(Call& call) { return boolean(call.napi, call.env.handles.release(call.number(0))); }

napi_value isLive(Call& call) { return boolean(call.napi, call.env.handles.isLive(call.number(0))); }

napi_value beginScope(Call& call) {
  call.env.handles.beginScope();
  return number(call.napi, static_cast<double>(call.env.handles.depth()));
}

napi_value endScope(Call& call) {
  call.env.handles.endScope();
  call.env.drain();
  return number(call.napi, static_cast<double>(call.env.handles.depth()));
}

/** escape(handle, levels?) → true if no scope owns the handle any more. */
napi_value escape(Call& call) {
  const size_t levels = call.isNullish(1) ? SIZE_MAX : static_cast<size_t>(call.integer(1));
  return boolean(call.napi, call.env.handles.escape(call.number(0), levels));
}

}  // namespace

void registerMemory(Exports& exports) {
  static std::once_flag once;
  std::call_once(once, [] { c10::SetCPUAllocator(&allocator, 1); });
  exports.add<memoryStats>("memoryStats");
  exports.add<resetPeakMemory>("resetPeakMemory");
  exports.add<setMemoryLimit>("setMemoryLimit");
  exports.add<liveHandles>("liveHandles");
  exports.add<release_>("release");
  exports.add<isLive>("isLive");
  exports.add<beginScope>("beginScope");
  exports.add<endScope>("endScope");
  exports.add<escape>("escape");
}

}  // namespace throughline
