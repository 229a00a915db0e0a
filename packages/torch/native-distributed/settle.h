// Promises that other threads settle.
#pragma once

#include <node_api.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

namespace throughline::distributed {

/** A failure with one of the package's codes. */
struct Failure : std::runtime_error {
  Failure(const char* code, const std::string& message) : std::runtime_error(message), code(code) {}
  const char* code;
};

/** Throws unless a call of Node-API succeeded. */
void need(napi_status status);

/** Makes the value of a settled promise, on the environment's thread. */
using Value = std::function<napi_value(napi_env)>;

/** The settling side of a promise; called once, from any thread. While it waits, the process does not end. */
class Settler {
 public:
  /** @param promise is set to the promise */
  Settler(napi_env env, napi_value* promise);
  void resolve(Value value = nullptr);
  void reject(const std::string& code, const std::string& message);

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

/** Runs `work` on a thread of its own. @returns a promise of the value that it returns; one that throws rejects it */
napi_value onThread(napi_env env, std::function<Value()> work);

/** The message of the exception now being handled, without libtorch's backtrace. */
std::string currentMessage();

}  // namespace throughline::distributed
