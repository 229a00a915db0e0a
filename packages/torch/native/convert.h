// JavaScript values to and from the dispatcher's, as an operator's schema asks.
#pragma once

#include <ATen/core/function_schema.h>

#include "guard.h"

namespace throughline {

enum class Kind : char {
  Tensor = 'T',
  Generator = 'G',
  Int = 'i',
  Float = 'f',
  Scalar = 's',
  Bool = 'b',
  String = 'S',
  Dtype = 'd',
  Device = 'D',
  Layout = 'l',
  MemoryFormat = 'm',
  Unsupported = '!',
};

/** One argument of an operator, read once from its schema. */
struct ArgSpec {
  std::string name;
  Kind kind = Kind::Unsupported;
  bool list = false;
  bool optional = false;         // the argument itself may be null
  bool optionalElements = false;  // elements of the list may be null
  bool kwargOnly = false;
  bool write = false;
  int fixedSize = 0;  // n of `int[n]`: one number stands for n equal ones
  std::optional<c10::IValue> defaultValue;

  explicit ArgSpec(const c10::Argument& argument);
  bool defaultIsEmpty() const { return defaultValue && defaultValue->isList() && defaultValue->toListRef().empty(); }
  /** `T`, `[T?`, `i?` …: what TypeScript needs to know. */
  std::string code() const;
};

/** Throws UserError naming the argument when the value does not fit. */
c10::IValue toIValue(Env& env, const ArgSpec& spec, napi_value value);
napi_value fromIValue(Env& env, const c10::IValue& value);

}  // namespace throughline
