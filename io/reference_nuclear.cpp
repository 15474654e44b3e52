#include "io/reference_nuclear.h"

#include <algorithm>
#include <cmath>

#include "math/spectra.h"
#include "tasks/least_nuclear_norm.h"

namespace rankscope {
namespace {

Matrix matrix_of(const Dense& d) {
  return Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(d.data.data(), d.shape[0], d.shape[1]);
}

Vector spectrum(const Matrix& m) {
  SpectrumSolver solver;
  solver.compute(m);
  return solver.svd().s;
}

std::vector<double> list(const Vector& v) { return {v.begin(), v.end()}; }

class NuclearFile {
 public:
  NuclearFile(const ReferenceFile& file, const Json& root) : file_(file), root_(root) {}

  Result<Replay> replay() {
    constexpr std::int64_t kMostSide = 64;
    auto truth = matrix("ground_truth");
    if (!truth) return truth.error();
    const Matrix m = std::move(*truth);
    if (m.rows() > kMostSide || m.cols() > kMostSide) return error("ground_truth", "is larger than 64 x 64", "a smaller problem");
    auto places = file_.numbers(root_, "", "observed_flat_indices");
    if (!places) return places.error();
    std::vector<std::int64_t> offsets;
    std::vector<double> values;
    double before = -1;
    Matrix seen = Matrix::Zero(m.rows(), m.cols());
    for (const double at : *places) {
      if (!(at > before) || at != std::floor(at) || at >= static_cast<double>(m.size()))
        return error("observed_flat_indices", "are not ascending places of ground_truth", "row * columns + column, each once");
      before = at;
      const auto k = static_cast<std::int64_t>(at);
      offsets.push_back(k / m.cols() + k % m.cols() * m.rows());
      values.push_back(m.data()[offsets.back()]);
      seen.data()[offsets.back()] = values.back();
    }
    if (values.empty()) return error("observed_flat_indices", "is empty", "at least one entry is observed");
    const Json* unique = root_.find("solution_unique");
    if (!unique || !unique->flag()) return error("solution_unique", "is not true or false", "whether the minimiser is the only one");

    const auto task = completion_task(m.rows(), m.cols(), offsets, values, {});
    LeastNuclearNorm least(*task, m.rows(), m.cols());
    SpectrumSolver solver;
    constexpr double kClosed = 1e-11;  // the minimiser is found to about its root where the bounds meet to so much
    constexpr int kMost = 6000;
    for (int i = 0; i < kMost && !least.done(kClosed); ++i) least.advance(solver);

    number("min_nuclear_norm", 0.5 * (least.lower() + least.upper()));
    number("certified_lower_bound", least.lower());
    number("certified_upper_bound", least.upper());
    number("ground_truth_nuclear_norm", nuclear_norm(spectrum(m)));
    number("zero_filled_nuclear_norm", nuclear_norm(spectrum(seen)));
    number("effective_rank_ground_truth", effective_rank(spectrum(m)));
    auto dual = matrix("dual_certificate_Y");
    if (!dual) return dual.error();
    if (dual->rows() != m.rows() || dual->cols() != m.cols()) return error("dual_certificate_Y", "has another shape than ground_truth", "the same");
    double certified = 0;  // by their Y, cut to the observed entries and to norm 1
    Matrix y = Matrix::Zero(m.rows(), m.cols());
    for (std::size_t k = 0; k < offsets.size(); ++k) {
      y.data()[offsets[k]] = dual->data()[offsets[k]];
      certified += y.data()[offsets[k]] * values[k];
    }
    add("dual_certificate_Y", {certified / std::max(1.0, spectrum(y)[0])}, {least.lower()});

    if (*unique->flag()) {
      const Matrix found = least.feasible();
      auto solution = matrix("solution");
      if (!solution) return solution.error();
      if (solution->rows() != m.rows() || solution->cols() != m.cols()) return error("solution", "has another shape than ground_truth", "the same");
      add("solution", {solution->data(), solution->data() + solution->size()}, {found.data(), found.data() + found.size()});
      const Vector s = spectrum(found);
      auto theirs = file_.numbers(root_, "", "solution_singular_values");
      if (!theirs) return theirs.error();
      add("solution_singular_values", *theirs, list(s));
      double off = 0;
      for (Eigen::Index k = 0; k < m.size(); ++k) off += (found.data()[k] - m.data()[k]) * (found.data()[k] - m.data()[k]);
      number("reconstruction_error", std::sqrt(off) / m.norm());
      const auto unseen = static_cast<double>(m.size()) - static_cast<double>(values.size());
      number("test_mse_unobserved", unseen > 0 ? off / unseen : 0);
      number("effective_rank_solution", effective_rank(s));
    }
    if (failed_) return *failed_;
    return std::move(replay_);
  }

 private:
  Error error(const std::string& key, std::string what, std::string remedy) const {
    const Json* at = root_.find(key);
    return file_.error(at ? *at : root_, key, std::move(what), std::move(remedy));
  }

  Result<Matrix> matrix(const std::string& key) const {
    auto object = file_.member(root_, "", key);
    if (!object) return object.error();
    auto dense = file_.array(**object, key, "data", "shape");
    if (!dense) return dense.error();
    if (dense->shape.size() != 2 || dense->shape[0] < 1 || dense->shape[1] < 1) return error(key, "is no matrix", "two axes");
    return matrix_of(*dense);
  }

  void add(const std::string& key, const std::vector<double>& theirs, const std::vector<double>& ours) {
    replay_.series.push_back({key, deviation(theirs, ours)});
  }
  void number(const std::string& key, double ours) {
    auto theirs = file_.number(root_, "", key);
    if (theirs) add(key, {*theirs}, {ours});
    else if (!failed_) failed_ = theirs.error();
  }

  const ReferenceFile& file_;
  const Json& root_;
  Replay replay_;
  std::optional<Error> failed_;
};

}  // namespace

Result<Replay> replay_nuclear(const ReferenceFile& file, const Json& root, const Tables&) { return NuclearFile(file, root).replay(); }

}  // namespace rankscope
