// Flows of the end-to-end matrix, and the quasi-static curve one of them follows.
#include <algorithm>
#include <cmath>

#include "io/reference_linear.h"
#include "systems/quasi_static.h"

namespace rankscope {
namespace {

/// What the integrator is asked for: its error adds up to a hundredth of what is promised of W.
constexpr double kTolerance = 1e-12;

void of_flow(Settings& settings, double depth) {
  settings["depth"] = depth;
  settings["optimizer"] = std::string("flow");
  settings["tolerance"] = kTolerance;
}

Result<double> real_depth(const ReferenceFile& file, const Json& root) {
  auto depth = file.number(root, "", "depth");
  if (depth && !(*depth >= 1 && *depth <= 10)) return file.error(*root.find("depth"), "depth", "is out of range", "1 to 10");
  return depth;
}

void append(std::vector<double>& to, const std::vector<double>& more) { to.insert(to.end(), more.begin(), more.end()); }

}  // namespace

Result<Replay> replay_end_to_end_flow(const ReferenceFile& file, const Json& root, const Tables& tables) {
  Replay replay;
  linear::know(root, {"depth", "loss", "W0", "times", "min_singular_value_on_times", "balanced_layers_W1_to_WN", "W", "singular_values", "singular_value_rates", "loss_values"},
               replay);
  auto problem = linear::read_loss(file, root);
  if (!problem) return problem.error();
  auto depth = real_depth(file, root);
  if (!depth) return depth.error();
  auto start = linear::read_member(file, root, "", "W0", problem->rows, problem->cols);
  if (!start) return start.error();
  auto times = file.numbers(root, "", "times");
  if (!times) return times.error();
  if (times->empty()) return file.error(*root.find("times"), "times", "is empty", "at least one time");
  for (std::size_t i = 0; i < times->size(); ++i)
    if (!((*times)[i] >= (i ? (*times)[i - 1] : 0) && (*times)[i] <= 1e6)) return file.error(*root.find("times"), "times", "is not ascending from 0 on", "flow times up to 1e6");

  struct Wanted {
    const char *series, *view;
    std::vector<double> stored, replayed{};
  };
  std::vector<Wanted> wanted;
  auto w = file.list(root, "", "W");
  if (!w) return w.error();
  wanted.push_back({"W", "end_to_end", {}});
  for (const Json& one : **w) {
    auto at = linear::read_matrix(file, one, "W", problem->rows, problem->cols);
    if (!at) return at.error();
    append(wanted[0].stored, at->data);
  }
  for (const auto& [series, key] : {std::pair("singular_values", "singular_values"), {"singular_value_rates", "singular_value_rates"}, {"loss_values", "loss"}}) {
    auto at = file.member(root, "", series);
    if (!at) return at.error();
    auto stored = file.rows(**at, series, times->size());
    if (!stored) return stored.error();
    wanted.push_back({series, key, std::move(*stored)});
  }

  Inputs inputs = problem->inputs;
  inputs["w"] = share(*start);
  Settings settings = problem->settings;
  of_flow(settings, *depth);
  auto run = linear::open(file, tables, "end_to_end", settings, inputs);
  if (!run) return run.error();
  for (const double t : *times) {
    if (!linear::flow_to(*run, t)) {
      if (replay.problem.empty()) replay.problem = "the flow broke off at t = " + std::to_string(run->time());
      break;
    }
    for (Wanted& x : wanted) append(x.replayed, linear::view(*run, x.view));
  }
  for (const Wanted& x : wanted)
    replay.series.push_back({x.series, x.view == std::string("loss") ? deviation(x.stored, x.replayed) : linear::deviation_of_largest(x.stored, x.replayed)});
  const auto& sigma = wanted[1].replayed;
  if (root.find("min_singular_value_on_times")) {
    auto least = file.number(root, "", "min_singular_value_on_times");
    if (!least) return least.error();
    const double found = sigma.empty() ? std::nan("") : *std::min_element(sigma.begin(), sigma.end());
    replay.series.push_back({"min_singular_value_on_times", std::abs(*least - found) / *std::max_element(sigma.begin(), sigma.end())});
  }
  if (root.find("balanced_layers_W1_to_WN")) {  // their product is the start, and their own flow begins balanced
    if (auto read = linear::read_layers(file, root, "balanced_layers_W1_to_WN", *problem); !read) return read.error();
    auto layers = linear::open(file, tables, "deep_matrix", problem->settings, problem->inputs);
    if (!layers) return layers.error();
    replay.series.push_back({"balanced_layers_W1_to_WN", linear::deviation_of_largest(start->data, linear::view(*layers, "end_to_end"))});
    const auto off = linear::view(*layers, "unbalancedness");
    replay.series.push_back({"balanced_layers_W1_to_WN (balanced)", off.empty() ? 0 : off[0]});
  }
  return replay;
}

Result<Replay> replay_quasi_static(const ReferenceFile& file, const Json& root, const Tables& tables) {
  Replay replay;
  constexpr const char *kTimes = "flow_time_and_W11_at_loss_0.1", *kBound = "lower_bound_(1-sqrt(2l))^2/sqrt(2l)", *kAsymptote = "asymptote_1/sqrt(2l)";
  linear::know(root, {"a_b_loss", "inverse", "end_to_end_flow_alpha_I", kTimes}, replay);
  auto rows = file.list(root, "", "a_b_loss");
  if (!rows) return rows.error();
  std::vector<double> stored[2], found[2];
  for (const Json& row : **rows) {
    auto three = file.rows(row, "a_b_loss", 3);
    if (!three) return three.error();
    if (three->size() != 3 || !((*three)[0] > 0)) return file.error(row, "a_b_loss", "is not a, b, loss", "three numbers, a above 0");
    const double a = (*three)[0];
    stored[0].push_back((*three)[1]), found[0].push_back(quasi_static::b_of(a));
    stored[1].push_back((*three)[2]), found[1].push_back(quasi_static::loss_of(a));
  }
  replay.series.push_back({"b", deviation(stored[0], found[0])});
  replay.series.push_back({"loss", deviation(stored[1], found[1])});

  auto inverse = file.list(root, "", "inverse");
  if (!inverse) return inverse.error();
  for (const auto& [name, f] : {std::pair<const char*, double (*)(double)>("a", quasi_static::a_of), {kBound, quasi_static::lower_bound},
                                {kAsymptote, [](double l) { return 1 / std::sqrt(2 * l); }}}) {
    std::vector<double> there, here;
    for (const Json& one : **inverse) {
      auto l = file.number(one, "inverse", "loss");
      if (!l) return l.error();
      auto x = file.number(one, "inverse", name);
      if (!x) return x.error();
      linear::know(one, {"loss", "a", kBound, kAsymptote}, replay);
      there.push_back(*x), here.push_back(f(*l));
    }
    replay.series.push_back({std::string("inverse ") + name, deviation(there, here)});
  }

  if (root.find(kTimes)) {  // where the flow from alpha I passes the loss 0.1
    auto alpha = file.number(root, "", "end_to_end_flow_alpha_I");
    if (!alpha) return alpha.error();
    if (!(*alpha > 0 && *alpha < 1)) return file.error(*root.find("end_to_end_flow_alpha_I"), "end_to_end_flow_alpha_I", "is out of range", "between 0 and 1");
    const Json& at = *root.find(kTimes);
    if (!at.object()) return file.error(at, kTimes, "must be an object", "depth: [time, W_11]");
    for (const Json::Member& m : *at.object()) {
      auto two = file.rows(m.value, kTimes, 2);
      if (!two) return two.error();
      const double depth = std::atof(m.key.c_str());
      if (!(depth >= 1 && depth <= 10)) return file.error(m.value, kTimes, "is not by depth", "1 to 10");
      Settings settings = {{"task", std::string("completion")}, {"observe", std::string("all")}, {"normalisation", std::string("half_sum")}};
      of_flow(settings, depth);
      constexpr double kLoss = 0.1;
      Dense w{{2, 2}, {*alpha, 0, 0, *alpha}};
      const auto open = [&] {
        return linear::open(file, tables, "end_to_end", settings, {{"w", share(w)}, {"target", share(Dense{{2, 2}, {std::nan(""), 1, 1, 0}})}});
      };
      auto run = open();
      if (!run) return run.error();
      double before = 0, after = 0, loss = linear::view(*run, "loss")[0];
      while (loss > kLoss && !run->finished() && run->time() < 1e4) {
        w.data = linear::view(*run, "end_to_end");
        before = run->time();
        run->advance(run->step() + 1, [] { return true; }, [](const Frame&) {});
        after = run->time();
        loss = linear::view(*run, "loss")[0];
      }
      double low = 0, high = after - before, w11 = std::nan("");
      for (int i = 0; i < 60; ++i) {  // by halves: the loss only falls
        const double middle = 0.5 * (low + high);
        auto piece = open();
        if (!piece || !linear::flow_to(*piece, middle)) break;
        (linear::view(*piece, "loss")[0] > kLoss ? low : high) = middle;
        w11 = linear::view(*piece, "end_to_end")[0];
      }
      replay.series.push_back({std::string(kTimes) + " depth " + m.key, deviation(*two, {before + high, w11})});
    }
  }
  return replay;
}

}  // namespace rankscope
