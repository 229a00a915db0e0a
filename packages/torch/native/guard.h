// The boundary: every function that JavaScript can call runs inside `guarded`, which turns any C++ exception
// into a JavaScript error with a stable code. Nothing crosses it unconverted.
#pragma once

#include <c10/util/Exception.h>

#include "env.h"

namespace throughline {

constexpr size_t kMaxArgs = 48;

/** The arguments of one call from JavaScript, with conversions that throw UserError. */
struct Call {
  Call(napi_env napi, Env& env) : napi(napi), env(env) {}
  napi_env napi;
  Env& env;
  size_t count = kMaxArgs;
  napi_value values[kMaxArgs];

  napi_value operator[](size_t i) const { return values[i]; }
  double number(size_t i) const;
  int64_t integer(size_t i) const;
  bool boolean(size_t i) const;
  std::string string(size_t i) const;
  bool isNullish(size_t i) const;
  const at::Tensor& tensor(size_t i) const;
  std::vector<at::Tensor> tensors(size_t i) const;
};

napi_valuetype typeOf(napi_env env, napi_value value);
napi_value element(napi_env env, napi_value list, uint32_t i);
napi_value number(napi_env env, double value);
napi_value boolean(napi_env env, bool value);
napi_value string(napi_env env, const std::string& value);
napi_value undefined(napi_env env);
napi_value null(napi_env env);
napi_value array(napi_env env, const std::vector<napi_value>& items);
napi_value object(napi_env env);
void set(napi_env env, napi_value object, const char* key, napi_value value);
/** The handle of a tensor as a number; null for an undefined tensor. */
napi_value handle(Env& env, const at::Tensor& tensor);
napi_value handles(Env& env, at::TensorList tensors);
std::vector<at::Tensor> tensorsOf(Env& env, napi_value list);

/** Makes the exception now being handled a pending JavaScript error. */
void throwCurrent(Env& env) noexcept;

template <napi_value (*function)(Call&)>
napi_value guarded(napi_env napi, napi_callback_info info) {
  void* instance = nullptr;
  if (napi_get_instance_data(napi, &instance) != napi_ok || instance == nullptr) return nullptr;
  Env& env = *static_cast<Env*>(instance);
  Call call(napi, env);
  if (napi_get_cb_info(napi, info, &call.count, call.values, nullptr, nullptr) != napi_ok) return nullptr;
  try {
    if (call.count > kMaxArgs) throw UserError("torch/argument", "more than " + std::to_string(kMaxArgs) + " arguments");
    return function(call);
  } catch (...) {
    throwCurrent(env);
    return nullptr;
  }
}

}  // namespace throughline
