// A step is a step of the run under way. Time is the rank: at a whole one its run is done, and the curves have their next point.
#include "systems/rank_curve.h"

#include <algorithm>
#include <cassert>
#include <limits>

#include "systems/image_predictor.h"

namespace rankscope {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

const Entry& predictor() {
  static const Entry entry = image_predictor_entry();
  return entry;
}

/// Of a run of this rank: what the curve has beside it is left out.
Settings predictor_settings(const Settings& s, std::int64_t rank) {
  Settings out;
  for (const Param& p : predictor().params) out[p.key] = p.key == "rank" ? Value(rank) : s.at(p.key);
  return out;
}

std::int64_t largest(const Settings& s) {
  const auto& ranks = get<std::vector<std::int64_t>>(s, "ranks");
  return ranks.empty() ? 1 : *std::max_element(ranks.begin(), ranks.end());
}

enum View : std::uint32_t { TrainError, TestError };  // as the predictor has them; its other views are those of the run under way

class RankCurve final : public System {
 public:
  RankCurve(const Settings& settings, Inputs inputs, std::uint64_t seed, std::unique_ptr<System> first)
      : settings_(settings), inputs_(std::move(inputs)), seed_(seed), ranks_(get<std::vector<std::int64_t>>(settings, "ranks")), most_(get<std::int64_t>(settings, "steps_per_rank")),
        run_(std::move(first)) {
    for (const std::uint32_t v : {TrainError, TestError}) constant_[v] = of_run(v).find(v, Part::Target)->data[0];
  }

  Status step() override {
    if (finished()) return Status::Running;  // the curve is whole
    if (steps_ == 0 && done_ > 0) {
      run_.reset();  // never two at once
      run_ = made(ranks_[static_cast<std::size_t>(done_)]);
    }
    if (const Status status = run_->step(); status != Status::Running) return status;
    if (++steps_ < most_) return Status::Running;
    for (const std::uint32_t v : {TrainError, TestError}) errors_[v] = of_run(v).find(v)->data[0];
    ++done_;
    steps_ = 0;
    return Status::Running;
  }
  double time() const override {
    const double behind = done_ == 0 ? 0 : static_cast<double>(ranks_[static_cast<std::size_t>(done_ - 1)]);
    return finished() ? behind : behind + (static_cast<double>(ranks_[static_cast<std::size_t>(done_)]) - behind) * static_cast<double>(steps_) / static_cast<double>(most_);
  }
  double loss() const override { return run_->loss(); }
  Result<void> set(std::string_view, const Value&) override { return {}; }
  std::span<double> weights() override { return run_->weights(); }
  std::string trouble() const override { return "at rank " + std::to_string(rank()) + ", " + run_->trouble(); }
  std::string remark() const override { return run_->remark(); }

  void archive(Archive& a) override {
    a("ranks_done", done_), a("steps_of_rank", steps_), a("errors", std::span<double>(errors_));
    if (a.reading()) {
      if (done_ < 0 || done_ > std::ssize(ranks_)) a.refuse("ranks_done", "is out of range"), done_ = 0;
      if (steps_ < 0 || steps_ >= most_ || (finished() && steps_ > 0)) a.refuse("steps_of_rank", "is out of range"), steps_ = 0;
      run_.reset();
      run_ = made(rank());
    }
    run_->archive(a);
  }

  void measure(std::span<const std::uint32_t> wanted, Frame& frame) const override {
    for (const std::uint32_t v : wanted) {
      if (v > TestError) {
        run_->measure({&v, 1}, frame);
        continue;
      }
      frame.values.push_back({v, Part::Measured, {}, {errors_[v]}});
      frame.values.push_back({v, Part::Target, {}, {constant_[v]}});
    }
  }

 private:
  bool finished() const { return done_ == std::ssize(ranks_); }
  /// Of the run that stands: a run that is done stays until the next step.
  std::int64_t rank() const { return ranks_[static_cast<std::size_t>(steps_ == 0 && done_ > 0 ? done_ - 1 : done_)]; }
  std::unique_ptr<System> made(std::int64_t rank) const {
    auto run = predictor().make(predictor_settings(settings_, rank), inputs_, seed_);
    assert(run);  // the first was made of the same inputs
    return std::move(*run);
  }
  Frame of_run(std::uint32_t view) const {
    Frame frame;
    run_->measure({&view, 1}, frame);
    return frame;
  }

  Settings settings_;
  Inputs inputs_;
  std::uint64_t seed_;
  std::vector<std::int64_t> ranks_;
  std::int64_t most_;
  std::unique_ptr<System> run_;
  std::int64_t done_ = 0, steps_ = 0;            ///< ranks, and steps of the run under way
  double errors_[2] = {kNone, kNone};            ///< of the last rank done
  double constant_[2];                           ///< of the constant predictor
};

std::vector<Param> params() {
  std::vector<Param> out = {
      {"ranks", "Ranks", "Curve", "Ascending: a whole run for each.", "", std::vector<std::int64_t>{1, 2, 5}, {1, 64}, When::Restart, {}, {}},
      {"steps_per_rank", "Steps of a run", "Curve", "", "", std::int64_t{3000}, {1, 1000000, Scale::Log}, When::Restart, {}, {}},
  };
  for (Param p : predictor().params) {
    p.when = When::Restart;  // a point is a whole run
    if (p.key != "rank") out.push_back(std::move(p));
  }
  return out;
}

double cost(const Settings& s, const Inputs& in) { return predictor().cost(predictor_settings(s, largest(s)), in); }

double memory(const Settings& s, const Inputs& in) { return predictor().memory(predictor_settings(s, largest(s)), in); }

std::vector<ViewInfo> views(const Settings& s, const Inputs& in) {
  std::vector<ViewInfo> out = predictor().views(predictor_settings(s, largest(s)), in);
  if (out.empty()) return out;
  for (const std::uint32_t v : {TrainError, TestError}) out[v].help = "Where the run of each rank ends. " + out[v].help, out[v].flops = 0;
  return out;
}

}  // namespace

Entry rank_curve_entry() {
  Entry entry = predictor();
  entry.key = "rank_curve";
  entry.title = "Prediction error against rank";
  entry.summary = "The same images predicted by a sum of more and more outer products: a whole run for each rank, one after the other. Its other views are those of the run under way.";
  entry.time_axis = "rank";
  entry.params = params();
  entry.views = views;
  entry.cost = cost;
  entry.memory = memory;
  entry.make = [](const Settings& s, const Inputs& in, std::uint64_t seed) -> Result<std::unique_ptr<System>> {
    const auto& ranks = get<std::vector<std::int64_t>>(s, "ranks");
    if (ranks.empty() || std::adjacent_find(ranks.begin(), ranks.end(), [](std::int64_t a, std::int64_t b) { return a >= b; }) != ranks.end())
      return Error{"ranks", "do not ascend", "such as 1, 2, 5"};
    auto first = predictor().make(predictor_settings(s, ranks[0]), in, seed);
    if (!first) return first.error();
    return std::unique_ptr<System>(std::make_unique<RankCurve>(s, in, seed, std::move(*first)));
  };
  return entry;
}

}  // namespace rankscope
