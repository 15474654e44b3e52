// Descent with given steps: on the layers, and on an end-to-end vector.
#include <algorithm>
#include <cmath>

#include "io/reference_linear.h"
#include "math/spectra.h"
#include "math/svd_values.h"

namespace rankscope {
namespace {

using linear::view;

constexpr double kMostIterations = 1e5;

void advance(Run& run, double step) {
  run.advance(static_cast<std::int64_t>(step), [] { return true; }, [](const Frame&) {});
}

/// Whether a logged iteration is one the run has not passed.
bool follows(const Run& run, double iteration) {
  return iteration >= static_cast<double>(run.step()) && iteration <= kMostIterations && iteration == std::floor(iteration);
}

Result<double> whole(const ReferenceFile& file, const Json& object, const std::string& path, const std::string& key) {
  auto x = file.number(object, path, key);
  if (x && !(*x >= 0 && *x <= kMostIterations && *x == std::floor(*x))) return file.error(*object.find(key), path + "." + key, "is no number of steps", "0 to 100000");
  return x;
}

Matrix layer(const Run& run, int j) {
  const int at = run.view("factor_" + std::to_string(j));
  if (at < 0) return {};
  const std::uint32_t id[] = {static_cast<std::uint32_t>(at)};
  const Frame frame = run.measure(id);
  const Series& s = frame.values.at(0);
  return Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(s.data.data(), s.shape[0], s.shape[1]);
}

/// W_{j+1}^T W_{j+1} - W_j W_j^T, j = 1 .. N-1.
std::vector<Matrix> unbalance(const Run& run) {
  std::vector<Matrix> out;
  for (int j = 1;; ++j) {
    const Matrix below = layer(run, j), above = layer(run, j + 1);
    if (above.size() == 0) return out;
    out.push_back(above.transpose() * above - below * below.transpose());
  }
}

double nuclear(const Matrix& m) {
  SpectrumSolver solver;
  return solver.compute(m) ? nuclear_norm(solver.svd().s) : std::nan("");
}

/// The slope of log y over log x by least squares.
double slope(const std::vector<double>& x, const std::vector<double>& y) {
  double mx = 0, my = 0, xx = 0, xy = 0;
  const auto n = static_cast<double>(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) mx += std::log(x[i]) / n, my += std::log(y[i]) / n;
  for (std::size_t i = 0; i < x.size(); ++i) xx += (std::log(x[i]) - mx) * (std::log(x[i]) - mx), xy += (std::log(x[i]) - mx) * (std::log(y[i]) - my);
  return xy / xx;
}

}  // namespace

Result<Replay> replay_convergence_bound(const ReferenceFile& file, const Json& root, const Tables& tables) {
  Replay replay;
  constexpr const char *kRate = "flow_rate_2Nc^(2-2/N)", *kLayers = "balanced_layers_W1_to_WN";
  linear::know(root, {"depth", "loss", "W0", kLayers, "deficiency_margin", "sigma_min_target", "initial_loss", kRate, "flow", "gd"}, replay);
  auto problem = linear::read_loss(file, root);
  if (!problem) return problem.error();
  auto depth = file.number(root, "", "depth");
  if (!depth) return depth.error();
  if (!(*depth >= 1 && *depth <= 10)) return file.error(*root.find("depth"), "depth", "is out of range", "1 to 10");
  auto start = linear::read_member(file, root, "", "W0", problem->rows, problem->cols);
  if (!start) return start.error();
  Settings settings = problem->settings;
  settings["depth"] = *depth;
  settings["optimizer"] = std::string("flow");
  settings["tolerance"] = 1e-12;
  Inputs inputs = problem->inputs;
  inputs["w"] = share(*start);
  auto run = linear::open(file, tables, "end_to_end", settings, inputs);
  if (!run) return run.error();

  const auto check = [&](const char* series, double stored, double found) { replay.series.push_back({series, deviation({stored}, {found})}); };
  const auto first = [](const std::vector<double>& v) { return v.empty() ? std::nan("") : v[0]; };
  const double margin = first(view(*run, "margin", Part::Bound)), initial = first(view(*run, "loss"));
  const auto target = view(*run, "singular_values", Part::Target);
  for (const auto& [series, found] : {std::pair("deficiency_margin", margin), {"sigma_min_target", target.empty() ? std::nan("") : target.back()}, {"initial_loss", initial}}) {
    auto stored = file.number(root, "", series);
    if (!stored) return stored.error();
    check(series, *stored, found);
  }
  auto rate = file.number(root, "", kRate);
  if (!rate) return rate.error();
  auto flow = file.list(root, "", "flow");
  if (!flow) return flow.error();
  constexpr const char* kFlow[] = {"loss", "bound", "sigma_min"};
  std::vector<double> stored[3], found[3];
  double measured_rate = std::nan(""), before = 0;
  for (const Json& row : **flow) {
    auto t = file.number(row, "flow", "t");
    if (!t) return t.error();
    if (!(*t >= before && *t <= 1e6)) return file.error(row, "flow", "is not ascending from 0 on", "flow times up to 1e6");
    before = *t;
    linear::know(row, {"t", "loss", "bound", "sigma_min"}, replay);
    for (int k = 0; k < 3; ++k) {
      auto x = file.number(row, "flow", kFlow[k]);
      if (!x) return x.error();
      stored[k].push_back(*x);
    }
    if (!linear::flow_to(*run, *t)) {
      if (replay.problem.empty()) replay.problem = "the flow broke off at t = " + std::to_string(run->time());
      break;
    }
    const double bound = first(view(*run, "convergence_bound", Part::Bound));
    found[0].push_back(first(view(*run, "loss")));
    found[1].push_back(initial * bound);
    found[2].push_back(first(view(*run, "margin")));
    if (*t > 0) measured_rate = -std::log(bound) / *t;
  }
  check(kRate, *rate, measured_rate);
  for (int k = 0; k < 3; ++k) replay.series.push_back({std::string("flow ") + kFlow[k], deviation(stored[k], found[k])});

  if (auto read = linear::read_layers(file, root, kLayers, *problem); !read) return read.error();
  auto gd = file.list(root, "", "gd");
  if (!gd) return gd.error();
  for (const Json& one : **gd) {
    linear::know(one, {"eta", "iterations_to_eps", "loss_at_stop", "loss_log"}, replay);
    auto eta = file.number(one, "gd", "eta"), at_stop = file.number(one, "gd", "loss_at_stop");
    if (!eta) return eta.error();
    if (!at_stop) return at_stop.error();
    auto count = whole(file, one, "gd", "iterations_to_eps");
    if (!count) return count.error();
    auto log = file.list(one, "gd", "loss_log");
    if (!log) return log.error();
    Settings descent = problem->settings;
    descent["optimizer"] = std::string("gd");
    descent["step_size"] = *eta;
    auto layers = linear::open(file, tables, "deep_matrix", descent, problem->inputs);
    if (!layers) return layers.error();
    std::vector<double> there, here;
    for (const Json& entry : **log) {
      auto two = file.rows(entry, "gd.loss_log", 2);
      if (!two) return two.error();
      if (two->size() != 2 || !follows(*layers, (*two)[0]))
        return file.error(entry, "gd.loss_log", "is no iteration after the one before, and a loss", "[iteration, loss]");
      advance(*layers, (*two)[0]);
      there.push_back((*two)[1]);
      here.push_back(first(view(*layers, "loss")));
    }
    auto again = linear::open(file, tables, "deep_matrix", descent, problem->inputs);
    if (!again) return again.error();
    double loss = first(view(*again, "loss"));
    while (loss > 1e-6 && again->status() == Status::Running && static_cast<double>(again->step()) < *count) {
      advance(*again, static_cast<double>(again->step() + 1));
      loss = first(view(*again, "loss"));
    }
    const std::string name = "gd eta " + to_text(Value(*eta));
    replay.series.push_back({name + " loss_log", deviation(there, here)});
    replay.series.push_back({name + " iterations_to_eps", loss <= 1e-6 && *count == static_cast<double>(again->step()) ? 0.0 : std::nan("")});
    replay.series.push_back({name + " loss_at_stop", deviation({*at_stop}, {loss})});
  }
  return replay;
}

Result<Replay> replay_unbalancedness_drift(const ReferenceFile& file, const Json& root, const Tables& tables) {
  Replay replay;
  linear::know(root, {"loss", "layers_W1_to_WN", "total_time", "runs", "loglog_slope_last_three"}, replay);
  auto problem = linear::read_loss(file, root);
  if (!problem) return problem.error();
  if (auto read = linear::read_layers(file, root, "layers_W1_to_WN", *problem); !read) return read.error();
  problem->settings["optimizer"] = std::string("gd");
  auto total = file.number(root, "", "total_time");
  if (!total) return total.error();
  auto runs = file.list(root, "", "runs");
  if (!runs) return runs.error();
  std::vector<double> steps, drifts;
  for (const Json& one : **runs) {
    linear::know(one, {"step_size", "num_iterations", "log", "final_W", "max_drift_at_end"}, replay);
    auto eta = file.number(one, "runs", "step_size"), most = file.number(one, "runs", "max_drift_at_end");
    if (!eta) return eta.error();
    if (!most) return most.error();
    auto count = whole(file, one, "runs", "num_iterations");
    if (!count) return count.error();
    auto last = linear::read_member(file, one, "runs", "final_W", problem->rows, problem->cols);
    if (!last) return last.error();
    auto log = file.list(one, "runs", "log");
    if (!log) return log.error();
    problem->settings["step_size"] = *eta;
    auto run = linear::open(file, tables, "deep_matrix", problem->settings, problem->inputs);
    if (!run) return run.error();
    const auto at_start = unbalance(*run);

    struct Wanted {
      const char* series;
      std::vector<double> stored{}, found{};
    };
    Wanted wanted[] = {{"unbalancedness_fro"}, {"unbalancedness_nuclear"}, {"drift_fro"}, {"loss"}};
    for (const Json& row : **log) {
      linear::know(row, {"iteration", "unbalancedness_fro", "unbalancedness_nuclear", "drift_fro", "loss"}, replay);
      auto at = whole(file, row, "runs.log", "iteration");
      if (!at) return at.error();
      advance(*run, *at);
      for (int k = 0; k < 3; ++k) {
        auto stored = file.numbers(row, "runs.log", wanted[k].series);
        if (!stored) return stored.error();
        wanted[k].stored.insert(wanted[k].stored.end(), stored->begin(), stored->end());
      }
      auto loss = file.number(row, "runs.log", "loss");
      if (!loss) return loss.error();
      wanted[3].stored.push_back(*loss);
      const auto now = unbalance(*run);
      for (std::size_t j = 0; j < now.size(); ++j) {
        wanted[0].found.push_back(now[j].norm());
        wanted[1].found.push_back(nuclear(now[j]));
        wanted[2].found.push_back((now[j] - at_start[j]).norm());
      }
      const auto measured = view(*run, "loss");
      wanted[3].found.insert(wanted[3].found.end(), measured.begin(), measured.end());
    }
    advance(*run, *count);
    double drift = 0;
    const auto now = unbalance(*run);
    for (std::size_t j = 0; j < now.size(); ++j) drift = std::max(drift, (now[j] - at_start[j]).norm());
    steps.push_back(*eta), drifts.push_back(drift);
    const std::string name = "step " + to_text(Value(*eta)) + " ";
    for (const Wanted& w : wanted) replay.series.push_back({name + w.series, deviation(w.stored, w.found)});
    replay.series.push_back({name + "final_W", deviation(last->data, view(*run, "end_to_end"))});
    replay.series.push_back({name + "max_drift_at_end", deviation({*most}, {drift})});
    replay.series.push_back({name + "num_iterations", std::round(*total / *eta) == *count ? 0.0 : std::nan("")});
  }
  if (root.find("loglog_slope_last_three")) {
    auto stored = file.number(root, "", "loglog_slope_last_three");
    if (!stored) return stored.error();
    const auto skip = static_cast<std::ptrdiff_t>(std::max<std::size_t>(steps.size(), 3) - 3);
    steps.erase(steps.begin(), steps.begin() + skip), drifts.erase(drifts.begin(), drifts.begin() + skip);
    replay.series.push_back({"loglog_slope_last_three", deviation({*stored}, {slope(steps, drifts)})});
  }
  return replay;
}

Result<Replay> replay_lp_regression(const ReferenceFile& file, const Json& root, const Tables& tables) {
  Replay replay;
  constexpr const char* kFirst = "first_iteration_loss_below_1e-6";
  linear::know(root, {"p", "loss", "X", "y", "w0", "update", "runs"}, replay);
  auto p = file.number(root, "", "p");
  if (!p) return p.error();
  auto x_at = file.member(root, "", "X");
  if (!x_at) return x_at.error();
  auto x = file.array(**x_at, "X", "data", "shape");
  if (!x) return x.error();
  auto y = file.numbers(root, "", "y"), w0 = file.numbers(root, "", "w0");
  if (!y) return y.error();
  if (!w0) return w0.error();
  if (x->shape.size() != 2 || x->shape[1] != 2 || w0->size() != 2 || std::ssize(*y) != x->shape[0])
    return file.error(**x_at, "X", "does not fit y and w0", "samples x 2, a sample of y for each, and two weights");
  const Inputs inputs = {{"x", share(*x)}, {"y", share(Dense{{x->shape[0], 1}, *y})}, {"w", share(Dense{{1, 2}, *w0})}};
  auto runs = file.list(root, "", "runs");
  if (!runs) return runs.error();
  for (const Json& one : **runs) {
    linear::know(one, {"depth", "step_size", "rows_iteration_w1_w2_loss", kFirst}, replay);
    auto depth = file.number(one, "runs", "depth"), eta = file.number(one, "runs", "step_size");
    if (!depth) return depth.error();
    if (!eta) return eta.error();
    auto rows = file.list(one, "runs", "rows_iteration_w1_w2_loss");
    if (!rows) return rows.error();
    Settings settings = {{"task", std::string("regression")}, {"loss", std::string("lp")}, {"p", *p}, {"normalisation", std::string("mean_over_p")},
                         {"optimizer", std::string("gd")}, {"step_size", *eta}, {"depth", *depth}};
    auto run = linear::open(file, tables, "end_to_end", settings, inputs);
    if (!run) return run.error();
    std::vector<double> stored[3], found[3];
    double below = -1;
    for (const Json& row : **rows) {
      auto four = file.rows(row, "runs.rows_iteration_w1_w2_loss", 4);
      if (!four) return four.error();
      if (four->size() != 4 || !follows(*run, (*four)[0]))
        return file.error(row, "runs.rows_iteration_w1_w2_loss", "is no iteration after the one before", "iteration, w1, w2, loss");
      while (static_cast<double>(run->step()) < (*four)[0] && run->status() == Status::Running) {
        advance(*run, static_cast<double>(run->step() + 1));
        if (below < 0 && run->system().loss() < 1e-6) below = static_cast<double>(run->step() - 1);  // the loss before this step
      }
      const auto w = view(*run, "end_to_end"), loss = view(*run, "loss");
      for (std::size_t k = 0; k < 3; ++k) stored[k].push_back((*four)[k + 1]), found[k].push_back(k < 2 ? w[k] : loss[0]);
    }
    if (run->status() != Status::Running && replay.problem.empty()) replay.problem = "diverged at step " + std::to_string(run->step()) + ": " + run->trouble();
    const std::string name = "depth " + to_text(Value(*depth)) + " step " + to_text(Value(*eta)) + " ";
    for (std::size_t k = 0; k < 3; ++k) replay.series.push_back({name + (k == 0 ? "w1" : k == 1 ? "w2" : "loss"), deviation(stored[k], found[k])});
    const Json* first = one.find(kFirst);
    if (first && !first->is_null()) replay.series.push_back({name + kFirst, first->number() == below ? 0.0 : std::nan("")});
    else if (first) replay.series.push_back({name + kFirst, below < 0 ? 0.0 : std::nan("")});
  }
  return replay;
}

}  // namespace rankscope
