// Process-wide settings: threads, seeds and generators, devices, autocast, operator libraries.
#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/DeviceAccelerator.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <torch/version.h>

#include <mutex>

#if defined(_WIN32)
#include <windows.h>
#else
#include <dlfcn.h>
#endif

#include "modules.h"

namespace throughline {

namespace {

/** setErrorClass(TorchError): what every failure is an instance of from now on */
napi_value setErrorClass(Call& call) {
  need(napi_create_reference(call.napi, call[0], 1, &call.env.errorClass));
  return undefined(call.napi);
}

napi_value getNumThreads(Call& call) { return number(call.napi, at::get_num_threads()); }

napi_value setNumThreads(Call& call) {
  const int64_t threads = call.integer(0);
  if (threads < 1 || threads > 4096) throw UserError("torch/argument", "the number of threads must be from 1 to 4096");
  at::set_num_threads(static_cast<int>(threads));
  return undefined(call.napi);
}

napi_value setFlushDenormal(Call& call) {
  return boolean(call.napi, at::globalContext().setFlushDenormal(call.boolean(0)));
}

napi_value setDeterministic(Call& call) {
  at::globalContext().setDeterministicAlgorithms(call.boolean(0), /*warn_only=*/false);
  return undefined(call.napi);
}

napi_value libtorchVersion(Call& call) { return string(call.napi, TORCH_VERSION); }

/** accelerator() → {type, count} or null */
napi_value accelerator(Call& call) {
  const auto type = at::getAccelerator();
  if (!type || at::accelerator::deviceCount() == 0) return null(call.napi);
  const napi_value object = throughline::object(call.napi);
  set(call.napi, object, "type", string(call.napi, c10::DeviceTypeName(*type, /*lower_case=*/true)));
  set(call.napi, object, "count", number(call.napi, at::accelerator::deviceCount()));
  return object;
}

napi_value synchronize(Call& call) {
  if (at::getAccelerator()) at::accelerator::synchronizeDevice(at::accelerator::getDeviceIndex());
  return undefined(call.napi);
}

uint64_t seedOf(Call& call, size_t i) {
  if (typeOf(call.napi, call[i]) == napi_bigint) {
    uint64_t value = 0;
    int64_t negative = 0;
    bool lossless = false;
    need(napi_get_value_bigint_uint64(call.napi, call[i], &value, &lossless));
    if (lossless) return value;
    need(napi_get_value_bigint_int64(call.napi, call[i], &negative, &lossless));
    if (!lossless) throw UserError("torch/argument", "a seed must fit in 64 bits");
    return static_cast<uint64_t>(negative);
  }
  return static_cast<uint64_t>(call.integer(i));
}

/** manualSeed(seed): the default generator of the CPU and of every accelerator */
napi_value manualSeed(Call& call) {
  at::manual_seed(seedOf(call, 0));
  return undefined(call.napi);
}

at::Generator generatorAt(Call& call, size_t i) {
  const c10::IValue& value = call.env.handles.get(call.number(i));
  if (!value.isGenerator()) throw UserError("torch/argument", "expected a Generator, got a Tensor");
  return value.toGenerator();
}

/** newGenerator(device) → handle */
napi_value newGenerator(Call& call) {
  const c10::Device device(call.string(0));
  at::Generator generator = device.is_cpu() ? at::detail::createCPUGenerator()
                                            : at::globalContext().getAcceleratorHooksInterface(device.type()).getNewGenerator(device.index());
  return number(call.napi, call.env.handles.add(generator));
}

napi_value defaultGenerator(Call& call) {
  return number(call.napi, call.env.handles.add(at::globalContext().defaultGenerator(c10::Device(call.string(0)))));
}

napi_value generatorSeed(Call& call) {
  at::Generator generator = generatorAt(call, 0);
  const uint64_t seed = seedOf(call, 1);
  std::lock_guard<std::mutex> lock(generator.mutex());
  generator.set_current_seed(seed);
  return undefined(call.napi);
}

napi_value generatorInitialSeed(Call& call) {
  napi_value seed = nullptr;
  need(napi_create_bigint_uint64(call.napi, generatorAt(call, 0).current_seed(), &seed));
  return seed;
}

napi_value generatorState(Call& call) {
  at::Generator generator = generatorAt(call, 0);
  std::lock_guard<std::mutex> lock(generator.mutex());
  return handle(call.env, generator.get_state());
}

napi_value setGeneratorState(Call& call) {
  at::Generator generator = generatorAt(call, 0);
  const at::Tensor& state = call.tensor(1);
  std::lock_guard<std::mutex> lock(generator.mutex());
  generator.set_state(state);
  return undefined(call.napi);
}

/** setAutocast(deviceType, enabled, dtype) → [enabled, dtype] as they were */
napi_value setAutocast(Call& call) {
  const auto type = c10::Device(call.string(0)).type();
  const std::vector<napi_value> before = {boolean(call.napi, at::autocast::is_autocast_enabled(type)),
                                          number(call.napi, static_cast<int>(at::autocast::get_autocast_dtype(type)))};
  at::autocast::set_autocast_enabled(type, call.boolean(1));
  at::autocast::set_autocast_dtype(type, static_cast<c10::ScalarType>(call.integer(2)));
  return array(call.napi, before);
}

/** autocastNesting(+1 or -1): leaving the outermost region forgets the weights cast in it */
napi_value autocastNesting(Call& call) {
  if (call.integer(0) > 0) {
    at::autocast::increment_nesting();
  } else if (at::autocast::decrement_nesting() == 0) {
    at::autocast::clear_cache();
  }
  return undefined(call.napi);
}

/** A library that this process has loaded, from whichever thread. */
struct Library {
  std::string path, hash;
};
std::mutex librariesMutex;
std::vector<Library> libraries;

/** loadedLibraries() → [path, hash] of each, in the order in which they were loaded */
napi_value loadedLibraries(Call& call) {
  std::lock_guard<std::mutex> lock(librariesMutex);
  std::vector<napi_value> all;
  for (const Library& library : libraries) {
    all.push_back(array(call.napi, {string(call.napi, library.path), string(call.napi, library.hash)}));
  }
  return array(call.napi, all);
}

/**
 * loadLibrary(path, hash of its content): a shared library whose static initialisers register operators with TORCH_LIBRARY.
 * Does nothing if it has been loaded.
 */
napi_value loadLibrary(Call& call) {
  const std::string path = call.string(0), hash = call.string(1);
  std::lock_guard<std::mutex> lock(librariesMutex);
  for (const Library& library : libraries) {
    if (library.hash == hash) return undefined(call.napi);
  }
#if defined(_WIN32)
  if (LoadLibraryA(path.c_str()) == nullptr) {
    throw UserError("torch/library", "cannot load " + path + ": Windows error " + std::to_string(GetLastError()));
  }
#else
  if (dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL) == nullptr) {
    const char* reason = dlerror();
    throw UserError("torch/library", "cannot load " + path + ": " + (reason != nullptr ? reason : "unknown reason"));
  }
#endif
  libraries.push_back({path, hash});
  return undefined(call.napi);
}

}  // namespace

void registerContext(Exports& exports) {
  exports.add<setErrorClass>("setErrorClass");
  exports.add<getNumThreads>("getNumThreads");
  exports.add<setNumThreads>("setNumThreads");
  exports.add<setFlushDenormal>("setFlushDenormal");
  exports.add<setDeterministic>("setDeterministic");
  exports.add<libtorchVersion>("libtorchVersion");
  exports.add<accelerator>("accelerator");
  exports.add<synchronize>("synchronize");
  exports.add<manualSeed>("manualSeed");
  exports.add<newGenerator>("newGenerator");
  exports.add<defaultGenerator>("defaultGenerator");
  exports.add<generatorSeed>("generatorSeed");
  exports.add<generatorInitialSeed>("generatorInitialSeed");
  exports.add<generatorState>("generatorState");
  exports.add<setGeneratorState>("setGeneratorState");
  exports.add<setAutocast>("setAutocast");
  exports.add<autocastNesting>("autocastNesting");
  exports.add<loadLibrary>("loadLibrary");
  exports.add<loadedLibraries>("loadedLibraries");
}

}  // namespace throughline
