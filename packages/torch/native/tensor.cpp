// What a tensor is (shape, dtype, device, storage) and the ways its memory meets JavaScript's and other threads'.
#include <ATen/ATen.h>

#include <cmath>
#include <cstring>
#include <iomanip>
#include <mutex>
#include <sstream>
#include <unordered_map>

#include "modules.h"

namespace throughline {

namespace {

constexpr uint32_t kMaxRank = 64;

napi_value numbers(napi_env env, c10::IntArrayRef values) {
  napi_value list = nullptr;
  need(napi_create_array_with_length(env, values.size(), &list));
  for (size_t i = 0; i < values.size(); ++i) {
    need(napi_set_element(env, list, static_cast<uint32_t>(i), number(env, static_cast<double>(values[i]))));
  }
  return list;
}

napi_value shape(Call& call) { return numbers(call.napi, call.tensor(0).sizes()); }
napi_value strides(Call& call) { return numbers(call.napi, call.tensor(0).strides()); }
napi_value numel(Call& call) { return number(call.napi, static_cast<double>(call.tensor(0).numel())); }
napi_value dim(Call& call) { return number(call.napi, static_cast<double>(call.tensor(0).dim())); }
napi_value dtype(Call& call) { return number(call.napi, static_cast<int>(call.tensor(0).scalar_type())); }
napi_value device(Call& call) { return string(call.napi, call.tensor(0).device().str()); }
napi_value layout(Call& call) { return number(call.napi, static_cast<int>(call.tensor(0).layout())); }
napi_value isSame(Call& call) { return boolean(call.napi, call.tensor(0).is_same(call.tensor(1))); }
napi_value version(Call& call) { return number(call.napi, static_cast<double>(call.tensor(0)._version())); }
napi_value dataPointer(Call& call) {
  return number(call.napi, static_cast<double>(reinterpret_cast<uintptr_t>(call.tensor(0).data_ptr())));
}

/** isContiguous(tensor, memoryFormat): 0 is row-major, 2 channels-last. */
napi_value isContiguous(Call& call) {
  return boolean(call.napi, call.tensor(0).is_contiguous(static_cast<c10::MemoryFormat>(call.integer(1))));
}

size_t elementSize(napi_typedarray_type type) {
  switch (type) {
    case napi_int16_array:
    case napi_uint16_array: return 2;
    case napi_int32_array:
    case napi_uint32_array:
    case napi_float32_array: return 4;
    case napi_float64_array:
    case napi_bigint64_array:
    case napi_biguint64_array: return 8;
    default: return 1;
  }
}

struct Bytes {
  const void* data = nullptr;
  size_t length = 0;
};

Bytes bytesOfBuffer(napi_env env, napi_value buffer) {
  void* data = nullptr;
  size_t length = 0;
  need(napi_get_arraybuffer_info(env, buffer, &data, &length));
  return {data, length};
}

/**
 * The bytes behind an ArrayBuffer, a typed array or a DataView; a detached one has none. They hold only until JavaScript
 * runs again, which may detach or shrink the buffer: whoever wants them reads everything else first.
 */
Bytes bytesOf(napi_env env, napi_value value) {
  bool is = false;
  need(napi_is_arraybuffer(env, value, &is));
  if (is) return bytesOfBuffer(env, value);
  void* data = nullptr;
  size_t length = 0, offset = 0;
  napi_value buffer = nullptr;
  need(napi_is_typedarray(env, value, &is));
  if (is) {
    napi_typedarray_type type = napi_uint8_array;
    need(napi_get_typedarray_info(env, value, &type, &length, &data, &buffer, &offset));
    length *= elementSize(type);
  } else {
    need(napi_is_dataview(env, value, &is));
    if (!is) throw UserError("torch/argument", "expected an ArrayBuffer, a typed array or a DataView");
    need(napi_get_dataview_info(env, value, &length, &data, &buffer, &offset));
  }
  need(napi_is_arraybuffer(env, buffer, &is));
  if (!is) return {data, length};  // a SharedArrayBuffer, which never shrinks
  const Bytes whole = bytesOfBuffer(env, buffer);
  if (offset > whole.length || length > whole.length - offset) return {};  // a view whose buffer has shrunk
  return {static_cast<const char*>(whole.data) + offset, length};
}

std::vector<int64_t> sizesOf(napi_env env, napi_value list) {
  uint32_t rank = 0;
  if (napi_get_array_length(env, list, &rank) != napi_ok) {
    throw UserError("torch/argument", "expected the shape as a list of whole numbers");
  }
  if (rank > kMaxRank) throw UserError("torch/argument", "a shape has at most 64 dimensions");
  std::vector<int64_t> sizes(rank);
  for (uint32_t i = 0; i < rank; ++i) {
    const napi_value item = element(env, list, i);
    double size = -1;
    if (typeOf(env, item) == napi_number) need(napi_get_value_double(env, item, &size));
    if (!(size >= 0 && size <= 9007199254740991.0) || size != std::floor(size)) {
      throw UserError("torch/argument", "a shape has whole numbers of 0 or more only");
    }
    sizes[i] = static_cast<int64_t>(size);
  }
  return sizes;
}

/** fromBytes(bytes, shape, dtype): a new CPU tensor holding a copy. */
napi_value fromBytes(Call& call) {
  const std::vector<int64_t> sizes = sizesOf(call.napi, call[1]);
  const auto type = static_cast<c10::ScalarType>(call.integer(2));
  const Bytes bytes = bytesOf(call.napi, call[0]);  // last of all: reading the shape can run code of the caller's
  double wanted = static_cast<double>(c10::elementSize(type));
  for (int64_t size : sizes) wanted *= static_cast<double>(size);
  if (wanted != static_cast<double>(bytes.length)) {
    std::ostringstream text;
    text << "the shape needs " << std::fixed << std::setprecision(0) << wanted << " bytes, the buffer holds " << bytes.length
         << (bytes.length == 0 ? " (was it transferred away?)" : "");
    throw UserError("torch/argument", text.str());
  }
  at::Tensor tensor = at::empty(sizes, at::TensorOptions().dtype(type));
  if (bytes.length > 0) std::memcpy(tensor.mutable_data_ptr(), bytes.data, bytes.length);
  return handle(call.env, tensor);
}

const at::Tensor& denseCpu(Call& call, size_t i) {
  const at::Tensor& tensor = call.tensor(i);
  if (!tensor.device().is_cpu() || tensor.layout() != c10::kStrided || !tensor.is_contiguous() || tensor.is_neg() || tensor.is_conj()) {
    throw UserError("torch/argument", "expected a dense, contiguous tensor on the CPU");
  }
  return tensor;
}

/** toBytes(tensor): a new ArrayBuffer holding a copy. */
napi_value toBytes(Call& call) {
  const at::Tensor& tensor = denseCpu(call, 0);
  void* target = nullptr;
  napi_value buffer = nullptr;
  need(napi_create_arraybuffer(call.napi, tensor.nbytes(), &target, &buffer));
  if (tensor.nbytes() > 0) std::memcpy(target, tensor.const_data_ptr(), tensor.nbytes());
  return buffer;
}

/**
 * viewBytes(tensor): an ArrayBuffer over the tensor's own memory. The buffer owns a share of the storage, so it may
 * outlive the tensor; the storage can no longer be resized, which would move it. TypeScript has checked that its size is
 * one that a buffer can have.
 */
napi_value viewBytes(Call& call) {
  const at::Tensor& tensor = denseCpu(call, 0);
  napi_value buffer = nullptr;
  if (tensor.nbytes() == 0) {
    void* nothing = nullptr;
    need(napi_create_arraybuffer(call.napi, 0, &nothing, &buffer));
    return buffer;
  }
  c10::Storage storage = tensor.storage();
  storage.unsafeGetStorageImpl()->set_resizable(false);
  auto* share = new c10::Storage(std::move(storage));
  const napi_status status = napi_create_external_arraybuffer(
      call.napi, tensor.mutable_data_ptr(), tensor.nbytes(),
      [](napi_env, void*, void* held) { delete static_cast<c10::Storage*>(held); }, share, &buffer);
  if (status != napi_ok) {
    // Other failures have run the finaliser already.
    if (status == napi_no_external_buffers_allowed) delete share;
    throw UserError("torch/argument", "this JavaScript runtime cannot view native memory; copy it instead");
  }
  return buffer;
}

// Tensors on their way from one thread's environment to another's.
std::mutex transitMutex;
std::unordered_map<uint64_t, at::Tensor> transit;
uint64_t nextToken = 1;

/** share(tensor) → a token that `receive` takes once, in any thread of this process; the memory is not copied. */
napi_value share(Call& call) {
  at::Tensor tensor = call.tensor(0).detach();
  std::lock_guard<std::mutex> lock(transitMutex);
  transit.emplace(nextToken, std::move(tensor));
  return number(call.napi, static_cast<double>(nextToken++));
}

napi_value receive(Call& call) {
  at::Tensor tensor;
  {
    std::lock_guard<std::mutex> lock(transitMutex);
    const auto found = transit.find(static_cast<uint64_t>(call.integer(0)));
    if (found == transit.end()) throw UserError("torch/argument", "no shared tensor has this token (each is received once)");
    tensor = std::move(found->second);
    transit.erase(found);
  }
  return handle(call.env, tensor);
}

/** lend(tensor) → an external that points to an at::Tensor of the same memory, for another addon of this package. */
napi_value lend(Call& call) {
  auto lent = std::make_unique<at::Tensor>(call.tensor(0));
  napi_value value = nullptr;
  need(napi_create_external(
      call.napi, lent.get(), [](napi_env, void* held, void*) { delete static_cast<at::Tensor*>(held); }, nullptr, &value));
  lent.release();
  return value;
}

/** itemOf(tensor): the one element as number, bigint, boolean or {re, im}. */
napi_value item(Call& call) {
  const c10::Scalar value = call.tensor(0).item();
  napi_env env = call.napi;
  if (value.isBoolean()) return boolean(env, value.toBool());
  if (value.isFloatingPoint()) return number(env, value.toDouble());
  if (value.isComplex()) {
    const napi_value pair = object(env);
    set(env, pair, "re", number(env, value.toComplexDouble().real()));
    set(env, pair, "im", number(env, value.toComplexDouble().imag()));
    return pair;
  }
  const int64_t whole = value.toLong();
  if (std::abs(static_cast<double>(whole)) <= 9007199254740991.0) return number(env, static_cast<double>(whole));
  napi_value big = nullptr;
  need(napi_create_bigint_int64(env, whole, &big));
  return big;
}

/** differentForm(lists) → [list, position] of a tensor whose sizes or strides are not those of the first list's, or null */
napi_value differentForm(Call& call) {
  uint32_t count = 0;
  need(napi_get_array_length(call.napi, call[0], &count));
  std::vector<at::Tensor> first;
  for (uint32_t i = 0; i < count; ++i) {
    const std::vector<at::Tensor> tensors = tensorsOf(call.env, element(call.napi, call[0], i));
    if (i == 0) first = tensors;
    for (size_t j = 0; j < std::max(first.size(), tensors.size()); ++j) {
      const bool same = j < first.size() && j < tensors.size() && tensors[j].layout() == c10::kStrided &&
                        tensors[j].is_non_overlapping_and_dense() && tensors[j].device() == first[j].device() &&
                        tensors[j].sizes() == first[j].sizes() && tensors[j].strides() == first[j].strides();
      if (!same) return array(call.napi, {number(call.napi, i), number(call.napi, static_cast<double>(j))});
    }
  }
  return null(call.napi);
}

}  // namespace

void registerTensor(Exports& exports) {
  exports.add<shape>("shape");
  exports.add<strides>("strides");
  exports.add<numel>("numel");
  exports.add<dim>("dim");
  exports.add<dtype>("dtype");
  exports.add<device>("device");
  exports.add<layout>("layout");
  exports.add<isSame>("isSame");
  exports.add<version>("version");
  exports.add<dataPointer>("dataPointer");
  exports.add<isContiguous>("isContiguous");
  exports.add<fromBytes>("fromBytes");
  exports.add<toBytes>("toBytes");
  exports.add<viewBytes>("viewBytes");
  exports.add<share>("share");
  exports.add<receive>("receive");
  exports.add<lend>("lend");
  exports.add<item>("item");
  exports.add<differentForm>("differentForm");
}

}  // namespace throughline
