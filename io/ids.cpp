#include "io/ids.h"

#include <algorithm>

namespace rankscope {

bool is_whole(std::string_view text) {
  return !text.empty() && text.size() <= 18 && (text[0] != '0' || text.size() == 1) &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::int64_t Ids::place(std::string_view id) {
  const auto [at, fresh] = places_.try_emplace(std::string(id), static_cast<std::int64_t>(words_.size()));
  if (fresh) words_.emplace_back(id);
  return at->second;
}

void Ids::settle(std::vector<std::int64_t>& places, std::vector<std::string>& ids, std::int64_t& size) {
  size = static_cast<std::int64_t>(words_.size());
  if (std::all_of(words_.begin(), words_.end(), is_whole)) {
    std::vector<std::size_t> order(words_.size());
    for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      const std::string &x = words_[a], &y = words_[b];
      return x.size() != y.size() ? x.size() < y.size() : x < y;
    });
    std::vector<std::int64_t> rank(words_.size());
    std::vector<std::string> sorted;
    bool counting = true;
    for (std::size_t k = 0; k < order.size(); ++k) {
      rank[order[k]] = static_cast<std::int64_t>(k);
      sorted.push_back(words_[order[k]]);
      counting = counting && sorted.back() == std::to_string(k);
    }
    for (std::int64_t& p : places) p = rank[static_cast<std::size_t>(p)];
    words_ = counting ? std::vector<std::string>() : std::move(sorted);
  }
  ids = std::move(words_);
}

}  // namespace rankscope
