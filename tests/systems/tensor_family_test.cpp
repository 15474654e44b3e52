// What every factorization promises, matrix factorization among them as the family's member of order 2: each is asked by the same questions.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "lab/run.h"
#include "math/svd.h"
#include "systems/conserved.h"
#include "systems/cp.h"
#include "systems/deep_matrix.h"
#include "systems/growth.h"
#include "systems/hierarchical.h"
#include "systems/tensor_runs.h"
#include "systems/tensor_train.h"
#include "systems/tucker.h"

using namespace rankscope;
using namespace rankscope::test;

namespace {

using Words = std::vector<std::int64_t>;
using Weights = std::span<const double>;

std::string text(const char* words) { return words; }

struct Member {
  std::string name;
  Entry entry;
  Settings settings;
  std::function<std::vector<Matrix>(Weights)> conserved;
  /// Of order 2: W = F_1 F_2 ... F_k.
  std::function<std::vector<Matrix>(Weights)> factors;
};

/// Every factorization of a tensor of this shape, from a start that is neither small nor balanced.
std::vector<Member> members(const Shape& shape) {
  const auto order = static_cast<int>(shape.size());
  std::vector<Member> out;
  if (order == 2)
    for (const std::int64_t depth : {2, 3}) {
      Words widths{shape[1]};
      for (std::int64_t j = 1; j < depth; ++j) widths.push_back(4);
      widths.push_back(shape[0]);
      out.push_back({"deep matrix", deep_matrix_entry(), {{"depth", depth}, {"width", std::int64_t{4}}, {"alpha", 0.6}}, [=](Weights w) { return conserved(LayerProduct(widths), w); }, {}});
    }
  out.push_back({"cp", cp_entry(), {{"components", std::int64_t{4}}, {"init_scale", 0.6}}, [=](Weights w) { return conserved(CpMap(shape, 4), w); }, [=](Weights w) {
                   const CpMap map(shape, 4);
                   return std::vector<Matrix>{map.matrix(w, 0).transpose(), map.matrix(w, 1)};
                 }});
  const std::string drawn = std::vector<std::string>{"(2,1)", "(3,1,2)", "((4,2,1),3)", "((1,3,5),(2,4))", "(2,((3,6,1),4),5)"}[shape.size() - 2];
  for (const char* tree : {"adjacent", "half", "drawn"})
    for (const bool trained : {true, false}) {
      const auto map = [=] {
        ModeTree t = tree == std::string("drawn") ? *drawn_tree(drawn, order) : tree == std::string("half") ? half_tree(order) : adjacent_tree(order);
        const Words widths(static_cast<std::size_t>(t.levels()), 3);
        return HierarchicalMap(shape, std::move(t), widths, trained);
      };
      out.push_back({"hierarchical", hierarchical_entry(),
                     {{"tree", text(tree)}, {"drawn_tree", drawn}, {"widths", Words{3}}, {"root", text(trained ? "trained" : "ones")}, {"init_scale", 0.7}}, [=](Weights w) { return conserved(map(), w); }, {}});
      if (!trained && order == 2 && tree != std::string("drawn")) out.back().factors = [=](Weights w) { return std::vector<Matrix>{map().matrix(w, 0).transpose(), map().matrix(w, 1)}; };
    }
  Words core, ranks;
  for (std::size_t n = 0; n < shape.size(); ++n) core.push_back(n % 2 ? 2 : 3);
  for (std::size_t k = 0; k + 1 < shape.size(); ++k) ranks.push_back(k % 2 ? 3 : 4);
  for (const std::int64_t depth : {1, 3}) {
    const auto p = static_cast<std::size_t>(depth);
    const auto tucker = [=] { return TuckerMap(shape, core, static_cast<int>(depth)); };
    out.push_back({"tucker", tucker_entry(), {{"core", core}, {"depth", depth}, {"alpha", 0.4}}, [=](Weights w) { return conserved(tucker(), w); }, [=](Weights w) {
                     const TuckerMap map = tucker();
                     std::vector<Matrix> chain;
                     for (std::size_t k = 1; k <= p; ++k) chain.push_back(map.matrix(w, k).transpose());
                     chain.push_back(map.matrix(w, 0).transpose());
                     for (std::size_t k = 2 * p; k > p; --k) chain.push_back(map.matrix(w, k));
                     return chain;
                   }});
    const auto train = [=] { return TensorTrainMap(shape, ranks, static_cast<int>(depth)); };
    out.push_back({"tensor_train", tensor_train_entry(), {{"ranks", ranks}, {"depth", depth}, {"alpha", 0.4}}, [=](Weights w) { return conserved(train(), w); }, [=](Weights w) {
                     const TensorTrainMap map = train();
                     std::vector<Matrix> chain;
                     for (std::size_t b = 0; b < map.blocks().size(); ++b) chain.push_back(map.matrix(w, b).transpose());
                     return chain;
                   }});
  }
  return out;
}

/// A full truth, every second to third entry of which is observed.
Inputs completion(const Shape& shape) {
  Dense target{shape, {}}, mask{shape, {}};
  Rng rng(12);
  for (std::int64_t k = 0; k < entries(shape); ++k) target.data.push_back(rng.normal()), mask.data.push_back(rng.uniform() < 0.6 || k == 0);
  mask.data.back() = 0;
  return {{"target", share(target)}, {"mask", share(mask)}};
}

Inputs sensing(const Shape& shape, std::int64_t m) {
  Inputs out = completion(shape);
  out.erase("mask");
  Shape all = shape;
  all.insert(all.begin(), m);
  Dense measurements{all, {}};
  Rng rng(13);
  for (std::int64_t k = 0; k < entries(all); ++k) measurements.data.push_back(0.3 * rng.normal());
  out["measurements"] = share(measurements);
  return out;
}

Settings with(Settings some, const Settings& more) {
  for (const auto& [key, value] : more) some[key] = value;
  return some;
}

double largest_norm(const std::vector<Matrix>& list) {
  double worst = 0;
  for (const Matrix& m : list) worst = std::max(worst, m.norm());
  return worst;
}

double change(const std::vector<Matrix>& a, const std::vector<Matrix>& b) {
  REQUIRE(a.size() == b.size());
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, (a[i] - b[i]).norm());
  return worst;
}

/// Of the time that it follows the loss, how far what is conserved moves, and the weights.
struct Moved {
  double conserved = 0, weights = 0;
};
Moved moved(const Member& member, const Shape& shape, const Settings& descent) {
  constexpr double kTime = 0.25;
  Run run = opened(member.entry, with(with(member.settings, {{"normalisation", text("half_sum")}, {"observe", text("mask")}}), descent), completion(shape));
  const std::vector<double> start(run.weights().begin(), run.weights().end());
  const std::vector<Matrix> before = member.conserved(start);
  REQUIRE(run.view("unbalancedness") >= 0);
  CHECK(measured(run, "unbalancedness").data[0] == doctest::Approx(largest_norm(before)).epsilon(1e-12));
  run.system().until(kTime);
  while (run.time() < kTime * (1 - 1e-9) && run.status() == Status::Running) steps(run, 1);
  REQUIRE(run.status() == Status::Running);
  const Moved out{change(member.conserved(run.weights()), before), largest_difference(run.weights(), start)};
  if (run.view("unbalancedness_drift") >= 0) CHECK(measured(run, "unbalancedness_drift").data[0] == doctest::Approx(out.conserved).epsilon(1e-9).scale(1e-6));
  return out;
}

const std::vector<Shape> kShapes = {{5, 4}, {3, 4, 2}, {2, 3, 2, 3}, {2, 3, 1, 2, 3}, {2, 1, 2, 2, 3, 2}};

}  // namespace

TEST_CASE("family: what gradient flow conserves drifts in proportion to the step of descent") {
  for (const Shape& shape : kShapes)
    for (const Member& member : members(shape)) {
      CAPTURE(member.name);
      CAPTURE(shape.size());
      const auto at = [&](double step) { return moved(member, shape, {{"optimizer", text("gd")}, {"step_size", step}}); };
      const Moved coarse = at(4e-4), fine = at(1e-4);
      CHECK(fine.weights > 0.02);
      CHECK(coarse.conserved / fine.conserved == doctest::Approx(4).epsilon(0.05));
      CHECK(fine.conserved < 0.02 * fine.weights);
    }
}

TEST_CASE("family: the optimizer `flow` conserves it to its tolerance") {
  for (const Shape& shape : kShapes)
    for (const Member& member : members(shape)) {
      CAPTURE(member.name);
      CAPTURE(shape.size());
      const auto at = [&](double tolerance) { return moved(member, shape, {{"optimizer", text("flow")}, {"tolerance", tolerance}}); };
      const Moved coarse = at(1e-5), fine = at(1e-10);
      CHECK(fine.weights > 0.02);
      CHECK(coarse.conserved < 1e-4);
      CHECK(fine.conserved < 1e-9);
    }
}

TEST_CASE("family: of order 2 each is matrix factorization, whatever the optimizer, the loss and the task") {
  const Shape shape{6, 5};
  const Entry matrix = deep_matrix_entry();
  int compared = 0;
  for (const Member& member : members(shape))
    for (const char* optimizer : {"gd", "momentum", "adam", "group_rmsprop", "flow"})
      for (const char* loss : {"squared", "huber", "lp"})
        for (const bool whole : {true, false}) {
          if (!member.factors) continue;
          CAPTURE(member.name);
          const std::string how = text(optimizer) + " " + loss + (whole ? " completion" : " sensing");
          CAPTURE(how);
          const bool small = text(optimizer) == "adam" || text(optimizer) == "group_rmsprop" || (text(optimizer) == "momentum" && text(loss) == "lp"), flow = text(optimizer) == "flow";
          const double same = flow ? 1e-8 : 1e-12;
          const Settings both = {{"optimizer", text(optimizer)}, {"tolerance", 1e-12}, {"step_size", small ? 0.005 : text(optimizer) == "momentum" ? 0.01 : 0.05}, {"loss", text(loss)}, {"huber_delta", 0.4},
                                 {"task", text(whole ? "completion" : "sensing")}, {"observe", text("mask")}};
          Inputs inputs = whole ? completion(shape) : sensing(shape, 17);
          Run a = opened(member.entry, with(member.settings, whole ? both : with(both, {{"observe", text("auto")}})), inputs);
          const std::vector<Matrix> chain = member.factors(a.weights());
          Words widths;
          for (std::size_t j = 0; j < chain.size(); ++j) {
            const Matrix& f = chain[chain.size() - 1 - j];  // W_1 is the last
            Dense layer{{f.rows(), f.cols()}, {}};
            for (Eigen::Index i = 0; i < f.rows(); ++i)
              for (Eigen::Index k = 0; k < f.cols(); ++k) layer.data.push_back(f(i, k));
            inputs["w" + std::to_string(j + 1)] = share(layer);
            if (j + 1 < chain.size()) widths.push_back(f.rows());
          }
          Run b = opened(matrix, with(both, {{"depth", std::ssize(chain)}, {"widths", widths}, {"observe", text(whole ? "mask" : "auto")}}), inputs);
          const std::vector<double> start = measured(a, "completed").data;
          double most = 0;
          for (int round = 0; round < 4; ++round) {
            const std::vector<double> w = measured(a, "completed").data;
            double largest = 0;
            for (double x : w) largest = std::max(largest, std::abs(x));
            CHECK(largest_difference(w, measured(b, "end_to_end").data) <= same * largest);
            for (const char* view : {"loss", "reconstruction_error", "fro_norm", "test_mse", "unseen_share"})
              if (a.view(view) >= 0) CHECK(measured(a, view).data[0] == doctest::Approx(measured(b, view).data[0]).epsilon(10 * same));
            const std::vector<double> s = measured(a, "singular_values_1").data;
            CHECK(largest_difference(s, measured(b, "singular_values").data) <= same * s[0]);
            CHECK(measured(a, "effective_rank_1").data[0] == doctest::Approx(measured(b, "effective_rank").data[0]).epsilon(100 * same));
            most = std::max(most, largest_difference(w, start));
            for (Run* run : {&a, &b}) {
              if (!flow) {
                steps(*run, 40);
                continue;
              }
              const double until = 0.5 * (round + 1);  // the lengths of its steps hang on differences of rounding: what agrees is the curve, to its tolerance
              run->system().until(until);
              while (run->time() < until * (1 - 1e-12)) steps(*run, 1);
            }
          }
          CHECK(most > 0.05);  // it has moved
          ++compared;
        }
  CHECK(compared == (1 + 2 + 2 + 2) * 5 * 3 * 2);
}

TEST_CASE("family: the measures that all share, by their definitions") {
  for (const Shape& shape : {Shape{5, 4}, Shape{1, 6}, Shape{3, 4, 2}, Shape{2, 3, 1, 3}, Shape{2, 2, 3, 2, 2}})
    for (const Member& member : members(shape))
      for (const char* loss : {"squared", "huber", "lp"}) {
        CAPTURE(member.name);
        CAPTURE(shape.size());
        INFO(text(loss));
        const Inputs inputs = completion(shape);
        Run run = opened(member.entry, with(member.settings, {{"loss", text(loss)}, {"p", 1.0}, {"huber_delta", 0.4}, {"observe", text("mask")}, {"step_size", 0.01}}), inputs);
        steps(run, 5);
        const std::vector<double> w = measured(run, "completed").data, &truth = std::get<Dense>(*inputs.at("target")).data, &mask = std::get<Dense>(*inputs.at("mask")).data;
        double fitted = 0, seen = 0, wrong = 0, unseen = 0, unseen_truth = 0, off = 0, norm = 0, all = 0;
        for (std::size_t k = 0; k < w.size(); ++k) {
          const double r = w[k] - truth[k], a = std::abs(r);
          if (mask[k] != 0) seen += 1, fitted += text(loss) == "squared" ? r * r : text(loss) == "lp" ? a : a <= 0.4 ? r * r / 2 : 0.4 * (a - 0.2);
          else unseen += 1, wrong += r * r, unseen_truth += truth[k] * truth[k];
          off += r * r, norm += w[k] * w[k], all += truth[k] * truth[k];
        }
        const auto is = [&](const char* view, double wanted) { CHECK(measured(run, view).data[0] == doctest::Approx(wanted).epsilon(1e-12)); };
        is("loss", fitted / seen), is("test_mse", wrong / unseen), is("unseen_share", wrong / unseen_truth), is("reconstruction_error", std::sqrt(off / all)), is("fro_norm", std::sqrt(norm));
        CHECK(measured(run, "target").data == truth);
        int spectra = 0;
        for (const ViewInfo& view : run.views()) {
          const bool whole = view.key == "singular_values";
          if (!whole && !view.key.starts_with("singular_values_")) continue;
          Modes rows;
          if (whole) rows = {0};
          else
            for (std::size_t at = 16; at < view.key.size(); at += 2) rows.push_back(view.key[at] - '1');
          for (const Part part : {Part::Measured, Part::Target}) {
            // W W^T of the matricization, entry by entry: its eigenvalues are the squares
            const std::vector<double>& tensor = part == Part::Measured ? w : truth;
            const Shape stride = strides(shape);
            std::int64_t height = 1;
            for (int m : rows) height *= shape[static_cast<std::size_t>(m)];
            Matrix unfolded = Matrix::Zero(height, std::ssize(tensor) / height);
            for (std::int64_t k = 0; k < std::ssize(tensor); ++k) {
              std::int64_t i = 0, j = 0;
              for (int m = 0; m < static_cast<int>(shape.size()); ++m) {
                const std::size_t n = static_cast<std::size_t>(m);
                const std::int64_t index = k / stride[n] % shape[n];
                if (std::find(rows.begin(), rows.end(), m) == rows.end()) j = j * shape[n] + index;
              }
              for (int m : rows) i = i * shape[static_cast<std::size_t>(m)] + k / stride[static_cast<std::size_t>(m)] % shape[static_cast<std::size_t>(m)];
              unfolded(i, j) = tensor[static_cast<std::size_t>(k)];
            }
            const std::vector<double> s = measured(run, view.key, part).data;
            double sum = 0, squares = 0, entropy = 0, fourth = 0;
            for (double x : s) sum += x, squares += x * x, fourth += x * x * x * x;
            CHECK(squares == doctest::Approx(unfolded.squaredNorm()).epsilon(1e-12));
            CHECK(fourth == doctest::Approx((unfolded * unfolded.transpose()).squaredNorm()).epsilon(1e-12));
            CHECK(std::is_sorted(s.rbegin(), s.rend()));
            SvdSolver solver;
            REQUIRE(solver.compute(unfolded));
            CHECK(largest_difference(s, {solver.svd().s.data(), static_cast<std::size_t>(solver.svd().s.size())}) <= 1e-12 * s[0]);
            for (double x : s)
              if (x > 0) entropy -= x / sum * std::log(x / sum);
            CHECK(measured(run, whole ? "effective_rank" : "effective_rank_" + view.key.substr(16), part).data[0] == doctest::Approx(std::exp(entropy)).epsilon(1e-9));
          }
          ++spectra;
        }
        CHECK(spectra >= (shape.size() == 2 ? 1 : std::ssize(shape)));
      }
}

TEST_CASE("family: tensors of any order, with a mode of size 1 among them, are fitted") {
  struct Whole {
    Entry entry;
    Settings settings;
  };
  const Whole all[] = {{cp_entry(), {{"components", std::int64_t{3}}, {"init_scale", 0.7}}}, {hierarchical_entry(), {{"widths", Words{2}}, {"init_scale", 0.7}}},
                       {hierarchical_entry(), {{"widths", Words{2}}, {"tree", text("half")}, {"init_scale", 0.7}}}, {tucker_entry(), {{"alpha", 0.1}}},
                       {tucker_entry(), {{"depth", std::int64_t{2}}, {"alpha", 0.1}}}, {tensor_train_entry(), {{"alpha", 0.1}}}, {growth_entry(), {{"initial_norm", 0.1}}},
                       {growth_entry(), {{"depth", std::int64_t{2}}, {"initial_norm", 0.1}}}};
  for (const std::size_t order : {2, 3, 4, 5, 6, 7, 8, 11, 16}) {
    Words sizes(order, 2);
    sizes[1] = 1, sizes[0] = order < 8 ? 3 : 2;
    for (const Whole& one : all)
      for (const bool whole : {true, false}) {
        CAPTURE(one.entry.key);
        CAPTURE(order);
        Settings s = with(one.settings, {{"sizes", sizes}, {"target_rank", std::int64_t{1}}, {"target_norm", 1.0}, {"normalisation", text("half_sum")}, {"optimizer", text("gd")}, {"step_size", order > 8 ? 1e-4 : 1e-2}});
        if (!whole) s = with(s, {{"task", text("sensing")}, {"sensing", text("rank_one")}, {"measurements", std::int64_t{8}}});
        Run run = opened(one.entry, s, {}, {"loss"});
        const double before = measured(run, "loss").data[0];
        steps(run, 3);
        CHECK(run.status() == Status::Running);
        CHECK(measured(run, "loss").data[0] < before);
        if (order > 8) continue;
        Frame frame;
        std::vector<std::uint32_t> every;
        for (std::uint32_t v = 0; v < run.views().size(); ++v) every.push_back(v);
        for (const Series& series : run.measure(every).values) CHECK(series.data.size() == static_cast<std::size_t>(entries(series.shape)));
      }
  }
}
