// An entry of an end-to-end matrix or tensor, or a singular value, taken hold of in every system there is.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "lab/run.h"
#include "systems/systems.h"
#include "systems/tensor_runs.h"

using namespace rankscope;
using namespace rankscope::test;

namespace {

/// Defaults, small, from a start whose weights are no rounding.
Settings small(const Entry& entry) {
  Settings out;
  const auto set = [&](const char* key, Value value) {
    if (find(entry.params, key)) out[key] = std::move(value);
  };
  set("rows", std::int64_t{7}), set("cols", std::int64_t{6}), set("rank", std::int64_t{2}), set("alpha", 0.3), set("init_scale", 0.4);
  set("sizes", std::vector<std::int64_t>{4, 3, 5}), set("initial_norm", 0.5);
  if (entry.key == "end_to_end") set("factors", true), set("depth", 3.0);
  return out;
}


std::vector<double> copy_of(Run& run) { return {run.weights().begin(), run.weights().end()}; }

double largest(const std::vector<double>& x) {
  double most = 0;
  for (double v : x) most = std::max(most, std::abs(v));
  return most;
}

/// How far the view is from having that value where it was asked for: at the entry, or in a sorted list anywhere.
double missed(const Run& run, const ViewInfo& view, std::int64_t entry, double value) {
  const Series now = measured(run, view.key);
  if (view.kind != Kind::Spectrum) return std::abs(now.data[static_cast<std::size_t>(entry)] - value);
  double least = std::numeric_limits<double>::infinity();
  for (double x : now.data) least = std::min(least, std::abs(x - value));
  return least;
}

}  // namespace

TEST_CASE("nudge: in every system an entry of every view with a grasp takes the value it is given, to 1e-9 of the view's largest") {
  for (const Entry& entry : systems()) {
    CAPTURE(entry.key);
    Run begun = opened(entry, small(entry));
    steps(begun, 5);
    for (const ViewInfo& view : begun.views()) {
      if (!view.grasp) continue;
      CAPTURE(view.key);
      const Series before = measured(begun, view.key);
      const auto last = std::ssize(before.data) - 1;
      for (const std::int64_t at : {last, last / 2 + 1, std::int64_t{0}})
        for (const double share : {1.01, 0.4, 1.7, -0.8}) {
          CAPTURE(at);
          CAPTURE(share);
          const bool sorted = view.kind == Kind::Spectrum;
          if (entry.key == "autoencoder" && at != last) continue;  // see the test of what is given
          const double here = before.data[static_cast<std::size_t>(at)], value = sorted ? std::abs(share) * here : here + (share - 1) * largest(before.data);
          Run run = opened(entry, small(entry));
          steps(run, 5);
          const auto done = run.system().nudge(view.key, at, value);
          INFO((done ? "" : done.error().text()));
          REQUIRE(bool(done));
          const double allowed = 1e-9 * largest(measured(run, view.key).data);
          CHECK(missed(run, view, at, value) <= allowed);
        }
    }
  }
}

TEST_CASE("nudge: every system with weights that shows an end-to-end matrix or tensor lets it be taken hold of, and nothing that is given or derived") {
  for (const Entry& entry : systems()) {
    CAPTURE(entry.key);
    Run run = opened(entry, small(entry));
    bool shown = false, held = false;
    for (const ViewInfo& view : run.views()) {
      shown = shown || view.key == "end_to_end" || view.key == "completed";
      held = held || view.grasp;
      if (view.key == "end_to_end" || view.key == "completed" || view.key == "singular_values") CHECK_MESSAGE(view.grasp, view.key);
      if (view.grasp) continue;
      CAPTURE(view.key);
      const std::uint64_t bits = run.bits();
      const auto done = run.system().nudge(view.key, 0, 0.5);
      REQUIRE_FALSE(bool(done));
      CHECK(done.error().where == view.key);
      CHECK(done.error().what == "cannot be taken hold of");
      CHECK(run.bits() == bits);
    }
    if (!run.weights().empty() && shown) CHECK(held);
    CHECK_FALSE(bool(run.system().nudge("no such view", 0, 0.5)));
  }
}

TEST_CASE("nudge: what cannot be done is said, and not a bit of the state is changed") {
  for (const Entry& entry : systems()) {
    CAPTURE(entry.key);
    Run run = opened(entry, small(entry));
    steps(run, 3);
    for (const ViewInfo& view : run.views()) {
      if (!view.grasp) continue;
      CAPTURE(view.key);
      const Series now = measured(run, view.key);
      const auto count = std::ssize(now.data);
      const std::uint64_t bits = run.bits();
      const auto refused = [&](std::int64_t at, double value) {
        const auto done = run.system().nudge(view.key, at, value);
        return !done && done.error().where == view.key && !done.error().what.empty() && !done.error().remedy.empty() && run.bits() == bits;
      };
      CHECK(refused(0, std::numeric_limits<double>::quiet_NaN()));
      CHECK(refused(0, std::numeric_limits<double>::infinity()));
      CHECK(refused(-1, 0.1));
      CHECK(refused(count, 0.1));
      if (view.kind == Kind::Spectrum) CHECK(refused(0, -0.1));
    }
    for (double& w : run.weights()) w = 0;  // nothing moves a product of zeros
    if (entry.key == "end_to_end" || entry.key == "autoencoder") continue;  // W is the weights; biases move an output
    const std::uint64_t bits = run.bits();
    for (const ViewInfo& view : run.views()) {
      if (!view.grasp) continue;
      CAPTURE(view.key);
      const auto done = run.system().nudge(view.key, 0, 0.5);
      REQUIRE_FALSE(bool(done));
      CHECK(done.error().what.find("its gradient is zero") != std::string::npos);
      CHECK(run.bits() == bits);
    }
  }
}

TEST_CASE("nudge: the weights move along the gradient of the entry, as differences have it") {
  for (const Entry& entry : systems()) {
    CAPTURE(entry.key);
    if (entry.key == "autoencoder") continue;  // thousands of weights; its gradient is the tape's, which has tests of its own
    Run start = opened(entry, small(entry));
    for (const ViewInfo& view : start.views()) {
      if (!view.grasp) continue;
      CAPTURE(view.key);
      Run run = opened(entry, small(entry));
      steps(run, 5);
      const std::vector<double> before = copy_of(run);
      const Series now = measured(run, view.key);
      const std::size_t at = now.data.size() > 1 && std::abs(now.data[1]) > 1e-9 * largest(now.data) ? 1 : 0;  // of rank one there is no second value to move
      std::vector<double> slope(before.size());
      double square = 0;
      for (std::size_t k = 0; k < before.size(); ++k) {
        constexpr double h = 1e-6;
        double side[2];
        for (int s = 0; s < 2; ++s) {
          run.weights()[k] = before[k] + (s ? h : -h);
          side[s] = measured(run, view.key).data[at];
          run.weights()[k] = before[k];
        }
        slope[k] = (side[1] - side[0]) / (2 * h);
        square += slope[k] * slope[k];
      }
      const double moved_by = 0.003 * largest(now.data);
      REQUIRE(bool(run.system().nudge(view.key, static_cast<std::int64_t>(at), now.data[at] + moved_by)));
      double along = 0, length = 0;
      for (std::size_t k = 0; k < before.size(); ++k) {
        const double move = run.weights()[k] - before[k];
        along += move * slope[k], length += move * move;
      }
      CHECK(along > 0);
      CHECK(along * along >= (1 - 1e-9) * length * square);
    }
  }
}
