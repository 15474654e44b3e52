#include "ui/panels/chart.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/format.h"

namespace rankscope::ui {
namespace {

constexpr float kMargin = 4, kSpace = 6;  // above and below all of it; between plot, ticks and label

/// Powers of ten, about one in 50 px: each, or each third, sixth ...
std::vector<double> decades(double low, double high, float height) {
  const double a = std::log10(low), b = std::log10(high);
  const int most = std::max(2, static_cast<int>(height * 0.02f + 0.5f));
  int step = std::max(1, static_cast<int>(b - a) / most);
  if (step > 1) step = (step + 2) / 3 * 3;
  std::vector<double> at;
  for (int e = static_cast<int>(std::floor(a / step + 1e-9)) * step; e <= b + 1e-9; e += step)
    if (e >= a - 1e-9) at.push_back(std::pow(10.0, e));
  return at;
}

constexpr float kFaint = 0.3f;       // of a colour's strength: what is recorded after the moment shown
constexpr float kFaded = 0.16f;      // of the runs beside the one whose name is pointed at

ImU32 scaled(ImU32 color, float by) { return with_alpha(color, by * static_cast<float>(color >> IM_COL32_A_SHIFT & 255) / 255); }
ImU32 fainter(ImU32 color) { return scaled(color, kFaint); }

}  // namespace

std::vector<double> round_ticks(double low, double high, double most) {
  const double rough = (high - low) / std::max(most, 2.0), power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = power * 10;
  for (const double nice : {5.0, 3.0, 2.0, 1.0})
    if (nice * power >= rough * 0.999) step = nice * power;
  std::vector<double> at;
  for (double x = std::ceil(low / step - 1e-9) * step; x <= high + step * 1e-9 && at.size() < 32; x += step)
    at.push_back(std::abs(x) < step * 1e-9 ? 0 : x);
  return at;
}

/// Dashes of 5 px with gaps of 4, measured along the whole line.
void dash(ImDrawList* list, const std::vector<ImVec2>& points, ImU32 color, float thickness) {
  constexpr float kOn = 5, kPeriod = 9;
  float along = 0;
  std::vector<ImVec2> piece;
  const auto flush = [&] {
    if (piece.size() > 1) list->AddPolyline(piece.data(), static_cast<int>(piece.size()), color, thickness);
    piece.clear();
  };
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const ImVec2 a = points[i], b = points[i + 1];
    const float length = std::hypot(b.x - a.x, b.y - a.y);
    for (float done = 0; done < length;) {
      const float phase = std::fmod(along, kPeriod);
      const bool on = phase < kOn;
      const float take = std::max(std::min((on ? kOn : kPeriod) - phase, length - done), 1e-3f);
      const auto at = [&](float s) { return ImVec2{a.x + (b.x - a.x) * s / length, a.y + (b.y - a.y) * s / length}; };
      if (on) {
        if (piece.empty()) piece.push_back(at(done));
        piece.push_back(at(done + take));
      } else {
        flush();
      }
      done += take, along += take;
    }
  }
  flush();
}

void fit(ChartAxes& axes, double low, double high) {
  if (!(low <= high)) low = axes.log ? 0.1 : 0, high = 1;
  if (axes.log) {
    axes.y_low = std::pow(10.0, std::floor(std::log10(low) - 0.05));
    axes.y_high = std::pow(10.0, std::ceil(std::log10(high) - 0.02));
    if (axes.y_high / axes.y_low < 99) axes.y_low /= 10;
    return;
  }
  if (low > 0) low = 0;
  if (high < 0) high = 0;
  const double room = std::max((high - low) * 0.06, 1e-12);
  axes.y_high = high + room, axes.y_low = low < 0 ? low - room : 0;
}

bool log_axis(Context& c, const ViewInfo& info, ImVec2 right_top) {
  const auto it = c.model.look.log.find(info.key);
  const bool log = it == c.model.look.log.end() ? info.axis == Scale::Log : it->second;
  if (c.w.word("log", right_top, "log", log)) c.model.note((log ? "Linear axis of " : "Logarithmic axis of ") + info.label), c.model.look.log[info.key] = !log;
  c.w.tip(log ? "Logarithmic axis; press for a linear one" : "Linear axis; press for a logarithmic one");
  return log;
}

const std::vector<double>& abscissa(const Context& c, const History& history) {
  return c.model.look.by_time ? history.times() : history.steps();
}

double abscissa_now(const Context& c, const Slot& slot) {
  return c.model.look.by_time ? slot.now.time : static_cast<double>(slot.now.step);
}

double abscissa_at(const Context& c, const Slot& slot, std::int64_t step) {
  const auto &steps = slot.history.steps(), &times = slot.history.times();
  if (!c.model.look.by_time || steps.empty()) return static_cast<double>(step);
  const auto it = std::lower_bound(steps.begin(), steps.end() - 1, static_cast<double>(step));
  return times[static_cast<std::size_t>(it - steps.begin())];
}

void reach(ChartAxes& axes, const Context& c, const Slot& slot) {
  const auto &steps = slot.history.steps(), &times = slot.history.times();
  const double end = static_cast<double>(std::max<std::int64_t>(slot.document.steps, 1));
  if (!c.model.look.by_time) {
    axes.x_high = std::max({axes.x_high, end, steps.empty() ? 1 : steps.back()});
  } else if (!steps.empty() && steps.back() > 0) {
    const double first = times.front(), last = first + (times.back() - first) * end / steps.back();  // as if the pace so far lasted
    axes.x_low = std::min({axes.x_low, first, last}), axes.x_high = std::max({axes.x_high, first, last});
  }
}

ChartAxes axes_over(const Context& c, const Slot& slot, bool log) {
  ChartAxes axes{-HUGE_VAL, 0, 1, log, abscissa_label(c), HUGE_VAL};
  reach(axes, c, slot);
  if (!c.model.look.by_time) axes.x_low = 0;
  if (!(axes.x_low < axes.x_high)) axes.x_low = std::isfinite(axes.x_low) ? axes.x_low : 0, axes.x_high = axes.x_low + 1;  // nothing has moved yet
  return axes;
}

std::string abscissa_label(const Context& c) {
  const std::string& time = c.model.main().show.time_axis;
  return !c.model.look.by_time ? "step" : time.empty() ? "time" : time;
}

Chart::Chart(Context& c, const Rect& r, const ChartAxes& axes) : c_(c), axes_(axes) {
  ImGui::SetCursorScreenPos(min_of(r));
  ImGui::Dummy({r.width, r.height});
  id_ = ImGui::GetID(static_cast<int>(r.x) * 8192 + static_cast<int>(r.y + c.input.scroll));
  push_font(c.theme().regular, kSmall);
  const float line = ImGui::GetTextLineHeight();
  high_ = {r.x + r.width, r.y + r.height - kMargin - (axes.x_label.empty() ? 1.f : 2.f) * (line + kSpace)};
  low_ = {r.x, r.y + kMargin};
  if (!ImGui::IsRectVisible(min_of(r), max_of(r)) || high_.y - low_.y < line) return;
  const auto ys = axes.log ? decades(axes.y_low, axes.y_high, high_.y - low_.y) : round_ticks(axes.y_low, axes.y_high, r.height / 46);
  float room = 0;
  for (const double y : ys) room = std::max(room, ImGui::CalcTextSize(tick(y).c_str()).x);
  low_.x += room + kSpace;
  begun_ = high_.x - low_.x > line;
  if (!begun_) return;

  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImU32 ink = c.theme().muted;
  const auto write = [&](float x, float y, float align, const std::string& text) {
    list->AddText({x - align * ImGui::CalcTextSize(text.c_str()).x, y}, ink, text.c_str());
  };
  for (const double y : ys) {
    const float at = std::floor(place(0, y).y + 0.5f);
    write(low_.x - kSpace, at - line / 2, 1, tick(y));
    if (axes.log) list->AddLineH(low_.x, high_.x, at, c.theme().grid, 1);
  }
  for (const double x : round_ticks(axes.x_low, axes.x_high, r.width / 110))
    write(std::floor(place(x, axes.y_low).x + 0.5f), high_.y + kSpace, 0.5f, tick(x));
  write((low_.x + high_.x) / 2, high_.y + line + 2 * kSpace, 0.5f, axes.x_label);
  clip();
}

Chart::~Chart() {
  if (begun_) {
    readout();
    ImGui::PopClipRect();
    ImDrawList* list = ImGui::GetWindowDrawList();  // the axes lie over the curves
    list->AddLineH(low_.x, high_.x, high_.y, c_.theme().grid, 1);
    list->AddLineV(low_.x, low_.y, high_.y, c_.theme().grid, 1);
  }
  ImGui::PopFont();
}

void Chart::clip() const { ImGui::PushClipRect({low_.x - 2, low_.y - 2}, {high_.x + 2, high_.y + 2}, true); }

ImVec2 Chart::place(double x, double y) const {
  const auto scaled = [&](double v) { return axes_.log ? std::log10(std::max(v, 1e-300)) : v; };
  const double bottom = scaled(axes_.y_low), share = (scaled(y) - bottom) / (scaled(axes_.y_high) - bottom);
  return {low_.x + (high_.x - low_.x) * static_cast<float>((x - axes_.x_low) / (axes_.x_high - axes_.x_low)), high_.y - (high_.y - low_.y) * static_cast<float>(share)};
}

double Chart::value_at(float y) const {
  const double share = static_cast<double>((high_.y - y) / (high_.y - low_.y));
  return axes_.log ? axes_.y_low * std::pow(axes_.y_high / axes_.y_low, share) : axes_.y_low + (axes_.y_high - axes_.y_low) * share;
}

void Chart::curve(const std::vector<double>& x, const std::vector<double>& y, ImU32 color, float thickness, bool dashed,
                  std::string name) {
  if (!begun_) return;
  ImDrawList* list = ImGui::GetWindowDrawList();
  std::vector<ImVec2> run;
  ImU32 ink = color;
  const auto flush = [&] {
    if (run.size() > 1) {
      if (dashed)
        dash(list, run, ink, thickness);
      else
        list->AddPolyline(run.data(), static_cast<int>(run.size()), ink, thickness);
    } else if (!run.empty() && !dashed) {
      list->AddCircleFilled(run[0], thickness + 1, ink);  // the only point so far, or one between gaps
    }
    run.clear();
  };
  const std::size_t count = std::min(x.size(), y.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (!std::isfinite(y[i]) || (axes_.log && y[i] <= 0)) {
      flush();
      continue;
    }
    ImVec2 p = place(x[i], y[i]);
    p.y = std::clamp(p.y, low_.y - 4000, high_.y + 4000);
    if (i == known) {  // from the last point before the moment on
      const ImVec2 last = run.empty() ? p : run.back();
      flush();
      ink = fainter(color), run.push_back(last);
    } else if (i > known) {
      ink = fainter(color);
    }
    if (!run.empty() && i + 1 < count && std::abs(p.x - run.back().x) < 0.7f && std::abs(p.y - run.back().y) < 0.7f)
      continue;
    run.push_back(p);
  }
  flush();
  if (!name.empty()) named_.push_back({&x, &y, color, std::move(name)});
}

void Chart::level(double y, ImU32 color) {
  if (!begun_ || !std::isfinite(y) || (axes_.log && y <= 0)) return;
  const float at = place(axes_.x_low, y).y;
  dash(ImGui::GetWindowDrawList(), {{low_.x, at}, {high_.x, at}}, color, 1.25f);
}

void Chart::shade(const std::vector<double>& x, const std::vector<double>& y, bool below, ImU32 color) {
  fill(x, y, nullptr, below ? high_.y : low_.y, color);
}

void Chart::between(const std::vector<double>& x, const std::vector<double>& lower, const std::vector<double>& upper, ImU32 color) {
  fill(x, lower, &upper, 0, color);
}

void Chart::fill(const std::vector<double>& x, const std::vector<double>& y, const std::vector<double>* other, float edge, ImU32 color) {
  if (!begun_) return;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 uv = ImGui::GetFontTexUvWhitePixel();
  const auto at = [&](const std::vector<double>& values, std::size_t i) {
    const ImVec2 p = place(x[i], axes_.log ? std::max(values[i], axes_.y_low) : values[i]);
    return ImVec2{p.x, std::clamp(p.y, low_.y, high_.y)};
  };
  const auto there = [&](std::size_t i) { return std::isfinite(y[i]) && (!other || std::isfinite((*other)[i])); };
  const std::size_t count = std::min({x.size(), y.size(), other ? other->size() : y.size()});
  for (std::size_t i = 0; i + 1 < count; ++i) {
    if (!there(i) || !there(i + 1)) continue;
    const ImVec2 a = at(y, i), b = at(y, i + 1);
    const ImVec2 c = other ? at(*other, i + 1) : ImVec2{b.x, edge}, d = other ? at(*other, i) : ImVec2{a.x, edge};
    list->PrimReserve(6, 4);  // not AddQuadFilled: its soft edges would show between two of them
    list->PrimQuadUV(a, b, c, d, uv, uv, uv, uv, color);
  }
}

void Chart::band(double low, double high, ImU32 color) {
  if (!begun_ || !(low <= high) || (axes_.log && low <= 0)) return;
  const float top = place(axes_.x_low, high).y, bottom = place(axes_.x_low, low).y;
  const bool thin = bottom - top < 3;  // a line, or a veil between two of them
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled({low_.x, top}, {high_.x, std::max(bottom, top + 1.5f)}, thin ? color : with_alpha(color, 0.15f));
  if (thin) return;
  for (const float y : {top, bottom}) list->AddLineH(low_.x, high_.x, y, with_alpha(color, 0.6f), 1);
}

void Chart::now(double x) {
  if (!begun_ || x <= axes_.x_low || x >= axes_.x_high) return;
  const float at = std::round(place(x, axes_.y_low).x) + 0.5f;
  ImGui::GetWindowDrawList()->AddLine({at, low_.y}, {at, high_.y}, with_alpha(c_.theme().muted, 0.6f), 1);
}

void Chart::event(double x, ImU32 color) {
  if (!begun_ || !(x >= axes_.x_low && x <= axes_.x_high)) return;
  const float at = std::round(place(x, axes_.y_low).x) + 0.5f;
  ImGui::GetWindowDrawList()->AddLine({at, low_.y}, {at, high_.y}, with_alpha(color, 0.6f), 1);
}

void Chart::mark(double x, ImU32 color, const std::string& tip) {
  if (!begun_ || !(x >= axes_.x_low && x <= axes_.x_high)) return;
  const float at = place(x, axes_.y_low).x;
  ImGui::PopClipRect();
  c_.w.triangle_up({at, high_.y + 1}, 9, color);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (std::abs(mouse.x - at) < 6 && mouse.y > high_.y - 4 && mouse.y < high_.y + 14 && ImGui::IsWindowHovered())
    c_.w.text({std::min(at + 8, high_.x - 130), high_.y - 20}, tip, c_.w.small());
  clip();
}

float run_alpha(const Context& c, const Slot& slot) {
  const Pointed& p = c.state.pointed;
  const int lane = p.lane_frame >= ImGui::GetFrameCount() - 1 ? p.lane : p.kept_lane;
  return lane < 0 || lane == slot.lane ? 1 : kFaded;
}

ImU32 run_color(const Context& c, const Slot& slot) { return scaled(c.theme().slot(slot.color), run_alpha(c, slot)); }

std::size_t known_points(const Slot& slot, const History& past) {
  const auto& steps = past.steps();
  const auto moment = static_cast<double>(std::max(slot.now.step, slot.recorded.step));
  return static_cast<std::size_t>(std::upper_bound(steps.begin(), steps.end(), moment) - steps.begin());
}

}  // namespace rankscope::ui
