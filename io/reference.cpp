#include "io/reference.h"

#include <algorithm>
#include <cmath>

#include "io/reference_dmf.h"
#include "io/reference_linear.h"
#include "io/reference_nuclear.h"
#include "io/reference_tensor.h"

namespace rankscope {
namespace {

struct Model {
  const char* name;
  double tolerance;
  Result<Replay> (*replay)(const ReferenceFile&, const Json&, const Tables&);
};
constexpr Model kModels[] = {
    {"dmf", 1e-9, replay_dmf},
    {"cp", 1e-9, replay_cp},
    {"htf", 1e-9, replay_htf},
    {"tucker", 1e-9, replay_tucker},
    {"tensor_train", 1e-9, replay_tensor_train},
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
