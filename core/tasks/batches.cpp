#include "tasks/batches.h"

#include <algorithm>
#include <numeric>

namespace rankscope {

Batches::Batches(std::int64_t count, std::int64_t size, std::uint64_t seed)
    : count_(count), size_(size < count ? size : 0), at_(count), rng_(seed, 5) {  // a stream of its own: the problem's are 1 to 4
  if (all()) return;
  order_.resize(static_cast<std::size_t>(count));
  slice_.reserve(static_cast<std::size_t>(size_));
}

std::span<const std::int64_t> Batches::next() {
  if (all()) return {};
  if (at_ == count_) {  // Fisher and Yates, from the first order each time: an epoch is a function of the generator alone
    std::iota(order_.begin(), order_.end(), 0);
    for (std::int64_t k = count_ - 1; k > 0; --k) std::swap(order_[static_cast<std::size_t>(k)], order_[static_cast<std::size_t>(rng_.below(k + 1))]);
    at_ = 0;
  }
  const std::int64_t end = std::min(count_, at_ + size_);
  slice_.assign(order_.begin() + at_, order_.begin() + end);
  std::sort(slice_.begin(), slice_.end());
  at_ = end;
  return slice_;
}

void Batches::archive(Archive& a) {
  if (all()) return;
  Rng::State state = rng_.state();
  std::int32_t spare = state.has_spare;
  a("batch.generator", std::span<std::uint64_t>(state.words));
  a("batch.spare", state.spare), a("batch.has_spare", spare);
  a("batch.at", at_), a("batch.order", std::span<std::int64_t>(order_));
  if (!a.reading()) return;
  state.has_spare = spare != 0;
  rng_ = Rng(state);
  std::vector<char> met(order_.size(), 0);  // an index out of range would be read far from home
  for (std::int64_t& k : order_) {
    if (at_ < count_ && (k < 0 || k >= count_ || met[static_cast<std::size_t>(k)])) {
      a.refuse("batch.order", "is not a permutation");
      at_ = count_;
      return;
    }
    if (k >= 0 && k < count_) met[static_cast<std::size_t>(k)] = 1;
  }
  if (at_ < 0 || at_ > count_) a.refuse("batch.at", "is out of range"), at_ = count_;
}

std::span<const Param> batch_params() {
  static const std::vector<Param> params = {
      {"batch", "Batch size", "Descent",
       "Observed entries, measurements or samples a step looks at: slices of an order that is drawn afresh each epoch, the last one smaller. 0: all. "
       "A mean in the loss is over the batch; the loss that is shown is over all data, and so is the one that ends a run, which is looked at where an epoch ends.",
       "", std::int64_t{0}, {0, 1000000}, When::Restart, {}, {"optimizer", {"gd", "momentum", "adam", "group_rmsprop"}}, "", "all"},
  };
  return params;
}

}  // namespace rankscope
