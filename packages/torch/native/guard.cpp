#include "guard.h"

#include <cmath>
#include <new>
#include <utility>

namespace throughline {

namespace {
/** Throws `new TorchError(code, message)`; a plain Error with the code until TypeScript has handed the class over. */
void raise(Env& env, const char* code, const std::string& text) noexcept {
  bool pending = false;
  if (napi_is_exception_pending(env.napi, &pending) != napi_ok || pending) return;
  napi_value type = nullptr, error = nullptr, arguments[2] = {};
  if (env.errorClass != nullptr && napi_get_reference_value(env.napi, env.errorClass, &type) == napi_ok && type != nullptr &&
      napi_create_string_utf8(env.napi, code, NAPI_AUTO_LENGTH, &arguments[0]) == napi_ok &&
      napi_create_string_utf8(env.napi, text.data(), text.size(), &arguments[1]) == napi_ok &&
      napi_new_instance(env.napi, type, 2, arguments, &error) == napi_ok) {
    napi_throw(env.napi, error);
  } else {
    napi_throw_error(env.napi, code, text.c_str());  // which does nothing in a worker that is being terminated
  }
}

/** Throws again what a callback of JavaScript's threw. */
void rethrowCallbackError(Env& env) noexcept {
  napi_value box = nullptr, inner = nullptr;
  const napi_ref reference = std::exchange(env.callbackError, nullptr);
  const bool found = napi_get_reference_value(env.napi, reference, &box) == napi_ok && box != nullptr &&
                     napi_get_named_property(env.napi, box, "error", &inner) == napi_ok;
  napi_delete_reference(env.napi, reference);
  if (found) napi_throw(env.napi, inner);
}
}  // namespace

void throwCurrent(Env& env) noexcept {
  try {
    throw;
  } catch (const NodeFailure& failure) {
    raise(env, "torch/op", "Node-API gave the status " + std::to_string(failure.status));
  } catch (const std::exception& error) {
    // The engine may have wrapped it; the JavaScript error itself is what the user must see.
    if (env.callbackError != nullptr) return rethrowCallbackError(env);
    if (const auto* user = dynamic_cast<const UserError*>(&error)) return raise(env, user->code, user->what());
    if (dynamic_cast<const std::bad_alloc*>(&error)) {
      return raise(env, "torch/memory", "not enough memory");
    }
    if (const auto* torch = dynamic_cast<const c10::Error*>(&error)) {
      return raise(env, "torch/op", torch->what_without_backtrace());
    }
    raise(env, "torch/op", error.what());
  } catch (...) {
    raise(env, "torch/op", "libtorch threw something that is not a C++ exception");
  }
}

double Call::number(size_t i) const {
  double value = 0;
  if (i >= count || napi_get_value_double(napi, values[i], &value) != napi_ok) {
    throw UserError("torch/argument", "expected a number as argument " + std::to_string(i));
  }
  return value;
}

int64_t Call::integer(size_t i) const {
  const double value = number(i);
  if (!(std::abs(value) <= 9007199254740991.0) || value != std::floor(value)) {
    throw UserError("torch/argument", "expected a whole number as argument " + std::to_string(i));
  }
  return static_cast<int64_t>(value);
}

bool Call::boolean(size_t i) const {
  bool value = false;
  if (i >= count || napi_get_value_bool(napi, values[i], &value) != napi_ok) {
    throw UserError("torch/argument", "expected a boolean as argument " + std::to_string(i));
  }
  return value;
}

std::string Call::string(size_t i) const {
  size_t length = 0;
  if (i >= count || napi_get_value_string_utf8(napi, values[i], nullptr, 0, &length) != napi_ok) {
    throw UserError("torch/argument", "expected a string as argument " + std::to_string(i));
  }
  std::string text(length, '\0');
  need(napi_get_value_string_utf8(napi, values[i], text.data(), length + 1, &length));
  return text;
}

bool Call::isNullish(size_t i) const {
  if (i >= count) return true;
  const napi_valuetype type = typeOf(napi, values[i]);
  return type == napi_undefined || type == napi_null;
}

const at::Tensor& Call::tensor(size_t i) const { return env.handles.tensor(number(i)); }

std::vector<at::Tensor> Call::tensors(size_t i) const {
  if (i >= count) throw UserError("torch/argument", "expected a list of tensors as argument " + std::to_string(i));
  return tensorsOf(env, values[i]);
}

std::vector<at::Tensor> tensorsOf(Env& env, napi_value list) {
  bool isArray = false;
  need(napi_is_array(env.napi, list, &isArray));
  if (!isArray) throw UserError("torch/argument", "expected a list of tensors");
  uint32_t length = 0;
  need(napi_get_array_length(env.napi, list, &length));
  std::vector<at::Tensor> result;
  for (uint32_t i = 0; i < length; ++i) {
    const napi_value item = element(env.napi, list, i);
    const napi_valuetype type = typeOf(env.napi, item);
    if (type != napi_null && type != napi_number) throw UserError("torch/argument", "expected a list of tensors");
    double value = 0;
    if (type == napi_number) need(napi_get_value_double(env.napi, item, &value));
    result.push_back(type == napi_null ? at::Tensor() : env.handles.tensor(value));
  }
  return result;
}

napi_valuetype typeOf(napi_env env, napi_value value) {
  napi_valuetype type = napi_undefined;
  need(napi_typeof(env, value, &type));
  return type;
}

napi_value element(napi_env env, napi_value list, uint32_t i) {
  napi_value item = nullptr;
  need(napi_get_element(env, list, i, &item));
  return item;
}

napi_value number(napi_env env, double value) {
  napi_value result = nullptr;
  need(napi_create_double(env, value, &result));
  return result;
}

napi_value boolean(napi_env env, bool value) {
  napi_value result = nullptr;
  need(napi_get_boolean(env, value, &result));
  return result;
}

napi_value string(napi_env env, const std::string& value) {
  napi_value result = nullptr;
  need(napi_create_string_utf8(env, value.data(), value.size(), &result));
  return result;
}

napi_value undefined(napi_env env) {
  napi_value result = nullptr;
  need(napi_get_undefined(env, &result));
  return result;
}

napi_value null(napi_env env) {
  napi_value result = nullptr;
  need(napi_get_null(env, &result));
  return result;
}

napi_value array(napi_env env, const std::vector<napi_value>& items) {
  napi_value result = nullptr;
  need(napi_create_array_with_length(env, items.size(), &result));
  for (size_t i = 0; i < items.size(); ++i) need(napi_set_element(env, result, static_cast<uint32_t>(i), items[i]));
  return result;
}

napi_value object(napi_env env) {
  napi_value result = nullptr;
  need(napi_create_object(env, &result));
  return result;
}

void set(napi_env env, napi_value object, const char* key, napi_value value) {
  need(napi_set_named_property(env, object, key, value));
}

napi_value handle(Env& env, const at::Tensor& tensor) {
  return tensor.defined() ? number(env.napi, env.handles.add(tensor)) : null(env.napi);
}

napi_value handles(Env& env, at::TensorList tensors) {
  std::vector<napi_value> items;
  items.reserve(tensors.size());
  for (const at::Tensor& tensor : tensors) items.push_back(handle(env, tensor));
  return array(env.napi, items);
}

}  // namespace throughline
