#include "tasks/units.h"

#include <cmath>
#include <vector>

namespace rankscope {

std::span<const Param> units_params() {
  static const std::vector<Param> params = {
      {"centering", "Centring", "Problem", "Subtracted before the fit and added back in what is shown and exported: the mean of the observed entries, of each row, or of each column.",
       "", std::string("none"), {}, When::Restart, {"none", "mean", "rows", "columns"}, {"task", {"completion"}}},
      {"scaling", "Scaling", "Problem", "Divided by before the fit, multiplied back after it: the standard deviation of the observed entries.", "",
       std::string("none"), {}, When::Restart, {"none", "deviation"}, {"task", {"completion"}}},
  };
  return params;
}

Units make_units(const Settings& settings, std::int64_t rows, std::int64_t cols, std::span<const std::int64_t> row,
                 std::span<const std::int64_t> col, std::span<const double> value) {
  Units units;
  const auto& centering = get<std::string>(settings, "centering");
  const std::size_t n = value.size();
  double mean = 0;
  for (double x : value) mean += x;
  if (n) mean /= static_cast<double>(n);
  if (centering != "none") units.offset = mean;
  if (centering == "rows" || centering == "columns") {
    const bool by_row = centering == "rows";
    Vector sum = Vector::Zero(by_row ? rows : cols), count = sum;
    for (std::size_t k = 0; k < n; ++k) {
      const std::int64_t at = by_row ? row[k] : col[k];
      sum[at] += value[k] - mean;
      count[at] += 1;
    }
    for (Eigen::Index i = 0; i < sum.size(); ++i)
      if (count[i] > 0) sum[i] /= count[i];  // a row without entries keeps the overall mean
    (by_row ? units.row : units.column) = sum;
  }
  if (get<std::string>(settings, "scaling") == "deviation" && n) {
    double squares = 0;
    for (std::size_t k = 0; k < n; ++k) {
      const double r = centering == "none" ? value[k] - mean : units.to_model(value[k], row[k], col[k]);
      squares += r * r;
    }
    const double deviation = std::sqrt(squares / static_cast<double>(n));
    if (deviation > 0) units.factor = deviation;
  }
  return units;
}

}  // namespace rankscope
