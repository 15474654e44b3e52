#include "systems/corner.h"

#include <cmath>
#include <limits>

namespace rankscope {

double Corner::limit() const { return size == 2 && e != 0 ? z * z2 / e : std::numeric_limits<double>::quiet_NaN(); }

std::optional<Corner> corner_of(const Inputs& inputs) {
  const auto target = inputs.find("target");
  const auto* m = target == inputs.end() ? nullptr : std::get_if<Dense>(target->second.get());
  if (!m || m->shape.size() != 2 || m->shape[0] != m->shape[1] || m->shape[0] < 2 || std::isfinite(m->data[0])) return {};
  for (std::size_t i = 1; i < m->data.size(); ++i)
    if (!std::isfinite(m->data[i])) return {};
  Corner out{m->shape[0]};
  if (out.size == 2) out.z = m->data[1], out.z2 = m->data[2], out.e = m->data[3];
  return out;
}

double corner_loss(ConstMatrixRef w) {
  const double a = w(0, 1) - 1, b = w(1, 0) - 1;
  return 0.5 * (a * a + b * b + w(1, 1) * w(1, 1));
}

}  // namespace rankscope
