// The row of deep matrix factorization in the table of systems, and what makes one from settings and inputs.
#include "systems/deep_matrix.h"

#include <algorithm>

#include "flow/integrator.h"
#include "math/sampled_product.h"
#include "systems/deep_matrix_start.h"
#include "systems/deep_matrix_system.h"
#include "systems/deep_matrix_views.h"
#include "systems/layer_product.h"
#include "systems/matrix_init.h"
#include "tasks/batches.h"

namespace rankscope {
namespace {

int depth_of(const Settings& s, const Inputs& in) {
  if (const State* start = start_of(in)) return depth_of(*start);
  return static_cast<int>(get<std::int64_t>(s, "depth"));
}

/// d_0 .. d_N.
Result<std::vector<std::int64_t>> widths_of(const Settings& s, const MatrixShape& shape, const Inputs& in) {
  if (const State* start = start_of(in)) return widths_of(*start, shape.rows, shape.cols);
  const int depth = depth_of(s, in);
  const auto& list = get<std::vector<std::int64_t>>(s, "widths");
  if (!list.empty() && list.size() != static_cast<std::size_t>(depth - 1))
    return Error{"widths", "has " + std::to_string(list.size()) + " widths", "depth " + std::to_string(depth) + " has " + std::to_string(depth - 1) + " hidden layers"};
  const std::int64_t width = get<std::int64_t>(s, "width");
  std::vector<std::int64_t> d{shape.cols};
  for (int j = 1; j < depth; ++j) d.push_back(!list.empty() ? list[j - 1] : width ? width : std::min(shape.rows, shape.cols));
  d.push_back(shape.rows);
  return d;
}

std::vector<Param> params() {
  std::vector<Param> out = {
      {"depth", "Depth N", "Network", "Number of layers; 1 is the plain matrix.", "layers", std::int64_t{3}, {1, kMaxDepth}, When::Restart, {}, {}},
      {"width", "Hidden width", "Network", "Of every hidden layer; 0: the smaller side of W, so that any W can be made. Less is a bottleneck.", "",
       std::int64_t{0}, {0, 4096}, When::Restart, {}, {}, "", "full"},
      {"widths", "Hidden widths", "Network", "One width a hidden layer, W_1's first; empty: all as the hidden width.", "", std::vector<std::int64_t>{},
       {1, 4096}, When::Restart, {}, {}},
  };
  const std::size_t network = out.size();
  for (auto list : {matrix_init_params(), matrix_problem_params(), loss_params(), integrator_params(), batch_params()})
    out.insert(out.end(), list.begin(), list.end());
  for (std::size_t i = 0; i < network + matrix_init_params().size(); ++i) out[i].decided_by = "start";
  out.push_back({"schatten_p", "Schatten p", "Measures", "The p of the Schatten norm that is shown; it does not change the run.", "", 0.5, {0.05, 16, Scale::Log},
                 When::Live, {}, {}});
  return out;
}

std::vector<InputInfo> inputs() {
  const auto problem = matrix_problem_inputs();
  std::vector<InputInfo> out(problem.begin(), problem.end());
  for (int j = 1; j <= kMaxDepth; ++j)
    out.push_back({"w" + std::to_string(j), "Initial W_" + std::to_string(j), "Start of this layer, outputs x inputs; all layers or none."});
  out.push_back({"start", "Start", "A whole .npz, FILE.npz?array=*: factors W_1 to W_N, and the optimizer's arrays if they are its. Depth and widths follow it.", true});
  return out;
}

/// The given initial layers, or an empty list when none is given.
Result<std::vector<Matrix>> given_layers(const Inputs& inputs, const std::vector<std::int64_t>& d) {
  std::vector<Matrix> layers;
  const auto depth = static_cast<int>(d.size()) - 1;
  for (int j = 1; j <= kMaxDepth; ++j) {
    const std::string key = "w" + std::to_string(j);
    const auto it = inputs.find(key);
    if (it == inputs.end()) continue;
    if (j > depth) return Error{key, "is given for a network of depth " + std::to_string(depth), "leave it out, or raise the depth"};
    const auto* m = std::get_if<Dense>(it->second.get());
    const std::string wanted = std::to_string(d[j]) + " x " + std::to_string(d[j - 1]);
    if (!m || m->shape.size() != 2 || m->shape[0] != d[j] || m->shape[1] != d[j - 1]) return Error{key, "has the wrong shape", wanted + " is needed"};
    layers.push_back(Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(m->data.data(), d[j], d[j - 1]));
    if (!layers.back().allFinite()) return Error{key, "has entries that are not finite", "every weight must be a number"};
    if (layers.size() != static_cast<std::size_t>(j)) break;
  }
  if (!layers.empty() && layers.size() != static_cast<std::size_t>(depth))
    return Error{"w1", "only some of the layers are given", "give w1 to w" + std::to_string(depth) + ", or none"};
  return layers;
}

double cost(const Settings& s, const Inputs& in) {
  auto shape = matrix_shape(s, in);
  if (!shape) return 0;
  auto widths = widths_of(s, *shape, in);
  const auto batch = get<std::int64_t>(s, "batch");
  if (!widths) return 0;
  // What the task multiplies, there and back: every sample with W, or W with every measurement.
  const double held = matrix_problem_size(s, in, *shape).lasting;
  const double task = shape->task == "regression" ? 4 * held * static_cast<double>(shape->rows) : shape->task == "sensing" ? 4 * held : 4 * static_cast<double>(shape->entries);
  return LayerProduct(*widths).flops(batch > 0 ? std::min(batch, shape->entries) : shape->entries) + task;
}

double memory(const Settings& s, const Inputs& in) {
  auto shape = matrix_shape(s, in);
  if (!shape) return 0;
  auto widths = widths_of(s, *shape, in);
  if (!widths) return 0;
  double weights = 0, partial = 0, widest = 0;
  for (std::size_t j = 1; j < widths->size(); ++j) {
    const auto below = static_cast<double>((*widths)[j - 1]), above = static_cast<double>((*widths)[j]);
    weights += above * below;
    partial += above * static_cast<double>(shape->cols);
    if (j + 1 < widths->size()) widest = std::max(widest, above);
  }
  const double size = static_cast<double>(shape->rows) * static_cast<double>(shape->cols);
  const auto narrow = static_cast<double>(std::min(shape->rows, shape->cols));
  const auto& optimizer = get<std::string>(s, "optimizer");
  const double kept = optimizer == "momentum" ? 1 : optimizer == "adam" ? 2 : optimizer == "flow" ? 8 : 0;  // vectors as long as the weights
  const MatrixProblemSize problem = matrix_problem_size(s, in, *shape);
  // by its factors W, its gradient and what stands behind the last layer are not formed
  const bool formed = widths->size() == 2 || shape->entries == 0 || !few_entries(shape->entries, shape->rows, shape->cols);
  const double system = (2 + kept) * weights + 2 * partial + (formed ? 3 * size : 0);
  const double start = get<std::string>(s, "init") == "balanced" ? 5 * size + 2 * narrow * narrow : 0;  // a decomposition
  // a spectrum, of W or of the difference between two layers' Gram matrices; each a copy and its bidiagonal form
  // (through a narrow layer the spectrum comes from the factors, and W is formed for the views that show it)
  const bool thin = !formed && widest < narrow;
  const double least = thin || shape->task == "regression" ? 0 : 3 * size;  // the least nuclear norm, and what makes its bounds
  const double measuring = std::max(thin ? size : 2 * size + narrow * narrow + least, 5 * widest * widest);
  constexpr double kRest = 1.2;  // buffers of the kernels, room in vectors that grew: 1.02 to 1.6 was measured
  return 8 * kRest * std::max({problem.making, problem.lasting + std::max(start, weights + system), problem.lasting + system + measuring});
}

std::vector<ViewInfo> views(const Settings& s, const Inputs& in) {
  auto shape = matrix_shape(s, in);
  if (!shape) return {};
  std::vector<ViewInfo> out;
  for (MatrixView& v : deep_matrix_views(*shape, depth_of(s, in), get<std::string>(s, "optimizer"))) out.push_back(std::move(v.info));
  return out;
}

}  // namespace

Result<std::vector<std::int64_t>> deep_matrix_widths(const Settings& settings, const Inputs& inputs) {
  auto shape = matrix_shape(settings, inputs);
  if (!shape) return shape.error();
  return widths_of(settings, *shape, inputs);
}

Result<std::unique_ptr<System>> make_deep_matrix(const Settings& settings, const Inputs& inputs, std::uint64_t seed, int theory_degree) {
  auto shape = matrix_shape(settings, inputs);
  if (!shape) return shape.error();
  auto widths = widths_of(settings, *shape, inputs);
  if (!widths) return widths.error();
  if (get<std::int64_t>(settings, "batch") > 0 && get<std::string>(settings, "optimizer") == "flow")
    return Error{"batch", "is set with the optimizer flow, which follows the gradient over all data", "set batch=0, or choose another optimizer"};
  auto problem = make_matrix_problem(settings, inputs, seed);
  if (!problem) return problem.error();
  const State* start = start_of(inputs);
  if (start && inputs.count("w1")) return Error{"w1", "is given, and so is start", "give one of them"};
  auto layers = start ? start_layers(*start, *widths) : given_layers(inputs, *widths);
  if (!layers) return layers.error();
  if (layers->empty()) {
    layers = initial_layers(settings, *widths, seed);
    if (!layers) return layers.error();
  }
  return deep_matrix_system(settings, std::move(*problem), *shape, std::move(*widths), *layers, theory_degree, seed, start);
}

Entry deep_matrix_entry() {
  return {"deep_matrix",
          "Deep matrix factorization",
          "Arora, Cohen, Hu and Luo 2019 (arXiv 1905.13655)",
          "A matrix written as a product of N layers and fitted by gradient descent from a small start: its singular values rise one after another.",
          "flow time, the sum of step sizes",
          params(),
          inputs(),
          views,
          cost,
          memory,
          [](const Settings& s, const Inputs& in, std::uint64_t seed) { return make_deep_matrix(s, in, seed, depth_of(s, in)); }};
}

}  // namespace rankscope
