// The addon's entry: one Env for each JavaScript environment that loads it (main thread or worker).
#include "modules.h"

NAPI_MODULE_INIT() {
  using namespace throughline;
  auto* instance = new Env(env);
  napi_set_instance_data(
      env, instance, [](napi_env, void* data, void*) { delete static_cast<Env*>(data); }, nullptr);
  Exports all{env, exports};
  registerAutograd(all);
  registerContext(all);
  registerDispatch(all);
  registerMemory(all);
  registerTensor(all);
  return exports;
}
