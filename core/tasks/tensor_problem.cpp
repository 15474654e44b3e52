#include "tasks/tensor_problem.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "math/rng.h"
#include "tasks/observing.h"
#include "tasks/tensor_target.h"

namespace rankscope {
namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kMostEntries = 20'000'000;  // 160 MB: W, its gradient and the truth must go into a page's 512 MB
constexpr double kMostNumbers = 5e7;
enum Stream : std::uint64_t { kTruth = 11, kMask = 12, kNoise = 13, kMeasure = 14 };

const Dense* dense(const Inputs& inputs, const char* key) {
  const auto it = inputs.find(key);
  return it == inputs.end() ? nullptr : std::get_if<Dense>(it->second.get());
}

Result<void> array_only(const Inputs& inputs, std::initializer_list<const char*> keys) {
  for (const char* key : keys)
    if (inputs.count(key) && !dense(inputs, key)) return Error{key, "is not one array of numbers", "an .npy file, or FILE.npz?array=NAME"};
  return {};
}

Result<void> fits(const Shape& shape, const char* key) {
  const int order = static_cast<int>(shape.size());
  if (order < kLeastOrder || order > kMostOrder)
    return Error{key, "has " + std::to_string(order) + (order == 1 ? " mode" : " modes"), std::to_string(kLeastOrder) + " to " + std::to_string(kMostOrder) + " are needed"};
  double all = 1;
  for (std::int64_t d : shape) {
    if (d < 1) return Error{key, "has the shape " + dims(shape), "every mode needs at least one entry"};
    all *= static_cast<double>(d);
  }
  if (all > static_cast<double>(kMostEntries)) return Error{key, dims(shape) + " has more than 2e7 entries", "take fewer modes, or smaller ones"};
  return {};
}

std::int64_t known_of(const Dense& d) {
  return std::count_if(d.data.begin(), d.data.end(), [](double x) { return std::isfinite(x); });
}

bool marks(double x) { return std::isfinite(x) && x != 0; }

Result<TensorProblem> completion(const Settings& s, const Inputs& inputs, TensorProblem problem, std::uint64_t seed) {
  std::vector<std::int64_t> known;
  for (std::size_t k = 0; k < problem.truth.size(); ++k) {
    if (std::isfinite(problem.truth[k])) known.push_back(static_cast<std::int64_t>(k));
    else problem.truth[k] = kGap;
  }
  std::vector<char> observed(known.size(), 1);
  const std::string rule = observe_rule(s, inputs, known.size() < problem.truth.size());
  if (rule == "mask") {
    const Dense& mask = *dense(inputs, "mask");
    for (std::size_t k = 0; k < known.size(); ++k) observed[k] = marks(mask.data[static_cast<std::size_t>(known[k])]);
  } else if (rule == "fraction") {
    std::fill(observed.begin(), observed.end(), 0);
    Rng rng(seed, kMask);
    for (std::int64_t k : rng.sample(std::ssize(known), observed_of(s, std::ssize(known)))) observed[static_cast<std::size_t>(k)] = 1;
  }
  for (std::size_t k = 0; k < known.size(); ++k) (observed[k] ? problem.seen : problem.unseen).push_back(known[k]);
  for (std::int64_t at : problem.seen) problem.seen_values.push_back(problem.truth[static_cast<std::size_t>(at)]);
  add_noise(s, seed, kNoise, problem.seen_values);

  // As the task takes them: row by row of W.
  struct Entry {
    std::int64_t row, col;
    double value;
  };
  const std::int64_t rows = problem.layout.rows(), cols = problem.layout.cols();
  std::vector<Entry> entries;
  for (std::size_t k = 0; k < problem.seen.size(); ++k) {
    const std::int64_t at = problem.layout.place(problem.seen[k]);
    entries.push_back({at % rows, at / rows, problem.seen_values[k]});
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return std::pair(a.row, a.col) < std::pair(b.row, b.col); });
  std::vector<std::int64_t> offsets;
  std::vector<double> values;
  for (const Entry& e : entries) offsets.push_back(e.row + e.col * rows), values.push_back(e.value);
  problem.observations = std::ssize(values);
  problem.task = completion_task(rows, cols, std::move(offsets), std::move(values), make_loss(s, problem.observations));
  return problem;
}

/// <A_i, W*>
Vector measured(const TensorProblem& problem, const MatrixTask& task, std::int64_t m) {
  Matrix truth(problem.layout.rows(), problem.layout.cols());
  problem.layout.from_natural(problem.truth, {truth.data(), static_cast<std::size_t>(truth.size())});
  Vector y(m);
  task.observe(truth, y);
  return y;
}

Result<TensorProblem> sensing(const Settings& s, const Inputs& inputs, TensorProblem problem, const TensorShape& shape, std::uint64_t seed) {
  const Layout& layout = problem.layout;
  const std::int64_t m = shape.measurements, size = entries(layout.shape), rows = layout.rows(), cols = layout.cols();
  const Dense* given = dense(inputs, "measurements");
  const bool rank_one = !given && get<std::string>(s, "sensing") == "rank_one";
  Matrix a, left, right;
  if (rank_one) {  // a^1 x ... x a^N of norm 1: its two halves
    left = Matrix::Ones(rows, m), right = Matrix::Ones(cols, m);
    Rng rng(seed, kMeasure);
    Vector one, longer;
    for (std::int64_t k = 0; k < m; ++k)
      for (int side = 0; side < 2; ++side) {
        longer = Vector::Ones(1);
        const int from = side == 0 ? 0 : layout.split, to = side == 0 ? layout.split : static_cast<int>(layout.order.size());
        for (int n = from; n < to; ++n) {
          one.resize(layout.shape[static_cast<std::size_t>(layout.order[static_cast<std::size_t>(n)])]);
          for (double& x : one) x = rng.normal();
          one /= one.norm();
          Vector next(longer.size() * one.size());
          for (Eigen::Index i = 0; i < longer.size(); ++i) next.segment(i * one.size(), one.size()) = longer[i] * one;
          longer = next;
        }
        (side == 0 ? right : left).col(k) = longer;
      }
  } else {
    a.resize(size, m);
    Rng rng(seed, kMeasure);
    std::vector<double> drawn(static_cast<std::size_t>(size));
    const double root = std::sqrt(static_cast<double>(size));
    for (std::int64_t k = 0; k < m; ++k) {
      std::span<const double> one;
      if (given) {
        one = std::span(given->data).subspan(static_cast<std::size_t>(k * size), static_cast<std::size_t>(size));
      } else {
        for (double& x : drawn) x = rng.normal() / root;
        one = drawn;
      }
      layout.from_natural(one, {a.col(k).data(), static_cast<std::size_t>(size)});
    }
    if (!a.allFinite()) return Error{"measurements", "has entries that are not finite", "gaps are for completion"};
  }
  const auto make = [&](Vector y, Loss loss) { return rank_one ? rank_one_sensing_task(left, right, std::move(y), loss) : sensing_task(a, std::move(y), loss); };
  Vector y;
  if (const Dense* targets = dense(inputs, "targets")) {
    y = Eigen::Map<const Vector>(targets->data.data(), m);
    if (!y.allFinite()) return Error{"targets", "has numbers that are not finite", "a value for every measurement"};
  } else {
    y = measured(problem, *make(Vector::Zero(m), Loss{}), m);
  }
  add_noise(s, seed, kNoise, {y.data(), static_cast<std::size_t>(m)});
  problem.observations = m;
  problem.task = make(std::move(y), make_loss(s, m));
  return problem;
}

}  // namespace

bool TensorProblem::truth_complete() const {
  return !truth.empty() && std::all_of(truth.begin(), truth.end(), [](double x) { return std::isfinite(x); });
}

double TensorProblem::test_mse(std::span<const double> w) const {
  double sum = 0;
  for (std::int64_t at : unseen) {
    const double r = w[static_cast<std::size_t>(at)] - truth[static_cast<std::size_t>(at)];
    sum += r * r;
  }
  return sum / static_cast<double>(unseen.size());
}

double TensorProblem::unseen_power() const {
  double sum = 0;
  for (std::int64_t at : unseen) sum += truth[static_cast<std::size_t>(at)] * truth[static_cast<std::size_t>(at)];
  return sum / static_cast<double>(unseen.size());
}

double TensorProblem::reconstruction_error(std::span<const double> w) const {
  double wrong = 0, all = 0;
  for (std::size_t k = 0; k < truth.size(); ++k)
    if (std::isfinite(truth[k])) wrong += (w[k] - truth[k]) * (w[k] - truth[k]), all += truth[k] * truth[k];
  return std::sqrt(wrong / all);
}

std::span<const Param> tensor_problem_params() {
  static const std::vector<Param> params = [] {
    const std::string g = "Problem";
    return std::vector<Param>{
        {"task", "Task", g, "completion: some entries are observed. sensing: inner products with given tensors.", "", std::string("completion"), {}, When::Restart,
         {"completion", "sensing"}, {}},
        {"sizes", "Sizes", g, "Of the modes of a drawn target, as many as its order; a given one has its own.", "", std::vector<std::int64_t>{8, 8, 8}, {1, 4096}, When::Restart, {}, {},
         "target"},
        {"target_form", "Target", g, "How a drawn target is made. cp: a sum of components. tucker: a small core. tensor_train: small bonds. hierarchical: a binary tree of neighbours.", "",
         std::string("cp"), {}, When::Restart, {"cp", "tucker", "tensor_train", "hierarchical"}, {}, "target"},
        {"target_rank", "Target rank", g, "Of a drawn target: components, or the rank in every mode, bond or node.", "", std::int64_t{3}, {1, 256}, When::Restart, {}, {}, "target"},
        {"target_norm", "Target norm", g, "Frobenius norm of a drawn target.", "", 1.0, {1e-3, 1e4, Scale::Log}, When::Restart, {}, {}, "target"},
        {"observe", "Observe", g,
         "Which known entries are fitted. all: every finite one. fraction: a seeded share. mask: those of the mask. auto: the mask if there is one, all if there are gaps, else a fraction.",
         "", std::string("auto"), {}, When::Restart, {"auto", "all", "fraction", "mask"}, {"task", {"completion"}}},
        {"observed", "Observed", g, "Share of the known entries that is fitted; the rest is held out.", "share", 0.2, {0.001, 1}, When::Restart, {}, {"observe", {"auto", "fraction"}}},
        {"measurements", "Measurements", g, "How many inner products are given.", "", std::int64_t{200}, {1, 100000}, When::Restart, {}, {"task", {"sensing"}}, "measurements"},
        {"sensing", "Measured by", g, "dense: gaussian tensors. rank_one: outer products of norm 1.", "", std::string("dense"), {}, When::Restart, {"dense", "rank_one"},
         {"task", {"sensing"}}, "measurements"},
        {"noise", "Noise", g, "Standard deviation of the gaussian noise on what is observed.", "share of its root mean square", 0.0, {0, 10}, When::Restart, {}, {}},
    };
  }();
  return params;
}

std::span<const InputInfo> tensor_problem_inputs() {
  static const std::vector<InputInfo> inputs = {
      {"target", "Target", "The true tensor, of any order from 2 on; entries that are not finite are gaps. Drawn when not given."},
      {"mask", "Mask", "Completion: non-zero where an entry is observed, of the target's shape."},
      {"measurements", "Measurements", "Sensing: m x the tensor's shape."},
      {"targets", "Measured values", "Sensing: m numbers."},
  };
  return inputs;
}

Result<TensorShape> tensor_shape(const Settings& s, const Inputs& inputs) {
  if (auto r = array_only(inputs, {"target", "mask", "measurements", "targets"}); !r) return r.error();
  TensorShape out{get<std::vector<std::int64_t>>(s, "sizes"), get<std::string>(s, "task"), true, false, 0, 0};
  const Dense* target = dense(inputs, "target");
  const Dense* measurements = dense(inputs, "measurements");
  if (target) out.shape = target->shape;
  if (out.task == "completion") {
    for (const char* key : {"measurements", "targets"})
      if (inputs.count(key)) return Error{key, "is not used by completion", "leave it out, or choose task=sensing"};
    if (auto r = fits(out.shape, target ? "target" : "sizes"); !r) return r.error();
    std::int64_t known = target ? known_of(*target) : entries(out.shape);
    if (known == 0) return Error{"target", "has no finite entry", "at least one must be known"};
    const std::string rule = observe_rule(s, inputs, known < entries(out.shape));
    out.entries = rule == "fraction" ? observed_of(s, known) : known;
    if (rule == "mask") {
      const Dense* mask = dense(inputs, "mask");
      if (!mask) return Error{"mask", "the input is missing", "name a file with --input mask=PATH"};
      if (mask->shape != out.shape) return Error{"mask", "is " + dims(mask->shape), "the target is " + dims(out.shape)};
      out.entries = 0;
      for (std::size_t k = 0; k < mask->data.size(); ++k) out.entries += marks(mask->data[k]) && (!target || std::isfinite(target->data[k]));
      if (out.entries == 0) return Error{"mask", "observes no known entry", "non-zero where an entry is observed"};
    }
    out.unseen = out.entries < known;
    return out;
  }
  if (inputs.count("mask")) return Error{"mask", "is not used by sensing", "leave it out, or choose task=completion"};
  if (measurements) {
    if (measurements->shape.size() < 3) return Error{"measurements", "has the shape " + dims(measurements->shape), "m x the tensor's shape is needed"};
    const Shape shape(measurements->shape.begin() + 1, measurements->shape.end());
    if (target && shape != out.shape) return Error{"measurements", "are of " + dims(shape), "the target is " + dims(out.shape)};
    out.shape = shape;
    if (measurements->shape[0] < 1) return Error{"measurements", "holds none", "at least one is needed"};
  }
  if (auto r = fits(out.shape, target ? "target" : measurements ? "measurements" : "sizes"); !r) return r.error();
  out.measurements = measurements ? measurements->shape[0] : get<std::int64_t>(s, "measurements");
  if (const Dense* targets = dense(inputs, "targets")) {
    if (!measurements) return Error{"targets", "are given without what was measured", "give the measurements too"};
    if (targets->size() != out.measurements)
      return Error{"targets", "has " + std::to_string(targets->size()) + " numbers", std::to_string(out.measurements) + " measurements are given"};
    out.truth = target != nullptr;
  }
  if (target && known_of(*target) < target->size()) return Error{"target", "has gaps", "sensing needs every entry"};
  const bool rank_one = !measurements && get<std::string>(s, "sensing") == "rank_one";
  if (!rank_one && static_cast<double>(out.measurements) * static_cast<double>(entries(out.shape)) > kMostNumbers)
    return Error{"measurements", "asks for more than 5e7 numbers", "take fewer, a smaller tensor, or sensing=rank_one"};
  return out;
}

Result<TensorProblem> make_tensor_problem(const Settings& s, const Inputs& inputs, std::uint64_t seed, const Layout& layout) {
  const auto shape = tensor_shape(s, inputs);
  if (!shape) return shape.error();
  TensorProblem problem;
  problem.layout = layout;
  if (const Dense* target = dense(inputs, "target")) {
    problem.truth = target->data;
  } else if (shape->truth) {
    TensorTarget drawn = draw_target(shape->shape, get<std::string>(s, "target_form"), get<std::int64_t>(s, "target_rank"), get<double>(s, "target_norm"), seed, kTruth);
    problem.truth = std::move(drawn.tensor), problem.components = std::move(drawn.components);
  }
  return shape->task == "completion" ? completion(s, inputs, std::move(problem), seed) : sensing(s, inputs, std::move(problem), *shape, seed);
}

double tensor_problem_numbers(const TensorShape& shape) {
  const auto all = static_cast<double>(entries(shape.shape)), m = static_cast<double>(shape.measurements);
  return 3 * all + 5 * static_cast<double>(shape.entries) + m * all;
}

double tensor_task_flops(const TensorShape& shape, const Settings& s) {
  const auto all = static_cast<double>(entries(shape.shape));
  if (shape.task != "completion") return 4 * static_cast<double>(shape.measurements) * all;
  const auto batch = static_cast<double>(get<std::int64_t>(s, "batch"));
  return 4 * (batch > 0 ? std::min(batch, static_cast<double>(shape.entries)) : static_cast<double>(shape.entries));
}

}  // namespace rankscope
