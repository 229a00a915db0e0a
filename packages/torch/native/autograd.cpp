// Reverse- and forward-mode differentiation: libtorch's engine, with hooks and functions written in TypeScript.
#include <ATen/ATen.h>
#include <ATen/DeviceAccelerator.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/forward_grad.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>
#include <torch/csrc/autograd/variable.h>

#include <atomic>
#include <type_traits>
#include <unordered_set>

#include "modules.h"

namespace throughline {

namespace {

using torch::autograd::variable_list;

// How many hooks and functions written in TypeScript this process has made: with none, a backward pass on an
// accelerator needs no thread of its own.
std::atomic<size_t> callbacks{0};

/**
 * Runs a backward pass; on a thread of its own if libtorch's threads may have to call JavaScript: those of an accelerator,
 * and those to which the engine moves passes nested more than 60 deep in callbacks.
 */
void runEngine(Env& env, const std::function<void()>& pass) {
  struct Nested {
    explicit Nested(Env& env) : env(env) { ++env.nestedPasses; }
    ~Nested() { --env.nestedPasses; }
    Env& env;
  } nested(env);
  constexpr size_t kDeep = 40;
  const bool otherThreads = callbacks > 0 && (env.nestedPasses > kDeep || at::getAccelerator().has_value());
  if (env.forceEngineThread || otherThreads) {
    env.pump(pass);
  } else {
    pass();
  }
}

/** backward(tensors, gradients, retainGraph, createGraph, inputs) */
napi_value backward(Call& call) {
  const variable_list outputs = call.tensors(0), gradients = call.tensors(1), inputs = call.tensors(4);
  const bool retain = call.boolean(2), create = call.boolean(3);
  runEngine(call.env, [&] { torch::autograd::backward(outputs, gradients, retain, create, inputs); });
  return undefined(call.napi);
}

/** grad(outputs, inputs, gradOutputs, retainGraph, createGraph, allowUnused) → handles, null where unused */
napi_value grad(Call& call) {
  const variable_list outputs = call.tensors(0), inputs = call.tensors(1), gradients = call.tensors(2);
  const bool retain = call.boolean(3), create = call.boolean(4), unused = call.boolean(5);
  variable_list result;
  runEngine(call.env, [&] { result = torch::autograd::grad(outputs, inputs, gradients, retain, create, unused); });
  return handles(call.env, result);
}

napi_value requiresGrad(Call& call) { return boolean(call.napi, call.tensor(0).requires_grad()); }
napi_value isLeaf(Call& call) { return boolean(call.napi, call.tensor(0).is_leaf()); }
napi_value isInference(Call& call) { return boolean(call.napi, call.tensor(0).is_inference()); }

napi_value setRequiresGrad(Call& call) {
  const at::Tensor& tensor = call.tensor(0);
  const bool wanted = call.boolean(1);
  TORCH_CHECK(tensor.is_leaf() || wanted, "only a leaf can stop requiring gradients; use detach()");
  tensor.set_requires_grad(wanted);
  return undefined(call.napi);
}

napi_value retainGrad(Call& call) {
  call.tensor(0).retain_grad();
  return undefined(call.napi);
}

napi_value getGrad(Call& call) { return handle(call.env, call.tensor(0).grad()); }

napi_value setGrad(Call& call) {
  const at::Tensor& tensor = call.tensor(0);
  if (call.isNullish(1)) {
    tensor.mutable_grad().reset();
    return undefined(call.napi);
  }
  const at::Tensor& gradient = call.tensor(1);
  TORCH_CHECK(gradient.sizes() == tensor.sizes(), "a gradient of shape ", gradient.sizes(), " was set on a tensor of shape ", tensor.sizes());
  TORCH_CHECK(gradient.scalar_type() == tensor.scalar_type() && gradient.device() == tensor.device(),
              "a gradient must have its tensor's dtype and device");
  tensor.mutable_grad() = gradient;
  return undefined(call.napi);
}

/**
 * setData(tensor, source): the tensor takes the source's memory, dtype and device and stays the same leaf; on a device whose tensors
 * are made otherwise (`meta`, some accelerators), a new leaf takes its place behind the same handle.
 */
napi_value setData(Call& call) {
  const at::Tensor& tensor = call.tensor(0);
  const at::Tensor& source = call.tensor(1);
  if (at::_has_compatible_shallow_copy_type(tensor, source)) {
    tensor.set_data(source);
    return undefined(call.napi);
  }
  const bool isLeaf = tensor.requires_grad();
  call.env.handles.replace(call.number(0), source.detach().set_requires_grad(isLeaf));
  return undefined(call.napi);
}

napi_value gradFunctionName(Call& call) {
  const auto& node = call.tensor(0).grad_fn();
  return node ? string(call.napi, node->name()) : null(call.napi);
}

/** Frees the JavaScript values made inside a callback, however it ends. */
struct HandleScope {
  explicit HandleScope(napi_env env) : env(env) { need(napi_open_handle_scope(env, &scope)); }
  ~HandleScope() { napi_close_handle_scope(env, scope); }
  napi_env env;
  napi_handle_scope scope = nullptr;
};

/** Releases the handles made while it lasts. */
struct TableScope {
  explicit TableScope(HandleTable& table) : table(table) { table.beginScope(); }
  ~TableScope() { table.endScope(); }
  HandleTable& table;
};

/** addHook(tensor, function) → its number; the function gets the gradient's handle and may return another's. */
napi_value addHook(Call& call) {
  Env* env = &call.env;
  ++callbacks;
  auto function = env->retain(call[1]);
  env->handles.tensor(call.number(0));  // strengthens the hooks it has: the new one is strong
  const unsigned position = call.tensor(0).register_hook([env, function](const at::Tensor& gradient) {
    at::Tensor replacement;
    if (!gradient.defined()) return replacement;  // no gradient reached the tensor
    // A hook may remove itself and so destroy this closure: from here on only copies are used.
    Env* const owner = env;
    const auto hook = function;
    owner->onJsThread([owner, &hook, &gradient, &replacement] {
      HandleScope scope(owner->napi);
      const napi_value result = owner->call(hook, {handle(*owner, gradient)});
      if (typeOf(owner->napi, result) != napi_number) return;
      double number = 0;
      need(napi_get_value_double(owner->napi, result, &number));
      replacement = owner->handles.tensor(number);
    });
    return replacement;
  });
  env->hooks.add(call.number(0), function);
  return number(call.napi, position);
}

/** weakenHooks(): to be called when tensors have been collected, which may have been the last to need another's hooks. */
napi_value weakenHooks(Call& call) {
  call.env.hooks.weaken();
  return undefined(call.napi);
}

napi_value removeHook(Call& call) {
  call.tensor(0).remove_hook(static_cast<unsigned>(call.integer(1)));
  return undefined(call.napi);
}

using torch::autograd::Node;
using torch::autograd::SavedVariable;
using NodePointer = std::decay_t<decltype(std::declval<at::Tensor>().grad_fn())>;

/** The graph node of one application of a function written in TypeScript. */
struct JsNode : Node {
  Env* env = nullptr;
  std::shared_ptr<napi_ref__> function;
  std::vector<SavedVariable> saved;
  bool released = false;
  // What forward said through its context.
  variable_list toSave;
  std::unordered_set<at::TensorImpl*> dirty, nonDifferentiable;

  variable_list apply(variable_list&& gradients) override {
    TORCH_CHECK(!released, "backward went through the same custom function a second time; set retainGraph the first time");
    variable_list kept, result;
    for (const SavedVariable& variable : saved) kept.push_back(variable.unpack(getptr()));
    env->onJsThread([&] {
      HandleScope scope(env->napi);
      TableScope handlesMade(env->handles);
      result = tensorsOf(*env, env->call(function, {handles(*env, gradients), handles(*env, kept)}));
    });
    return result;
  }

  void release_variables() override {
    saved.clear();
    released = true;
  }

  std::string name() const override { return "CustomFunctionBackward"; }
};

// A graph node is held by std::shared_ptr in older versions of libtorch and by an intrusive pointer in newer ones.
template <typename Pointer>
Pointer makeNode(JsNode*& raw) {
  if constexpr (std::is_same_v<Pointer, std::shared_ptr<Node>>) {
    raw = new JsNode();
    return Pointer(raw, [](auto* node) { deleteNode(node); });  // libtorch's own: frees deep graphs without recursion
  } else {
    auto made = c10::make_intrusive<JsNode>();
    raw = made.get();
    return made;
  }
}

// The nodes whose forward is now running, innermost last, so that saveForBackward and the like find theirs.
thread_local std::vector<JsNode*> running;

variable_list runForward(Env& env, JsNode* node, const std::shared_ptr<napi_ref__>& forward, const variable_list& inputs) {
  struct Running {
    explicit Running(JsNode* node) { running.push_back(node); }
    ~Running() { running.pop_back(); }
  } guard(node);
  at::AutoGradMode off(false);
  return tensorsOf(env, env.call(forward, {handles(env, inputs)}));
}

/**
 * applyFunction(inputs, forward, backward) → outputs. forward gets the inputs and returns outputs; backward gets the
 * gradients (null where none flowed) and the saved tensors and returns one gradient or null for each input.
 */
napi_value applyFunction(Call& call) {
  ++callbacks;
  const variable_list inputs = call.tensors(0);
  JsNode* node = nullptr;
  NodePointer owner = makeNode<NodePointer>(node);
  node->env = &call.env;
  node->function = call.env.retain(call[2]);
  const bool recording = at::GradMode::is_enabled() && torch::autograd::any_variable_requires_grad(inputs);
  if (recording) node->set_next_edges(torch::autograd::collect_next_edges(inputs));
  const variable_list raw = runForward(call.env, node, call.env.retain(call[1]), inputs);
  const std::vector<std::optional<at::Tensor>> outputs(raw.begin(), raw.end());
  const auto wrapped = torch::autograd::_wrap_outputs(
      inputs, node->nonDifferentiable, node->dirty, outputs, recording ? owner : NodePointer(),
      [](const variable_list&, const variable_list&) -> variable_list {
        TORCH_CHECK(false, "a custom function has no forward-mode derivative");
      },
      {}, [](const at::Tensor& tensor) { return tensor.view_as(tensor); }, /*pure_view=*/false);
  for (const at::Tensor& tensor : node->toSave) {
    if (recording) node->saved.emplace_back(tensor, /*is_output=*/tensor.grad_fn().get() == node);
  }
  node->toSave.clear();
  variable_list result;
  for (const auto& output : wrapped) result.push_back(output.value_or(at::Tensor()));
  return handles(call.env, result);
}

JsNode& current() {
  if (running.empty()) throw UserError("torch/autograd", "a function's context can be used only inside its forward");
  return *running.back();
}

napi_value saveForBackward(Call& call) {
  for (const at::Tensor& tensor : call.tensors(0)) current().toSave.push_back(tensor);
  return undefined(call.napi);
}

napi_value markDirty(Call& call) {
  for (const at::Tensor& tensor : call.tensors(0)) {
    tensor.unsafeGetTensorImpl()->bump_version();
    current().dirty.insert(tensor.unsafeGetTensorImpl());
  }
  return undefined(call.napi);
}

napi_value markNonDifferentiable(Call& call) {
  for (const at::Tensor& tensor : call.tensors(0)) current().nonDifferentiable.insert(tensor.unsafeGetTensorImpl());
  return undefined(call.napi);
}

/** setGradMode(enabled) → what it was */
napi_value setGradMode(Call& call) {
  const bool before = at::GradMode::is_enabled();
  at::GradMode::set_enabled(call.boolean(0));
  return boolean(call.napi, before);
}

napi_value gradMode(Call& call) { return boolean(call.napi, at::GradMode::is_enabled()); }

// Guards restore what they found, so they are left in the order opposite to the one they were entered in.
thread_local std::vector<std::unique_ptr<c10::InferenceMode>> inference;

napi_value enterInference(Call& call) {
  inference.push_back(std::make_unique<c10::InferenceMode>(true));
  return undefined(call.napi);
}

napi_value exitInference(Call& call) {
  if (!inference.empty()) inference.pop_back();
  return undefined(call.napi);
}

napi_value inferenceMode(Call& call) { return boolean(call.napi, c10::InferenceMode::is_enabled()); }

napi_value enterDualLevel(Call& call) {
  return number(call.napi, static_cast<double>(torch::autograd::ForwardADLevel::get_next_idx()));
}

napi_value exitDualLevel(Call& call) {
  torch::autograd::ForwardADLevel::release_idx(static_cast<uint64_t>(call.integer(0)));
  return undefined(call.napi);
}

/** forceEngineThread(on): run every backward pass as on an accelerator, so that a test can reach that path. */
napi_value forceEngineThread(Call& call) {
  call.env.forceEngineThread = call.boolean(0);
  return undefined(call.napi);
}

}  // namespace

void registerAutograd(Exports& exports) {
  exports.add<backward>("backward");
  exports.add<grad>("grad");
  exports.add<requiresGrad>("requiresGrad");
  exports.add<setRequiresGrad>("setRequiresGrad");
  exports.add<isLeaf>("isLeaf");
  exports.add<isInference>("isInference");
  exports.add<retainGrad>("retainGrad");
  exports.add<getGrad>("getGrad");
  exports.add<setGrad>("setGrad");
  exports.add<setData>("setData");
  exports.add<gradFunctionName>("gradFunctionName");
  exports.add<addHook>("addHook");
  exports.add<removeHook>("removeHook");
  exports.add<weakenHooks>("weakenHooks");
  exports.add<applyFunction>("applyFunction");
  exports.add<saveForBackward>("saveForBackward");
  exports.add<markDirty>("markDirty");
  exports.add<markNonDifferentiable>("markNonDifferentiable");
  exports.add<setGradMode>("setGradMode");
  exports.add<gradMode>("gradMode");
  exports.add<enterInference>("enterInference");
  exports.add<exitInference>("exitInference");
  exports.add<inferenceMode>("inferenceMode");
  exports.add<enterDualLevel>("enterDualLevel");
  exports.add<exitDualLevel>("exitDualLevel");
  exports.add<forceEngineThread>("forceEngineThread");
}

}  // namespace throughline
