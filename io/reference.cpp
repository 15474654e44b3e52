#include "io/reference.h"

#include <algorithm>
#include <cmath>

#include "io/memory.h"
#include "io/reference_dmf.h"
#include "io/reference_linear.h"
#include "io/reference_nuclear.h"
#include "lab/run.h"

namespace rankscope {
namespace {

/// The view that measures a series of a dmf file.
struct Measured {
  const char* series;
  const char* view;
};
constexpr Measured kMeasured[] = {
    {"loss", "loss"},
    {"reconstruction_error", "reconstruction_error"},
    {"test_mse", "test_mse"},
    {"singular_values", "singular_values"},
    {"effective_rank", "effective_rank"},
    {"fro_norm", "fro_norm"},
    {"nuclear_norm", "nuclear_norm"},
    {"product", "end_to_end"},
    {"sv_rate_theory", "singular_value_rates"},
};

/// ||E - M||_F / ||M||_F over all entries.
double relative_error(const Dense& e, const Dense& truth) {
  double error = 0, norm = 0;
  for (std::size_t i = 0; i < e.data.size(); ++i) {
    error += (e.data[i] - truth.data[i]) * (e.data[i] - truth.data[i]);
    norm += truth.data[i] * truth.data[i];
  }
  return std::sqrt(error / norm);
}

Result<Replay> replay_dmf(const ReferenceFile& file, const Json& root, const Tables& tables) {
  Replay replay;
  auto setup = read_dmf(file, root);
  if (!setup) return setup.error();
  auto steps = file.numbers(root, "", "logged_iterations");
  if (!steps) return steps.error();
  auto trajectory = file.member(root, "", "trajectory");
  if (!trajectory) return trajectory.error();
  if (!(*trajectory)->object() || (*trajectory)->object()->empty())
    return file.error(**trajectory, "trajectory", "holds no series",
                      "an object of lists, one element a logged iteration");
  for (std::size_t i = 0; i < steps->size(); ++i)
    if (!((*steps)[i] >= (i ? (*steps)[i - 1] : 0)) || (*steps)[i] != std::floor((*steps)[i]) || (*steps)[i] > 1e9)
      return file.error(*root.find("logged_iterations"), "logged_iterations[" + std::to_string(i) + "]",
                        "is no step after the one before", "ascending whole numbers");
  if (steps->empty())
    return file.error(*root.find("logged_iterations"), "logged_iterations", "is empty", "at least one step");

  struct Wanted {
    std::string series, view;
    std::vector<double> stored, replayed;
  };
  std::vector<Wanted> wanted;
  for (const Json::Member& m : *(*trajectory)->object()) {
    auto stored = file.rows(m.value, "trajectory." + m.key, steps->size());
    if (!stored) return stored.error();
    const auto known =
        std::find_if(std::begin(kMeasured), std::end(kMeasured), [&](const Measured& x) { return m.key == x.series; });
    if (known == std::end(kMeasured)) {
      if (replay.problem.empty()) replay.problem = "series '" + m.key + "' is not known to this program";
      continue;
    }
    const bool own = m.key == "reconstruction_error" && !setup->truth_is_target;
    wanted.push_back({m.key, own ? "end_to_end" : known->view, std::move(*stored), {}});
  }
  if (!setup->problem.empty()) {
    replay.problem = setup->problem;
    return replay;
  }

  const Entry* entry = tables.system("deep_matrix");
  if (!entry) return Error{"deep_matrix", "this program has no such system", ""};
  Document document;
  document.settings = setup->settings;
  document.steps = document.every = static_cast<std::int64_t>(steps->back()) + 1;
  auto run = Run::open(*entry, std::move(document), setup->inputs, available_memory());
  if (!run) return Error{file.name(), run.error().text(), "the file asks for what this program cannot run"};

  std::vector<std::uint32_t> views;
  for (const Wanted& w : wanted) {
    const int at = run->view(w.view);
    if (at < 0)
      replay.problem = "series '" + w.series + "' cannot be measured in this run";
    else if (std::find(views.begin(), views.end(), at) == views.end())
      views.push_back(static_cast<std::uint32_t>(at));
  }
  for (const double step : *steps) {
    run->advance(
        static_cast<std::int64_t>(step), [] { return true; }, [](const Frame&) {});
    if (run->status() != Status::Running) {
      replay.problem = "diverged at step " + std::to_string(run->step()) + ": " + run->trouble();
      break;
    }
    const Frame frame = run->measure(views);
    for (Wanted& w : wanted) {
      if (run->view(w.view) < 0) continue;
      const Series* s = frame.find(static_cast<std::uint32_t>(run->view(w.view)));
      if (!s) continue;
      Dense e{s->shape, s->data};
      if (w.view == "end_to_end" && setup->prediction_from_the_right) e = transposed(e);
      if (w.view == "end_to_end" && w.series == "reconstruction_error") e.data = {relative_error(e, setup->truth)};
      w.replayed.insert(w.replayed.end(), e.data.begin(), e.data.end());
    }
  }
  for (const Wanted& w : wanted) replay.series.push_back({w.series, deviation(w.stored, w.replayed)});
  return replay;
}

struct Model {
  const char* name;
  double tolerance;
  Result<Replay> (*replay)(const ReferenceFile&, const Json&, const Tables&);
};
constexpr Model kModels[] = {
    {"dmf", 1e-9, replay_dmf},
    {"end_to_end_flow", 1e-8, replay_end_to_end_flow},
    {"convergence_bound", 1e-9, replay_convergence_bound},
    {"unbalancedness_drift", 1e-9, replay_unbalancedness_drift},
    {"quasi_static_2x2", 1e-9, replay_quasi_static},
    {"lp_regression_end_to_end", 1e-9, replay_lp_regression},
    {"min_nuclear_norm_completion", 1e-6, replay_nuclear},
};

}  // namespace

bool Replay::agrees() const {
  return problem.empty() && !series.empty() &&
         std::all_of(series.begin(), series.end(), [&](const Deviation& d) { return d.worst <= tolerance; });
}

double deviation(const std::vector<double>& stored, const std::vector<double>& replayed) {
  if (stored.size() != replayed.size()) return std::nan("");
  double most = 0, worst = 0;
  for (const double a : stored) most = std::max(most, std::abs(a));
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const double d = std::abs(stored[i] - replayed[i]) / std::max(std::abs(stored[i]), 1e-3 * most + 1e-300);
    if (!(d <= worst)) worst = d;
    if (std::isnan(worst)) return worst;
  }
  return worst;
}

Result<Replay> verify_reference(std::string_view text, std::string_view name, const Tables& tables,
                                std::optional<double> tolerance) {
  auto root = parse_json(text, name);
  if (!root) return root.error();
  const ReferenceFile file(text, name);
  if (!root->object())
    return file.error(*root, "", "is not a reference run", "an object with model, problem, init and trajectory");
  const char* key = root->find("model") ? "model" : "kind";
  auto model = file.word(*root, "", key);
  if (!model) return file.error(*root, "", "has neither \"model\" nor \"kind\"", "a reference run says what it is");
  for (const Model& m : kModels) {
    if (*model != m.name) continue;
    auto replay = m.replay(file, *root, tables);
    if (replay) replay->tolerance = tolerance.value_or(m.tolerance);
    return replay;
  }
  Replay unknown;
  unknown.problem = std::string(key) + " '" + *model + "' is not known to this program";
  return unknown;
}

}  // namespace rankscope
