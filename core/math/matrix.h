// The two matrix types of the project. Column-major, as Eigen has it; files and Frames are row-major.
#pragma once
#include <Eigen/Core>

namespace rankscope {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;
using MatrixMap = Eigen::Map<Matrix>;             ///< a window onto the flat weights
using ConstMatrixMap = Eigen::Map<const Matrix>;
using MatrixRef = Eigen::Ref<Matrix>;
using ConstMatrixRef = Eigen::Ref<const Matrix>;

}  // namespace rankscope
