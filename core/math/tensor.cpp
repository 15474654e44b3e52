#include "math/tensor.h"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace rankscope {

std::int64_t entries(std::span<const std::int64_t> shape) {
  std::int64_t n = 1;
  for (std::int64_t d : shape) n *= d;
  return n;
}

Shape strides(std::span<const std::int64_t> shape) {
  Shape out(shape.size());
  std::int64_t stride = 1;
  for (std::size_t k = shape.size(); k-- > 0; stride *= shape[k]) out[k] = stride;
  return out;
}

void permute(std::span<const double> tensor, std::span<const std::int64_t> shape, std::span<const int> order, std::span<double> out) {
  assert(order.size() == shape.size() && tensor.size() == out.size());
  if (out.empty()) return;
  const Shape all = strides(shape);
  Shape d, step;
  for (int m : order) d.push_back(shape[static_cast<std::size_t>(m)]), step.push_back(all[static_cast<std::size_t>(m)]);
  Shape at(d.size(), 0);
  std::int64_t from = 0;
  for (double& x : out) {
    x = tensor[static_cast<std::size_t>(from)];
    for (std::size_t k = d.size(); k-- > 0;) {
      from += step[k];
      if (++at[k] < d[k]) break;
      from -= step[k] * d[k], at[k] = 0;
    }
  }
}

Matrix matricize(std::span<const double> tensor, std::span<const std::int64_t> shape, std::span<const int> rows) {
  Modes order;  // the storage of the matrix is row-major in (columns, rows)
  std::int64_t height = 1;
  for (int m = 0; m < static_cast<int>(shape.size()); ++m)
    if (std::find(rows.begin(), rows.end(), m) == rows.end()) order.push_back(m);
  for (int m : rows) order.push_back(m), height *= shape[static_cast<std::size_t>(m)];
  Matrix out(height, static_cast<Eigen::Index>(tensor.size()) / height);
  permute(tensor, shape, order, {out.data(), static_cast<std::size_t>(out.size())});
  return out;
}

std::int64_t Layout::cols() const {
  std::int64_t n = 1;
  for (int k = 0; k < split; ++k) n *= shape[static_cast<std::size_t>(order[static_cast<std::size_t>(k)])];
  return n;
}

std::int64_t Layout::rows() const { return entries(shape) / cols(); }

bool Layout::natural() const {
  for (std::size_t k = 0; k < order.size(); ++k)
    if (order[k] != static_cast<int>(k)) return false;
  return true;
}

std::int64_t Layout::place(std::int64_t natural) const {
  Shape index(shape.size());
  for (std::size_t k = shape.size(); k-- > 0; natural /= shape[k]) index[k] = natural % shape[k];
  std::int64_t out = 0;
  for (int m : order) out = out * shape[static_cast<std::size_t>(m)] + index[static_cast<std::size_t>(m)];
  return out;
}

void Layout::to_natural(std::span<const double> w, std::span<double> out) const {
  Shape ours;
  Modes back(order.size());
  for (std::size_t k = 0; k < order.size(); ++k) {
    ours.push_back(shape[static_cast<std::size_t>(order[k])]);
    back[static_cast<std::size_t>(order[k])] = static_cast<int>(k);
  }
  permute(w, ours, back, out);
}

void Layout::from_natural(std::span<const double> tensor, std::span<double> out) const { permute(tensor, shape, order, out); }

std::vector<Modes> usual_matricizations(int order) {
  std::vector<Modes> out;
  for (int m = 0; m < order && (order > 2 || m < 1); ++m) out.push_back({m});  // of a matrix the two are transposes
  if (order == 4) {
    for (int m = 1; m < order; ++m) out.push_back({0, m});
    return out;
  }
  for (int k = 2; 2 * k <= order; ++k) {
    out.emplace_back(static_cast<std::size_t>(k));
    std::iota(out.back().begin(), out.back().end(), 0);
  }
  if (order > 4) {
    out.emplace_back();
    for (int m = 0; m < order; m += 2) out.back().push_back(m);
  }
  return out;
}

namespace {
std::string joined(std::span<const int> modes, char between) {
  std::string out;
  for (int m : modes) out += (out.empty() ? "" : std::string(1, between)) + std::to_string(m + 1);
  return out;
}
}  // namespace

std::string name_of(std::span<const int> modes) { return "{" + joined(modes, ',') + "}"; }
std::string key_of(std::span<const int> modes) { return joined(modes, '_'); }

}  // namespace rankscope
