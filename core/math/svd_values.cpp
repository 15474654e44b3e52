#include "math/svd_values.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "math/columns.h"
#include "math/orthogonal.h"
#include "math/product.h"

namespace rankscope {
namespace {

constexpr Eigen::Index kShare = 4;  // with more than this part of the vectors asked, the rotations are faster
constexpr double kNegligible = 1e-16 * 1e-16;  // of the largest, squared
constexpr double kRelative = 1e-15 * 1e-15;    // of the value itself, squared

/// T - shift of a symmetric tridiagonal T without diagonal, by elimination with row exchanges (as LAPACK's dgttrf).
class ShiftedTridiagonal {
 public:
  /// `least`: what stands for a pivot that vanishes.
  void factorize(const Vector& off, double shift, double least) {
    const Eigen::Index n = off.size() + 1;
    pivot_.setConstant(n, -shift);
    above_ = off;
    below_ = off;
    far_.setZero(std::max<Eigen::Index>(n - 2, 0));
    exchanged_.assign(static_cast<std::size_t>(n), 0);
    for (Eigen::Index i = 0; i + 1 < n; ++i) {
      if (std::abs(pivot_[i]) >= std::abs(below_[i])) {
        if (std::abs(pivot_[i]) < least) pivot_[i] = least;
        below_[i] /= pivot_[i];
        pivot_[i + 1] -= below_[i] * above_[i];
      } else {
        const double f = pivot_[i] / below_[i];
        pivot_[i] = below_[i];
        below_[i] = f;
        const double above = above_[i];
        above_[i] = pivot_[i + 1];
        pivot_[i + 1] = above - f * above_[i];
        if (i + 2 < n) {
          far_[i] = above_[i + 1];
          above_[i + 1] *= -f;
        }
        exchanged_[static_cast<std::size_t>(i)] = 1;
      }
    }
    if (std::abs(pivot_[n - 1]) < least) pivot_[n - 1] = least;
  }

  void solve(double* x) const {
    const Eigen::Index n = pivot_.size();
    for (Eigen::Index i = 0; i + 1 < n; ++i) {
      if (exchanged_[static_cast<std::size_t>(i)]) std::swap(x[i], x[i + 1]);
      x[i + 1] -= below_[i] * x[i];
    }
    for (Eigen::Index i = n - 1; i >= 0; --i) {
      if (i + 1 < n) x[i] -= above_[i] * x[i + 1];
      if (i + 2 < n) x[i] -= far_[i] * x[i + 2];
      x[i] /= pivot_[i];
    }
  }

 private:
  Vector pivot_, above_, below_, far_;
  std::vector<char> exchanged_;
};

}  // namespace

bool Dqds::compute(std::vector<double> q, std::vector<double> e) {
  q_ = std::move(q);
  e_ = std::move(e);
  next_q_.resize(q_.size());
  next_e_.resize(e_.size());
  values_.clear();
  parts_.clear();
  double largest = 0;
  for (double x : q_) largest = std::max(largest, x);
  for (double x : e_) largest = std::max(largest, x);
  negligible_ = kNegligible * largest;
  if (!q_.empty()) parts_.push_back({0, q_.size() - 1, 0, 0});
  while (!parts_.empty()) {
    const Part part = parts_.back();
    parts_.pop_back();
    if (!reduce(part)) return false;
  }
  return true;
}

/// All values of one part of the array; where it falls apart, the upper piece is left in parts_.
bool Dqds::reduce(Part p) {
  const std::size_t most = 40 * (p.last - p.first + 1);  // three or four transforms a value are usual
  Minima m{};
  bool known = false;  // m is that of the array as it stands
  for (std::size_t count = 0; count < most; ++count) {
    if (p.first == p.last) {
      values_.push_back(p.shift + q_[p.first]);
      return true;
    }
    const double e = e_[p.last - 1], q = q_[p.last];
    if (e <= negligible_ || e <= kRelative * (p.shift + q)) {
      values_.push_back(p.shift + q);
      --p.last;
      m.all = m.but_last, m.but_last = m.but_two, m.last = m.second_last;
      m.second_last = m.but_two;
      continue;
    }
    if (!known || m.least_e <= negligible_) {
      for (std::size_t i = p.last - 1; i-- > p.first;)
        if (e_[i] <= negligible_) {
          parts_.push_back({p.first, i, p.shift, p.lost});
          p.first = i + 1;
          known = false;
          break;
        }
      if (!known && 1.5 * q_[p.first] < q_[p.last]) {  // it converges at the small end
        std::reverse(q_.begin() + static_cast<std::ptrdiff_t>(p.first), q_.begin() + static_cast<std::ptrdiff_t>(p.last) + 1);
        std::reverse(e_.begin() + static_cast<std::ptrdiff_t>(p.first), e_.begin() + static_cast<std::ptrdiff_t>(p.last));
      }
      if (p.first == p.last) continue;
    }
    double shift = known ? choose_shift(m, p.first, p.last) : 0;
    Minima made = transform(p.first, p.last, shift);
    for (int attempt = 0; !(made.all >= 0); ++attempt) {  // the shift was above the least eigenvalue: less of it
      const bool late = made.but_last > 0 && made.all < 0;
      shift = attempt > 1 ? 0 : late && shift + made.all > 0 ? (shift + made.all) * (1 - 1e-15) : shift / 4;
      made = transform(p.first, p.last, shift);
      if (shift == 0) break;
    }
    if (!(made.all >= 0)) return false;
    m = made;
    known = true;
    const double sum = p.shift + (shift + p.lost);
    p.lost = (shift + p.lost) - (sum - p.shift);
    p.shift = sum;
    std::copy(next_q_.begin() + static_cast<std::ptrdiff_t>(p.first), next_q_.begin() + static_cast<std::ptrdiff_t>(p.last) + 1,
              q_.begin() + static_cast<std::ptrdiff_t>(p.first));
    std::copy(next_e_.begin() + static_cast<std::ptrdiff_t>(p.first), next_e_.begin() + static_cast<std::ptrdiff_t>(p.last),
              e_.begin() + static_cast<std::ptrdiff_t>(p.first));
  }
  return false;
}

/// One dqds transform of q_, e_ into next_q_, next_e_. All d >= 0: the shift was at most the least eigenvalue.
[[gnu::noinline]] Dqds::Minima Dqds::transform(std::size_t first, std::size_t last, double shift) {
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  const double *q = q_.data(), *e = e_.data();
  double *to_q = next_q_.data(), *to_e = next_e_.data();
  double d = q[first] - shift, least = d, before = kInfinite, before_two = kInfinite, previous = kInfinite, least_e = kInfinite;
  for (std::size_t i = first; i < last; ++i) {
    const double sum = d + e[i];
    const double t = q[i + 1] / sum;
    to_q[i] = sum;
    to_e[i] = e[i] * t;
    least_e = std::min(least_e, to_e[i]);
    previous = d;
    d = d * t - shift;
    before_two = before;
    before = least;
    least = d < least ? d : least;
    if (!(d == d)) return {d, before, before_two, d, previous, 0};
  }
  to_q[last] = d;
  return {least, before, before_two, d, previous, least_e};
}

/// A lower bound, mostly, of the least eigenvalue of the array (q_, e_): that of the last two by two with what is above it as
/// a perturbation (cases 2 to 4 of Parlett and Marques 2000), or a part of the least d.
double Dqds::choose_shift(const Minima& m, std::size_t first, std::size_t last) const {
  if (last - first < 2 || m.all != m.last) return m.all / 4;
  const double b1 = std::sqrt(q_[last] * e_[last - 1]), b2 = std::sqrt(q_[last - 1] * e_[last - 2]);
  const double a2 = q_[last - 1] + e_[last - 1];
  if (m.but_last == m.second_last) {
    const double gap2 = m.but_two * 0.75 - a2;
    const double gap1 = gap2 > 0 && gap2 > b2 ? a2 - m.last - (b2 / gap2) * b2 : a2 - m.last - (b1 + b2);
    if (gap1 > 0 && gap1 > b1) return std::max(m.last - (b1 / gap1) * b1, 0.5 * m.all);
    double s = m.last > b1 ? m.last - b1 : 0;
    if (a2 > b1 + b2) s = std::min(s, a2 - (b1 + b2));
    return std::max(s, m.all / 3);
  }
  if (e_[last - 1] > q_[last - 1]) return m.all / 4;
  double b = e_[last - 1] / q_[last - 1], sum = b;
  for (std::size_t i = last - 1; i-- > first;) {
    if (e_[i] > q_[i]) return m.all / 4;
    const double previous = b;
    b *= e_[i] / q_[i];
    sum += b;
    if (100 * std::max(b, previous) < sum || sum > 0.563) break;
  }
  sum *= 1.05;
  return sum < 0.563 ? m.last * (1 - std::sqrt(sum)) / (1 + sum) : m.all / 4;
}

double decomposition_flops(Eigen::Index rows, Eigen::Index cols, Eigen::Index k) {
#if defined(__AVX__)
  constexpr double kSlower = 3;  // products gain more by wide vectors
#else
  constexpr double kSlower = 1;
#endif
  const auto n = static_cast<double>(std::min(rows, cols)), area = static_cast<double>(rows) * static_cast<double>(cols);
  const double vectors = kShare * k > std::min(rows, cols) ? kSlower * 100 * n + 4000 : kSlower * 60 * static_cast<double>(k);
  return area * (kSlower * (4 * n + 600) + vectors);
}

bool SpectrumSolver::compute(ConstMatrixRef a) {
  basis_left_.resize(0, 0);
  return decompose(a);
}

bool SpectrumSolver::compute(ConstMatrixRef left, ConstMatrixRef right) {
  const Eigen::Index rows = left.rows(), cols = right.cols(), k = left.cols();
  assert(right.rows() == k && rows >= k && cols >= k);
  basis_left_ = left;
  basis_right_ = right.transpose();
  Matrix r, core_left(k, k), core_right(k, k), core(k, k);
  Eigen::VectorXi pivot;
  pivoted_qr(basis_left_, r, pivot);
  for (Eigen::Index j = 0; j < k; ++j) core_left.col(pivot[j]) = r.col(j);
  pivoted_qr(basis_right_, r, pivot);
  for (Eigen::Index j = 0; j < k; ++j) core_right.col(pivot[j]) = r.col(j);
  multiply(core, core_left, core_right, Op::None, Op::Transpose);
  const bool ok = decompose(core);
  const Vector s = svd_.s;
  svd_.s.setZero(std::min(rows, cols));
  svd_.s.head(k) = s;
  svd_.u.resize(rows, 0);
  svd_.v.resize(cols, 0);
  return ok;
}

bool SpectrumSolver::decompose(ConstMatrixRef a) {
  turned_ = a.rows() < a.cols();
  if (turned_)
    scaled_ = a.transpose();
  else
    scaled_ = a;
  svd_.u.resize(a.rows(), 0);
  svd_.v.resize(a.cols(), 0);
  if (!scale_by_power_of_two(scaled_, exponent_)) {
    svd_.s.setConstant(scaled_.cols(), std::numeric_limits<double>::quiet_NaN());
    scaled_.setZero();
    bidiagonal_.reduce(scaled_);
    return false;
  }
  bidiagonal_.reduce(scaled_);
  if (!values()) {
    [[maybe_unused]] const bool ok = solver_.compute(scaled_);
    assert(ok);
    svd_.s = solver_.svd().s;
  }
  for (double& s : svd_.s) s = std::ldexp(s, exponent_);
  return true;
}

void SpectrumSolver::vectors(Eigen::Index k) {
  k = std::min(k, svd_.s.size());
  if (k <= svd_.u.cols()) return;
  const Eigen::Index all = k;
  k = std::min(k, scaled_.cols());
  if (!leading(k)) {  // all are asked, or the fast way does not get there
    [[maybe_unused]] const bool ok = solver_.compute(scaled_);
    assert(ok);
    svd_.u = solver_.svd().u.leftCols(k);
    svd_.v = solver_.svd().v.leftCols(k);
  }
  if (turned_) svd_.u.swap(svd_.v);
  if (basis_left_.size() > 0) {
    Matrix u = Matrix::Zero(basis_left_.rows(), all), v = Matrix::Zero(basis_right_.rows(), all);
    multiply(u.leftCols(k), basis_left_, svd_.u);
    multiply(v.leftCols(k), basis_right_, svd_.v);
    svd_.u = std::move(u);
    svd_.v = std::move(v);
  }
  fix_signs(svd_);
}

bool SpectrumSolver::values() {
  const Vector &d = bidiagonal_.diagonal(), &e = bidiagonal_.superdiagonal();
  std::vector<double> q(static_cast<std::size_t>(d.size())), f(static_cast<std::size_t>(e.size()));
  for (Eigen::Index i = 0; i < d.size(); ++i) q[static_cast<std::size_t>(i)] = d[i] * d[i];
  for (Eigen::Index i = 0; i < e.size(); ++i) f[static_cast<std::size_t>(i)] = e[i] * e[i];
  if (!dqds_.compute(std::move(q), std::move(f))) return false;
  svd_.s.resize(d.size());
  for (Eigen::Index i = 0; i < d.size(); ++i) svd_.s[i] = std::sqrt(dqds_.values()[static_cast<std::size_t>(i)]);
  std::sort(svd_.s.begin(), svd_.s.end(), [](double x, double y) { return x > y; });
  return true;
}

/// The vectors of the k largest values of the bidiagonal matrix B. Inverse iteration on the symmetric matrix of B's entries
/// d_1, e_1, d_2, ... beside a zero diagonal, whose eigenvectors are (v_1, u_1, v_2, u_2, ...), finds their span; a small
/// decomposition of B in it finds them. Checked in the end: false where values too alike or too small have misled it.
bool SpectrumSolver::leading(Eigen::Index k) {
  const Vector &d = bidiagonal_.diagonal(), &e = bidiagonal_.superdiagonal();
  const Eigen::Index n = d.size();
  if (kShare * k > n || !(svd_.s[0] > 0)) return false;
  Vector s(k);
  for (Eigen::Index j = 0; j < k; ++j) s[j] = std::ldexp(svd_.s[j], -exponent_);
  Matrix z(2 * n, k), v(n, k), b(n, k);
  Vector off(2 * n - 1);
  for (Eigen::Index i = 0; i < n; ++i) {
    off[2 * i] = d[i];
    if (i + 1 < n) off[2 * i + 1] = e[i];
  }
  ShiftedTridiagonal shifted;
  for (Eigen::Index j = 0; j < k; ++j) {
    shifted.factorize(off, s[j], 1e-16 * s[0]);
    std::uint32_t state = 1;  // any start that is orthogonal to none of the vectors
    for (Eigen::Index i = 0; i < 2 * n; ++i) {
      state = state * 1664525u + 1013904223u;
      z(i, j) = state / 4294967296.0 - 0.5;
    }
    for (int round = 0; round < 3; ++round) {
      shifted.solve(&z(0, j));
      for (Eigen::Index i = 0; i < j; ++i) subtract_multiple(&z(0, j), &z(0, i), dot(&z(0, i), &z(0, j), 2 * n), 2 * n);
      const double length = std::sqrt(dot(&z(0, j), &z(0, j), 2 * n));
      if (!(length > 0) || !(length <= std::numeric_limits<double>::max())) return false;
      z.col(j) /= length;
    }
    for (Eigen::Index i = 0; i < n; ++i) v(i, j) = z(2 * i, j);
  }
  if (!orthonormal_columns(v)) return false;
  for (Eigen::Index j = 0; j < k; ++j)
    for (Eigen::Index i = 0; i < n; ++i) b(i, j) = d[i] * v(i, j) + (i + 1 < n ? e[i] * v(i + 1, j) : 0.0);
  if (!solver_.compute(b)) return false;
  const Svd& small = solver_.svd();
  Matrix right(n, k);
  multiply(right, v, small.v);
  constexpr double kWrong = 1e-13;  // of the largest
  for (Eigen::Index j = 0; j < k; ++j) {
    if (!(std::abs(small.s[j] - s[j]) <= kWrong * s[0])) return false;
    for (Eigen::Index i = 0; i < n; ++i) {  // B^T u = s v
      const double x = d[i] * small.u(i, j) + (i > 0 ? e[i - 1] * small.u(i - 1, j) : 0.0);
      if (!(std::abs(x - small.s[j] * right(i, j)) <= kWrong * s[0])) return false;
    }
  }
  svd_.u = bidiagonal_.left(small.u);
  svd_.v = bidiagonal_.right(right);
  return true;
}

}  // namespace rankscope
