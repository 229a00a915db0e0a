#include "hooks.h"

#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/variable.h>

#include "env.h"

namespace throughline {

namespace {

/** Whether neither a graph nor another tensor reaches the tensor or the node that made it. */
bool isOwnedByItsHandle(const at::Tensor& tensor) {
  if (tensor.use_count() > 1 || tensor.is_view()) return false;
  const auto* meta = torch::autograd::impl::get_autograd_meta(tensor);
  return meta == nullptr || !meta->grad_fn_ || meta->grad_fn_.use_count() == 1;
}

}  // namespace

void Hooks::add(double handle, const std::shared_ptr<napi_ref__>& function) {
  held_[handle].functions.push_back(function);
  if (held_.size() >= worthLooking_) weaken();
}

void Hooks::weaken() {
  for (auto entry = held_.begin(); entry != held_.end();) {
    auto& [handle, held] = *entry;
    if (!handles_.isLive(handle)) {
      entry = held_.erase(entry);
      continue;
    }
    ++entry;
    if (held.weak || !isOwnedByItsHandle(handles_.tensor(handle))) continue;
    for (const auto& function : held.functions) {
      uint32_t count = 0;
      if (const auto reference = function.lock()) need(napi_reference_unref(env_, reference.get(), &count));
    }
    held.weak = true;
    handles_.watch(handle);
  }
  worthLooking_ = 2 * held_.size() + 16;
}

void Hooks::strengthen(double handle) {
  const auto entry = held_.find(handle);
  if (entry == held_.end() || !entry->second.weak) return;
  entry->second.weak = false;
  for (const auto& function : entry->second.functions) {
    uint32_t count = 0;
    if (const auto reference = function.lock()) need(napi_reference_ref(env_, reference.get(), &count));
  }
}

}  // namespace throughline
