#include "systems/tucker_map.h"

#include <numeric>

#include "math/product.h"

namespace rankscope {
namespace {

Layout layout_of(const Shape& shape) {
  Layout out{shape, Modes(shape.size()), 1};
  std::iota(out.order.begin(), out.order.end(), 0);
  return out;
}

std::vector<Block> blocks_of(const Shape& shape, const Shape& core, int depth, const Shape& between) {
  std::vector<Block> out{{"core", core}};
  auto next = between.begin();
  for (std::size_t n = 0; n < shape.size(); ++n) {
    std::int64_t rows = shape[n];
    for (int p = 1; p <= depth; ++p) {
      const std::int64_t cols = p == depth || between.empty() ? core[n] : *next++;
      out.push_back({"A_" + std::to_string(n + 1) + "_" + std::to_string(p), {rows, cols}});
      rows = cols;
    }
  }
  return out;
}

}  // namespace

TuckerMap::TuckerMap(const Shape& shape, const Shape& core, int depth, const Shape& between)
    : TensorMap(layout_of(shape), blocks_of(shape, core, depth, between)), rest_(shape.size()), stages_(shape.size()), slopes_(shape.size()) {
  const auto count = static_cast<std::size_t>(depth);
  std::int64_t size = entries(core);
  for (std::size_t n = 0; n < shape.size(); ++n) chains_.emplace_back(blocks(), 1 + n * count, count);
  for (std::size_t n = shape.size(); n-- > 1;) {
    rest_[n] = size / core[n];
    size = rest_[n] * shape[n];
  }
}

ConstMatrixMap TuckerMap::before(std::span<const double> weights, std::size_t mode) const {
  const std::int64_t c = core()[mode];
  if (mode + 1 == core().size()) return ConstMatrixMap(block(weights, 0).data(), c, entries(core()) / c);
  return ConstMatrixMap(stages_[mode + 1].data(), c, stages_[mode + 1].size() / c);
}

void TuckerMap::evaluate(std::span<const double> weights) {
  for (FactorChain& chain : chains_) chain.evaluate(*this, weights);
  for (std::size_t n = core().size(); n-- > 1;) {
    stages_[n].resize(rest_[n], layout().shape[n]);
    multiply(stages_[n], before(weights, n), factor(weights, n), Op::Transpose);
  }
  new (&first_) ConstMatrixMap(factor(weights, 0));
}

Factors TuckerMap::halves() const { return {ConstMatrixMap(stages_[1].data(), core()[0], layout().rows()), first_}; }

void TuckerMap::backward(std::span<const double> weights, const FactorGradients& halves, std::span<double> gradient) {
  chains_[0].slope() = halves.right;
  const std::size_t order = core().size();
  for (std::size_t n = 1; n < order; ++n) {
    const ConstMatrixMap slope(n == 1 ? halves.left_t.data() : slopes_[n].data(), stages_[n].rows(), stages_[n].cols()), x = before(weights, n);
    multiply(chains_[n].slope(), x, slope);
    if (n + 1 < order) slopes_[n + 1].resize(rest_[n + 1], layout().shape[n + 1]);
    double* below = n + 1 == order ? block(gradient, 0).data() : slopes_[n + 1].data();
    multiply(MatrixMap(below, x.rows(), x.cols()), factor(weights, n), slope, Op::None, Op::Transpose);
  }
  for (FactorChain& chain : chains_) chain.backward(*this, weights, gradient);
}

double TuckerMap::evaluate_flops() const {
  double sum = 0;
  for (const FactorChain& chain : chains_) sum += chain.evaluate_flops();
  for (std::size_t n = 1; n < core().size(); ++n) sum += 2 * static_cast<double>(rest_[n] * layout().shape[n]) * static_cast<double>(core()[n]);
  return sum;
}

}  // namespace rankscope
