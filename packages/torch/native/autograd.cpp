// Reverse- and forward-mode differentiation: libtorch's engine, with hooks and functions written in TypeScript.
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/forward_grad.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/variable.h>

#include <atomic>

#include "modules.h"

namespace throughline {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// How many hooks and functions written in TypeScript this process has made: with none, a backward pass on an
// accelerator needs no thread of its own.
std::atomic<size_t> callbacks{0};

/** Runs a backward pass; on a thread of its own if libtorch's device threads may have to call JavaScript. */
void runEngine(Env& env, const std::function<void()>& pass) {
  const bool deviceThreads = at::getAccelerator().has_value() && callbacks > 0;
  if (env.forceEngineThread || deviceThreads) {
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

/** setData(tensor, source): the tensor takes the source's memory, dtype and device and stays the same leaf. */
napi_value setData(Call& call) {
  call.tensor(0).set_data(call.tensor(1));
  return undefined(call.napi);
}

napi_value gradFunctionName(Call& call) {
  const auto& node = call.tensor(0).grad_fn();
  return node ? string(call.napi, node->name()) : null(call.napi);
}

/** addHook(tensor, function) → its number; the function gets the gradient's handle and may return another's. */
napi_value addHook(Call& call) {
  Env* env = &call.env;
  ++callbacks;
  auto function = env->retain(call[1]);
  const unsigned position = call.tensor(0).register_hook([env, function](const at::Tensor& gradient) {
    at::Tensor replacement;
    env->onJsThread([&] {
      napi_handle_scope scope;
      napi_open_handle_scope(env->napi, &scope);
      napi_value result = env->call(function, {handle(*env, gradient)});
      double number = 0;
      if (napi_get_value_double(env->napi, result, &number) == napi_ok) replacement = env->handles.tensor(number);
      napi_close_handle_scope(env->napi, scope);
    });
    return replacement;
  });
  return number(call.napi, position);
}

napi_value removeHook(Call& call) {
  call.tensor(0).remove_hook(static_cast<unsigned>(call.integer(1)));
  return undefined(call.napi);
}

/** The JavaScript half of one application of a custom function, kept by its graph node. */
struct JsFunctionState : torch::CustomClassHolder {
  Env* env = nullptr;
  std::shared_ptr<napi_ref__> forward, backward;
};

// The context of the forward pass now running, so that saveForBackward and the like find it.
thread_local std::vector<AutogradContext*> contexts;

struct JsFunction : torch::autograd::Function<JsFunction> {
  static variable_list forward(AutogradContext* context, JsFunctionState* state, variable_list inputs) {
    Env& env = *state->env;
    context->saved_data["state"] = c10::IValue::make_capsule(c10::intrusive_ptr<JsFunctionState>::reclaim_copy(state));
    contexts.push_back(context);
    variable_list outputs;
    try {
      outputs = tensorsOf(env, env.call(state->forward, {handles(env, inputs)}));
    } catch (...) {
      contexts.pop_back();
      throw;
    }
    contexts.pop_back();
    return outputs;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    auto capsule = context->saved_data["state"].toCapsule();
    auto& state = static_cast<JsFunctionState&>(*capsule);
    Env& env = *state.env;
    const variable_list saved = context->get_saved_variables();
    variable_list result;
    env.onJsThread([&] {
      napi_handle_scope scope;
      napi_open_handle_scope(env.napi, &scope);
      result = tensorsOf(env, env.call(state.backward, {handles(env, gradients), handles(env, saved)}));
      napi_close_handle_scope(env.napi, scope);
    });
    result.insert(result.begin(), at::Tensor());  // for the state, which is no tensor
    return result;
  }
};

/**
 * applyFunction(inputs, forward, backward) → outputs. forward gets the inputs and returns outputs; backward gets the
 * gradients (null where none flowed) and the saved tensors and returns one gradient or null for each input.
 */
napi_value applyFunction(Call& call) {
  ++callbacks;
  auto state = c10::make_intrusive<JsFunctionState>();
  state->env = &call.env;
  state->forward = call.env.retain(call[1]);
  state->backward = call.env.retain(call[2]);
  return handles(call.env, JsFunction::apply(state.get(), call.tensors(0)));
}

AutogradContext& currentContext() {
  if (contexts.empty()) throw UserError("torch/autograd", "a function's context can be used only inside its forward");
  return *contexts.back();
}

napi_value saveForBackward(Call& call) {
  currentContext().save_for_backward(call.tensors(0));
  return undefined(call.napi);
}

napi_value markDirty(Call& call) {
  currentContext().mark_dirty(call.tensors(0));
  return undefined(call.napi);
}

napi_value markNonDifferentiable(Call& call) {
  currentContext().mark_non_differentiable(call.tensors(0));
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
