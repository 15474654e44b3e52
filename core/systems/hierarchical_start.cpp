#include "systems/hierarchical_start.h"

#include <algorithm>
#include <cmath>

#include "math/rng.h"

namespace rankscope {
namespace {

constexpr std::uint64_t kStart = 21;  // the stream of this draw

void scale_rows(MatrixMap m, double norm) {
  for (Eigen::Index i = 0; i < m.rows(); ++i)
    if (const double n = m.row(i).norm(); n > 0) m.row(i) *= norm / n;
}

void scale_columns(MatrixMap m, double norm) {
  for (Eigen::Index j = 0; j < m.cols(); ++j)
    if (const double n = m.col(j).norm(); n > 0) m.col(j) *= norm / n;
}

/// Rows of one norm and columns of the other, to rounding.
void scale_both(MatrixMap m, double rows, double columns) {
  constexpr int kMost = 1000;
  for (int k = 0; k < kMost; ++k) {
    scale_rows(m, rows);
    double worst = 0;
    for (Eigen::Index j = 0; j < m.cols(); ++j) worst = std::max(worst, std::abs(m.col(j).norm() / columns - 1));
    if (worst < 1e-14) return;
    scale_columns(m, columns);
  }
}

}  // namespace

std::vector<double> hierarchical_start(const HierarchicalMap& map, std::string_view init, double scale, std::uint64_t seed) {
  std::vector<double> out(map.size());
  Rng rng(seed, kStart);
  for (double& x : out) x = scale * rng.normal();
  if (init != "balanced") return out;
  const auto& nodes = map.tree().nodes;
  const std::span<double> weights(out);
  const auto norm_at = [&](int node) { return scale * std::sqrt(static_cast<double>(map.inner()) / static_cast<double>(map.width(node))); };
  for (std::size_t n = 0; n + 1 < nodes.size(); ++n) {
    const double up = norm_at(nodes[n].parent);
    if (nodes[n].children.empty()) scale_rows(map.matrix(weights, n), up);
    else scale_both(map.matrix(weights, n), up, norm_at(static_cast<int>(n)));
  }
  if (map.trained_root())
    for (double& o : map.block(weights, nodes.size() - 1)) o = o < 0 ? -scale : scale;
  return out;
}

}  // namespace rankscope
