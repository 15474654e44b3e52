#include "lens/notions.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "math/svd_values.h"

namespace rankscope::lens {
namespace {

/// The table while it is filled: a set of modes is looked up by itself or its complement.
class Builder {
 public:
  explicit Builder(const Shape& shape) { table_.shape = shape; }

  int place(Modes rows) {
    const int n = static_cast<int>(table_.shape.size());
    std::sort(rows.begin(), rows.end());
    Modes others;
    for (int m = 0; m < n; ++m)
      if (!std::binary_search(rows.begin(), rows.end(), m)) others.push_back(m);
    if (others.size() < rows.size() || (others.size() == rows.size() && others.front() == 0)) std::swap(rows, others);
    auto& all = table_.matricizations;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (all[i].rows == rows) return static_cast<int>(i);
    std::int64_t height = 1;
    for (const int m : rows) height *= table_.shape[static_cast<std::size_t>(m)];
    all.push_back({rows, height, entries(table_.shape) / height});
    return static_cast<int>(all.size()) - 1;
  }

  void add(std::string key, std::string label, std::string definition, const std::vector<Modes>& sets) {
    Notion notion{std::move(key), std::move(label), std::move(definition), {}};
    for (const Modes& rows : sets) notion.members.push_back({rows, place(rows)});
    table_.notions.push_back(std::move(notion));
  }

  Table done() { return std::move(table_); }

 private:
  Table table_;
};

}  // namespace

Result<void> check(const Dense& array, const std::string& name) {
  const std::size_t order = array.shape.size();
  if (order < 2)
    return Error{name, order == 0 ? "is a single number" : "is a list: it has one mode", "rank is of arrays with two modes or more"};
  if (order > static_cast<std::size_t>(kMostModes))
    return Error{name, "has " + std::to_string(order) + " modes", "at most " + std::to_string(kMostModes) + " are looked at: merge some of them"};
  if (array.data.empty()) return Error{name, "has no entries", "an array with some"};
  if (std::ssize(array.data) > kMostEntries)
    return Error{name, "has " + std::to_string(array.data.size()) + " entries", "at most " + std::to_string(kMostEntries) + " are looked at: take a part of it"};
  const auto gaps = std::count_if(array.data.begin(), array.data.end(), [](double x) { return !std::isfinite(x); });
  if (gaps > 0)
    return Error{name, std::to_string(gaps) + " of its " + std::to_string(array.data.size()) + " entries are not numbers",
                 "an array with gaps has no rank: fill them, or look at what a run believes of it"};
  return {};
}

Table table_of(const Shape& shape, std::span<const Tree> trees) {
  const int n = static_cast<int>(shape.size());
  Builder out(shape);
  Modes all(static_cast<std::size_t>(n));
  std::iota(all.begin(), all.end(), 0);
  std::vector<Modes> single, prefix, pair;
  for (const int m : all) single.push_back({m});
  for (int k = 1; k < n; ++k) prefix.emplace_back(all.begin(), all.begin() + k);
  for (int m = 1; m < n; ++m) pair.push_back({0, m});
  if (n == 2) out.add("matrix", "Matrix rank", "How many rows are independent of each other, and how many columns.", {{0}});
  out.add("tucker", "Tucker multirank", "Each mode against all others: sides of the smallest Tucker core.", single);
  out.add("tensor_train", "Tensor-train ranks", "First modes against the rest: bonds of the smallest tensor train.", prefix);
  for (const Tree& tree : trees) out.add(tree.key, tree.label, tree.definition, tree.nodes);
  if (n == 4) out.add("pairs", "Pairs of modes", "Each pair against the rest: the top of any balanced tree.", pair);
  return out.done();
}

std::vector<double> spectrum(const Dense& array, const Matricization& m) {
  SpectrumSolver solver;
  if (!solver.compute(matricize(array.data, array.shape, m.rows))) return {};
  const Vector& s = solver.svd().s;
  return {s.data(), s.data() + s.size()};
}

std::int64_t rank_above(const std::vector<double>& sigma, double threshold) {
  if (sigma.empty()) return 0;
  return std::count_if(sigma.begin(), sigma.end(), [&](double s) { return s > threshold * sigma.front(); });
}

}  // namespace rankscope::lens
