#include "overlap.h"

#include <algorithm>
#include <numeric>

namespace throughline {

namespace {

/** step · x for one whole x from 0 to `most`. */
struct Term {
  int64_t step;
  int64_t most;
};

/** Whether a sum of terms can have a given value: a search that the terms still to come, and their divisor, cut short. */
class Sums {
 public:
  explicit Sums(std::vector<Term> given) {
    std::sort(given.begin(), given.end(), [](const Term& a, const Term& b) { return a.step > b.step; });
    for (const Term& term : given) {
      if (term.step == 0 || term.most == 0) continue;
      if (!terms_.empty() && terms_.back().step == term.step) {
        terms_.back().most += term.most;
      } else {
        terms_.push_back(term);
      }
    }
    rest_.resize(terms_.size() + 1, 0);
    divisor_.resize(terms_.size() + 1, 0);
    for (size_t i = terms_.size(); i-- > 0;) {
      rest_[i] = rest_[i + 1] + terms_[i].step * terms_[i].most;
      divisor_[i] = std::gcd(divisor_[i + 1], terms_[i].step);
    }
  }

  /** Errs on the side of yes where the search is too long. */
  bool reach(int64_t sum) const {
    int64_t work = 20000;
    return search(0, sum, work);
  }

 private:
  bool search(size_t i, int64_t sum, int64_t& work) const {
    if (sum == 0) return true;
    if (i == terms_.size() || sum < 0 || sum > rest_[i] || sum % divisor_[i] != 0) return false;
    const auto [step, most] = terms_[i];
    const int64_t short_ = sum - rest_[i + 1];
    const int64_t least = short_ <= 0 ? 0 : (short_ + step - 1) / step;
    for (int64_t x = std::min(most, sum / step); x >= least; --x) {
      if (--work < 0 || search(i + 1, sum - step * x, work)) return true;
    }
    return false;
  }

  std::vector<Term> terms_;
  std::vector<int64_t> rest_, divisor_;  // of the terms from i on: their largest sum, and what divides every sum
};

/** The dimensions along which there is more than one element, steps in elements, ascending. */
std::vector<Term> dimensions(const at::Tensor& tensor) {
  std::vector<Term> dims;
  for (int64_t i = 0; i < tensor.dim(); ++i) {
    if (tensor.size(i) > 1) dims.push_back({tensor.stride(i), tensor.size(i) - 1});
  }
  std::sort(dims.begin(), dims.end(), [](const Term& a, const Term& b) { return a.step < b.step; });
  return dims;
}

int64_t span(const std::vector<Term>& dims) {
  return std::accumulate(dims.begin(), dims.end(), int64_t(0), [](int64_t sum, const Term& dim) { return sum + dim.step * dim.most; });
}

}  // namespace

bool inMemory(const at::Tensor& tensor) {
  return tensor.defined() && tensor.layout() == c10::kStrided && !tensor.is_meta() && tensor.has_storage() && tensor.numel() > 0;
}

const c10::StorageImpl* storageOf(const at::Tensor& tensor) {
  const c10::TensorImpl* impl = tensor.unsafeGetTensorImpl();
  return impl->has_storage() ? impl->unsafe_storage().unsafeGetStorageImpl() : nullptr;
}

bool overlapsItself(const at::Tensor& tensor) {
  if (!inMemory(tensor) || tensor.numel() == 1 || tensor.is_non_overlapping_and_dense()) return false;
  const std::vector<Term> dims = dimensions(tensor);
  if (dims.front().step == 0) return true;
  // Two elements differ by k along each dimension; let i be the outermost with k > 0 where that of neither is negative:
  //   step_i · k_i = Σ step_j · k_j over the inner ones, each k_j from −most to most, shifted here to start at 0.
  std::vector<Term> terms;
  int64_t inner = 0;
  for (const auto& [step, most] : dims) {
    if (step <= inner) {
      terms.push_back({step, most - 1});
      if (Sums(terms).reach(inner - step)) return true;
      terms.pop_back();
    }
    terms.push_back({step, 2 * most});
    inner += step * most;
  }
  return false;
}

bool overlap(const at::Tensor& a, const at::Tensor& b) {
  if (!inMemory(a) || !inMemory(b) || storageOf(a) != storageOf(b)) return false;
  const int64_t sizeA = static_cast<int64_t>(a.itemsize()), sizeB = static_cast<int64_t>(b.itemsize());
  std::vector<Term> dimsA = dimensions(a), dimsB = dimensions(b);
  for (Term& dim : dimsA) dim.step *= sizeA;
  for (Term& dim : dimsB) dim.step *= sizeB;
  const int64_t startA = a.storage_offset() * sizeA, startB = b.storage_offset() * sizeB;
  const int64_t spanB = span(dimsB);
  if (startA + span(dimsA) + sizeA <= startB || startB + spanB + sizeB <= startA) return false;
  // A byte of an element of a is a byte of an element of b; the terms of b are turned round to be added.
  std::vector<Term> terms = std::move(dimsA);
  terms.insert(terms.end(), dimsB.begin(), dimsB.end());
  terms.push_back({1, sizeA + sizeB - 2});
  return Sums(std::move(terms)).reach(startB - startA + spanB + sizeB - 1);
}

bool coincide(const at::Tensor& a, const at::Tensor& b) {
  return a.is_same(b) || (storageOf(a) == storageOf(b) && a.storage_offset() == b.storage_offset() &&
                          a.scalar_type() == b.scalar_type() && a.sizes() == b.sizes() && a.strides() == b.strides());
}

}  // namespace throughline
