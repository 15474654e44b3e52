#include "io/reference_tensor_file.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>

namespace rankscope {
namespace {

constexpr double kMostEntries = 2e7;  // a few long vectors multiply to more than the file has numbers

/// The arrays of init under the names that the system gives its blocks, checked one after another.
class Blocks {
 public:
  Blocks(const ReferenceFile& file, const Json& root) : file_(file), root_(root) {}

  Result<std::size_t> count() const {
    auto init = file_.list(root_, "", "init");
    if (!init) return init.error();
    return (*init)->size();
  }

  /// `wanted` of each axis: 0 is any. Returns its shape. `as_vector`: a column that the system has as a vector.
  Result<Shape> take(std::size_t i, const std::string& name, const Shape& wanted, bool as_vector = false) {
    const Json& at = (*root_.find("init")->array())[i];
    auto a = file_.array(at, path(i), "data", "shape");
    if (!a) return a.error();
    bool fits = a->shape.size() == wanted.size();
    for (std::size_t k = 0; fits && k < wanted.size(); ++k) fits = wanted[k] == 0 || wanted[k] == a->shape[k];
    if (!fits) return shape_error(i, wanted);
    start_.array(name, a->data, as_vector ? std::span(a->shape).first(1) : std::span(a->shape));
    return a->shape;
  }

  Error count_error(std::size_t wanted) const {
    return file_.error(*root_.find("init"), "init", "holds " + std::to_string(root_.find("init")->array()->size()) + " arrays", std::to_string(wanted) + " are needed");
  }
  Error shape_error(std::size_t i, const Shape& wanted) const {
    std::string text;
    for (const std::int64_t d : wanted) text += (text.empty() ? "" : " x ") + (d ? std::to_string(d) : "any");
    return file_.error((*root_.find("init")->array())[i], path(i) + ".shape", "does not fit the others", text + " is needed");
  }

  const State& start() const { return start_.state(); }

 private:
  static std::string path(std::size_t i) { return "init[" + std::to_string(i) + "]"; }

  const ReferenceFile& file_;
  const Json& root_;
  Archive start_;
};

/// All but what is the factorization's own: the blocks and the shape are there.
Result<void> read_rest(const ReferenceFile& file, const Json& root, const Blocks& blocks, TensorFile& out) {
  if (out.shape.size() < 2) return file.error(*root.find("init"), "init", "is not of a tensor", "two modes or more are needed");
  double all = 1;
  for (const std::int64_t d : out.shape) all *= static_cast<double>(d);
  if (all > kMostEntries) return file.error(*root.find("init"), "init", "is of a tensor with more than 2e7 entries", "a smaller one");
  out.inputs["start"] = share(State(blocks.start()));
  auto problem = file.member(root, "", "problem");
  if (!problem) return problem.error();
  if (auto done = read_descent(file, root, out); !done) return done.error();
  if (auto done = read_loss(file, **problem, out); !done) return done.error();
  if (auto done = read_truth(file, **problem, out.shape, out); !done) return done.error();
  auto observation = file.word(**problem, "problem", "observation");
  if (!observation) return observation.error();
  if (*observation == "entries") {
    out.settings["task"] = std::string("completion");
    return read_entries(file, **problem, out.shape, out);
  }
  if (*observation == "linear") {
    out.settings["task"] = std::string("sensing");
    return read_sensing(file, **problem, out);
  }
  out.problem = "observation '" + *observation + "' is not known to this program";
  return {};
}

/// Of each one row modes of a tensor of this order, in any order, none twice.
Result<std::vector<Modes>> read_matricizations(const ReferenceFile& file, const Json& problem, std::size_t order) {
  auto list = file.list(problem, "problem", "logged_matricizations");
  if (!list) return list.error();
  std::vector<Modes> out;
  for (const Json& one : **list) {
    Modes modes;
    bool fits = one.array() && !one.array()->empty();
    for (std::size_t k = 0; fits && k < one.array()->size(); ++k) {
      const double m = (*one.array())[k].number();
      fits = m >= 0 && m < static_cast<double>(order) && m == std::floor(m) && std::find(modes.begin(), modes.end(), static_cast<int>(m)) == modes.end();
      if (fits) modes.push_back(static_cast<int>(m));
    }
    if (!fits)
      return file.error(one, "problem.logged_matricizations[" + std::to_string(out.size()) + "]", "holds what are no row modes", "some of 0 to " + std::to_string(order - 1) + ", none twice");
    out.push_back(std::move(modes));
  }
  return out;
}

/// Whether a series is a list by matricization.
bool lists_matricizations(const Json& root) {
  const Json* trajectory = root.find("trajectory");
  if (!trajectory || !trajectory->object()) return false;
  return std::any_of(trajectory->object()->begin(), trajectory->object()->end(), [](const Json::Member& m) { return m.key.starts_with("matricization_"); });
}

}  // namespace

Result<TensorFile> read_cp(const ReferenceFile& file, const Json& root) {
  TensorFile out;
  Blocks blocks(file, root);
  auto count = blocks.count();
  if (!count) return count.error();
  std::int64_t components = 0;
  for (std::size_t n = 0; n < *count; ++n) {
    auto a = blocks.take(n, "A_" + std::to_string(n + 1), {0, components});
    if (!a) return a.error();
    out.shape.push_back((*a)[0]), components = (*a)[1];
  }
  out.settings["components"] = components;
  if (auto done = read_rest(file, root, blocks, out); !done) return done.error();
  return out;
}

Result<TensorFile> read_htf(const ReferenceFile& file, const Json& root) {
  TensorFile out;
  auto problem = file.member(root, "", "problem");
  if (!problem) return problem.error();
  Blocks blocks(file, root);
  auto count = blocks.count();
  if (!count) return count.error();
  std::size_t order = 2;
  while (order < 16 && 2 * order - 1 < *count) order *= 2;
  if ((*problem)->find("order")) {
    auto given = file.number(**problem, "problem", "order");
    if (!given) return given.error();
    order = 2;
    while (order < 16 && static_cast<double>(order) < *given) order *= 2;
    if (static_cast<double>(order) != *given) return file.error(*(*problem)->find("order"), "problem.order", "is not that of a perfect binary tree", "2, 4, 8 or 16");
  }
  if (*count != 2 * order - 1) return blocks.count_error(2 * order - 1);
  std::size_t at = 0;
  std::vector<std::int64_t> widths{0};
  for (std::size_t n = 0; n < order; ++n) {
    auto u = blocks.take(at++, "U_" + std::to_string(n + 1), {0, widths[0]});
    if (!u) return u.error();
    out.shape.push_back((*u)[0]), widths[0] = (*u)[1];
  }
  for (std::size_t under = 2; under <= order; under *= 2) {
    std::int64_t width = under == order ? 1 : 0;
    for (std::size_t first = 0; first < order; first += under) {
      Modes modes(under);
      std::iota(modes.begin(), modes.end(), static_cast<int>(first));
      out.nodes.push_back(key_of(modes));
      auto v = blocks.take(at++, under == order ? "o" : "V_" + key_of(modes), {widths.back(), width}, under == order);
      if (!v) return v.error();
      width = (*v)[1];
    }
    if (under < order) widths.push_back(width);
  }
  if ((*problem)->find("widths")) {
    auto said = file.numbers(**problem, "problem", "widths");
    if (!said) return said.error();
    if (!std::equal(said->begin(), said->end(), widths.begin(), widths.end(), [](double a, std::int64_t b) { return a == static_cast<double>(b); }))
      return file.error(*(*problem)->find("widths"), "problem.widths", "are not those of init", "one a level, from the leaves on");
  }
  if ((*problem)->find("logged_matricizations") || lists_matricizations(root)) {
    auto listed = read_matricizations(file, **problem, order);
    if (!listed) return listed.error();
    out.matricizations = std::move(*listed);
  }
  out.settings["tree"] = std::string("adjacent");
  out.settings["widths"] = widths;
  if (auto done = read_rest(file, root, blocks, out); !done) return done.error();
  return out;
}

Result<TensorFile> read_tucker(const ReferenceFile& file, const Json& root) {
  TensorFile out;
  auto depth = file.number(root, "", "tucker_depth");
  if (!depth) return depth.error();
  if (!(*depth >= 1 && *depth <= 16) || *depth != std::floor(*depth)) return file.error(*root.find("tucker_depth"), "tucker_depth", "is no number of factors", "1 to 16");
  Blocks blocks(file, root);
  auto count = blocks.count();
  if (!count) return count.error();
  if (*count == 0) return blocks.count_error(1);
  const Json* shape = (*root.find("init")->array())[0].find("shape");
  auto core = blocks.take(0, "core", Shape(shape && shape->array() ? shape->array()->size() : 0, 0));
  if (!core) return core.error();
  const auto factors = static_cast<std::size_t>(*depth);
  if (*count != 1 + core->size() * factors) return blocks.count_error(1 + core->size() * factors);
  std::size_t at = 1;
  std::vector<std::int64_t> widths;
  for (std::size_t n = 0; n < core->size(); ++n) {
    std::int64_t rows = 0;
    for (std::size_t p = 0; p < factors; ++p) {
      auto a = blocks.take(at++, "A_" + std::to_string(n + 1) + "_" + std::to_string(p + 1), {rows, p + 1 < factors ? 0 : (*core)[n]});
      if (!a) return a.error();
      if (p == 0) out.shape.push_back((*a)[0]);
      rows = (*a)[1];
      if (p + 1 < factors) widths.push_back(rows);
    }
    out.matricizations.push_back({static_cast<int>(n)});
  }
  out.settings["core"] = *core;
  out.settings["widths"] = widths;
  out.settings["depth"] = static_cast<std::int64_t>(factors);
  if (auto done = read_rest(file, root, blocks, out); !done) return done.error();
  return out;
}

Result<TensorFile> read_tensor_train(const ReferenceFile& file, const Json& root) {
  TensorFile out;
  Blocks blocks(file, root);
  auto count = blocks.count();
  if (!count) return count.error();
  if (*count < 2) return blocks.count_error(2);
  std::vector<std::int64_t> ranks;
  Modes prefix;
  for (std::size_t k = 0; k < *count; ++k) {
    const bool first = k == 0, last = k + 1 == *count;
    auto g = blocks.take(k, "G_" + std::to_string(k + 1), first ? Shape{0, 0} : last ? Shape{ranks.back(), 0} : Shape{ranks.back(), 0, 0});
    if (!g) return g.error();
    out.shape.push_back((*g)[first ? 0 : 1]);
    if (last) break;
    ranks.push_back(g->back());
    prefix.push_back(static_cast<int>(k));
    out.matricizations.push_back(prefix);
  }
  out.settings["ranks"] = ranks;
  if (auto done = read_rest(file, root, blocks, out); !done) return done.error();
  return out;
}

}  // namespace rankscope
