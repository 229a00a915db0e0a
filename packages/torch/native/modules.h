// What each file of the addon adds to its exports.
#pragma once

#include "guard.h"

namespace throughline {

struct Exports {
  napi_env env;
  napi_value object;
  template <napi_value (*function)(Call&)>
  void add(const char* name) {
    napi_value value = nullptr;
    need(napi_create_function(env, name, NAPI_AUTO_LENGTH, guarded<function>, nullptr, &value));
    set(env, object, name, value);
  }
};

void registerAutograd(Exports& exports);
void registerContext(Exports& exports);
void registerDispatch(Exports& exports);
void registerMemory(Exports& exports);
void registerTensor(Exports& exports);

}  // namespace throughline
