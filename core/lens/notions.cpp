#include "lens/notions.h"

#include <algorithm>
#include <cmath>
#include <numeric>

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

  void add(const char* key, const char* label, const char* definition, const std::vector<Modes>& sets) {
    Notion notion{key, label, definition, {}};
    for (const Modes& rows : sets) {
      const int at = place(rows);
      if (std::find(notion.members.begin(), notion.members.end(), at) == notion.members.end()) notion.members.push_back(at);
    }
    table_.notions.push_back(std::move(notion));
  }

  Table done() { return std::move(table_); }

 private:
  Table table_;
};

/// Nodes of the binary tree that halves a list of modes again and again, without the root, from the top.
std::vector<Modes> halving_tree(const Modes& modes) {
  std::vector<Modes> out, level = {modes};
  while (!level.empty()) {
    std::vector<Modes> next;
    for (const Modes& v : level) {
      if (v.size() < 2) continue;
      const auto middle = v.begin() + static_cast<std::ptrdiff_t>((v.size() + 1) / 2);
      next.emplace_back(v.begin(), middle);
      next.emplace_back(middle, v.end());
    }
    out.insert(out.end(), next.begin(), next.end());
    level = std::move(next);
  }
  return out;
}

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

Table table_of(const Shape& shape) {
  const int n = static_cast<int>(shape.size());
  Builder out(shape);
  Modes all(static_cast<std::size_t>(n)), paired;
  std::iota(all.begin(), all.end(), 0);
  for (int m = 0, half = (n + 1) / 2; m < half; ++m) {
    paired.push_back(m);
    if (m + half < n) paired.push_back(m + half);
  }
  std::vector<Modes> single, prefix, pair;
  for (const int m : all) single.push_back({m});
  for (int k = 1; k < n; ++k) prefix.emplace_back(all.begin(), all.begin() + k);
  for (int m = 1; m < n; ++m) pair.push_back({0, m});
  if (n == 2) out.add("matrix", "Matrix rank", "the number of independent rows, and of independent columns", {{0}});
  out.add("tucker", "Tucker multirank", "for each mode, the rank of the matricization by that mode alone: the smallest core of a Tucker form", single);
  out.add("tensor_train", "Tensor-train ranks", "for each k, the rank of the matricization by the first k modes: the smallest bonds of a tensor train", prefix);
  out.add("hierarchical", n > 3 ? "Hierarchical, adjacent" : "Hierarchical ranks",
          "at each node of the binary tree that joins neighbouring modes, the rank of the matricization by the modes under it: the smallest widths of a "
          "hierarchical form over this tree",
          halving_tree(all));
  if (n > 3)
    out.add("half", "Hierarchical, half",
            "the same over the tree that joins each mode with the one half the modes further on: another tree, other ranks of the same array", halving_tree(paired));
  if (n == 4) out.add("pairs", "Pairs of modes", "the rank of the matricization by each pair of modes: what any balanced tree can have at its top", pair);
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
