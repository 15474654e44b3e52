// An entry of an end-to-end matrix or tensor, or a singular value, taken hold of in every system there is.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "lab/run.h"
#include "systems/growth_exponent.h"
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
      const std::int64_t last = std::ssize(before.data) - 1;
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
      const bool spectrum = view.key.find("singular_values") != std::string::npos && view.kind == Kind::Spectrum, of_cp = view.key == "component_norms";
      if (view.key == "end_to_end" || view.key == "completed" || view.key == "reconstructions" || spectrum || of_cp) CHECK_MESSAGE(view.grasp, view.key);
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

TEST_CASE("nudge: it reads the archive and nothing else, so that a state that is taken up again is moved to the same bits") {
  for (const Entry& entry : systems()) {
    CAPTURE(entry.key);
    Run one = opened(entry, small(entry));
    steps(one, 4);
    const State state = one.save();
    auto other = Run::resume(entry, one.document(), {}, state);
    REQUIRE(bool(other));
    measured(one, one.views().back().key);  // what has been looked at is no part of it
    for (const ViewInfo& view : one.views()) {
      if (!view.grasp) continue;
      CAPTURE(view.key);
      const Series now = measured(one, view.key);
      const auto at = entry.key == "autoencoder" ? std::ssize(now.data) - 1 : 0;
      const double value = 1.25 * now.data[static_cast<std::size_t>(at)];
      CHECK(bool(one.system().nudge(view.key, at, value)));
      CHECK(bool(other->system().nudge(view.key, at, value)));
      CHECK(one.bits() == other->bits());
      steps(one, 2), steps(*other, 2);
      CHECK(one.bits() == other->bits());
    }
  }
}

TEST_CASE("nudge: a singular value keeps its place, or is found at its new one when it has passed others") {
  const Entry& entry = systems()[0];
  REQUIRE(entry.key == "deep_matrix");
  for (const char* init : {"balanced", "gaussian", "identity"}) {
    CAPTURE(init);
    Settings s = small(entry);
    s["init"] = std::string(init), s["cols"] = std::int64_t{7};
    Run start = opened(entry, s);
    const std::vector<double> before = measured(start, "singular_values").data;
    const auto nudged = [&](std::int64_t at, double value) {
      Run run = opened(entry, s);
      const auto done = run.system().nudge("singular_values", at, value);
      INFO((done ? "" : done.error().text()));
      REQUIRE(bool(done));
      return measured(run, "singular_values").data;
    };
    const double tiny = 1e-9 * before[0];
    if (before[1] > before[2] * 1.001) CHECK(nudged(1, 0.5 * (before[1] + before[2]))[1] == doctest::Approx(0.5 * (before[1] + before[2])).epsilon(1e-9));
    const double above = 1.5 * before[0], below = 0.5 * before.back();
    CHECK(std::abs(nudged(2, above)[0] - above) <= 1.5 * tiny);
    CHECK(std::abs(nudged(1, below).back() - below) <= tiny);
    CHECK(nudged(0, 0).back() <= tiny);
    if (std::string(init) != "gaussian") {  // balanced: only that one moves
      const std::vector<double> after = nudged(2, above);
      for (std::size_t r = 0; r < 2; ++r) CHECK(after[r + 1] == doctest::Approx(before[r]).epsilon(1e-9));
      for (std::size_t r = 3; r < before.size(); ++r) CHECK(after[r] == doctest::Approx(before[r]).epsilon(1e-9));
    }
  }
}

TEST_CASE("nudge: what is shown in original units is moved in original units, whatever is subtracted and divided by before the fit") {
  const Entry& entry = systems()[0];
  for (const char* centering : {"none", "mean", "rows", "columns"})
    for (const char* scaling : {"none", "deviation"}) {
      Settings s = small(entry);
      s["centering"] = std::string(centering), s["scaling"] = std::string(scaling);
      Run run = opened(entry, s);
      steps(run, 5);
      const std::vector<double> before = measured(run, "completed").data;
      const double value = before[17] + 0.3;
      REQUIRE(bool(run.system().nudge("completed", 17, value)));
      const std::vector<double> after = measured(run, "completed").data;
      CHECK(std::abs(after[17] - value) <= 1e-9 * largest(after));
    }
}

TEST_CASE("nudge: an observed entry that is pushed away is pulled back, and so is the training loss") {
  const Entry& entry = systems()[0];
  Settings s = small(entry);
  s["rows"] = s["cols"] = std::int64_t{16};
  s["observed"] = 0.5, s["optimizer"] = std::string("gd"), s["step_size"] = 1.0, s["alpha"] = 0.1, s["centering"] = std::string("mean");
  Run run = opened(entry, s);
  steps(run, 4000);
  const double fitted = measured(run, "loss").data[0];
  const std::vector<double> seen = measured(run, "observed_entries").data;
  const auto at = std::find_if(seen.begin(), seen.end(), [](double x) { return !std::isnan(x); }) - seen.begin();
  const double believed = measured(run, "completed").data[static_cast<std::size_t>(at)];
  REQUIRE(bool(run.system().nudge("completed", at, believed + 1)));
  const double pushed = measured(run, "loss").data[0];
  CHECK(pushed > 1e2 * fitted);
  steps(run, 4000);
  CHECK(measured(run, "loss").data[0] < 2 * fitted);
  CHECK(std::abs(measured(run, "completed").data[static_cast<std::size_t>(at)] - believed) < 0.05);
}

TEST_CASE("nudge: what gradient flow conserves jumps, and is conserved from there on") {
  const auto of = [](const std::string& key) -> const Entry& { return *std::find_if(systems().begin(), systems().end(), [&](const Entry& e) { return e.key == key; }); };
  for (const auto& row : std::vector<std::pair<std::string, std::string>>{
           {"deep_matrix", "unbalancedness"}, {"cp", "unbalancedness_drift"}, {"hierarchical", "unbalancedness_drift"}, {"tensor_train", "unbalancedness"}, {"tucker", "unbalancedness"}, {"growth", "unbalancedness"}}) {
    const std::string &key = row.first, &view = row.second;
    CAPTURE(key);
    const Entry& entry = of(key);
    Settings s = small(entry);
    s["optimizer"] = std::string("flow"), s["tolerance"] = 1e-10;
    Run run = opened(entry, s);
    steps(run, 10);
    const double before = measured(run, view).data[0];
    const Series believed = measured(run, "completed");
    REQUIRE(bool(run.system().nudge("completed", 5, believed.data[5] + 0.8 * largest(believed.data))));
    const double after = measured(run, view).data[0];
    CHECK(std::abs(after - before) > 1e-4);
    steps(run, 10);
    CHECK(std::abs(measured(run, view).data[0] - after) < 1e-7);
  }
}

TEST_CASE("nudge: a theorem about the whole run does not apply to one that was moved by hand; what restarts with it holds") {
  const auto of = [](const std::string& key) -> const Entry& { return *std::find_if(systems().begin(), systems().end(), [&](const Entry& e) { return e.key == key; }); };
  Settings s = small(of("linear_network"));
  s["optimizer"] = std::string("flow");
  Run network = opened(of("linear_network"), s);
  steps(network, 5);
  CHECK(measured(network, "conservation", Part::Hypotheses).data[0] == 1);
  REQUIRE(bool(network.system().nudge("end_to_end", 3, 1.5)));
  CHECK(measured(network, "conservation", Part::Hypotheses).data[0] == 0);
  const auto resumed = Run::resume(of("linear_network"), network.document(), {}, network.save());
  REQUIRE(bool(resumed));
  CHECK(measured(*resumed, "conservation", Part::Hypotheses).data[0] == 0);

  s = small(of("end_to_end"));
  s["optimizer"] = std::string("flow"), s["cols"] = std::int64_t{7}, s["init"] = std::string("identity");
  Run flow = opened(of("end_to_end"), s, {}, {"loss_never_increases"});
  steps(flow, 5);
  REQUIRE(bool(flow.system().nudge("end_to_end", 3, 0.7)));
  CHECK(measured(flow, "end_to_end").data[3] == 0.7);
  CHECK(measured(flow, "convergence_bound", Part::Hypotheses).data[2] == 0);
  CHECK(measured(flow, "margin", Part::Hypotheses).data[2] == 0);
  for (int k = 0; k < 5; ++k) {
    steps(flow, 1);
    CHECK(measured(flow, "factor_distance", Part::Hypotheses).data[1] == 1);
    CHECK(measured(flow, "factor_distance").data[0] <= measured(flow, "factor_distance", Part::Bound).data[0]);
    CHECK(measured(flow, "factor_distance").data[0] < 1e-3);
    CHECK(measured(flow, "loss_never_increases").data[0] <= measured(flow, "loss_never_increases", Part::Bound).data[0]);
  }
}

TEST_CASE("nudge: a prediction that is integrated beside the run starts again where the run was pushed, and follows it from there") {
  int followed = 0;
  for (const Entry& entry : systems()) {
    CAPTURE(entry.key);
    Settings s = small(entry);
    if (find(entry.params, "optimizer")) s["optimizer"] = std::string("gd");
    if (find(entry.params, "step_size")) s["step_size"] = 0.003;
    Run begun = opened(entry, s);
    for (const ViewInfo& view : begun.views()) {
      if (!view.theory || view.key == "growth_exponent" || (view.kind != Kind::Spectrum && view.key != "component_norm")) continue;
      CAPTURE(view.key);
      Run run = opened(entry, s, {}, {view.key});
      const auto v = static_cast<std::uint32_t>(run.view(view.key));
      // How far the prediction is from the run, in shares of the run's largest.
      double worst = 0, moved = 0, before = 0;
      const auto to = [&](std::int64_t step) {
        run.advance(step, [] { return true; }, [&](const Frame& frame) {
          const Series *now = frame.find(v), *theory = frame.find(v, Part::Theory);
          REQUIRE(now);
          REQUIRE(theory);
          const double most = largest(now->data);
          for (std::size_t i = 0; i < theory->data.size(); ++i)
            if (!std::isnan(theory->data[i])) worst = std::max(worst, std::abs(theory->data[i] - now->data[i]) / most);
          moved = std::max(moved, std::abs(now->data[0] - before) / most);
        });
      };
      to(40);
      before = measured(run, view.key).data[0], worst = moved = 0;
      const ViewInfo* held = nullptr;
      for (const ViewInfo& other : run.views())
        if (other.grasp && other.kind == Kind::Spectrum && (!held || other.key == view.key)) held = &other;
      REQUIRE(held);
      REQUIRE(bool(run.nudge(held->key, 0, 0.4 * measured(run, held->key).data[0])));
      to(80);
      CHECK(moved > 0.1);
      CHECK(worst < 0.01);
      ++followed;
    }
  }
  CHECK(followed == 6);
}

TEST_CASE("nudge: the images that an autoencoder is shown are given; what it makes of them can be moved") {
  const Entry& entry = *std::find_if(systems().begin(), systems().end(), [](const Entry& e) { return e.key == "autoencoder"; });
  Run run = opened(entry, {});
  const Series sheet = measured(run, "reconstructions");
  const std::int64_t rows = sheet.shape[0], cols = sheet.shape[1], height = (rows - 1) / 2, width = (cols + 1) / 8 - 1;
  const std::uint64_t bits = run.bits();
  for (const std::int64_t given : {std::int64_t{0}, (height - 1) * cols + 2, height * cols, (height + 1) * cols + width}) {
    const auto done = run.system().nudge("reconstructions", given, 0.5);
    REQUIRE_FALSE(bool(done));
    CHECK(done.error().what == "shows what is given there");
    CHECK(run.bits() == bits);
  }
  const std::int64_t made = (height + 3) * cols + 2 * (width + 1) + 1;
  REQUIRE(bool(run.system().nudge("reconstructions", made, 0.9)));
  const Series after = measured(run, "reconstructions");
  CHECK(std::abs(after.data[static_cast<std::size_t>(made)] - 0.9) < 1e-9);
  for (std::int64_t k = 0; k < height * cols; ++k) CHECK(after.data[static_cast<std::size_t>(k)] == sheet.data[static_cast<std::size_t>(k)]);
}

TEST_CASE("nudge: a growth exponent is fitted to what grew by itself") {
  // dσ/dt = σ^1.5: σ = 1 / (c - t/2)², pushed up by 1.4 on the way
  const auto fitted = [](bool told) {
    GrowthExponent fit;
    double c = 10, last = 0;
    for (int k = 0; k < 40; ++k) {
      const double t = 0.4 * k;
      if (k == 20) {
        c = t / 2 + (c - t / 2) / std::sqrt(1.4);
        if (told) fit.interrupt();
      }
      last = 1 / ((c - t / 2) * (c - t / 2));
      fit.observe(t, last, 1);
    }
    CHECK(last > 0);
    return fit.exponent();
  };
  CHECK(std::abs(fitted(true) - 1.5) < 0.01);
  CHECK(std::abs(fitted(false) - 1.5) > 0.03);
}
