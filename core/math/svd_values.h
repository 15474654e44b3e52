// All singular values and the vectors of the largest: bidiagonalisation, then the dqds algorithm (Fernando and Parlett
// 1994) for the values and inverse iteration for the vectors. Of + - * / and sqrt in a fixed order, as SvdSolver.
#pragma once
#include <span>
#include <vector>

#include "math/svd.h"
#include "math/svd_bidiagonal.h"

namespace rankscope {

/// The eigenvalues, in any order, of L U for the qd array q (n), e (n - 1): the squares of the singular values of the
/// bidiagonal matrix with squared entries q and e. Values to about 1e-15 of the largest singular value, once rooted. Both arrays
/// are used up. False when it does not converge.
class Dqds {
 public:
  bool compute(std::vector<double> q, std::vector<double> e);
  const std::vector<double>& values() const { return values_; }

 private:
  struct Part {
    std::size_t first, last;  ///< of the array
    double shift, lost;       ///< so far, with what rounding lost of it
  };
  struct Minima {
    double all, but_last, but_two;       ///< of d
    double last, second_last, least_e;
  };
  bool reduce(Part part);
  Minima transform(std::size_t first, std::size_t last, double shift);
  double choose_shift(const Minima& m, std::size_t first, std::size_t last) const;

  std::vector<double> q_, e_, next_q_, next_e_, values_;
  std::vector<Part> parts_;
  double negligible_ = 0;  ///< what no singular value notices, squared
};

/// How many operations of a product (math/product.h) take as long as SpectrumSolver does for all values of a rows x cols matrix and the
/// vectors of k of them; measured for sides of 4 to 256, within a factor of two.
double decomposition_flops(Eigen::Index rows, Eigen::Index cols, Eigen::Index k);

class SpectrumSolver {
 public:
  /// svd(): all of s, no vectors. False when an entry is not finite: s is NaN.
  bool compute(ConstMatrixRef a);
  /// The same of left right, rows x r times r x cols with r <= rows and r <= cols, without forming it: by a QR decomposition of either
  /// factor. Values and vectors beyond r are 0.
  bool compute(ConstMatrixRef left, ConstMatrixRef right);
  /// The vectors of the k largest values of that matrix, if there are as many: u rows x k, v cols x k, with the signs and the
  /// precision of SvdSolver's. What is there already is kept.
  void vectors(Eigen::Index k);
  const Svd& svd() const { return svd_; }

 private:
  bool decompose(ConstMatrixRef a);
  bool values();
  bool leading(Eigen::Index k);

  Svd svd_;
  Matrix scaled_;  ///< the matrix, or its transpose, by 2^-exponent; tall
  bool turned_ = false;
  Matrix basis_left_, basis_right_;  ///< of a product's factors; 0 x 0: not a product
  int exponent_ = 0;
  Bidiagonal bidiagonal_;
  Dqds dqds_;
  SvdSolver solver_;
};

}  // namespace rankscope
