#include "io/reference_problem.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "io/memory.h"

namespace rankscope {
namespace {

struct Word {
  const char* theirs;
  const char* ours;
};
constexpr Word kOptimizers[] = {{"gd", "gd"}, {"momentum", "momentum"}, {"adam", "adam"}, {"grouprmsprop", "group_rmsprop"}};

std::string text_of(const std::vector<std::int64_t>& shape) {
  std::string out;
  for (const std::int64_t d : shape) out += (out.empty() ? "" : ", ") + std::to_string(d);
  return out;
}

Result<std::vector<double>> logged_iterations(const ReferenceFile& file, const Json& root) {
  auto steps = file.numbers(root, "", "logged_iterations");
  if (!steps) return steps.error();
  const Json& at = *root.find("logged_iterations");
  for (std::size_t i = 0; i < steps->size(); ++i)
    if (!((*steps)[i] >= (i ? (*steps)[i - 1] : 0)) || (*steps)[i] != std::floor((*steps)[i]) || (*steps)[i] > 1e9)
      return file.error(at, "logged_iterations[" + std::to_string(i) + "]", "is no step after the one before", "ascending whole numbers");
  if (steps->empty()) return file.error(at, "logged_iterations", "is empty", "at least one step");
  return steps;
}

}  // namespace

Result<void> read_descent(const ReferenceFile& file, const Json& root, ReferenceProblem& out) {
  std::string name = "gd";
  if (root.find("optimizer")) {
    auto given = file.word(root, "", "optimizer");
    if (!given) return given.error();
    name = *given;
  }
  const auto ours = std::find_if(std::begin(kOptimizers), std::end(kOptimizers), [&](const Word& w) { return name == w.theirs; });
  if (ours == std::end(kOptimizers))
    out.problem = "optimizer '" + name + "' is not known to this program";
  else
    out.settings["optimizer"] = std::string(ours->ours);
  auto step_size = file.number(root, "", "step_size");
  if (!step_size) return step_size.error();
  out.settings["step_size"] = *step_size;
  for (const char* key : {"momentum", "beta1", "beta2", "adam_epsilon", "decay", "epsilon"})
    if (root.find(key)) {
      auto x = file.number(root, "", key);
      if (!x) return x.error();
      out.settings[key] = *x;
    }
  return {};
}

Result<void> read_loss(const ReferenceFile& file, const Json& problem, ReferenceProblem& out) {
  std::string name = "l2";
  if (problem.find("loss")) {
    auto given = file.word(problem, "problem", "loss");
    if (!given) return given.error();
    name = *given;
  }
  auto scale = file.number(problem, "problem", "loss_scale");
  if (!scale) return scale.error();
  out.settings["normalisation"] = std::string("custom");
  out.settings["loss_scale"] = *scale;
  char* end = nullptr;
  const double p = name.size() > 1 && name[0] == 'l' ? std::strtod(name.c_str() + 1, &end) : 0;
  if (name == "l2") {
    out.settings["loss"] = std::string("squared");
  } else if (name == "huber") {
    auto delta = file.number(problem, "problem", "huber_delta");
    if (!delta) return delta.error();
    out.settings["loss"] = std::string("huber");
    out.settings["huber_delta"] = *delta;
  } else if (p > 0 && end && *end == 0) {
    out.settings["loss"] = std::string("lp");
    out.settings["p"] = p;
  } else {
    out.problem = "loss '" + name + "' is not known to this program";
  }
  return {};
}

Result<void> read_truth(const ReferenceFile& file, const Json& problem, const std::vector<std::int64_t>& shape, ReferenceProblem& out) {
  if (!problem.find("ground_truth")) return {};
  auto truth = file.array(problem, "problem", "ground_truth", "ground_truth_shape");
  if (!truth) return truth.error();
  if (truth->shape != shape)
    return file.error(*problem.find("ground_truth_shape"), "problem.ground_truth_shape", "is not that of the factors' product", text_of(shape) + " is needed");
  out.truth = *truth;
  out.inputs["target"] = share(std::move(*truth));
  return {};
}

Result<void> read_entries(const ReferenceFile& file, const Json& problem, const std::vector<std::int64_t>& shape, ReferenceProblem& out) {
  auto places = file.numbers(problem, "problem", "observed_flat_indices");
  if (!places) return places.error();
  const Json& where = *problem.find("observed_flat_indices");
  Dense mask{shape, {}};
  const auto size = static_cast<std::size_t>(mask.size());
  mask.data.assign(size, 0);
  Dense target = out.truth.data.empty() ? Dense{shape, std::vector<double>(size, std::nan(""))} : out.truth;
  std::vector<double> values;
  if (problem.find("observed_values")) {
    auto given = file.numbers(problem, "problem", "observed_values");
    if (!given) return given.error();
    if (given->size() != places->size()) return file.error(*problem.find("observed_values"), "problem.observed_values", "is not as long as observed_flat_indices", "");
    values = std::move(*given);
    out.truth_is_target = out.truth.data.empty();
  } else if (out.truth.data.empty()) {
    return file.error(problem, "problem", "has neither ground_truth nor observed_values", "one of them is needed");
  }
  for (std::size_t k = 0; k < places->size(); ++k) {
    const double at = (*places)[k];
    const std::string path = "problem.observed_flat_indices[" + std::to_string(k) + "]";
    if (!(at >= 0 && at < static_cast<double>(size)) || at != std::floor(at))
      return file.error(where, path, std::string("is no place of the ") + (shape.size() == 2 ? "matrix" : "tensor"), "0 to " + std::to_string(size - 1));
    const auto i = static_cast<std::size_t>(at);
    if (mask.data[i] != 0) return file.error(where, path, "is given twice", "once is enough");
    mask.data[i] = 1;
    if (!values.empty()) target.data[i] = values[k];
  }
  out.inputs["target"] = share(std::move(target));
  out.inputs["mask"] = share(std::move(mask));
  out.settings["observe"] = std::string("mask");
  return {};
}

Result<void> read_sensing(const ReferenceFile& file, const Json& problem, ReferenceProblem& out) {
  auto a = file.array(problem, "problem", "measurements", "measurements_shape");
  if (!a) return a.error();
  auto y = file.numbers(problem, "problem", "targets");
  if (!y) return y.error();
  out.inputs["measurements"] = share(std::move(*a));
  const auto m = static_cast<std::int64_t>(y->size());
  out.inputs["targets"] = share(Dense{{m}, std::move(*y)});
  return {};
}

std::vector<double> numbers_of(const Run& run, const Frame& frame, const std::string& view, Part part) {
  const int at = run.view(view);
  const Series* s = at < 0 ? nullptr : frame.find(static_cast<std::uint32_t>(at), part);
  return s ? s->data : std::vector<double>{};
}

Result<Replay> replay_trajectory(const ReferenceFile& file, const Json& root, const Tables& tables, const char* system, const ReferenceProblem& problem,
                                 const Measures& measured) {
  auto steps = logged_iterations(file, root);
  if (!steps) return steps.error();
  auto trajectory = file.member(root, "", "trajectory");
  if (!trajectory) return trajectory.error();
  if (!(*trajectory)->object() || (*trajectory)->object()->empty())
    return file.error(**trajectory, "trajectory", "holds no series", "an object of lists, one element a logged iteration");

  Replay replay;
  struct Wanted {
    std::string series;
    std::vector<double> stored, replayed;
    Measured how;
  };
  std::vector<Wanted> wanted;
  for (const Json::Member& m : *(*trajectory)->object()) {
    auto stored = file.rows(m.value, "trajectory." + m.key, steps->size());
    if (!stored) return stored.error();
    if (measured(m.key, nullptr))
      wanted.push_back({m.key, std::move(*stored), {}, {}});
    else if (replay.problem.empty())
      replay.problem = "series '" + m.key + "' is not known to this program";
  }
  if (!problem.problem.empty()) {
    replay.problem = problem.problem;
    return replay;
  }

  const Entry* entry = tables.system(system);
  if (!entry) return Error{system, "this program has no such system", ""};
  Document document;
  document.settings = problem.settings;
  document.steps = document.every = static_cast<std::int64_t>(steps->back()) + 1;
  auto run = Run::open(*entry, std::move(document), problem.inputs, available_memory());
  if (!run) return Error{file.name(), run.error().text(), "the file asks for what this program cannot run"};

  std::vector<std::uint32_t> views;
  for (Wanted& w : wanted) {
    w.how = *measured(w.series, &*run);
    for (const std::string& view : w.how.views) {
      const int at = run->view(view);
      if (at < 0)
        replay.problem = "series '" + w.series + "' cannot be measured in this run";
      else if (std::find(views.begin(), views.end(), at) == views.end())
        views.push_back(static_cast<std::uint32_t>(at));
    }
  }
  for (const double step : *steps) {
    run->advance(static_cast<std::int64_t>(step), [] { return true; }, [](const Frame&) {});
    if (run->status() != Status::Running) {
      replay.problem = "diverged at step " + std::to_string(run->step()) + ": " + run->trouble();
      break;
    }
    const Frame frame = run->measure(views);
    for (Wanted& w : wanted) {
      const std::vector<double> now = w.how.numbers(*run, frame);
      w.replayed.insert(w.replayed.end(), now.begin(), now.end());
    }
  }
  for (const Wanted& w : wanted) replay.series.push_back({w.series, deviation(w.stored, w.replayed)});
  return replay;
}

}  // namespace rankscope
