#include "writes.h"

#include <c10/util/SmallVector.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "overlap.h"

namespace throughline {

namespace {

bool startsWith(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

template <size_t N>
bool anyOf(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/** Operators that change what a tensor is a view of, or its sizes, and write no element. */
bool writesNoElement(const c10::OperatorHandle& op, std::string_view name) {
  constexpr std::array<std::string_view, 12> names = {
      "resize_",       "resize_as_", "resize_as_sparse_",       "_resize_output_", "sparse_resize_", "sparse_resize_and_clear_",
      "requires_grad_", "retain_grad", "set_data", "record_stream",   "_coalesced_", "set_"};
  return op.hasTag(at::Tag::inplace_view) || anyOf(names, name);
}

bool isPointwise(const c10::OperatorHandle& op, std::string_view name) {
  return op.hasTag(at::Tag::pointwise) || name == "copy_" || startsWith(name, "_foreach_") || startsWith(name, "_fused_") ||
         startsWith(name, "_amp_");
}

/** A tensor among the arguments that is written into. */
struct Target {
  const c10::StorageImpl* storage;
  size_t argument, position;
  const at::Tensor* tensor;
};
bool byStorage(const Target& a, const Target& b) { return std::less<>()(a.storage, b.storage); }

/** Calls `visit(tensor, position in its list)` for each tensor in memory that an argument holds. */
template <typename Visit>
void eachTensor(const c10::IValue& argument, Visit visit) {
  if (argument.isTensor()) {
    if (inMemory(argument.toTensor())) visit(argument.toTensor(), size_t(0));
  } else if (argument.isList()) {
    const auto items = argument.toListRef();
    for (size_t i = 0; i < items.size(); ++i) {
      if (items[i].isTensor() && inMemory(items[i].toTensor())) visit(items[i].toTensor(), i);
    }
  }
}

}  // namespace

Writes::Writes(const c10::OperatorHandle& op, const std::vector<ArgSpec>& args) {
  const std::string& qualified = op.schema().name();
  const std::string_view name = std::string_view(qualified).substr(qualified.find("::") + 2);
  if (writesNoElement(op, name)) return;
  for (size_t i = 0; i < args.size(); ++i) {
    names_.push_back(args[i].name);
    if (args[i].kind == Kind::Tensor) (args[i].write ? written_ : read_).push_back(i);
  }
  const bool lists = std::any_of(args.begin(), args.end(), [](const ArgSpec& spec) { return spec.kind == Kind::Tensor && spec.list; });
  oneByOne_ = written_.size() == 1 && !lists;
  pointwise_ = isPointwise(op, name);
  constexpr std::array<std::string_view, 3> fills = {"fill_", "zero_", "_foreach_zero_"};
  fills_ = anyOf(fills, name);
}

void Writes::refuse(size_t argument, const std::string& reason) const {
  throw UserError("torch/argument", "argument '" + names_[argument] + "': " + reason);
}

/** What nearly every call is found to be, at the price of a few comparisons. */
bool Writes::areApart(const torch::jit::Stack& stack) const {
  if (!stack[written_[0]].isTensor()) return true;
  const at::Tensor& target = stack[written_[0]].toTensor();
  const c10::StorageImpl* storage = target.defined() ? storageOf(target) : nullptr;
  if (storage == nullptr) return true;
  if (!target.is_non_overlapping_and_dense()) return false;
  for (const size_t argument : read_) {
    if (!stack[argument].isTensor()) continue;
    const at::Tensor& operand = stack[argument].toTensor();
    if (operand.defined() && storageOf(operand) == storage) return false;
  }
  return true;
}

void Writes::separate(torch::jit::Stack& stack) const {
  c10::SmallVector<Target, 4> targets;
  for (const size_t argument : written_) {
    eachTensor(stack[argument], [&](const at::Tensor& tensor, size_t position) {
      if (!fills_ && overlapsItself(tensor)) {
        refuse(argument, "elements of it share memory (as after expand), so that writing one changes others; write into a copy "
                         "of it, made by contiguous() or clone()");
      }
      targets.push_back({storageOf(tensor), argument, position, &tensor});
    });
  }
  if (targets.size() > 1) std::sort(targets.begin(), targets.end(), byStorage);
  for (size_t i = 0; i < targets.size(); ++i) {
    for (size_t j = i + 1; j < targets.size() && targets[j].storage == targets[i].storage; ++j) {
      if (targets[i].argument == targets[j].argument || !overlap(*targets[i].tensor, *targets[j].tensor)) continue;
      const auto [first, second] = std::minmax(targets[i].argument, targets[j].argument);
      refuse(second, "shares memory with '" + names_[first] + "', and both are written into; give each a tensor of its own");
    }
  }
  for (const size_t argument : read_) {
    eachTensor(stack[argument], [&](const at::Tensor& operand, size_t position) {
      const auto [first, last] = std::equal_range(targets.begin(), targets.end(), Target{storageOf(operand), 0, 0, nullptr}, byStorage);
      const bool shares = std::any_of(first, last, [&](const Target& target) {
        if (pointwise_ && position == target.position && coincide(*target.tensor, operand)) return false;
        return overlap(*target.tensor, operand);
      });
      if (!shares) return;
      at::Tensor copy = operand.clone();
      if (stack[argument].isTensor()) {
        stack[argument] = std::move(copy);
      } else {
        stack[argument].toList().set(position, std::move(copy));
      }
    });
  }
}

}  // namespace throughline
