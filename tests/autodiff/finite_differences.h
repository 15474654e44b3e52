// A gradient and a gradient of a gradient against central differences.
#pragma once
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "autodiff/operations.h"
#include "math/rng.h"

namespace rankscope::test {

using Shape = std::pair<Eigen::Index, Eigen::Index>;
/// What is to be differentiated: any matrix made of the arguments.
using Function = std::function<Var(Tape&, std::span<const Var>)>;

inline Matrix normals(Eigen::Index rows, Eigen::Index cols, Rng& rng) {
  Matrix m(rows, cols);
  for (Eigen::Index k = 0; k < m.size(); ++k) m.data()[k] = rng.normal();
  return m;
}

/// Differences between the gradient g of f(x) = <r, function(x)> and central differences of f, and between the gradient of h(x) = sum_i <s_i, g_i(x)> and
/// central differences of h, each over the largest entry; r and s are drawn.
struct Errors {
  double first = 0, second = 0;
};

class Differences {
 public:
  Differences(Function function, std::vector<Matrix> x, std::uint64_t seed = 7) : function_(std::move(function)), x_(std::move(x)) {
    Rng rng(seed);
    tape_.clear();
    const Var y = function_(tape_, leaves());
    weight_ = normals(y.rows(), y.cols(), rng);
    for (const Matrix& m : x_) along_.push_back(normals(m.rows(), m.cols(), rng));
  }

  Errors errors() {
    std::vector<Matrix> of_value, of_gradient;
    tape_.clear();
    const auto arguments = leaves();
    for (Var g : gradients(value(arguments), arguments)) of_value.push_back(g.value());
    tape_.clear();
    const auto again = leaves();
    for (Var g : gradients(along_gradient(again), again)) of_gradient.push_back(g.value());
    const auto number = [&](bool second) {
      tape_.clear();
      const auto at = leaves();
      return second ? along_gradient(at).number() : value(at).number();
    };
    return {worst(of_value, [&] { return number(false); }), worst(of_gradient, [&] { return number(true); })};
  }

 private:
  std::vector<Var> leaves() {
    std::vector<Var> out;
    for (const Matrix& m : x_) out.push_back(tape_.leaf(ConstMatrixMap(m.data(), m.rows(), m.cols())));
    return out;
  }
  Var value(const std::vector<Var>& at) { return sum(function_(tape_, at) * tape_.leaf(ConstMatrixMap(weight_.data(), weight_.rows(), weight_.cols()))); }
  std::vector<Var> gradients(Var y, const std::vector<Var>& at) {
    std::vector<Var> out(at.size());
    tape_.gradient(y, at, out);
    return out;
  }
  Var along_gradient(const std::vector<Var>& at) {
    Var out = tape_.constant(1, 1, 0);
    const auto g = gradients(value(at), at);
    for (std::size_t i = 0; i < g.size(); ++i) out = out + sum(g[i] * tape_.leaf(ConstMatrixMap(along_[i].data(), along_[i].rows(), along_[i].cols())));
    return out;
  }
  /// Fourth order: (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h.
  double worst(const std::vector<Matrix>& found, const std::function<double()>& f) {
    double error = 0, largest = 1;
    for (std::size_t i = 0; i < x_.size(); ++i)
      for (Eigen::Index k = 0; k < x_[i].size(); ++k) {
        double& entry = x_[i].data()[k];
        const double kept = entry, h = 1e-3;
        const auto at = [&](double shift) {
          entry = kept + shift;
          return f();
        };
        const double near = at(h) - at(-h), far = at(2 * h) - at(-2 * h);
        entry = kept;
        const double difference = (8 * near - far) / (12 * h);
        largest = std::max(largest, std::abs(difference));
        const double off = std::abs(difference - found[i].data()[k]);
        if (!(off <= error)) error = off;  // a NaN too
      }
    return error / largest;
  }

  Function function_;
  std::vector<Matrix> x_, along_;
  Matrix weight_;
  Tape tape_;
};

/// Both errors below 1e-8 at arguments of these shapes, drawn and then passed through `place` (away from where a function is not smooth).
inline void check_derivatives(const std::string& name, const Function& function, const std::vector<Shape>& shapes, double (*place)(double) = nullptr) {
  CAPTURE(name);
  Rng rng(11);
  std::vector<Matrix> x;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    CAPTURE(shapes[i].first);
    CAPTURE(shapes[i].second);
    x.push_back(normals(shapes[i].first, shapes[i].second, rng));
    if (place)
      for (Eigen::Index k = 0; k < x[i].size(); ++k) x[i].data()[k] = place(x[i].data()[k]);
  }
  const Errors e = Differences(function, x).errors();
  CHECK(e.first < 1e-8);
  CHECK(e.second < 1e-8);
}

}  // namespace rankscope::test
