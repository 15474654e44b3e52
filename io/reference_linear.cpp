#include "io/reference_linear.h"

#include <algorithm>
#include <cmath>

#include "io/memory.h"

namespace rankscope::linear {
namespace {

constexpr std::int64_t kMostSide = 64;
constexpr std::int64_t kMostSteps = 1000000;

/// X with X^T X = s, upper triangular; empty when s is not positive definite.
std::vector<double> square_root(const Dense& s) {
  const auto n = static_cast<std::size_t>(s.shape[0]);
  std::vector<double> x(n * n, 0.0);
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t j = k; j < n; ++j) {
      double sum = s.data[k * n + j];
      for (std::size_t i = 0; i < k; ++i) sum -= x[i * n + k] * x[i * n + j];
      if (j == k && !(sum > 0)) return {};
      x[k * n + j] = j == k ? std::sqrt(sum) : sum / x[k * n + k];
    }
  return x;
}

}  // namespace

Result<Dense> read_matrix(const ReferenceFile& file, const Json& matrix, const std::string& path, std::int64_t rows, std::int64_t cols) {
  auto a = file.array(matrix, path, "data", "shape");
  if (!a) return a.error();
  if (a->shape.size() != 2) return file.error(matrix, path + ".shape", "is not that of a matrix", "two numbers");
  if ((rows && a->shape[0] != rows) || (cols && a->shape[1] != cols))
    return file.error(matrix, path + ".shape", "does not fit the rest", std::to_string(rows) + " x " + std::to_string(cols) + " is needed, 0 being any");
  if (a->shape[0] > kMostSide || a->shape[1] > kMostSide) return file.error(matrix, path + ".shape", "is larger than 64 x 64", "a smaller matrix");
  return a;
}

Result<Dense> read_member(const ReferenceFile& file, const Json& object, const std::string& path, const std::string& key, std::int64_t rows, std::int64_t cols) {
  auto at = file.member(object, path, key);
  if (!at) return at.error();
  return read_matrix(file, **at, path.empty() ? key : path + "." + key, rows, cols);
}

Result<Problem> read_loss(const ReferenceFile& file, const Json& root) {
  auto loss = file.member(root, "", "loss");
  if (!loss) return loss.error();
  auto type = file.word(**loss, "loss", "type");
  if (!type) return type.error();
  auto scale = file.number(**loss, "loss", "scale");
  if (!scale) return scale.error();
  auto target = read_member(file, **loss, "loss", "target");
  if (!target) return target.error();
  Problem out;
  out.rows = target->shape[0], out.cols = target->shape[1];
  out.settings = {{"loss", std::string("squared")}, {"normalisation", std::string("custom")}, {"loss_scale", *scale}};
  out.inputs["target"] = share(*target);
  if (*type == "weighted") {
    auto s = read_member(file, **loss, "loss", "input_covariance", out.cols, out.cols);
    if (!s) return s.error();
    std::vector<double> x = square_root(*s);
    if (x.empty()) return file.error(**loss, "loss.input_covariance", "is not positive definite", "the covariance of independent inputs");
    out.settings["task"] = std::string("regression");
    out.inputs["x"] = share(Dense{{out.cols, out.cols}, std::move(x)});
    return out;
  }
  out.settings["task"] = std::string("completion");
  out.settings["observe"] = std::string(*type == "full" ? "all" : "mask");
  if (*type == "full") return out;
  if (*type != "entries") return file.error(**loss, "loss.type", "'" + *type + "' is not known to this program", "full, entries or weighted");
  auto places = file.numbers(**loss, "loss", "observed_flat_indices");
  if (!places) return places.error();
  Dense mask{target->shape, std::vector<double>(target->data.size(), 0)};
  for (const double at : *places) {
    if (!(at >= 0 && at < static_cast<double>(mask.data.size())) || at != std::floor(at))
      return file.error(**loss, "loss.observed_flat_indices", "holds what is no place of the matrix", "0 to " + std::to_string(mask.data.size() - 1));
    mask.data[static_cast<std::size_t>(at)] = 1;
  }
  out.inputs["mask"] = share(std::move(mask));
  return out;
}

Result<void> read_layers(const ReferenceFile& file, const Json& root, const std::string& key, Problem& problem) {
  auto list = file.list(root, "", key);
  if (!list) return list.error();
  std::vector<std::int64_t> widths;
  std::int64_t below = problem.cols;
  const auto n = static_cast<std::int64_t>((*list)->size());
  if (n < 1 || n > 10) return file.error(*root.find(key), key, "holds " + std::to_string(n) + " layers", "1 to 10");
  for (std::int64_t j = 1; j <= n; ++j) {
    auto w = read_matrix(file, (**list)[static_cast<std::size_t>(j - 1)], key + "[" + std::to_string(j - 1) + "]", j == n ? problem.rows : 0, below);
    if (!w) return w.error();
    below = w->shape[0];
    if (j < n) widths.push_back(below);
    problem.inputs["w" + std::to_string(j)] = share(std::move(*w));
  }
  problem.settings["depth"] = n;
  problem.settings["widths"] = widths;
  return {};
}

Result<Run> open(const ReferenceFile& file, const Tables& tables, const char* system, Settings settings, Inputs inputs) {
  const Entry* entry = tables.system(system);
  if (!entry) return Error{file.name(), std::string("this program has no system ") + system, ""};
  Document document;
  document.settings = std::move(settings);
  document.steps = document.every = kMostSteps;
  auto run = Run::open(*entry, std::move(document), std::move(inputs), available_memory());
  if (!run) return Error{file.name(), run.error().text(), "the file asks for what this program cannot run"};
  return run;
}

std::vector<double> view(const Run& run, const char* key, Part part) {
  const int at = run.view(key);
  if (at < 0) return {};
  const std::uint32_t id[] = {static_cast<std::uint32_t>(at)};
  const Frame frame = run.measure(id);
  const Series* s = frame.find(id[0], part);
  return s ? s->data : std::vector<double>{};
}

bool flow_to(Run& run, double time) {
  const double near = 1e-14 * std::max(1.0, std::abs(time));
  run.system().until(time);
  while (time - run.time() > near && !run.finished()) run.advance(run.step() + 1, [] { return true; }, [](const Frame&) {});
  return !(time - run.time() > near) && run.status() == Status::Running;
}

double deviation_of_largest(const std::vector<double>& stored, const std::vector<double>& replayed) {
  if (stored.size() != replayed.size()) return std::nan("");
  double most = 0, worst = 0;
  for (const double a : stored) most = std::max(most, std::abs(a));
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const double d = std::abs(stored[i] - replayed[i]) / (most + 1e-300);
    if (!(d <= worst)) worst = d;
    if (std::isnan(worst)) return worst;
  }
  return worst;
}

void know(const Json& object, std::initializer_list<const char*> known, Replay& replay) {
  for (const Json::Member& m : *object.object()) {
    const bool said = m.key == "name" || m.key == "kind" || m.key == "model" || m.key == "formula" || m.key == "theorem" || m.key == "closed_form" ||
                      m.key.starts_with("max_dev") || m.key.starts_with("max_rel_dev") || m.key.starts_with("dev_");
    if (!said && std::none_of(known.begin(), known.end(), [&](const char* k) { return m.key == k; }) && replay.problem.empty())
      replay.problem = "series '" + m.key + "' is not known to this program";
  }
}

}  // namespace rankscope::linear
