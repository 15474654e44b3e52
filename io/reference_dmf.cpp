#include "io/reference_dmf.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "io/reference_problem.h"

namespace rankscope {
namespace {

constexpr std::int64_t kMostSide = 4096;

struct Word {
  const char* theirs;
  const char* ours;
};
constexpr Word kTasks[] = {{"entries", "completion"}, {"linear", "sensing"}, {"regression", "regression"}};
/// The view that measures a series.
constexpr Word kMeasured[] = {
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

const char* translated(std::span<const Word> words, const std::string& theirs) {
  for (const Word& w : words)
    if (theirs == w.theirs) return w.ours;
  return nullptr;
}

/// ||E - M||_F / ||M||_F over all entries.
double relative_error(const Dense& e, const Dense& truth) {
  double error = 0, norm = 0;
  for (std::size_t i = 0; i < e.data.size(); ++i) {
    error += (e.data[i] - truth.data[i]) * (e.data[i] - truth.data[i]);
    norm += truth.data[i] * truth.data[i];
  }
  return std::sqrt(error / norm);
}

struct DmfSetup : ReferenceProblem {
  bool prediction_from_the_right = false;  ///< regression: X E, so E = W^T
  std::int64_t rows = 0, cols = 0;         ///< of E
};

/// init as the inputs w1 .. wN.
Result<void> read_factors(const ReferenceFile& file, const Json& root, DmfSetup& out) {
  auto init = file.list(root, "", "init");
  if (!init) return init.error();
  std::vector<Dense> f;
  for (std::size_t i = 0; i < (*init)->size(); ++i) {
    auto a = file.array((**init)[i], "init[" + std::to_string(i) + "]", "data", "shape");
    if (!a) return a.error();
    if (a->shape.size() != 2) return file.error((**init)[i], "init[" + std::to_string(i) + "].shape", "is not that of a matrix", "two numbers");
    f.push_back(std::move(*a));
  }
  if (f.empty()) return file.error(*root.find("init"), "init", "holds no factor", "at least one is needed");
  for (std::size_t i = 0; i + 1 < f.size(); ++i)
    if (f[i].shape[1] != f[i + 1].shape[0])
      return file.error((**init)[i + 1], "init[" + std::to_string(i + 1) + "].shape", "does not fit the factor before it",
                        std::to_string(f[i].shape[1]) + " rows are needed");
  out.rows = f.front().shape[0];
  out.cols = f.back().shape[1];
  // a long column times a long row has more entries than the file has numbers
  if (out.rows > kMostSide || out.cols > kMostSide)
    return file.error(*root.find("init"), "init", "is a product of " + std::to_string(out.rows) + " x " + std::to_string(out.cols),
                      "at most " + std::to_string(kMostSide) + " x " + std::to_string(kMostSide));
  std::vector<std::int64_t> widths;  // hidden, W_1's output first
  if (out.prediction_from_the_right)
    for (Dense& a : f) a = transposed(a);
  else
    std::reverse(f.begin(), f.end());
  for (std::size_t j = 0; j + 1 < f.size(); ++j) widths.push_back(f[j].shape[0]);
  for (std::size_t j = 0; j < f.size(); ++j) out.inputs["w" + std::to_string(j + 1)] = share(std::move(f[j]));
  out.settings["depth"] = static_cast<std::int64_t>(f.size());
  out.settings["widths"] = widths;
  return {};
}

Result<void> read_regression(const ReferenceFile& file, const Json& problem, DmfSetup& out) {
  for (const auto& [key, name] : {std::pair("x", "X"), std::pair("y", "Y")}) {
    auto a = file.array(problem, "problem", name, std::string(name) + "_shape");
    if (!a) return a.error();
    out.inputs[key] = share(std::move(*a));
  }
  return {};
}

Result<DmfSetup> read_dmf(const ReferenceFile& file, const Json& root) {
  DmfSetup setup;
  auto problem = file.member(root, "", "problem");
  if (!problem) return problem.error();
  auto observation = file.word(**problem, "problem", "observation");
  if (!observation) return observation.error();
  const char* task = translated(kTasks, *observation);
  if (!task) {
    setup.problem = "observation '" + *observation + "' is not known to this program";
    return setup;
  }
  setup.settings["task"] = std::string(task);
  setup.prediction_from_the_right = *observation == "regression";
  if (auto done = read_descent(file, root, setup); !done) return done.error();
  if (auto done = read_factors(file, root, setup); !done) return done.error();
  if (auto done = read_loss(file, **problem, setup); !done) return done.error();
  if (auto done = read_truth(file, **problem, {setup.rows, setup.cols}, setup); !done) return done.error();
  if (setup.prediction_from_the_right && !setup.truth.data.empty()) setup.inputs["target"] = share(transposed(setup.truth));
  const auto observed = *observation == "entries"  ? read_entries(file, **problem, {setup.rows, setup.cols}, setup)
                        : *observation == "linear" ? read_sensing(file, **problem, setup)
                                                   : read_regression(file, **problem, setup);
  if (!observed) return observed.error();
  return setup;
}

}  // namespace

Result<Replay> replay_dmf(const ReferenceFile& file, const Json& root, const Tables& tables) {
  const auto setup = read_dmf(file, root);
  if (!setup) return setup.error();
  return replay_trajectory(file, root, tables, "deep_matrix", *setup, [&](const std::string& series, const Run*) -> std::optional<Measured> {
    const char* known = translated(kMeasured, series);
    if (!known) return std::nullopt;
    const bool own = series == "reconstruction_error" && !setup->truth_is_target;
    const std::string view = own ? "end_to_end" : known;
    return Measured{{view}, [&, own, view](const Run& run, const Frame& frame) {
                      Dense e{{setup->rows, setup->cols}, numbers_of(run, frame, view)};
                      if (view != "end_to_end") return e.data;
                      if (setup->prediction_from_the_right) e = transposed({{setup->cols, setup->rows}, std::move(e.data)});
                      return own ? std::vector<double>{relative_error(e, setup->truth)} : e.data;
                    }};
  });
}

}  // namespace rankscope
