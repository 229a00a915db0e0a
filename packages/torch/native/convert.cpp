#include "convert.h"

#include <ATen/core/List.h>
#include <ATen/core/jit_type.h>

#include <cmath>

namespace throughline {

namespace {

constexpr double kMaxSafe = 9007199254740991.0;
constexpr double kMaxInList = 281474976710656.0;  // 2^48

Kind kindOf(const c10::TypePtr& type) {
  switch (type->kind()) {
    case c10::TypeKind::TensorType: return Kind::Tensor;
    case c10::TypeKind::GeneratorType: return Kind::Generator;
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType: return Kind::Int;
    case c10::TypeKind::FloatType:
    case c10::TypeKind::SymFloatType: return Kind::Float;
    case c10::TypeKind::NumberType: return Kind::Scalar;
    case c10::TypeKind::BoolType:
    case c10::TypeKind::SymBoolType: return Kind::Bool;
    case c10::TypeKind::StringType: return Kind::String;
    case c10::TypeKind::DeviceObjType: return Kind::Device;
    case c10::TypeKind::ScalarTypeType: return Kind::Dtype;
    case c10::TypeKind::LayoutType: return Kind::Layout;
    case c10::TypeKind::MemoryFormatType: return Kind::MemoryFormat;
    default: return Kind::Unsupported;
  }
}

const char* describe(Kind kind) {
  switch (kind) {
    case Kind::Tensor: return "a Tensor";
    case Kind::Generator: return "a Generator";
    case Kind::Int: return "a whole number";
    case Kind::Float: return "a number";
    case Kind::Scalar: return "a number, bigint, boolean or {re, im}";
    case Kind::Bool: return "a boolean";
    case Kind::String: return "a string";
    case Kind::Dtype: return "a dtype";
    case Kind::Device: return "a device such as 'cpu' or 'cuda:0'";
    case Kind::Layout: return "a layout";
    case Kind::MemoryFormat: return "a memory format";
    default: return "something TypeScript cannot pass";
  }
}

// TypeScript adds what was given.
[[noreturn]] void mismatch(const ArgSpec& spec, const std::string& expected) {
  throw UserError("torch/argument", "argument '" + spec.name + "': expected " + expected);
}

std::string expected(const ArgSpec& spec) {
  std::string text = describe(spec.kind);
  if (spec.list) text = "a list, each element " + text;
  return text;
}

std::optional<int64_t> wholeNumber(napi_env env, napi_value value) {
  const napi_valuetype type = typeOf(env, value);
  if (type == napi_number) {
    double number = 0;
    need(napi_get_value_double(env, value, &number));
    if (std::abs(number) <= kMaxSafe && number == std::floor(number)) return static_cast<int64_t>(number);
  } else if (type == napi_bigint) {
    int64_t number = 0;
    bool lossless = false;
    need(napi_get_value_bigint_int64(env, value, &number, &lossless));
    if (lossless) return number;
  }
  return std::nullopt;
}

std::optional<c10::Scalar> scalar(napi_env env, napi_value value) {
  const napi_valuetype type = typeOf(env, value);
  if (type == napi_boolean) {
    bool flag = false;
    need(napi_get_value_bool(env, value, &flag));
    return c10::Scalar(flag);
  }
  if (type == napi_number) {
    double number = 0;
    need(napi_get_value_double(env, value, &number));
    // JavaScript has one kind of number: a whole one is an integer scalar, as a literal 2 is in Python. -0 is not
    // one, or its sign would be lost.
    const bool whole = std::abs(number) <= kMaxSafe && number == std::floor(number) && !(number == 0 && std::signbit(number));
    return whole ? c10::Scalar(static_cast<int64_t>(number)) : c10::Scalar(number);
  }
  if (type == napi_bigint) {
    if (auto number = wholeNumber(env, value)) return c10::Scalar(*number);
    return std::nullopt;
  }
  if (type == napi_object) {
    napi_value re = nullptr, im = nullptr;
    need(napi_get_named_property(env, value, "re", &re));
    need(napi_get_named_property(env, value, "im", &im));
    double real = 0, imag = 0;
    if (typeOf(env, re) == napi_number && typeOf(env, im) == napi_number) {
      need(napi_get_value_double(env, re, &real));
      need(napi_get_value_double(env, im, &imag));
      return c10::Scalar(c10::complex<double>(real, imag));
    }
  }
  return std::nullopt;
}

std::string text(napi_env env, napi_value value) {
  size_t length = 0;
  need(napi_get_value_string_utf8(env, value, nullptr, 0, &length));
  std::string result(length, '\0');
  need(napi_get_value_string_utf8(env, value, result.data(), length + 1, &length));
  return result;
}

c10::IValue single(Env& env, const ArgSpec& spec, napi_value value) {
  napi_env napi = env.napi;
  const napi_valuetype type = typeOf(napi, value);
  switch (spec.kind) {
    case Kind::Tensor:
    case Kind::Generator: {
      double handle;
      if (type != napi_number) break;
      napi_get_value_double(napi, value, &handle);
      const c10::IValue& held = env.handles.get(handle);
      if (held.isTensor() != (spec.kind == Kind::Tensor)) {
        throw UserError("torch/argument", "argument '" + spec.name + "': expected " + describe(spec.kind) + ", got " +
                                              (held.isTensor() ? "a Tensor" : "a Generator"));
      }
      return held;
    }
    case Kind::Dtype:
    case Kind::Layout:
    case Kind::MemoryFormat:
    case Kind::Int:
      if (auto number = wholeNumber(napi, value)) return *number;
      break;
    case Kind::Float: {
      if (type != napi_number) break;
      double number = 0;
      need(napi_get_value_double(napi, value, &number));
      return number;
    }
    case Kind::Scalar:
      if (auto number = scalar(napi, value)) return *number;
      break;
    case Kind::Bool: {
      if (type != napi_boolean) break;
      bool flag = false;
      need(napi_get_value_bool(napi, value, &flag));
      return flag;
    }
    case Kind::String:
      if (type == napi_string) return text(napi, value);
      break;
    case Kind::Device:
      if (type == napi_string) return c10::Device(text(napi, value));
      break;
    case Kind::Unsupported:
      break;
  }
  mismatch(spec, expected(spec));
}

/** Appends each element of a JavaScript list; a typed array is read as a list of its numbers. */
template <typename Append>
void each(Env& env, const ArgSpec& spec, napi_value list, Append append) {
  uint32_t length = 0;
  if (napi_get_array_length(env.napi, list, &length) != napi_ok) mismatch(spec, expected(spec));
  for (uint32_t i = 0; i < length; ++i) {
    append(element(env.napi, list, i));
  }
}

template <typename T>
c10::IValue numbers(Env& env, const ArgSpec& spec, napi_value value) {
  c10::List<T> result;
  bool isArray = false;
  need(napi_is_array(env.napi, value, &isArray));
  const auto append = [&](napi_value item) { result.push_back(single(env, spec, item).to<T>()); };
  if (isArray) {
    each(env, spec, value, append);
  } else if (spec.fixedSize > 0) {
    append(value);
  } else {
    mismatch(spec, expected(spec));
  }
  // Many kernels take the n of `int[n]` for granted. One element stands for n; an empty stride is the kernel's size.
  const size_t n = spec.fixedSize > 1 ? spec.fixedSize : result.size();
  for (const bool one = result.size() == 1; one && result.size() < n;) result.push_back(T(result.get(0)));
  if (result.size() != n && !(result.empty() && (spec.name == "stride" || spec.defaultIsEmpty()))) {
    mismatch(spec, expected(spec) + ", " + std::to_string(n) + " in all");
  }
  if constexpr (std::is_same_v<T, int64_t>) {
    if (result.size() > 64 && (spec.name == "dim" || spec.name == "dims")) mismatch(spec, expected(spec) + ", at most 64 of them");
    // Sizes, paddings and the like: sums of larger ones overflow in kernels.
    for (const int64_t one : result) {
      if (std::abs(static_cast<double>(one)) > kMaxInList) mismatch(spec, expected(spec) + " of at most 2^48");
    }
  }
  return result;
}

c10::IValue listOf(Env& env, const ArgSpec& spec, napi_value value) {
  switch (spec.kind) {
    case Kind::Tensor: {
      if (spec.optionalElements) {
        c10::List<std::optional<at::Tensor>> result;
        each(env, spec, value, [&](napi_value item) {
          const napi_valuetype type = typeOf(env.napi, item);
          if (type == napi_null || type == napi_undefined) {
            result.push_back(std::nullopt);
          } else {
            result.push_back(single(env, spec, item).toTensor());
          }
        });
        return result;
      }
      c10::List<at::Tensor> result;
      each(env, spec, value, [&](napi_value item) { result.push_back(single(env, spec, item).toTensor()); });
      return result;
    }
    case Kind::Int: return numbers<int64_t>(env, spec, value);
    case Kind::Float: return numbers<double>(env, spec, value);
    case Kind::Bool: return numbers<bool>(env, spec, value);
    case Kind::Scalar: {
      c10::List<at::Scalar> result;
      each(env, spec, value, [&](napi_value item) { result.push_back(single(env, spec, item).toScalar()); });
      return c10::IValue(result);
    }
    case Kind::String: {
      c10::List<std::string> result;
      each(env, spec, value, [&](napi_value item) { result.push_back(single(env, spec, item).toStringRef()); });
      return result;
    }
    default: mismatch(spec, "something TypeScript cannot pass");
  }
}

}  // namespace

ArgSpec::ArgSpec(const c10::Argument& argument)
    : name(argument.name()),
      kwargOnly(argument.kwarg_only()),
      write(argument.alias_info() != nullptr && argument.alias_info()->isWrite()),
      fixedSize(argument.N().value_or(0)),
      defaultValue(argument.default_value()) {
  c10::TypePtr type = argument.real_type();
  if (auto inner = type->cast<c10::OptionalType>()) {
    optional = true;
    type = inner->getElementType();
  }
  if (auto inner = type->cast<c10::ListType>()) {
    list = true;
    type = inner->getElementType();
    if (auto element = type->cast<c10::OptionalType>()) {
      optionalElements = true;
      type = element->getElementType();
    }
  }
  kind = kindOf(type);
}

std::string ArgSpec::code() const {
  std::string code = list ? "[" : "";
  code += static_cast<char>(kind);
  if (optionalElements) code += '?';
  if (optional) code += '~';
  return code;
}

c10::IValue toIValue(Env& env, const ArgSpec& spec, napi_value value) {
  const napi_valuetype type = typeOf(env.napi, value);
  if (type == napi_undefined && spec.defaultValue) return *spec.defaultValue;
  if (type == napi_undefined || type == napi_null) {
    if (spec.optional) return c10::IValue();
    if (type == napi_undefined) {
      throw UserError("torch/argument", "argument '" + spec.name + "' is missing: expected " + expected(spec));
    }
  }
  return spec.list ? listOf(env, spec, value) : single(env, spec, value);
}

napi_value fromIValue(Env& env, const c10::IValue& value) {
  napi_env napi = env.napi;
  if (value.isTensor()) return handle(env, value.toTensor());
  if (value.isInt()) {
    const int64_t number = value.toInt();
    if (std::abs(static_cast<double>(number)) <= kMaxSafe) return throughline::number(napi, static_cast<double>(number));
    napi_value big = nullptr;
    need(napi_create_bigint_int64(napi, number, &big));
    return big;
  }
  if (value.isDouble()) return number(napi, value.toDouble());
  if (value.isBool()) return boolean(napi, value.toBool());
  if (value.isString()) return string(napi, value.toStringRef());
  if (value.isDevice()) return string(napi, value.toDevice().str());
  if (value.isNone()) return null(napi);
  if (value.isGenerator()) return number(napi, env.handles.add(value));
  if (value.isComplexDouble()) {
    const napi_value pair = object(napi);
    set(napi, pair, "re", number(napi, value.toComplexDouble().real()));
    set(napi, pair, "im", number(napi, value.toComplexDouble().imag()));
    return pair;
  }
  if (value.isList()) {
    std::vector<napi_value> items;
    for (const c10::IValue& item : value.toListRef()) items.push_back(fromIValue(env, item));
    return array(napi, items);
  }
  if (value.isTuple()) {
    std::vector<napi_value> items;
    for (const c10::IValue& item : value.toTupleRef().elements()) items.push_back(fromIValue(env, item));
    return array(napi, items);
  }
  throw UserError("torch/argument", "a result of type " + value.tagKind() + " cannot be passed to TypeScript");
}

}  // namespace throughline
