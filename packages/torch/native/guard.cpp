#include "guard.h"

#include <cmath>
#include <new>

namespace throughline {

namespace {
/** Throws `new TorchError(code, message)`; a plain Error with the code until TypeScript has handed the class over. */
void raise(Env& env, const char* code, const std::string& text) noexcept {
  bool pending = false;
  napi_is_exception_pending(env.napi, &pending);
  if (pending) return;
  napi_value type, error;
  const napi_value arguments[] = {string(env.napi, code), string(env.napi, text)};
  if (env.errorClass != nullptr && napi_get_reference_value(env.napi, env.errorClass, &type) == napi_ok &&
      napi_new_instance(env.napi, type, 2, arguments, &error) == napi_ok) {
    napi_throw(env.napi, error);
  } else {
    napi_throw_error(env.napi, code, text.c_str());
  }
}
}  // namespace

void throwCurrent(Env& env) noexcept {
  try {
    throw;
  } catch (const PendingException&) {
    return;
  } catch (const std::exception& error) {
    if (env.callbackError != nullptr) {
      // The engine may have wrapped it; the JavaScript error itself is what the user must see.
      napi_value box, inner;
      napi_get_reference_value(env.napi, env.callbackError, &box);
      napi_delete_reference(env.napi, env.callbackError);
      env.callbackError = nullptr;
      napi_get_named_property(env.napi, box, "error", &inner);
      napi_throw(env.napi, inner);
      return;
    }
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
  napi_get_value_string_utf8(napi, values[i], text.data(), length + 1, &length);
  return text;
}

bool Call::isNullish(size_t i) const {
  if (i >= count) return true;
  napi_valuetype type;
  napi_typeof(napi, values[i], &type);
  return type == napi_undefined || type == napi_null;
}

const at::Tensor& Call::tensor(size_t i) const { return env.handles.tensor(number(i)); }

std::vector<at::Tensor> Call::tensors(size_t i) const {
  if (i >= count) throw UserError("torch/argument", "expected a list of tensors as argument " + std::to_string(i));
  return tensorsOf(env, values[i]);
}

std::vector<at::Tensor> tensorsOf(Env& env, napi_value list) {
  bool isArray = false;
  napi_is_array(env.napi, list, &isArray);
  if (!isArray) throw UserError("torch/argument", "expected a list of tensors");
  uint32_t length = 0;
  napi_get_array_length(env.napi, list, &length);
  std::vector<at::Tensor> result(length);
  for (uint32_t i = 0; i < length; ++i) {
    napi_value item;
    double value = 0;
    napi_get_element(env.napi, list, i, &item);
    napi_valuetype type;
    napi_typeof(env.napi, item, &type);
    if (type == napi_null) continue;
    if (napi_get_value_double(env.napi, item, &value) != napi_ok) throw UserError("torch/argument", "expected a list of tensors");
    result[i] = env.handles.tensor(value);
  }
  return result;
}

napi_value number(napi_env env, double value) {
  napi_value result;
  napi_create_double(env, value, &result);
  return result;
}

napi_value boolean(napi_env env, bool value) {
  napi_value result;
  napi_get_boolean(env, value, &result);
  return result;
}

napi_value string(napi_env env, const std::string& value) {
  napi_value result;
  napi_create_string_utf8(env, value.data(), value.size(), &result);
  return result;
}

napi_value undefined(napi_env env) {
  napi_value result;
  napi_get_undefined(env, &result);
  return result;
}

napi_value null(napi_env env) {
  napi_value result;
  napi_get_null(env, &result);
  return result;
}

napi_value array(napi_env env, const std::vector<napi_value>& items) {
  napi_value result;
  napi_create_array_with_length(env, items.size(), &result);
  for (size_t i = 0; i < items.size(); ++i) napi_set_element(env, result, static_cast<uint32_t>(i), items[i]);
  return result;
}

void set(napi_env env, napi_value object, const char* key, napi_value value) {
  napi_set_named_property(env, object, key, value);
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
