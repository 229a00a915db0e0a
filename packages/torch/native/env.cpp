#include "env.h"

#include <ATen/ThreadLocalState.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace throughline {

namespace {
constexpr uint32_t kSlotBits = 24;
constexpr uint64_t kMaxSlots = uint64_t(1) << kSlotBits;
constexpr uint32_t kMaxGeneration = (uint32_t(1) << 29) - 1;
[[noreturn]] void disposed() {
  throw UserError("torch/disposed", "a tensor was used after dispose() or after the end of the scope that made it");
}
}  // namespace

namespace {
// Tensors of kinds that this package has no name for: many kernels read wild memory when they are given one, because
// PyTorch's own Python layer is trusted to keep them apart.
constexpr c10::DispatchKeySet kStrangeKeys({c10::DispatchKey::Quantized, c10::DispatchKey::NestedTensor,
                                            c10::DispatchKey::MkldnnCPU, c10::DispatchKey::Python,
                                            c10::DispatchKey::Functionalize, c10::DispatchKey::FuncTorchBatched,
                                            c10::DispatchKey::FuncTorchGradWrapper, c10::DispatchKey::Batched,
                                            c10::DispatchKey::BatchedNestedTensor});

void admit(c10::IValue& value) {
  if (!value.isTensor() || !value.toTensor().defined()) return;
  const at::Tensor& tensor = value.toTensor();
  if (tensor.key_set().has_any(kStrangeKeys)) {
    throw UserError("torch/refused", "the result is a quantized, nested, oneDNN or transformed tensor, which this package does not hold");
  }
  if (const bool rows = tensor.layout() == c10::kSparseBsr; rows || tensor.layout() == c10::kSparseBsc) {
    const at::Tensor values = tensor.values();
    const int64_t batch = (rows ? tensor.crow_indices() : tensor.ccol_indices()).dim() - 1;
    if (values.dim() < batch + 3 || values.size(batch + 1) == 0 || values.size(batch + 2) == 0) {
      throw UserError("torch/refused", "the result is a sparse tensor with blocks of no size");
    }
  }
  if (tensor._is_zerotensor()) value = at::zeros(tensor.sizes(), tensor.options());  // one without memory
}
}  // namespace

double HandleTable::add(c10::IValue value) {
  admit(value);
  uint32_t index;
  if (!freeSlots_.empty()) {
    index = freeSlots_.back();
    freeSlots_.pop_back();
  } else {
    if (slots_.size() >= kMaxSlots) {
      throw UserError("torch/handles", "more than 16777216 tensors are alive at once; release some or use a scope");
    }
    index = static_cast<uint32_t>(slots_.size());
    slots_.emplace_back();
  }
  Slot& slot = slots_[index];
  slot.value = std::move(value);
  slot.used = true;
  slot.scope = static_cast<uint32_t>(scopes_.size());
  ++live_;
  const double handle = static_cast<double>((uint64_t(slot.generation) << kSlotBits) | index);
  if (scopes_.empty()) {
    countExternal(slot);
  } else {
    scopes_.back().push_back(handle);
  }
  return handle;
}

void HandleTable::countExternal(Slot& slot) {
  if (!slot.value.isTensor()) return;
  const at::Tensor& tensor = slot.value.toTensor();
  if (!tensor.has_storage() || tensor.storage().use_count() > 1) return;  // a view's memory is counted by its owner
  slot.externalBytes = static_cast<int64_t>(tensor.storage().nbytes());
  externalDelta_ += slot.externalBytes;
}

uint32_t HandleTable::slotOf(double handle) const {
  if (!(handle >= 0 && handle < 9007199254740992.0) || handle != std::floor(handle)) disposed();
  const uint64_t bits = static_cast<uint64_t>(handle);
  const uint32_t index = static_cast<uint32_t>(bits & (kMaxSlots - 1));
  if (index >= slots_.size()) disposed();
  const Slot& slot = slots_[index];
  if (!slot.used || slot.generation != (bits >> kSlotBits)) disposed();
  return index;
}

const c10::IValue& HandleTable::get(double handle) const {
  const Slot& slot = slots_[slotOf(handle)];
  if (slot.watched) [[unlikely]] {
    slot.watched = false;
    onUse(handle);
  }
  return slot.value;
}

const at::Tensor& HandleTable::tensor(double handle) const {
  const c10::IValue& value = get(handle);
  if (!value.isTensor()) throw UserError("torch/argument", "expected a tensor, got a generator");
  return value.toTensor();
}

void HandleTable::replace(double handle, at::Tensor tensor) {
  Slot& slot = slots_[slotOf(handle)];
  externalDelta_ -= std::exchange(slot.externalBytes, 0);
  // The value dies last: releasing it may run hooks that add handles and move the slots.
  const c10::IValue last = std::exchange(slot.value, c10::IValue(std::move(tensor)));
  if (slot.scope == kNoScope) countExternal(slot);
}

bool HandleTable::isLive(double handle) const {
  const uint64_t bits = static_cast<uint64_t>(handle);
  const uint64_t index = bits & (kMaxSlots - 1);
  return index < slots_.size() && slots_[index].used && slots_[index].generation == (bits >> kSlotBits);
}

void HandleTable::free(uint32_t index) {
  // The value dies last: releasing it may run hooks that add handles and move the slots.
  c10::IValue last = std::move(slots_[index].value);
  Slot& slot = slots_[index];
  slot.value = c10::IValue();
  slot.used = slot.watched = false;
  externalDelta_ -= std::exchange(slot.externalBytes, 0);
  slot.generation = slot.generation == kMaxGeneration ? 1 : slot.generation + 1;
  freeSlots_.push_back(index);
  --live_;
}

bool HandleTable::release(double handle) {
  if (!isLive(handle)) return false;
  free(slotOf(handle));
  return true;
}

void HandleTable::beginScope() {
  if (spare_.empty()) {
    scopes_.emplace_back();
  } else {
    scopes_.push_back(std::move(spare_.back()));
    spare_.pop_back();
  }
}

void HandleTable::endScope() {
  if (scopes_.empty()) throw UserError("torch/scope", "a scope was ended twice");
  const uint32_t depth = static_cast<uint32_t>(scopes_.size());
  std::vector<double> owned = std::move(scopes_.back());
  scopes_.pop_back();
  for (double handle : owned) {
    if (!isLive(handle)) continue;
    const uint32_t index = static_cast<uint32_t>(static_cast<uint64_t>(handle) & (kMaxSlots - 1));
    if (slots_[index].scope == depth) free(index);
  }
  owned.clear();
  spare_.push_back(std::move(owned));
}

bool HandleTable::escape(double handle, size_t levels) {
  Slot& slot = slots_[slotOf(handle)];
  // A tensor of a scope further out stays where it is.
  const uint32_t target = levels >= scopes_.size() ? kNoScope : static_cast<uint32_t>(scopes_.size() - levels);
  if (slot.scope <= target) return slot.scope == kNoScope;
  slot.scope = target;
  if (slot.scope == kNoScope) {
    countExternal(slot);
    return true;
  }
  scopes_[slot.scope - 1].push_back(handle);
  return false;
}

Env& Env::of(napi_env env) {
  void* data = nullptr;
  need(napi_get_instance_data(env, &data));
  return *static_cast<Env*>(data);
}

Env::~Env() {
  std::lock_guard<std::mutex> lock(graveyard_->mutex);
  graveyard_->closed = true;
}

void Env::onJsThread(const std::function<void()>& work) {
  if (std::this_thread::get_id() == thread_) return work();
  at::ThreadLocalState state;  // the caller's gradient mode, autocast and the like travel with the work
  Request request;
  request.work = [&] {
    at::ThreadLocalStateGuard guard(state);
    work();
  };
  std::unique_lock<std::mutex> lock(mutex_);
  if (pumping_ == 0) throw std::runtime_error("a JavaScript callback was due on a thread that cannot run it");
  queue_.push_back(&request);
  changed_.notify_all();
  while (!request.done) {
    changed_.wait(lock, [&] { return request.done || request.inner; });
    if (!request.inner) continue;
    const auto inner = std::exchange(request.inner, nullptr);
    lock.unlock();
    inner();
    lock.lock();
  }
  if (request.failure) std::rethrow_exception(request.failure);
}

void Env::pump(const std::function<void()>& work) {
  std::exception_ptr failure;
  bool finished = false;
  at::ThreadLocalState state;
  const std::function<void()> pass = [&] {
    try {
      at::ThreadLocalStateGuard guard(state);
      work();
    } catch (...) {
      failure = std::current_exception();
    }
    std::lock_guard<std::mutex> lock(mutex_);
    finished = true;
    changed_.notify_all();
  };
  std::unique_lock<std::mutex> lock(mutex_);
  std::thread runner;
  if (serving_ != nullptr) {
    serving_->inner = pass;
    changed_.notify_all();
  } else {
    runner = std::thread(pass);  // may fail; it waits for the lock before it needs anything of this
  }
  ++pumping_;
  while (!finished || !queue_.empty()) {
    changed_.wait(lock, [&] { return finished || !queue_.empty(); });
    while (!queue_.empty()) {
      Request* request = queue_.front();
      queue_.pop_front();
      Request* outer = std::exchange(serving_, request);
      lock.unlock();
      try {
        request->work();
      } catch (...) {
        request->failure = std::current_exception();
      }
      lock.lock();
      serving_ = outer;
      request->done = true;
      changed_.notify_all();
    }
  }
  --pumping_;
  lock.unlock();
  if (runner.joinable()) runner.join();
  if (failure) std::rethrow_exception(failure);
}

std::shared_ptr<napi_ref__> Env::retain(napi_value function) {
  napi_ref reference = nullptr;
  need(napi_create_reference(napi, function, 1, &reference));
  return std::shared_ptr<napi_ref__>(reference, [yard = graveyard_](napi_ref dead) {
    std::lock_guard<std::mutex> lock(yard->mutex);
    if (yard->closed) return;
    yard->dead.push_back(dead);
    yard->any = true;
  });
}

void Env::drain() {
  constexpr int64_t kWorthTelling = 1 << 20;
  if (std::abs(handles.externalDelta()) > kWorthTelling) {
    int64_t total = 0;
    need(napi_adjust_external_memory(napi, handles.takeExternalBytes(), &total));
  }
  if (!graveyard_->any.load(std::memory_order_relaxed)) return;
  std::vector<napi_ref> dead;
  {
    std::lock_guard<std::mutex> lock(graveyard_->mutex);
    graveyard_->any = false;
    dead.swap(graveyard_->dead);
  }
  for (napi_ref reference : dead) napi_delete_reference(napi, reference);  // at worst it goes with the environment
}

napi_value Env::deref(const std::shared_ptr<napi_ref__>& reference) const {
  napi_value value = nullptr;
  if (napi_get_reference_value(napi, reference.get(), &value) != napi_ok || value == nullptr) {
    throw std::runtime_error("a JavaScript callback no longer exists");
  }
  return value;
}

napi_value Env::call(const std::shared_ptr<napi_ref__>& function, const std::vector<napi_value>& args) {
  napi_value receiver = nullptr, result = nullptr;
  need(napi_get_undefined(napi, &receiver));
  const napi_status status =
      napi_call_function(napi, receiver, deref(function), args.size(), args.data(), &result);
  if (status == napi_ok) return result;
  bool pending = false;
  need(napi_is_exception_pending(napi, &pending));
  if (pending) {
    napi_value error = nullptr, box = nullptr;
    need(napi_get_and_clear_last_exception(napi, &error));
    if (callbackError != nullptr) napi_delete_reference(napi, std::exchange(callbackError, nullptr));
    // A thrown primitive cannot be referenced by Node-API, so the error always travels inside an object.
    need(napi_create_object(napi, &box));
    need(napi_set_named_property(napi, box, "error", error));
    need(napi_create_reference(napi, box, 1, &callbackError));
  }
  throw CallbackError();
}

}  // namespace throughline
