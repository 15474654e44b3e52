#include "tasks/matrix_problem.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "math/orthogonal.h"
#include "math/product.h"
#include "math/rng.h"
#include "tasks/observing.h"

namespace rankscope {
namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
constexpr double kMostNumbers = 5e7;  // 400 MB of measurements: a page has 512 MB in all
enum Stream : std::uint64_t { kTruth = 1, kMask = 2, kNoise = 3, kMeasure = 4 };

const Dense* dense(const Inputs& inputs, const char* key) {
  const auto it = inputs.find(key);
  return it == inputs.end() ? nullptr : std::get_if<Dense>(it->second.get());
}

const Triplets* triplets(const Inputs& inputs, const char* key) {
  const auto it = inputs.find(key);
  return it == inputs.end() ? nullptr : std::get_if<Triplets>(it->second.get());
}

/// A given matrix, whatever its file's form was: 2 axes, or 1 as a column.
Result<Matrix> matrix_input(const Inputs& inputs, const char* key) {
  if (const Triplets* t = triplets(inputs, key)) {
    if (static_cast<double>(t->rows) * static_cast<double>(t->cols) > kMostNumbers)
      return Error{key, "has " + std::to_string(t->rows) + " x " + std::to_string(t->cols) + " entries", "at most 5e7"};
    Matrix m = Matrix::Constant(t->rows, t->cols, kGap);
    for (std::size_t k = 0; k < t->value.size(); ++k) m(t->row[k], t->col[k]) = t->value[k];
    return m;
  }
  const Dense* d = dense(inputs, key);
  if (!d) return Error{key, "the input is missing", "name a file with --input " + std::string(key) + "=PATH"};
  if (d->shape.empty() || d->shape.size() > 2) return Error{key, "has the shape " + dims(d->shape), "a matrix is needed"};
  const std::int64_t rows = d->shape[0], cols = d->shape.size() == 2 ? d->shape[1] : 1;
  if (rows < 1 || cols < 1) return Error{key, "is empty", "at least one row and one column are needed"};
  return Matrix(Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(d->data.data(), rows, cols));
}

Matrix gaussian(std::int64_t rows, std::int64_t cols, Rng& rng) {
  Matrix m(rows, cols);
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < cols; ++j) m(i, j) = rng.normal();
  return m;
}

/// W* = U V^T / sqrt(r), rescaled to mean square 1.
Matrix low_rank(std::int64_t rows, std::int64_t cols, std::int64_t rank, std::uint64_t seed) {
  Rng rng(seed, kTruth);
  const Matrix u = gaussian(rows, rank, rng), v = gaussian(cols, rank, rng);
  Matrix w(rows, cols);
  multiply(w, u, v, Op::None, Op::Transpose);
  double squares = 0;
  for (Eigen::Index k = 0; k < w.size(); ++k) squares += w.data()[k] * w.data()[k];
  w *= std::sqrt(static_cast<double>(w.size()) / squares);
  return w;
}

/// Finite entries of a list, row by row; the last of equal places.
Listed listed(const Triplets& t) {
  std::vector<std::size_t> order;
  for (std::size_t k = 0; k < t.value.size(); ++k)
    if (std::isfinite(t.value[k])) order.push_back(k);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return std::pair(t.row[a], t.col[a]) < std::pair(t.row[b], t.col[b]); });
  Listed out;
  for (std::size_t k : order) {
    const std::int64_t at = t.row[k] + t.col[k] * t.rows;
    if (!out.at.empty() && out.at.back() == at) out.value.back() = t.value[k];
    else out.at.push_back(at), out.value.push_back(t.value[k]);
  }
  return out;
}

Matrix matrix_of(const Listed& list, std::int64_t rows, std::int64_t cols) {
  Matrix m = Matrix::Constant(rows, cols, kGap);
  for (std::size_t k = 0; k < list.at.size(); ++k) m.data()[list.at[k]] = list.value[k];
  return m;
}

/// The given truth, or a draw of the set shape and rank.
Result<Matrix> truth_of(const Settings& s, const Inputs& inputs, std::int64_t rows, std::int64_t cols, std::uint64_t seed) {
  if (!inputs.count("target")) {
    const auto rank = std::min({get<std::int64_t>(s, "rank"), rows, cols});
    return low_rank(rows, cols, rank, seed);
  }
  auto given = matrix_input(inputs, "target");
  if (given && (given->rows() != rows || given->cols() != cols))
    return Error{"target", "is " + std::to_string(given->rows()) + " x " + std::to_string(given->cols()),
                 "the other inputs ask for " + std::to_string(rows) + " x " + std::to_string(cols)};
  return given;
}

Result<MatrixProblem> completion(const Settings& s, const Inputs& inputs, MatrixProblem problem, std::uint64_t seed) {
  Listed all;  // that is known
  if (const Triplets* t = triplets(inputs, "target")) {
    all = problem.known = listed(*t);
  } else {
    auto truth = truth_of(s, inputs, problem.rows, problem.cols, seed);
    if (!truth) return truth.error();
    problem.truth = std::move(*truth);
    for (std::int64_t i = 0; i < problem.rows; ++i)
      for (std::int64_t j = 0; j < problem.cols; ++j) {
        double& x = problem.truth(i, j);
        if (!std::isfinite(x)) x = kGap;
        else all.at.push_back(i + j * problem.rows), all.value.push_back(x);
      }
  }
  const std::int64_t known = std::ssize(all.at);
  if (known == 0) return Error{"target", "has no finite entry", "at least one must be known"};

  std::vector<char> observed(all.at.size(), 1);
  const std::string rule = observe_rule(s, inputs, triplets(inputs, "target") || known < problem.truth.size());
  if (rule == "mask") {
    auto mask = matrix_input(inputs, "mask");
    if (!mask) return mask.error();
    if (mask->rows() != problem.rows || mask->cols() != problem.cols)
      return Error{"mask", "is " + std::to_string(mask->rows()) + " x " + std::to_string(mask->cols()),
                   "the target is " + std::to_string(problem.rows) + " x " + std::to_string(problem.cols)};
    for (std::size_t k = 0; k < all.at.size(); ++k) {
      const double x = mask->data()[all.at[k]];
      observed[k] = std::isfinite(x) && x != 0;
    }
  } else if (rule == "fraction") {
    const std::int64_t count = observed_of(s, known);
    std::fill(observed.begin(), observed.end(), 0);
    Rng rng(seed, kMask);
    for (std::int64_t k : rng.sample(known, count)) observed[static_cast<std::size_t>(k)] = 1;
  }

  for (std::size_t k = 0; k < all.at.size(); ++k) {
    Listed& to = observed[k] ? problem.seen : problem.unseen;
    to.at.push_back(all.at[k]);
    to.value.push_back(all.value[k]);
  }
  std::vector<double>& seen = problem.seen.value;
  if (seen.empty()) return Error{"mask", "observes no known entry", "non-zero where an entry is observed"};
  add_noise(s, seed, kNoise, seen);
  std::vector<std::int64_t> row, col;
  for (std::int64_t at : problem.seen.at) row.push_back(at % problem.rows), col.push_back(at / problem.rows);
  problem.units = make_units(s, problem.rows, problem.cols, row, col, seen);
  std::vector<double> values;
  for (std::size_t k = 0; k < seen.size(); ++k) values.push_back(problem.units.to_model(seen[k], row[k], col[k]));
  problem.observations = static_cast<std::int64_t>(values.size());
  problem.task = completion_task(problem.rows, problem.cols, problem.seen.at, std::move(values), make_loss(s, problem.observations));
  return problem;
}

Error too_many(const char* key) { return Error{key, "asks for more than 5e7 numbers", "take fewer, or a smaller matrix"}; }

Result<MatrixProblem> sensing(const Settings& s, const Inputs& inputs, MatrixProblem problem, std::uint64_t seed) {
  const std::int64_t size = problem.rows * problem.cols;
  const Dense* given = dense(inputs, "measurements");
  const std::int64_t m = given ? given->shape[0] : get<std::int64_t>(s, "measurements");
  if (static_cast<double>(m) * static_cast<double>(size) > kMostNumbers) return too_many("measurements");
  Matrix a(size, m);
  if (given) {
    for (std::int64_t k = 0; k < m; ++k)
      for (std::int64_t i = 0; i < problem.rows; ++i)
        for (std::int64_t j = 0; j < problem.cols; ++j)
          a(i + j * problem.rows, k) = given->data[static_cast<std::size_t>((k * problem.rows + i) * problem.cols + j)];
    if (!a.allFinite()) return Error{"measurements", "has entries that are not finite", "gaps are for completion"};
  } else {
    Rng rng(seed, kMeasure);
    const bool rank_one = get<std::string>(s, "sensing") == "rank_one";
    for (std::int64_t k = 0; k < m; ++k) {
      if (rank_one) {  // a b^T with Frobenius norm 1
        Vector left = gaussian(problem.rows, 1, rng), right = gaussian(problem.cols, 1, rng);
        left /= left.norm();
        right /= right.norm();
        for (std::int64_t j = 0; j < problem.cols; ++j) a.col(k).segment(j * problem.rows, problem.rows) = left * right[j];
      } else {  // N(0, 1) / sqrt(entries): E <A, W*>^2 = 1 for W* of mean square 1 (Arora et al. 2019, appendix)
        for (std::int64_t e = 0; e < size; ++e) a(e, k) = rng.normal();
        a.col(k) /= std::sqrt(static_cast<double>(size));
      }
    }
  }
  Vector y(m);
  const Dense* targets = dense(inputs, "targets");
  if (inputs.count("target") || !targets) {
    auto truth = truth_of(s, inputs, problem.rows, problem.cols, seed);
    if (!truth) return truth.error();
    if (!truth->allFinite()) return Error{"target", "has gaps", "sensing needs every entry"};
    problem.truth = std::move(*truth);
  }
  if (targets) {
    if (targets->size() != m) return Error{"targets", "has " + std::to_string(targets->size()) + " numbers", std::to_string(m) + " measurements are given"};
    y = Eigen::Map<const Vector>(targets->data.data(), m);
  } else {
    multiply(y, a, ConstMatrixMap(problem.truth.data(), size, 1), Op::Transpose);
  }
  if (!y.allFinite()) return Error{"targets", "has numbers that are not finite", "a value for every measurement"};
  add_noise(s, seed, kNoise, {y.data(), static_cast<std::size_t>(m)});
  problem.observations = m;
  problem.task = sensing_task(std::move(a), std::move(y), make_loss(s, m));
  return problem;
}

Result<MatrixProblem> regression(const Settings& s, const Inputs& inputs, MatrixProblem problem, std::uint64_t seed) {
  Matrix x, y;
  if (inputs.count("x")) {
    auto given = matrix_input(inputs, "x");
    if (!given) return given.error();
    x = std::move(*given);
  } else {
    const std::int64_t m = get<std::int64_t>(s, "samples");
    if (static_cast<double>(m) * static_cast<double>(problem.cols) > kMostNumbers) return too_many("samples");
    Rng rng(seed, kMeasure);
    x = gaussian(m, problem.cols, rng);
  }
  if (!x.allFinite()) return Error{"x", "has gaps", "regression needs every entry"};
  const std::int64_t m = x.rows();
  const bool whiten = get<bool>(s, "whiten");
  if (whiten) {  // X^T X = m I: sqrt(m) times an orthonormal basis of X's columns
    if (m < problem.cols) return Error{"whiten", "needs at least as many samples as inputs", std::to_string(problem.cols) + " or more samples"};
    if (!orthonormal_columns(x)) return Error{"x", "has linearly dependent columns", "whitening needs independent ones"};
    x *= std::sqrt(static_cast<double>(m));
  }
  if (inputs.count("target") || !inputs.count("y")) {
    auto truth = truth_of(s, inputs, problem.rows, problem.cols, seed);
    if (!truth) return truth.error();
    if (!truth->allFinite()) return Error{"target", "has gaps", "regression needs every entry"};
    problem.truth = std::move(*truth);
  }
  if (inputs.count("y")) {
    auto given = matrix_input(inputs, "y");
    if (!given) return given.error();
    y = std::move(*given);
    if (y.rows() != m) return Error{"y", "has " + std::to_string(y.rows()) + " rows", "x has " + std::to_string(m)};
    if (!y.allFinite()) return Error{"y", "has gaps", "regression needs every entry"};
  } else {
    y.resize(m, problem.rows);
    multiply(y, x, problem.truth, Op::None, Op::Transpose);
  }
  add_noise(s, seed, kNoise, {y.data(), static_cast<std::size_t>(y.size())});
  if (whiten && problem.truth.size() == 0) {  // the minimiser is Phi = Y^T X / m
    problem.truth.resize(problem.rows, problem.cols);
    multiply(problem.truth, y, x, Op::Transpose);
    problem.truth /= static_cast<double>(m);
  }
  problem.observations = m;
  problem.task = regression_task(std::move(x), std::move(y), make_loss(s, m));
  return problem;
}

}  // namespace

std::span<const Param> matrix_problem_params() {
  static const std::vector<Param> params = [] {
    const std::string g = "Problem";
    std::vector<Param> p = {
        {"task", "Task", g, "completion: some entries are observed. sensing: inner products with given matrices. regression: outputs for given inputs.",
         "", std::string("completion"), {}, When::Restart, {"completion", "sensing", "regression"}, {}},
        {"rows", "Rows", g, "Of a drawn target; a given one has its own.", "", std::int64_t{100}, {1, 4096}, When::Restart, {}, {}, "target"},
        {"cols", "Columns", g, "Of a drawn target; a given one has its own.", "", std::int64_t{100}, {1, 4096}, When::Restart, {}, {}, "target"},
        {"rank", "Target rank", g, "Of a drawn target.", "", std::int64_t{5}, {1, 4096}, When::Restart, {}, {}, "target"},
        {"observe", "Observe", g,
         "Which known entries are fitted. all: every finite one. fraction: a seeded share. mask: those of the mask. auto: the mask if there is one, all if there are gaps, else a fraction.",
         "", std::string("auto"), {}, When::Restart, {"auto", "all", "fraction", "mask"}, {"task", {"completion"}}},
        {"observed", "Observed", g, "Share of the known entries that is fitted; the rest is held out.", "share", 0.2, {0.001, 1}, When::Restart, {},
         {"observe", {"auto", "fraction"}}},
        {"measurements", "Measurements", g, "How many inner products are given.", "", std::int64_t{2000}, {1, 100000}, When::Restart, {}, {"task", {"sensing"}}, "measurements"},
        {"sensing", "Measured by", g, "dense: gaussian matrices. rank_one: a bᵀ of norm 1.", "", std::string("dense"), {}, When::Restart,
         {"dense", "rank_one"}, {"task", {"sensing"}}, "measurements"},
        {"samples", "Samples", g, "Of drawn inputs.", "", std::int64_t{200}, {1, 100000}, When::Restart, {}, {"task", {"regression"}}, "x"},
        {"whiten", "Whiten", g, "Inputs are made uncorrelated with unit variance: XᵀX = m I.", "", false, {}, When::Restart, {}, {"task", {"regression"}}},
        {"noise", "Noise", g, "Standard deviation of the gaussian noise on what is observed.", "share of its root mean square", 0.0, {0, 10}, When::Restart, {}, {}},
    };
    for (const Param& q : units_params()) p.push_back(q);
    return p;
  }();
  return params;
}

std::span<const InputInfo> matrix_problem_inputs() {
  static const std::vector<InputInfo> inputs = {
      {"target", "Target", "The true matrix; entries that are not finite are gaps. Drawn when not given."},
      {"mask", "Mask", "Completion: non-zero where an entry is observed."},
      {"measurements", "Measurements", "Sensing: m x rows x columns."},
      {"targets", "Measured values", "Sensing: m numbers."},
      {"x", "Inputs", "Regression: samples x inputs."},
      {"y", "Outputs", "Regression: samples x outputs."},
  };
  return inputs;
}

Result<MatrixShape> matrix_shape(const Settings& s, const Inputs& inputs) {
  MatrixShape shape{get<std::int64_t>(s, "rows"), get<std::int64_t>(s, "cols"), get<std::string>(s, "task"), true, false};
  auto not_used = [&](std::initializer_list<const char*> keys) -> Result<void> {
    for (const char* key : keys)
      if (inputs.count(key)) return Error{key, "is not used by " + shape.task, "leave it out, or choose another task"};
    return {};
  };
  auto shape_of = [&](const char* key, std::int64_t& rows, std::int64_t& cols) -> Result<void> {
    if (const Triplets* t = triplets(inputs, key)) {
      rows = t->rows, cols = t->cols;
    } else if (const Dense* d = dense(inputs, key)) {
      if (d->shape.empty() || d->shape.size() > 2 || d->size() < 1) return Error{key, "has the shape " + dims(d->shape), "a matrix is needed"};
      rows = d->shape[0], cols = d->shape.size() == 2 ? d->shape[1] : 1;
    }
    return {};
  };
  if (auto r = shape_of("target", shape.rows, shape.cols); !r) return r.error();
  if (shape.task == "completion") {
    if (auto r = not_used({"measurements", "targets", "x", "y"}); !r) return r.error();
    std::int64_t known = shape.rows * shape.cols;
    if (const Triplets* t = triplets(inputs, "target")) known = std::ssize(t->value);
    if (const Dense* d = dense(inputs, "target"))
      known = std::count_if(d->data.begin(), d->data.end(), [](double x) { return std::isfinite(x); });
    const std::string rule = observe_rule(s, inputs, triplets(inputs, "target") || known < shape.rows * shape.cols);
    shape.entries = rule == "fraction" ? observed_of(s, known) : known;
    if (const Triplets* t = triplets(inputs, "mask"); t && rule == "mask") shape.entries = std::min<std::int64_t>(known, std::ssize(t->value));
    if (const Dense* d = dense(inputs, "mask"); d && rule == "mask")
      shape.entries = std::count_if(d->data.begin(), d->data.end(), [](double x) { return std::isfinite(x) && x != 0; });
    shape.unseen = rule == "mask" || (rule == "fraction" && get<double>(s, "observed") < 1);
  } else if (shape.task == "sensing") {
    if (auto r = not_used({"mask", "x", "y"}); !r) return r.error();
    if (const Dense* a = dense(inputs, "measurements")) {
      if (a->shape.size() != 3 || a->size() < 1) return Error{"measurements", "has the shape " + dims(a->shape), "m x rows x columns is needed"};
      if (inputs.count("target") && (shape.rows != a->shape[1] || shape.cols != a->shape[2]))
        return Error{"measurements", "has the shape " + dims(a->shape), "the target is " + std::to_string(shape.rows) + " x " + std::to_string(shape.cols)};
      shape.rows = a->shape[1], shape.cols = a->shape[2];
    } else if (inputs.count("measurements")) {
      return Error{"measurements", "must be an array of three axes", "m x rows x columns, as .npy"};
    } else if (inputs.count("targets")) {
      return Error{"targets", "needs the measurements that gave them", "give the input measurements too"};
    }
    if (inputs.count("targets") && !dense(inputs, "targets")) return Error{"targets", "must be a plain list of numbers", "one a measurement"};
    shape.truth = inputs.count("target") || !inputs.count("targets");
  } else {
    if (auto r = not_used({"mask", "measurements", "targets"}); !r) return r.error();
    std::int64_t samples = 0, samples_y = 0;
    if (auto r = shape_of("x", samples, shape.cols); !r) return r.error();
    if (auto r = shape_of("y", samples_y, shape.rows); !r) return r.error();
    if (inputs.count("y") && !inputs.count("x")) return Error{"y", "needs the inputs that gave it", "give the input x too"};
    if (inputs.count("y") && samples != samples_y)
      return Error{"y", "has " + std::to_string(samples_y) + " rows", "x has " + std::to_string(samples)};
    shape.truth = inputs.count("target") || !inputs.count("y") || get<bool>(s, "whiten");
  }
  if (shape.rows > 4096 || shape.cols > 4096)
    return Error{"target", "is " + std::to_string(shape.rows) + " x " + std::to_string(shape.cols), "at most 4096 x 4096"};
  return shape;
}

MatrixProblemSize matrix_problem_size(const Settings& s, const Inputs& inputs, const MatrixShape& shape) {
  constexpr double kGrown = 1.5;  // room in a vector that grew by doubling, at its mean
  const double size = static_cast<double>(shape.rows) * static_cast<double>(shape.cols);
  if (shape.task == "sensing") {
    const Dense* given = dense(inputs, "measurements");
    const auto m = static_cast<double>(given ? given->shape[0] : get<std::int64_t>(s, "measurements"));
    const double lasting = m * size + 2 * m + (shape.truth ? size : 0);
    return {lasting, lasting + size};
  }
  if (shape.task == "regression") {
    const Dense* x = dense(inputs, "x");
    const auto m = static_cast<double>(x ? x->shape[0] : get<std::int64_t>(s, "samples"));
    const double lasting = m * static_cast<double>(shape.cols + 2 * shape.rows) + (shape.truth ? size : 0);
    return {lasting, lasting + (get<bool>(s, "whiten") ? m * static_cast<double>(shape.cols) : 0)};
  }
  const Triplets* entries = triplets(inputs, "target");
  const double known = entries ? static_cast<double>(entries->value.size()) : size;
  const auto observed = static_cast<double>(shape.entries);
  const double unseen = kGrown * (known - observed);
  // the truth, or its list; places and values of what is observed, twice, and its rows and columns; those of what is not
  const double lasting = (entries ? 2 * kGrown * known : size) + 6 * observed + 2 * unseen;
  // the list of what is known, rows and columns of what is observed, and the mask
  return {lasting, lasting + 2 * kGrown * known + 2 * kGrown * observed + (inputs.count("mask") ? size : 0)};
}

Result<MatrixProblem> make_matrix_problem(const Settings& s, const Inputs& inputs, std::uint64_t seed) {
  auto shape = matrix_shape(s, inputs);
  if (!shape) return shape.error();
  MatrixProblem problem;
  problem.rows = shape->rows;
  problem.cols = shape->cols;
  if (shape->task == "completion") return completion(s, inputs, std::move(problem), seed);
  if (shape->task == "sensing") return sensing(s, inputs, std::move(problem), seed);
  return regression(s, inputs, std::move(problem), seed);
}

bool MatrixProblem::truth_complete() const {
  return truth.size() > 0 ? truth.allFinite() : std::ssize(known.at) == rows * cols;
}

Matrix MatrixProblem::truth_matrix() const { return known.at.empty() ? truth : matrix_of(known, rows, cols); }

Matrix MatrixProblem::truth_in_model() const {
  Matrix model = truth_matrix();
  for (std::int64_t j = 0; j < cols; ++j)
    for (std::int64_t i = 0; i < rows; ++i) model(i, j) = units.to_model(model(i, j), i, j);
  return model;
}

Matrix MatrixProblem::seen_matrix() const { return matrix_of(seen, rows, cols); }

Matrix MatrixProblem::completed(ConstMatrixRef w) const {
  Matrix out(rows, cols);
  for (std::int64_t j = 0; j < cols; ++j)
    for (std::int64_t i = 0; i < rows; ++i) out(i, j) = units.to_original(w(i, j), i, j);
  return out;
}

double MatrixProblem::test_mse(ConstMatrixRef w) const {
  std::vector<double> at_unseen;
  at_unseen.reserve(unseen.at.size());
  for (std::int64_t at : unseen.at) at_unseen.push_back(w(at % rows, at / rows));
  return test_mse_of(at_unseen);
}

double MatrixProblem::test_mse_of(std::span<const double> at_unseen) const {
  double sum = 0;
  for (std::size_t k = 0; k < unseen.at.size(); ++k) {
    const double r = units.to_original(at_unseen[k], unseen.at[k] % rows, unseen.at[k] / rows) - unseen.value[k];
    sum += r * r;
  }
  return sum / static_cast<double>(unseen.at.size());
}

double MatrixProblem::unseen_power() const { return test_mse_of(std::vector<double>(unseen.at.size(), 0.0)); }

double MatrixProblem::reconstruction_error(ConstMatrixRef w) const {
  double error = 0, norm = 0;
  const auto add = [&](std::int64_t i, std::int64_t j, double t) {
    if (!std::isfinite(t)) return;
    const double r = units.to_original(w(i, j), i, j) - t;
    error += r * r;
    norm += t * t;
  };
  for (std::size_t k = 0; k < known.at.size(); ++k) add(known.at[k] % rows, known.at[k] / rows, known.value[k]);
  for (Eigen::Index j = 0; j < truth.cols(); ++j)
    for (Eigen::Index i = 0; i < truth.rows(); ++i) add(i, j, truth(i, j));
  return std::sqrt(error / norm);
}

}  // namespace rankscope
