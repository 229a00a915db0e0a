#include "settle.h"

#include <c10/util/Exception.h>

#include <thread>

namespace throughline::distributed {

void need(napi_status status) {
  if (status != napi_ok) throw Failure("torch/op", "Node-API gave the status " + std::to_string(status));
}

struct Settler::Shared {
  napi_deferred deferred = nullptr;
  napi_threadsafe_function bridge = nullptr;
  Value value;
  std::string code, message;
  bool failed = false;
};

namespace {

napi_value text(napi_env env, const std::string& value) {
  napi_value result = nullptr;
  need(napi_create_string_utf8(env, value.data(), value.size(), &result));
  return result;
}

napi_value errorOf(napi_env env, const std::string& code, const std::string& message) {
  napi_value error = nullptr;
  need(napi_create_error(env, text(env, code), text(env, message), &error));
  return error;
}

}  // namespace

Settler::Settler(napi_env env, napi_value* promise) : shared_(std::make_shared<Shared>()) {
  need(napi_create_promise(env, &shared_->deferred, promise));
  napi_value name = text(env, "throughline distributed");
  const auto settle = [](napi_env env, napi_value, void*, void* data) {
    const std::unique_ptr<std::shared_ptr<Shared>> owner(static_cast<std::shared_ptr<Shared>*>(data));
    Shared& shared = **owner;
    if (env == nullptr) return;  // the environment is ending
    try {
      napi_value value = nullptr;
      if (!shared.failed) {
        if (shared.value) value = shared.value(env);
        else need(napi_get_undefined(env, &value));
        napi_resolve_deferred(env, shared.deferred, value);
        return;
      }
    } catch (const std::exception& error) {
      shared.code = "torch/op";
      shared.message = error.what();
    }
    try {
      napi_reject_deferred(env, shared.deferred, errorOf(env, shared.code, shared.message));
    } catch (const std::exception&) {
      // Not even an error can be made: the environment is ending.
    }
  };
  need(napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, nullptr, settle, &shared_->bridge));
}

namespace {
template <typename Pointer>
void send(napi_threadsafe_function bridge, const Pointer& shared) {
  auto* owner = new Pointer(shared);
  if (napi_call_threadsafe_function(bridge, owner, napi_tsfn_nonblocking) != napi_ok) delete owner;
  napi_release_threadsafe_function(bridge, napi_tsfn_release);
}
}  // namespace

void Settler::resolve(Value value) {
  shared_->value = std::move(value);
  send(shared_->bridge, shared_);
}

void Settler::reject(const std::string& code, const std::string& message) {
  shared_->failed = true;
  shared_->code = code;
  shared_->message = message;
  send(shared_->bridge, shared_);
}

std::string currentMessage() {
  try {
    throw;
  } catch (const c10::Error& error) {
    return error.what_without_backtrace();
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "libtorch threw something that is not a C++ exception";
  }
}

napi_value onThread(napi_env env, std::function<Value()> work) {
  napi_value promise = nullptr;
  Settler settler(env, &promise);
  std::thread([settler, work = std::move(work)]() mutable {
    try {
      settler.resolve(work());
    } catch (const Failure& failure) {
      settler.reject(failure.code, failure.what());
    } catch (...) {
      settler.reject("torch/distributed", currentMessage());
    }
  }).detach();
  return promise;
}

}  // namespace throughline::distributed
