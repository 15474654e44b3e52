#include "io/reference_tensor.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>

#include "io/reference_problem.h"
#include "math/tensor.h"

namespace rankscope {
namespace {

constexpr double kMostEntries = 2e7;  // a few long vectors multiply to more than the file has numbers
constexpr std::size_t kAll = static_cast<std::size_t>(-1);

struct TensorFile : ReferenceProblem {
  Shape shape;                         ///< of the end tensor
  std::vector<Modes> matricizations;   ///< of the series that are lists by matricization
  std::vector<std::string> nodes;      ///< of those by inner node of a tree: their modes as in keys of views
};

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

/// Ascending modes of a tensor of this order, neither none nor all.
Result<std::vector<Modes>> read_matricizations(const ReferenceFile& file, const Json& problem, std::size_t order) {
  auto list = file.list(problem, "problem", "logged_matricizations");
  if (!list) return list.error();
  std::vector<Modes> out;
  for (const Json& one : **list) {
    Modes modes;
    bool fits = one.array() && !one.array()->empty() && one.array()->size() < order;
    for (std::size_t k = 0; fits && k < one.array()->size(); ++k) {
      const double m = (*one.array())[k].number();
      fits = m >= (modes.empty() ? 0 : modes.back() + 1) && m < static_cast<double>(order) && m == std::floor(m);
      if (fits) modes.push_back(static_cast<int>(m));
    }
    if (!fits) return file.error(one, "problem.logged_matricizations", "holds what are no row modes", "some modes from 0 on, ascending, and not all of them");
    out.push_back(std::move(modes));
  }
  return out;
}

Result<TensorFile> read_htf(const ReferenceFile& file, const Json& root) {
  TensorFile out;
  auto problem = file.member(root, "", "problem");
  if (!problem) return problem.error();
  auto given = file.number(**problem, "problem", "order");
  if (!given) return given.error();
  std::size_t order = 2;
  while (order < 16 && static_cast<double>(order) < *given) order *= 2;
  if (static_cast<double>(order) != *given) return file.error(**problem, "problem.order", "is not that of a perfect binary tree", "2, 4, 8 or 16");
  Blocks blocks(file, root);
  auto count = blocks.count();
  if (!count) return count.error();
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
  if ((*problem)->find("logged_matricizations")) {
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
  for (std::size_t n = 0; n < core->size(); ++n) {
    std::int64_t rows = 0;
    for (std::size_t p = 0; p < factors; ++p) {
      auto a = blocks.take(at++, "A_" + std::to_string(n + 1) + "_" + std::to_string(p + 1), {rows, p + 1 < factors ? 0 : (*core)[n]});
      if (!a) return a.error();
      if (p == 0) out.shape.push_back((*a)[0]);
      rows = (*a)[1];
    }
    out.matricizations.push_back({static_cast<int>(n)});
  }
  out.settings["core"] = *core;
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

/// The views one after another, of each so many numbers.
Measured listed(std::vector<std::string> views, std::size_t most = kAll) {
  return {views, [views, most](const Run& run, const Frame& frame) {
            std::vector<double> out;
            for (const std::string& view : views) {
              const std::vector<double> now = numbers_of(run, frame, view);
              out.insert(out.end(), now.begin(), now.begin() + static_cast<std::ptrdiff_t>(std::min(most, now.size())));
            }
            return out;
          }};
}

/// The same of views that say which line each of their sorted values is: by line, as the files have them.
Measured by_line(std::vector<std::string> views) {
  return {views, [views](const Run& run, const Frame& frame) {
            std::vector<double> out;
            for (const std::string& view : views) {
              const std::vector<double> sorted = numbers_of(run, frame, view), lines = numbers_of(run, frame, view, Part::Lines);
              std::vector<double> now(sorted.size(), std::nan(""));
              for (std::size_t i = 0; i < std::min(sorted.size(), lines.size()); ++i) now[static_cast<std::size_t>(lines[i])] = sorted[i];
              out.insert(out.end(), now.begin(), now.end());
            }
            return out;
          }};
}

/// View `name` of these matricizations: a run has that by the modes or by all others, which says the same.
std::vector<std::string> by_modes(const std::string& name, const std::vector<Modes>& matricizations, const TensorFile& setup, const Run* run) {
  std::vector<std::string> out;
  for (const Modes& rows : matricizations) {
    Modes others;
    for (int m = 0; m < static_cast<int>(setup.shape.size()); ++m)
      if (std::find(rows.begin(), rows.end(), m) == rows.end()) others.push_back(m);
    const std::string here = name + key_of(rows), there = name + key_of(others);
    out.push_back(run && run->view(here) < 0 && run->view(there) >= 0 ? there : here);
  }
  return out;
}

/// ||E - M||_F / ||M||_F by the truth, where the target is another.
Measured relative_error(const TensorFile& setup) {
  return {{"completed"}, [&setup](const Run& run, const Frame& frame) {
            const std::vector<double> e = numbers_of(run, frame, "completed");
            double error = 0, norm = 0;
            for (std::size_t i = 0; i < e.size(); ++i) {
              error += (e[i] - setup.truth.data[i]) * (e[i] - setup.truth.data[i]);
              norm += setup.truth.data[i] * setup.truth.data[i];
            }
            return std::vector<double>{std::sqrt(error / norm)};
          }};
}

std::optional<Measured> common(const TensorFile& setup, const std::string& series, const Run* run) {
  if (series == "reconstruction_error" && !setup.truth_is_target) return relative_error(setup);
  for (const char* scalar : {"loss", "reconstruction_error", "test_mse", "fro_norm"})
    if (series == scalar) return listed({series});
  if (series == "mode0_singular_values") return listed(by_modes("singular_values_", {{0}}, setup, run));
  return std::nullopt;
}

std::optional<Measured> of_cp(const TensorFile& setup, const std::string& series, const Run* run) {
  if (series == "component_norms_top10_sorted") return listed({"component_norms"}, 10);
  return common(setup, series, run);
}

std::optional<Measured> of_htf(const TensorFile& setup, const std::string& series, const Run* run) {
  if (series == "matricization_singular_values_top10") return listed(by_modes("singular_values_", setup.matricizations, setup, run), 10);
  if (series == "matricization_effective_ranks") return listed(by_modes("effective_rank_", setup.matricizations, setup, run));
  if (series == "local_component_norms_top8_sorted") {
    std::vector<std::string> views;
    for (const std::string& node : setup.nodes) views.push_back("local_component_norms_" + node);
    return listed(views, 8);
  }
  return common(setup, series, run);
}

std::optional<Measured> of_unfoldings(const TensorFile& setup, const std::string& series, const Run* run) {
  if (series == "unfolding_singular_values") return listed(by_modes("singular_values_", setup.matricizations, setup, run));
  if (series == "unfolding_effective_ranks") return listed(by_modes("effective_rank_", setup.matricizations, setup, run));
  return common(setup, series, run);
}

std::optional<Measured> of_tucker(const TensorFile& setup, const std::string& series, const Run* run) {
  for (const auto& [theirs, ours] : {std::pair("core_slice_norms", "core_slice_norms_"), {"mode_factor_column_norms", "factor_column_norms_"}}) {
    if (series != theirs) continue;
    std::vector<std::string> views;
    for (std::size_t n = 1; n <= setup.shape.size(); ++n) views.push_back(ours + std::to_string(n));
    return by_line(views);
  }
  return of_unfoldings(setup, series, run);
}

std::optional<Measured> of_tensor_train(const TensorFile& setup, const std::string& series, const Run* run) {
  if (series == "core_norms") return by_line({"core_norms"});
  return of_unfoldings(setup, series, run);
}

using Reader = Result<TensorFile> (*)(const ReferenceFile&, const Json&);
using SeriesOf = std::optional<Measured> (*)(const TensorFile&, const std::string&, const Run*);

Result<Replay> replay(const ReferenceFile& file, const Json& root, const Tables& tables, const char* system, Reader read, SeriesOf measured) {
  const auto setup = read(file, root);
  if (!setup) return setup.error();
  return replay_trajectory(file, root, tables, system, *setup, [&](const std::string& series, const Run* run) { return measured(*setup, series, run); });
}

}  // namespace

Result<Replay> replay_cp(const ReferenceFile& file, const Json& root, const Tables& tables) { return replay(file, root, tables, "cp", read_cp, of_cp); }
Result<Replay> replay_htf(const ReferenceFile& file, const Json& root, const Tables& tables) { return replay(file, root, tables, "hierarchical", read_htf, of_htf); }
Result<Replay> replay_tucker(const ReferenceFile& file, const Json& root, const Tables& tables) { return replay(file, root, tables, "tucker", read_tucker, of_tucker); }
Result<Replay> replay_tensor_train(const ReferenceFile& file, const Json& root, const Tables& tables) {
  return replay(file, root, tables, "tensor_train", read_tensor_train, of_tensor_train);
}

}  // namespace rankscope
