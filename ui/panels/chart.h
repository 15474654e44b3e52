// Curves over steps or time on a pair of axes, with dashes, a line for now, and the values where the pointer is, in this chart or in another one.
#pragma once
#include <string>
#include <vector>

#include "ui/context.h"
#include "ui/curves.h"

namespace rankscope::ui {

struct ChartAxes {
  double x_high = 1, y_low = 0, y_high = 1;
  bool log = false;
  std::string x_label;
  double x_low = 0;
};

class Chart {
 public:
  /// Draws the axes; everything else between this and the end of its life.
  Chart(Context& c, const Rect& r, const ChartAxes& axes);
  ~Chart();
  Chart(const Chart&) = delete;
  Chart& operator=(const Chart&) = delete;

  bool seen() const { return begun_; }
  /// A curve that is named in the readout, unless the name is empty; several of one name and colour are read in one line. Values that are not finite are gaps.
  void curve(const std::vector<double>& x, const std::vector<double>& y, ImU32 color, float thickness, bool dashed,
             std::string name = {});
  void level(double y, ImU32 color);  ///< dashed, all across
  /// All that lies below, or above, a curve.
  void shade(const std::vector<double>& x, const std::vector<double>& y, bool below, ImU32 color);
  /// All that lies between two curves.
  void between(const std::vector<double>& x, const std::vector<double>& lower, const std::vector<double>& upper, ImU32 color);
  void band(double low, double high, ImU32 color);  ///< between two values, all across
  void now(double x);
  void event(double x, ImU32 color);  ///< a line from top to bottom
  void mark(double x, ImU32 color, const std::string& tip);  ///< a triangle under the axis

  Rect plot() const { return {low_.x, low_.y, high_.x - low_.x, high_.y - low_.y}; }  ///< between the axes, on screen; once seen()
  ImVec2 place(double x, double y) const;                                            ///< on screen
  double value_at(float y) const;                                                    ///< of a place on screen

  /// The unit that the readout writes behind its values.
  std::string unit;
  /// Points of the curves that follow: those after them are faint, for a run that was taken back before them.
  std::size_t known = kNowhere;

 private:
  struct Reading;
  std::vector<Reading> readings(double x) const;
  void readout();
  void values_beside(float x, const std::vector<Reading>& readings) const;
  void box(double x, ImVec2 mouse, const std::vector<Reading>& readings) const;
  void fill(const std::vector<double>& x, const std::vector<double>& y, const std::vector<double>* other, float edge, ImU32 color);
  void clip() const;

  struct Named {
    const std::vector<double>*x, *y;
    ImU32 color;
    std::string name;
  };

  Context& c_;
  ChartAxes axes_;
  bool begun_ = false;
  ImGuiID id_ = 0;
  ImVec2 low_{}, high_{};  ///< the plot's corners on screen
  std::vector<Named> named_;
};

/// Room around the values: from zero on a linear axis of one sign, whole decades on a logarithmic one.
void fit(ChartAxes& axes, double low, double high);
/// "log" at the top right of a card, which switches; returns whether the view's values stand on a logarithmic axis.
bool log_axis(Context& c, const ViewInfo& info, ImVec2 right_top);

/// Round numbers from `low` to `high`, about `most` of them at most.
std::vector<double> round_ticks(double low, double high, double most);
/// Dashes along a line, in px.
void dash(ImDrawList* list, const std::vector<ImVec2>& points, ImU32 color, float thickness);

/// A history's x values.
const std::vector<double>& abscissa(const Context& c, const History& history);
/// The axes over steps or time for this run: as far as its document goes, and if it only were by the pace so far.
ChartAxes axes_over(const Context& c, const Slot& slot, bool log);
void reach(ChartAxes& axes, const Context& c, const Slot& slot);  ///< for another run too
double abscissa_now(const Context& c, const Slot& slot);
double abscissa_at(const Context& c, const Slot& slot, std::int64_t step);  ///< of a recorded step
std::string abscissa_label(const Context& c);

/// Of a run's curves now: faded while another run's name is pointed at.
ImU32 run_color(const Context& c, const Slot& slot);
float run_alpha(const Context& c, const Slot& slot);
/// Points of this history up to the moment that the run shows, and what is recorded of the moments around it.
std::size_t known_points(const Slot& slot, const History& past);

}  // namespace rankscope::ui
