#include "io/reference_dmf.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <span>
#include <utility>

namespace rankscope {
namespace {

constexpr std::int64_t kMostSide = 4096;

struct Word {
  const char* theirs;
  const char* ours;
};
constexpr Word kOptimizers[] = {
    {"gd", "gd"}, {"momentum", "momentum"}, {"adam", "adam"}, {"grouprmsprop", "group_rmsprop"}};
constexpr Word kTasks[] = {{"entries", "completion"}, {"linear", "sensing"}, {"regression", "regression"}};

const char* translated(std::span<const Word> words, const std::string& theirs) {
  for (const Word& w : words)
    if (theirs == w.theirs) return w.ours;
  return nullptr;
}

class DmfReader {
 public:
  explicit DmfReader(const ReferenceFile& file) : file_(file) {}

  Result<DmfSetup> read(const Json& root) {
    auto problem = file_.member(root, "", "problem");
    if (!problem) return problem.error();
    auto observation = file_.word(**problem, "problem", "observation");
    if (!observation) return observation.error();
    const char* task = translated(kTasks, *observation);
    if (!task) return unknown("observation '" + *observation + "'");
    setup_.settings["task"] = std::string(task);
    setup_.prediction_from_the_right = *observation == "regression";
    for (auto part : {&DmfReader::descent, &DmfReader::factors})
      if (auto done = (this->*part)(root); !done) return done.error();
    for (auto part : {&DmfReader::loss, &DmfReader::truth})
      if (auto done = (this->*part)(**problem); !done) return done.error();
    const auto observe = *observation == "entries"  ? &DmfReader::entries
                         : *observation == "linear" ? &DmfReader::sensing
                                                    : &DmfReader::regression;
    if (auto done = (this->*observe)(**problem); !done) return done.error();
    return std::move(setup_);
  }

 private:
  DmfSetup unknown(std::string what) const {
    DmfSetup setup;
    setup.problem = what + " is not known to this program";
    return setup;
  }

  Result<void> descent(const Json& root) {
    std::string name = "gd";
    if (root.find("optimizer")) {
      auto given = file_.word(root, "", "optimizer");
      if (!given) return given.error();
      name = *given;
    }
    const char* ours = translated(kOptimizers, name);
    if (!ours)
      setup_.problem = "optimizer '" + name + "' is not known to this program";
    else
      setup_.settings["optimizer"] = std::string(ours);
    auto step_size = file_.number(root, "", "step_size");
    if (!step_size) return step_size.error();
    setup_.settings["step_size"] = *step_size;
    for (const char* key : {"momentum", "beta1", "beta2", "adam_epsilon", "decay", "epsilon"})
      if (root.find(key)) {
        auto x = file_.number(root, "", key);
        if (!x) return x.error();
        setup_.settings[key] = *x;
      }
    return {};
  }

  Result<void> factors(const Json& root) {
    auto init = file_.list(root, "", "init");
    if (!init) return init.error();
    std::vector<Dense> f;
    for (std::size_t i = 0; i < (*init)->size(); ++i) {
      auto a = file_.array((**init)[i], "init[" + std::to_string(i) + "]", "data", "shape");
      if (!a) return a.error();
      if (a->shape.size() != 2)
        return file_.error((**init)[i], "init[" + std::to_string(i) + "].shape", "is not that of a matrix",
                           "two numbers");
      f.push_back(std::move(*a));
    }
    if (f.empty()) return file_.error(*root.find("init"), "init", "holds no factor", "at least one is needed");
    for (std::size_t i = 0; i + 1 < f.size(); ++i)
      if (f[i].shape[1] != f[i + 1].shape[0])
        return file_.error((**init)[i + 1], "init[" + std::to_string(i + 1) + "].shape",
                           "does not fit the factor before it", std::to_string(f[i].shape[1]) + " rows are needed");
    rows_ = f.front().shape[0];
    cols_ = f.back().shape[1];
    // a long column times a long row has more entries than the file has numbers
    if (rows_ > kMostSide || cols_ > kMostSide)
      return file_.error(*root.find("init"), "init",
                         "is a product of " + std::to_string(rows_) + " x " + std::to_string(cols_),
                         "at most " + std::to_string(kMostSide) + " x " + std::to_string(kMostSide));
    std::vector<std::int64_t> widths;  // hidden, W_1's output first
    if (setup_.prediction_from_the_right)
      for (Dense& a : f) a = transposed(a);
    else
      std::reverse(f.begin(), f.end());
    for (std::size_t j = 0; j + 1 < f.size(); ++j) widths.push_back(f[j].shape[0]);
    for (std::size_t j = 0; j < f.size(); ++j) setup_.inputs["w" + std::to_string(j + 1)] = share(std::move(f[j]));
    setup_.settings["depth"] = static_cast<std::int64_t>(f.size());
    setup_.settings["widths"] = widths;
    return {};
  }

  Result<void> loss(const Json& problem) {
    auto name = file_.word(problem, "problem", "loss");
    if (!name) return name.error();
    auto scale = file_.number(problem, "problem", "loss_scale");
    if (!scale) return scale.error();
    setup_.settings["normalisation"] = std::string("custom");
    setup_.settings["loss_scale"] = *scale;
    char* end = nullptr;
    const double p = name->size() > 1 && (*name)[0] == 'l' ? std::strtod(name->c_str() + 1, &end) : 0;
    if (*name == "l2") {
      setup_.settings["loss"] = std::string("squared");
    } else if (*name == "huber") {
      auto delta = file_.number(problem, "problem", "huber_delta");
      if (!delta) return delta.error();
      setup_.settings["loss"] = std::string("huber");
      setup_.settings["huber_delta"] = *delta;
    } else if (p > 0 && end && *end == 0) {
      setup_.settings["loss"] = std::string("lp");
      setup_.settings["p"] = p;
    } else {
      setup_.problem = "loss '" + *name + "' is not known to this program";
    }
    return {};
  }

  Result<void> truth(const Json& problem) {
    if (!problem.find("ground_truth")) return {};
    auto truth = file_.array(problem, "problem", "ground_truth", "ground_truth_shape");
    if (!truth) return truth.error();
    if (truth->shape != std::vector<std::int64_t>{rows_, cols_})
      return file_.error(*problem.find("ground_truth_shape"), "problem.ground_truth_shape",
                         "is not that of the factors' product",
                         std::to_string(rows_) + ", " + std::to_string(cols_) + " is needed");
    setup_.truth = *truth;
    setup_.inputs["target"] = share(setup_.prediction_from_the_right ? transposed(*truth) : std::move(*truth));
    return {};
  }

  Result<void> entries(const Json& problem) {
    auto places = file_.numbers(problem, "problem", "observed_flat_indices");
    if (!places) return places.error();
    const Json& where = *problem.find("observed_flat_indices");
    const auto size = static_cast<std::size_t>(rows_ * cols_);
    Dense target =
        setup_.truth.data.empty() ? Dense{{rows_, cols_}, std::vector<double>(size, std::nan(""))} : setup_.truth;
    Dense mask{{rows_, cols_}, std::vector<double>(size, 0)};
    std::vector<double> values;
    if (problem.find("observed_values")) {
      auto given = file_.numbers(problem, "problem", "observed_values");
      if (!given) return given.error();
      if (given->size() != places->size())
        return file_.error(*problem.find("observed_values"), "problem.observed_values",
                           "is not as long as observed_flat_indices", "");
      values = std::move(*given);
      setup_.truth_is_target = setup_.truth.data.empty();
    } else if (setup_.truth.data.empty()) {
      return file_.error(problem, "problem", "has neither ground_truth nor observed_values", "one of them is needed");
    }
    for (std::size_t k = 0; k < places->size(); ++k) {
      const double at = (*places)[k];
      if (!(at >= 0 && at < static_cast<double>(size)) || at != std::floor(at))
        return file_.error(where, "problem.observed_flat_indices[" + std::to_string(k) + "]",
                           "is no place of the matrix", "0 to " + std::to_string(size - 1));
      const auto i = static_cast<std::size_t>(at);
      if (mask.data[i] != 0)
        return file_.error(where, "problem.observed_flat_indices[" + std::to_string(k) + "]", "is given twice",
                           "once is enough");
      mask.data[i] = 1;
      if (!values.empty()) target.data[i] = values[k];
    }
    setup_.inputs["target"] = share(std::move(target));
    setup_.inputs["mask"] = share(std::move(mask));
    setup_.settings["observe"] = std::string("mask");
    return {};
  }

  Result<void> sensing(const Json& problem) {
    auto a = file_.array(problem, "problem", "measurements", "measurements_shape");
    if (!a) return a.error();
    auto y = file_.numbers(problem, "problem", "targets");
    if (!y) return y.error();
    setup_.inputs["measurements"] = share(std::move(*a));
    const auto m = static_cast<std::int64_t>(y->size());
    setup_.inputs["targets"] = share(Dense{{m}, std::move(*y)});
    return {};
  }

  Result<void> regression(const Json& problem) {
    for (const auto& [key, name] : {std::pair("x", "X"), std::pair("y", "Y")}) {
      auto a = file_.array(problem, "problem", name, std::string(name) + "_shape");
      if (!a) return a.error();
      setup_.inputs[key] = share(std::move(*a));
    }
    return {};
  }

  const ReferenceFile& file_;
  DmfSetup setup_;
  std::int64_t rows_ = 0, cols_ = 0;
};

}  // namespace

Result<DmfSetup> read_dmf(const ReferenceFile& file, const Json& root) { return DmfReader(file).read(root); }

}  // namespace rankscope
