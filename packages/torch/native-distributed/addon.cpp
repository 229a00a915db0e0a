// The addon's interface, as packages/torch/src/distributed/native.ts describes it. Tensors come from the engine's addon as
// externals (`lend`): each points to an at::Tensor that lives as long as the JavaScript value.
#include <ATen/ATen.h>
#include <node_api.h>

#include "group.h"

namespace throughline::distributed {

namespace {

/** A group as JavaScript holds it. It outlives what still uses it. */
using Held = std::shared_ptr<Group>;

napi_value property(napi_env env, napi_value object, const char* name) {
  napi_value value = nullptr;
  need(napi_get_named_property(env, object, name, &value));
  return value;
}

int whole(napi_env env, napi_value value) {
  int32_t number = 0;
  need(napi_get_value_int32(env, value, &number));
  return number;
}

std::string text(napi_env env, napi_value value) {
  size_t length = 0;
  need(napi_get_value_string_utf8(env, value, nullptr, 0, &length));
  std::string result(length, '\0');
  need(napi_get_value_string_utf8(env, value, result.data(), length + 1, &length));
  return result;
}

napi_value external(napi_env env, Held group) {
  napi_value value = nullptr;
  auto owner = std::make_unique<Held>(std::move(group));
  // Destroying a group waits for its threads, so it is left to the end of the process.
  need(napi_create_external(env, owner.get(), nullptr, nullptr, &value));
  owner.release();
  return value;
}

Held groupOf(napi_env env, napi_value value) {
  void* data = nullptr;
  need(napi_get_value_external(env, value, &data));
  return *static_cast<Held*>(data);
}

std::vector<at::Tensor> tensorsOf(napi_env env, napi_value list) {
  uint32_t length = 0;
  need(napi_get_array_length(env, list, &length));
  std::vector<at::Tensor> tensors;
  for (uint32_t i = 0; i < length; ++i) {
    napi_value item = nullptr;
    void* data = nullptr;
    need(napi_get_element(env, list, i, &item));
    need(napi_get_value_external(env, item, &data));
    tensors.push_back(*static_cast<at::Tensor*>(data));
  }
  return tensors;
}

/** join({ rank, size, host, port, listening, interface, timeout }) → promise of { group, port } */
napi_value join(napi_env env, napi_value given) {
  Membership who;
  who.rank = whole(env, property(env, given, "rank"));
  who.size = whole(env, property(env, given, "size"));
  who.host = text(env, property(env, given, "host"));
  who.port = whole(env, property(env, given, "port"));
  who.listening = whole(env, property(env, given, "listening"));
  who.interface = text(env, property(env, given, "interface"));
  who.timeout = Milliseconds(whole(env, property(env, given, "timeout")));
  return onThread(env, [who]() -> Value {
    auto group = std::make_shared<Group>(who);
    return [group](napi_env env) {
      napi_value result = nullptr, port = nullptr;
      need(napi_create_object(env, &result));
      need(napi_create_int32(env, group->port, &port));
      need(napi_set_named_property(env, result, "group", external(env, group)));
      need(napi_set_named_property(env, result, "port", port));
      return result;
    };
  });
}

/** Contiguous twins of tensors that are not; what a collective wrote into them is copied back when it is done. */
struct Twins {
  explicit Twins(const std::vector<at::Tensor>& given) : given(given) {
    for (const at::Tensor& tensor : given) twins.push_back(tensor.contiguous());
  }
  void copyBack() {
    for (size_t i = 0; i < given.size(); ++i) {
      if (!twins[i].is_same(given[i])) given[i].copy_(twins[i]);
    }
  }
  std::vector<at::Tensor> given, twins;
};

/** A promise that is settled with the work; `after` runs first, where it has succeeded. */
napi_value settled(napi_env env, const c10::intrusive_ptr<c10d::Work>& work, std::function<void()> after) {
  napi_value promise = nullptr;
  Settler settler(env, &promise);
  work->getFuture()->addCallback([settler, after = std::move(after)](c10::ivalue::Future& future) mutable {
    if (future.hasError()) return settler.reject("torch/distributed", future.tryRetrieveErrorMessage());
    try {
      after();
      settler.resolve();
    } catch (...) {
      settler.reject("torch/distributed", currentMessage());
    }
  });
  return promise;
}

/** Runs a collective over detached tensors that share the given ones' memory. @param begin starts it on contiguous tensors */
napi_value collective(napi_env env, const Held& group, const std::vector<at::Tensor>& tensors,
                      const std::function<c10::intrusive_ptr<c10d::Work>(std::vector<at::Tensor>&)>& begin, int divisor = 1) {
  const at::NoGradGuard noGrad;
  std::vector<at::Tensor> plain;
  for (const at::Tensor& tensor : tensors) {
    plain.push_back(tensor.detach());
    if (!tensor.is_inference()) tensor.unsafeGetTensorImpl()->bump_version();
  }
  auto twins = std::make_shared<Twins>(plain);
  group->watch->count();
  return settled(env, begin(twins->twins), [twins, group, divisor] {
    const at::NoGradGuard noGrad;
    twins->copyBack();
    if (divisor == 1) return;
    for (at::Tensor& tensor : twins->given) tensor.div_(divisor);
  });
}

/** allReduce(group, tensors, op) → promise; the tensors, of one dtype, are replaced by the result. AVG, which gloo lacks, too. */
napi_value allReduce(napi_env env, napi_value group, napi_value list, napi_value op) {
  const Held held = groupOf(env, group);
  const auto asked = static_cast<c10d::ReduceOp::RedOpType>(whole(env, op));
  const bool isMean = asked == c10d::ReduceOp::AVG;
  const c10d::ReduceOp::RedOpType kind = isMean ? c10d::ReduceOp::SUM : asked;
  const auto begin = [&](std::vector<at::Tensor>& tensors) {
    if (tensors.size() == 1) {
      c10d::AllreduceOptions options;
      options.reduceOp = kind;
      return held->gloo->allreduce(tensors, options);
    }
    c10d::AllreduceCoalescedOptions options;
    options.reduceOp = kind;
    return held->gloo->allreduce_coalesced(tensors, options);
  };
  return collective(env, held, tensorsOf(env, list), begin, isMean ? held->who.size : 1);
}

/** broadcast(group, tensor, source) → promise */
napi_value broadcast(napi_env env, napi_value group, napi_value list, napi_value source) {
  const Held held = groupOf(env, group);
  c10d::BroadcastOptions options;
  options.rootRank = whole(env, source);
  return collective(env, held, tensorsOf(env, list), [&](std::vector<at::Tensor>& tensors) { return held->gloo->broadcast(tensors, options); });
}

/** allGather(group, [tensor], outputs) → promise; the outputs, one for each rank, are like the tensor and contiguous. */
napi_value allGather(napi_env env, napi_value group, napi_value list, napi_value outputs) {
  const Held held = groupOf(env, group);
  const auto made = std::make_shared<std::vector<std::vector<at::Tensor>>>(1, tensorsOf(env, outputs));
  return collective(env, held, tensorsOf(env, list), [&](std::vector<at::Tensor>& tensors) { return held->gloo->allgather(*made, tensors); });
}

/** barrier(group) → promise */
napi_value barrier(napi_env env, napi_value group) {
  const Held held = groupOf(env, group);
  held->watch->count();
  return settled(env, held->gloo->barrier(), [held] {});
}

/** diagnose(group) → promise of why a collective failed; empty if nobody is to blame */
napi_value diagnose(napi_env env, napi_value group) {
  return onThread(env, [held = groupOf(env, group)]() -> Value {
    return [why = held->watch->diagnose()](napi_env env) {
      napi_value result = nullptr;
      need(napi_create_string_utf8(env, why.data(), why.size(), &result));
      return result;
    };
  });
}

/** leave(group, how) → promise */
napi_value leave(napi_env env, napi_value group, napi_value how) {
  return onThread(env, [held = groupOf(env, group), reason = text(env, how)]() -> Value {
    held->leave(reason);
    return nullptr;
  });
}

template <typename... Arguments>
struct Exported {
  template <napi_value (*function)(napi_env, Arguments...)>
  static napi_value call(napi_env env, napi_callback_info info) {
    try {
      size_t count = sizeof...(Arguments);
      napi_value values[sizeof...(Arguments)];
      need(napi_get_cb_info(env, info, &count, values, nullptr, nullptr));
      return apply<function>(env, values, std::index_sequence_for<Arguments...>());
    } catch (const Failure& failure) {
      napi_throw_error(env, failure.code, failure.what());
    } catch (...) {
      napi_throw_error(env, "torch/distributed", currentMessage().c_str());
    }
    return nullptr;
  }

 private:
  template <napi_value (*function)(napi_env, Arguments...), size_t... at>
  static napi_value apply(napi_env env, napi_value* values, std::index_sequence<at...>) {
    return function(env, values[at]...);
  }
};

template <napi_value (*function)(napi_env, napi_value)>
constexpr napi_callback of1 = Exported<napi_value>::call<function>;
template <napi_value (*function)(napi_env, napi_value, napi_value)>
constexpr napi_callback of2 = Exported<napi_value, napi_value>::call<function>;
template <napi_value (*function)(napi_env, napi_value, napi_value, napi_value)>
constexpr napi_callback of3 = Exported<napi_value, napi_value, napi_value>::call<function>;

}  // namespace

}  // namespace throughline::distributed

NAPI_MODULE_INIT() {
  using namespace throughline::distributed;
  const std::pair<const char*, napi_callback> functions[] = {
      {"join", of1<join>},           {"allReduce", of3<allReduce>}, {"broadcast", of3<broadcast>}, {"allGather", of3<allGather>},
      {"barrier", of1<barrier>},     {"diagnose", of1<diagnose>},   {"leave", of2<leave>},
  };
  for (const auto& [name, function] : functions) {
    napi_value value = nullptr;
    if (napi_create_function(env, name, NAPI_AUTO_LENGTH, function, nullptr, &value) != napi_ok ||
        napi_set_named_property(env, exports, name, value) != napi_ok)
      return nullptr;
  }
  return exports;
}
