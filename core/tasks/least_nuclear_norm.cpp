#include "tasks/least_nuclear_norm.h"

#include <algorithm>
#include <cmath>

#include "math/columns.h"
#include "math/product.h"

namespace rankscope {
namespace {

using Index = Eigen::Index;

double inner(const Vector& a, const Vector& b) { return dot(a.data(), b.data(), a.size()); }

Vector values(const MatrixTask& task) {
  const auto y = task.observed();
  return Eigen::Map<const Vector>(y.data(), std::ssize(y));
}

/// Of reading A X or making A^T p.
double reading(const MatrixTask& task, double size) {
  return 2 * static_cast<double>(task.observed().size()) * (task.entries() ? 1 : size);
}

double sum(const Vector& v) {
  double out = 0;
  for (double x : v) out += x;
  return out;
}

}  // namespace

void LeastNuclearNorm::advance(SpectrumSolver& solver) {
  if (steps_ < 0) start();
  else if (steps_ >= bound_at_) bound(solver);
  else step(solver);
}

/// l with A A^T l = r.
Vector LeastNuclearNorm::multipliers(Vector r) {
  if (task_->entries()) return r;
  const Vector y = values(*task_);
  const double enough = 1e-30 * inner(y, y);
  Matrix w(rows_, cols_);
  Vector l = Vector::Zero(r.size()), d = r, q(r.size());
  double left = inner(r, r);
  constexpr int kMost = 500;  // gaussian measurements need some forty
  for (int round = 0; round < kMost && left > enough; ++round) {
    task_->spread(d, w);
    task_->observe(w, q);
    work_ += 2 * reading(*task_, static_cast<double>(w.size()));
    const double curvature = inner(d, q);
    if (!(curvature > 0)) break;
    const double along = left / curvature, before = left;
    subtract_multiple(l.data(), d.data(), -along, l.size());
    subtract_multiple(r.data(), q.data(), along, r.size());
    left = inner(r, r);
    for (Index i = 0; i < d.size(); ++i) d[i] = r[i] + left / before * d[i];
  }
  return l;
}

bool LeastNuclearNorm::agrees(const Matrix& x) {
  if (task_->entries()) return true;  // x was given the values themselves
  const Vector y = values(*task_);
  Vector r(y.size());
  task_->observe(x, r);
  subtract_multiple(r.data(), y.data(), 1, r.size());
  return inner(r, r) <= 1e-20 * inner(y, y);
}

Matrix LeastNuclearNorm::feasible() {
  Vector residual = values(*task_);
  subtract_multiple(residual.data(), read_.data(), 1, residual.size());
  Matrix out(rows_, cols_);
  task_->spread(multipliers(std::move(residual)), out);
  if (!x_.empty()) subtract_multiple(out.data(), x_.data(), -1, out.size());
  work_ += reading(*task_, static_cast<double>(out.size()));
  return out;
}

/// p such that A^T p is the least matrix in Frobenius norm that agrees, X = 0, and what that norm says of the nuclear one.
void LeastNuclearNorm::start() {
  const Vector y = values(*task_);
  steps_ = 0;
  p_ = multipliers(y);
  read_.setZero(y.size());
  if (!task_->entries()) {
    Matrix w = feasible();
    if (!agrees(w)) {
      lower_ = upper_ = std::numeric_limits<double>::quiet_NaN();
      return;
    }
    Vector q(y.size());
    double before = 0;
    norm_ = 0;
    for (int i = 0; i < 50 && (i < 2 || norm_ - before > 1e-3 * norm_); ++i) {  // by the power method
      const double length = std::sqrt(dot(w.data(), w.data(), w.size()));
      if (!(length > 0)) break;
      w /= length;
      task_->observe(w, q);
      task_->spread(q, w);
      work_ += 2 * reading(*task_, static_cast<double>(w.size()));
      before = norm_;
      norm_ = inner(q, q);
    }
    norm_ *= 1.03;  // it comes from below
  }
  lower_ = std::sqrt(std::max(0.0, inner(y, p_)));
  upper_ = std::sqrt(static_cast<double>(std::min(rows_, cols_))) * lower_;
}

void LeastNuclearNorm::step(SpectrumSolver& solver) {
  const auto size = static_cast<std::size_t>(rows_ * cols_);
  Matrix v(rows_, cols_);
  task_->spread(p_, v);
  if (x_.empty()) {
    x_.assign(size, 0.0);
    solver.compute(v);
    work_ += decomposition_flops(rows_, cols_, 0);
    constexpr double kShare = 0.4;  // of the largest singular value: found best of 0.02 to 0.8 over small and large, easy and hard completions
    shrink_ = kShare * solver.svd().s[0];
    for (double& p : p_) p /= solver.svd().s[0];
    task_->spread(p_, v);
  }
  for (std::size_t i = 0; i < size; ++i) v.data()[i] = x_[i] + shrink_ * v.data()[i];
  solver.compute(v);
  const Vector& s = solver.svd().s;
  Index k = 0;
  while (k < s.size() && s[k] > shrink_) ++k;
  solver.vectors(k);
  Matrix left = solver.svd().u.leftCols(k);
  for (Index j = 0; j < k; ++j)
    for (Index i = 0; i < rows_; ++i) left(i, j) *= s[j] - shrink_;
  multiply(v, left, solver.svd().v.leftCols(k), Op::None, Op::Transpose);
  work_ += decomposition_flops(rows_, cols_, k) + 2 * reading(*task_, static_cast<double>(size));

  constexpr double kRelaxed = 1.8;
  const Vector y = values(*task_);
  Vector read(y.size());
  task_->observe(v, read);
  for (std::size_t i = 0; i < size; ++i) x_[i] += kRelaxed * (v.data()[i] - x_[i]);
  for (Index i = 0; i < y.size(); ++i) {
    p_[i] += kRelaxed / (shrink_ * norm_) * (y[i] - 2 * read[i] + read_[i]);
    read_[i] += kRelaxed * (read[i] - read_[i]);
  }
  ++steps_;
}

void LeastNuclearNorm::bound(SpectrumSolver& solver) {
  const Matrix near = feasible();
  if (solver.compute(near) && agrees(near)) {
    const double norm = sum(solver.svd().s);
    if (norm < upper_) upper_ = norm;
  }
  Matrix d(rows_, cols_);
  task_->spread(p_, d);
  if (solver.compute(d) && solver.svd().s[0] > 0) {
    const double below = inner(values(*task_), p_) / solver.svd().s[0];
    if (below > lower_) lower_ = below;
  }
  work_ += 2 * decomposition_flops(rows_, cols_, 0) + reading(*task_, static_cast<double>(d.size()));
  bound_at_ = steps_ + std::clamp<std::int64_t>(steps_ / 2, 1, 16);
}

void LeastNuclearNorm::archive(Archive& a) {
  a("baseline.steps", steps_), a("baseline.bound_at", bound_at_), a("baseline.work", work_);
  a("baseline.lower", lower_), a("baseline.upper", upper_), a("baseline.shrink", shrink_), a("baseline.norm", norm_);
  if (a.reading()) {
    p_.resize(started() ? std::ssize(task_->observed()) : 0);
    read_.resize(p_.size());
  }
  a("baseline.multipliers", std::span<double>(p_.data(), static_cast<std::size_t>(p_.size())));
  a("baseline.read", std::span<double>(read_.data(), static_cast<std::size_t>(read_.size())));
  a("baseline.matrix", x_);
  if (a.reading() && x_.size() != (steps_ > 0 ? static_cast<std::size_t>(rows_ * cols_) : 0)) {
    a.refuse("baseline.matrix", "is not of the size of W");
    x_.clear(), steps_ = 0;
  }
}

}  // namespace rankscope
