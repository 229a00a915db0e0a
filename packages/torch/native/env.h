// What one JavaScript environment (the main thread or one worker) owns: its handles, its scopes, and the
// bridge by which libtorch's own threads run JavaScript callbacks on the environment's thread.
#pragma once

#include <ATen/core/ivalue.h>
#include <node_api.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "hooks.h"

namespace throughline {

/** A caller's mistake, found before libtorch was asked; `code` becomes the JavaScript error's code. */
struct UserError : std::runtime_error {
  UserError(const char* code, const std::string& message) : std::runtime_error(message), code(code) {}
  const char* code;
};

/**
 * A call of Node-API failed: a JavaScript exception is pending, the worker is being terminated, or, with neither, the call
 * was not one that Node accepts. Unwinds to the guard, which adds an error only in the last case.
 */
struct NodeFailure : std::exception {
  explicit NodeFailure(napi_status status) : status(status) {}
  napi_status status;
};

/** Every call of Node-API whose result is used goes through here: one that fails leaves its result unwritten. */
inline void need(napi_status status) {
  if (status != napi_ok) throw NodeFailure(status);
}

/** A JavaScript callback threw while libtorch was running; the exception waits in Env::callbackError. */
struct CallbackError : std::runtime_error {
  CallbackError() : std::runtime_error("a JavaScript callback threw") {}
};

/**
 * Tensors and generators by number. A handle is slot + generation * 2^24, so the number of a released tensor
 * never names another one. Handles made inside a scope are released when the scope ends.
 */
class HandleTable {
 public:
  double add(c10::IValue value);
  const c10::IValue& get(double handle) const;
  const at::Tensor& tensor(double handle) const;
  /** Puts another tensor behind a tensor's handle. */
  void replace(double handle, at::Tensor tensor);
  /** Releases the handle; false if it was released before. */
  bool release(double handle);
  bool isLive(double handle) const;
  /** Has `onUse` called when the handle is next used. */
  void watch(double handle) { slots_[slotOf(handle)].watched = true; }

  void beginScope();
  void endScope();
  /** Takes a handle out of the innermost `levels` scopes (default: all); true if no scope owns it now. */
  bool escape(double handle, size_t levels = SIZE_MAX);

  size_t live() const { return live_; }
  /** Bytes newly held (or, negative, given up) outside any scope since the last call: the collector must hear of them. */
  int64_t takeExternalBytes() { return std::exchange(externalDelta_, 0); }
  int64_t externalDelta() const { return externalDelta_; }

  std::function<void(double)> onUse;

 private:
  static constexpr uint32_t kNoScope = 0;
  struct Slot {
    c10::IValue value;
    uint32_t generation = 1;
    uint32_t scope = kNoScope;  // 1-based depth of the owning scope
    bool used = false;
    mutable bool watched = false;
    int64_t externalBytes = 0;  // counted for the garbage collector, since only a finaliser may free it
  };
  uint32_t slotOf(double handle) const;
  void free(uint32_t slot);
  void countExternal(Slot& slot);

  std::vector<Slot> slots_;
  std::vector<uint32_t> freeSlots_;
  std::vector<std::vector<double>> scopes_;
  std::vector<std::vector<double>> spare_;  // emptied scope lists, kept for their capacity
  size_t live_ = 0;
  int64_t externalDelta_ = 0;
};

class Env {
 public:
  explicit Env(napi_env env) : napi(env), hooks(env, handles), thread_(std::this_thread::get_id()) {
    handles.onUse = [this](double handle) { hooks.strengthen(handle); };
  }
  ~Env();
  static Env& of(napi_env env);

  /**
   * Runs `work` on the environment's thread and waits for it: at once when called there, through the queue
   * of `pump` when called from a thread of libtorch's (a backward pass on an accelerator).
   */
  void onJsThread(const std::function<void()>& work);
  /**
   * Runs `work` while this thread serves `onJsThread`: on a thread of its own or, inside a callback, on libtorch's thread
   * that waits for it, since the engine can nest a pass only there.
   */
  void pump(const std::function<void()>& work);

  /** Keeps a JavaScript function alive for as long as the returned pointer lives, on whatever thread it dies. */
  std::shared_ptr<napi_ref__> retain(napi_value function);
  napi_value deref(const std::shared_ptr<napi_ref__>& reference) const;
  /** Calls a retained function; throws CallbackError with the JavaScript exception stored if it throws. */
  napi_value call(const std::shared_ptr<napi_ref__>& function, const std::vector<napi_value>& args);
  /** Deletes the references that died on other threads, and tells the collector of memory it cannot see. */
  void drain();

  napi_env napi;
  HandleTable handles;
  Hooks hooks;
  napi_ref callbackError = nullptr;
  napi_ref errorClass = nullptr;  // TorchError, once TypeScript has handed it over
  std::vector<c10::IValue> spareStack;
  size_t nestedPasses = 0;  // backward passes now running, each in a callback of the one before
  bool forceEngineThread = false;

 private:
  struct Graveyard {
    std::mutex mutex;
    std::vector<napi_ref> dead;
    std::atomic<bool> any{false};
    bool closed = false;
  };
  std::thread::id thread_;
  std::shared_ptr<Graveyard> graveyard_ = std::make_shared<Graveyard>();
  std::mutex mutex_;
  std::condition_variable changed_;
  /** What a thread of libtorch's wants run here, and what that thread is to run meanwhile. */
  struct Request {
    std::function<void()> work;
    std::function<void()> inner;
    std::exception_ptr failure;
    bool done = false;
  };
  std::deque<Request*> queue_;
  Request* serving_ = nullptr;
  size_t pumping_ = 0;
};

}  // namespace throughline
