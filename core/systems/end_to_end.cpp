// The row of the end-to-end flow in the table of systems, and what makes one from settings and inputs.
#include "systems/end_to_end.h"

#include <algorithm>

#include "flow/integrator.h"
#include "systems/end_to_end_system.h"
#include "systems/end_to_end_views.h"
#include "systems/matrix_init.h"

namespace rankscope {
namespace {

constexpr std::int64_t kMostSide = 512;  // a singular value decomposition with all vectors a stage of a step

std::vector<Param> params() {
  const std::string g = "Network";
  std::vector<Param> out = {
      {"depth", "Depth N", g, "Any real number; 1 is plain descent on W. Powers of W are roots where it is whole, exp and log elsewhere.", "layers", 3.0, {1, 10}, When::Restart, {}, {}},
      {"init", "Start", g, "Of W. gaussian: every entry by itself. orthogonal, identity: a multiple of one. equal: every entry α.", "", std::string("gaussian"), {}, When::Restart,
       {"gaussian", "orthogonal", "identity", "equal"}, {}, "w"},
  };
  for (const Param& p : matrix_init_params())
    if (p.key != "init") {
      out.push_back(p);
      out.back().decided_by = "w";
      if (p.key == "det_sign") out.back().relevant = {"init", {"gaussian", "orthogonal", "identity"}};
    }
  out.push_back({"factors", "Factors beside it", g, "Also follow the layers, from the balanced factors of the start, for a whole depth: their product must stay W.", "", false, {},
                 When::Restart, {}, {}});
  for (auto list : {matrix_problem_params(), loss_params(), integrator_params()}) out.insert(out.end(), list.begin(), list.end());
  for (Param& p : out) {
    if (p.key == "optimizer") p.initial = std::string("flow");
    if (p.key == "alpha") p.initial = 0.1;
    if (p.key == "rows" || p.key == "cols") p.initial = std::int64_t{10}, p.range.high = static_cast<double>(kMostSide);
    if (p.key == "rank") p.initial = std::int64_t{2};
    if (p.key == "observed") p.initial = 0.5;
  }
  return out;
}

std::vector<InputInfo> inputs() {
  const auto problem = matrix_problem_inputs();
  std::vector<InputInfo> out(problem.begin(), problem.end());
  out.push_back({"w", "Initial W", "Start of the end-to-end matrix, outputs x inputs."});
  return out;
}

/// Error: the given start does not fit, or det_sign asks for what there is none of.
Result<Matrix> start_of(const Settings& s, const Inputs& inputs, const MatrixShape& shape, std::uint64_t seed) {
  if (const auto it = inputs.find("w"); it != inputs.end()) {
    const auto* m = std::get_if<Dense>(it->second.get());
    if (!m || m->shape != std::vector<std::int64_t>{shape.rows, shape.cols})
      return Error{"w", "has the wrong shape", std::to_string(shape.rows) + " x " + std::to_string(shape.cols) + " is needed"};
    const Matrix w = Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(m->data.data(), shape.rows, shape.cols);
    if (!w.allFinite()) return Error{"w", "has entries that are not finite", "every weight must be a number"};
    return w;
  }
  if (get<std::string>(s, "init") == "equal") return Matrix(Matrix::Constant(shape.rows, shape.cols, get<double>(s, "alpha")));
  auto layers = initial_layers(s, {shape.cols, shape.rows}, seed);  // one layer: W itself
  if (!layers) return layers.error();
  return std::move(layers->front());
}

double side_product(const MatrixShape& shape) { return static_cast<double>(shape.rows) * static_cast<double>(shape.cols); }

/// Weights of the layers beside W; 0: there are none.
double factor_weights(const Settings& s, const MatrixShape& shape) {
  if (!get<bool>(s, "factors")) return 0;
  const auto narrow = static_cast<double>(std::min(shape.rows, shape.cols));
  return narrow * static_cast<double>(shape.rows + shape.cols) + std::max(0.0, get<double>(s, "depth") - 2) * narrow * narrow;
}

double cost(const Settings& s, const Inputs& in) {
  auto shape = matrix_shape(s, in);
  if (!shape) return 0;
  const double decomposition = 40 * side_product(*shape) * static_cast<double>(std::min(shape->rows, shape->cols));
  const double stages = get<std::string>(s, "optimizer") == "flow" ? 7 : 1;
  return stages * (decomposition + 6 * factor_weights(s, *shape) * static_cast<double>(std::min(shape->rows, shape->cols)));
}

double memory(const Settings& s, const Inputs& in) {
  auto shape = matrix_shape(s, in);
  if (!shape) return 0;
  const double size = side_product(*shape), narrow = static_cast<double>(std::min(shape->rows, shape->cols)), factors = factor_weights(s, *shape);
  const auto& optimizer = get<std::string>(s, "optimizer");
  const double kept = optimizer == "momentum" ? 1 : optimizer == "adam" ? 2 : optimizer == "flow" ? 8 : 0;  // vectors as long as the weights
  const MatrixProblemSize problem = matrix_problem_size(s, in, *shape);
  const double decomposition = 6 * size + 4 * narrow * narrow;  // the matrix, its bases, and on the way there
  constexpr double kRest = 1.2;
  return 8 * kRest * std::max(problem.making, problem.lasting + (2 + kept) * (size + factors) + 4 * size + 2 * decomposition + 2 * factors + 3 * size);  // and the least nuclear norm
}

std::vector<ViewInfo> views(const Settings& s, const Inputs& in) {
  auto shape = matrix_shape(s, in);
  if (!shape) return {};
  std::vector<ViewInfo> out;
  for (EndToEndView& v : end_to_end_views(*shape, s)) out.push_back(std::move(v.info));
  return out;
}

Result<std::unique_ptr<System>> make(const Settings& s, const Inputs& in, std::uint64_t seed) {
  auto shape = matrix_shape(s, in);
  if (!shape) return shape.error();
  if (shape->rows > kMostSide || shape->cols > kMostSide)
    return Error{"target", "is " + std::to_string(shape->rows) + " x " + std::to_string(shape->cols),
                 "at most " + std::to_string(kMostSide) + " x " + std::to_string(kMostSide) + "; deep_matrix takes larger ones"};
  auto problem = make_matrix_problem(s, in, seed);
  if (!problem) return problem.error();
  auto start = start_of(s, in, *shape, seed);
  if (!start) return start.error();
  return end_to_end_system(s, std::move(*problem), *shape, *start);
}

}  // namespace

Entry end_to_end_entry() {
  return {"end_to_end",
          "End-to-end flow",
          "Arora, Cohen and Hazan 2018 (arXiv 1802.06509)",
          "The product of balanced layers moves by an equation of its own, in which depth is a number: gradient flow with a preconditioner made of W itself.",
          "flow time, the sum of step sizes",
          params(),
          inputs(),
          views,
          cost,
          memory,
          make};
}

}  // namespace rankscope
