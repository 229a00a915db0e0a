// Who keeps a hook alive. The native tensor holds the JavaScript function, the function may hold the Tensor, and the Tensor
// holds the native tensor: a circle that no collector sees whole.
#pragma once

#include <ATen/core/Tensor.h>
#include <node_api.h>

#include <memory>
#include <unordered_map>
#include <vector>

namespace throughline {

class HandleTable;

/**
 * While only its handle owns a tensor, nothing can call its hooks that does not hold the Tensor, and the Tensor holds them
 * too: so native code then lets go of them, and takes hold again as soon as the handle is used.
 */
class Hooks {
 public:
  Hooks(napi_env env, HandleTable& handles) : env_(env), handles_(handles) {}
  void add(double handle, const std::shared_ptr<napi_ref__>& function);
  /** Lets go of the hooks of tensors that only their handle owns. */
  void weaken();
  /** Takes hold of a handle's hooks again. */
  void strengthen(double handle);

 private:
  struct Held {
    std::vector<std::weak_ptr<napi_ref__>> functions;
    bool weak = false;
  };
  napi_env env_;
  HandleTable& handles_;
  std::unordered_map<double, Held> held_;
  size_t worthLooking_ = 16;
};

}  // namespace throughline
