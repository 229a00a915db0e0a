// Operators by name: look one up once, call it through the boxed dispatcher ever after.
#include <ATen/core/Tensor.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <array>
#include <atomic>
#include <mutex>
#include <sstream>
#include <unordered_map>

#include "convert.h"
#include "modules.h"
#include "writes.h"

namespace throughline {

namespace {

struct Operator {
  explicit Operator(c10::OperatorHandle found) : handle(found), args(specsOf(found.schema())), writes(found, args) {
    for (const c10::Argument& result : found.schema().returns()) aliases.push_back(aliasedArgument(found.schema(), result));
    mayResize = found.schema().name().find("resize") != std::string::npos;
    for (const ArgSpec& spec : args) mayResize |= spec.write && spec.kwargOnly;  // an `out`
  }
  static std::vector<ArgSpec> specsOf(const c10::FunctionSchema& schema) {
    std::vector<ArgSpec> specs;
    for (const c10::Argument& argument : schema.arguments()) specs.emplace_back(argument);
    return specs;
  }
  /** Which argument a result is (an in-place or out variant), or -1. */
  static int aliasedArgument(const c10::FunctionSchema& schema, const c10::Argument& result) {
    if (result.alias_info() == nullptr || !result.alias_info()->isWrite()) return -1;
    for (size_t i = 0; i < schema.arguments().size(); ++i) {
      const c10::AliasInfo* info = schema.arguments()[i].alias_info();
      if (info != nullptr && info->isWrite() && info->beforeSets() == result.alias_info()->beforeSets()) {
        return static_cast<int>(i);
      }
    }
    return -1;
  }

  c10::OperatorHandle handle;
  std::vector<ArgSpec> args;
  Writes writes;
  std::vector<int> aliases;
  bool mayResize = false;
};

// Shared by every environment of the process; an entry never moves or dies, so that a call needs no lock.
constexpr size_t kMaxOperators = 16384;
std::mutex mutex;
std::unordered_map<std::string, size_t> byName;
std::array<std::atomic<Operator*>, kMaxOperators> operators{};

size_t intern(const std::string& name, const std::string& overload) {
  std::lock_guard<std::mutex> lock(mutex);
  const std::string key = name + "." + overload;
  if (auto known = byName.find(key); known != byName.end()) return known->second;
  auto found = c10::Dispatcher::singleton().findSchema({name, overload});
  if (!found) {
    throw UserError("torch/unknown-operator", "libtorch has no operator " + name + (overload.empty() ? "" : "." + overload));
  }
  const size_t id = byName.size();
  if (id >= kMaxOperators) throw UserError("torch/unknown-operator", "more than 16384 different operators were used");
  operators[id].store(new Operator(*found), std::memory_order_release);
  return byName[key] = id;
}

Operator& at(size_t id) {
  Operator* found = id < kMaxOperators ? operators[id].load(std::memory_order_acquire) : nullptr;
  if (found == nullptr) throw UserError("torch/unknown-operator", "no operator has this number");
  return *found;
}

napi_value describe(napi_env env, size_t id, Operator& op) {
  const c10::FunctionSchema& schema = op.handle.schema();
  const napi_value object = throughline::object(env);
  set(env, object, "id", number(env, static_cast<double>(id)));
  std::ostringstream text;
  text << schema;
  set(env, object, "schema", string(env, text.str()));
  std::vector<napi_value> args;
  for (const ArgSpec& spec : op.args) {
    const napi_value arg = throughline::object(env);
    set(env, arg, "name", string(env, spec.name));
    set(env, arg, "code", string(env, spec.code()));
    set(env, arg, "hasDefault", boolean(env, spec.defaultValue.has_value()));
    set(env, arg, "kwargOnly", boolean(env, spec.kwargOnly));
    set(env, arg, "write", boolean(env, spec.write));
    args.push_back(arg);
  }
  set(env, object, "args", array(env, args));
  std::vector<napi_value> returns;
  for (size_t i = 0; i < op.aliases.size(); ++i) {
    const napi_value entry = throughline::object(env);
    set(env, entry, "code", string(env, ArgSpec(schema.returns()[i]).code()));
    set(env, entry, "alias", number(env, op.aliases[i]));
    returns.push_back(entry);
  }
  set(env, object, "returns", array(env, returns));
  return object;
}

/** findOperator(name, overload) → its number, schema, arguments and results. */
napi_value findOperator(Call& call) {
  const size_t id = intern(call.string(0), call.string(1));
  return describe(call.napi, id, throughline::at(id));
}

/** operatorNames() → "aten::add.Tensor" and the like, every operator registered now. */
napi_value operatorNames(Call& call) {
  std::vector<napi_value> names;
  for (const c10::OperatorName& name : c10::Dispatcher::singleton().getAllOpNames()) {
    if (c10::Dispatcher::singleton().findSchema(name)) names.push_back(string(call.napi, c10::toString(name)));
  }
  return array(call.napi, names);
}

/**
 * libtorch sets the sizes of a result that it is to fill before it finds that the memory cannot grow. Should the call fail,
 * those tensors get back the sizes they had, or they would reach beyond their memory.
 */
class ShapesBefore {
 public:
  ShapesBefore(const Operator& op, const torch::jit::Stack& stack) {
    if (!op.mayResize) return;
    for (size_t i = 0; i < op.args.size(); ++i) {
      if (!op.args[i].write || !stack[i].isTensor()) continue;
      const at::Tensor& tensor = stack[i].toTensor();
      if (!tensor.defined() || tensor.layout() != c10::kStrided) continue;
      shapes_.push_back({tensor, tensor.sizes().vec(), tensor.strides().vec()});
    }
  }
  void restore() const {
    for (const Shape& shape : shapes_) {
      if (shape.tensor.sizes() == shape.sizes && shape.tensor.strides() == shape.strides) continue;
      shape.tensor.unsafeGetTensorImpl()->set_sizes_and_strides(shape.sizes, shape.strides);
    }
  }

 private:
  struct Shape {
    at::Tensor tensor;
    std::vector<int64_t> sizes, strides;
  };
  std::vector<Shape> shapes_;
};

/** callOperator(id, ...args): tensors and generators as handles; missing arguments take their defaults. Functional
 * results become new handles; results that are arguments come back as undefined. */
napi_value callOperator(Call& call) {
  uint32_t id = UINT32_MAX;
  need(napi_get_value_uint32(call.napi, call[0], &id));
  Operator& op = throughline::at(id);
  if (call.count - 1 > op.args.size()) {
    throw UserError("torch/argument", "takes at most " + std::to_string(op.args.size()) + " arguments, got " +
                                          std::to_string(call.count - 1));
  }
  Env& env = call.env;
  env.drain();
  torch::jit::Stack stack = std::move(env.spareStack);
  stack.clear();
  const napi_value missing = undefined(call.napi);
  for (size_t i = 0; i < op.args.size(); ++i) {
    stack.push_back(toIValue(env, op.args[i], i + 1 < call.count ? call[i + 1] : missing));
  }
  op.writes.prepare(stack);
  const ShapesBefore before(op, stack);
  try {
    op.handle.callBoxed(stack);
  } catch (...) {
    before.restore();
    throw;
  }
  // A result that is one of the arguments gets no second handle: TypeScript returns the argument itself.
  const auto convert = [&](size_t i) { return op.aliases[i] >= 0 ? missing : fromIValue(env, stack[i]); };
  napi_value result = missing;
  if (stack.size() == 1) {
    result = convert(0);
  } else if (!stack.empty()) {
    std::vector<napi_value> items;
    for (size_t i = 0; i < stack.size(); ++i) items.push_back(convert(i));
    result = array(call.napi, items);
  }
  stack.clear();
  env.spareStack = std::move(stack);
  return result;
}

}  // namespace

void registerDispatch(Exports& exports) {
  exports.add<findOperator>("findOperator");
  exports.add<operatorNames>("operatorNames");
  exports.add<callOperator>("callOperator");
}

}  // namespace throughline
