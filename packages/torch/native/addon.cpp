// The addon's entry: one Env for each JavaScript environment that loads it (main thread or worker).
#include "modules.h"

NAPI_MODULE_INIT() {
  using namespace throughline;
  try {
    auto instance = std::make_unique<Env>(env);
    need(napi_set_instance_data(
        env, instance.get(), [](napi_env, void* data, void*) { delete static_cast<Env*>(data); }, nullptr));
    instance.release();
    Exports all{env, exports};
    registerAutograd(all);
    registerContext(all);
    registerDispatch(all);
    registerMemory(all);
    registerTensor(all);
    return exports;
  } catch (const std::exception& error) {
    napi_throw_error(env, "torch/setup", error.what());  // which does nothing in a worker that is being terminated
    return nullptr;
  }
}
