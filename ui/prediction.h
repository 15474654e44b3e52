// The curve that a reader expects, drawn before the run shows it, and how far off it was.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace rankscope::ui {

class Prediction {
 public:
  /// Nothing drawn yet, of a run of so many steps.
  explicit Prediction(double end = 1);

  /// A line between two points, in steps and the view's unit; straight on a logarithmic axis when `log`. What was drawn between them before is overwritten.
  void draw(double from_step, double from, double to_step, double to, bool log);
  bool empty() const;
  double end() const { return steps_.back(); }
  const std::vector<double>& steps() const { return steps_; }
  const std::vector<double>& values() const { return values_; }  ///< NaN where nothing is drawn
  double at(double step) const;                                  ///< NaN where nothing is drawn

 private:
  std::vector<double> steps_, values_;
};

/// How far a drawn curve and the run's are apart, over the recorded steps that both have.
struct Miss {
  std::size_t points = 0;
  double distance = 0;  ///< the mean of |drawn - run|, in the view's unit
  double factor = 1;    ///< drawn over run or the other way round, whichever is more: the geometric mean; 1 when neither is ever positive
  double above = 0;     ///< share of the points at which the drawn curve lies above the run's

  void see(const Prediction& drawn, const std::vector<double>& steps, const std::vector<double>& run, double upto);
};

/// "Your curve was 0.12 off on average, a factor of 1.8; mostly too high." Empty without points. The factor is told on a logarithmic axis only.
std::string told(const Miss& miss, std::string_view unit, bool log);

}  // namespace rankscope::ui
