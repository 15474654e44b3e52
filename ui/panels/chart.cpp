#include "ui/panels/chart.h"

#include <implot.h>

#include <algorithm>
#include <cmath>

#include "ui/format.h"

namespace rankscope::ui {
namespace {

int write_tick(double value, char* buffer, int size, void*) {
  return std::snprintf(buffer, static_cast<std::size_t>(size), "%s", tick(value).c_str());
}

void set_ticks(ImAxis axis, double low, double high, double most) {
  const std::vector<double> at = round_ticks(low, high, most);
  ImPlot::SetupAxisTicks(axis, at.data(), static_cast<int>(at.size()));
}

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
  const auto it = c.state.log.find(info.key);
  const bool log = it == c.state.log.end() ? info.axis == Scale::Log : it->second;
  if (c.w.word("log", right_top, "log", log)) c.state.log[info.key] = !log;
  c.w.tip(log ? "Logarithmic axis; press for a linear one" : "Linear axis; press for a logarithmic one");
  return log;
}

const std::vector<double>& abscissa(const Context& c, const History& history) {
  return c.state.by_time ? history.times() : history.steps();
}

double abscissa_now(const Context& c, const Slot& slot) {
  return c.state.by_time ? slot.now.time : static_cast<double>(slot.now.step);
}

double abscissa_end(const Context& c, const Slot& slot) {
  const auto& steps = slot.history.steps();
  const double end = static_cast<double>(std::max<std::int64_t>(slot.document.steps, 1));
  if (!c.state.by_time) return std::max(end, steps.empty() ? 1 : steps.back());
  if (steps.empty() || steps.back() <= 0) return 1;
  return std::max(slot.history.times().back() * end / steps.back(), 1e-300);  // as if the pace so far lasted
}

std::string abscissa_label(const Context& c) {
  const std::string& time = c.model.main().show.time_axis;
  return !c.state.by_time ? "step" : time.empty() ? "time" : time;
}

Chart::Chart(Context& c, const char* id, const Rect& r, const ChartAxes& axes)
    : c_(c), log_(axes.log), x_high_(axes.x_high), x_label_(axes.x_label) {
  ImGui::SetCursorScreenPos(min_of(r));
  push_font(c.theme().regular, kSmall);
  begun_ =
      ImPlot::BeginPlot(id, {r.width, r.height}, ImPlotFlags_CanvasOnly | ImPlotFlags_NoFrame | ImPlotFlags_NoInputs);
  if (!begun_) {
    ImGui::PopFont();
    return;
  }
  constexpr ImPlotAxisFlags kQuiet =
      ImPlotAxisFlags_NoMenus | ImPlotAxisFlags_NoHighlight | ImPlotAxisFlags_NoSideSwitch | ImPlotAxisFlags_Lock;
  ImPlot::SetupAxes(axes.x_label.c_str(), nullptr, kQuiet | ImPlotAxisFlags_NoGridLines, kQuiet);
  ImPlot::SetupAxisFormat(ImAxis_X1, write_tick, nullptr);
  ImPlot::SetupAxisFormat(ImAxis_Y1, write_tick, nullptr);
  if (axes.log)
    ImPlot::SetupAxisScale(ImAxis_Y1, ImPlotScale_Log10);
  else
    set_ticks(ImAxis_Y1, axes.y_low, axes.y_high, r.height / 46);
  set_ticks(ImAxis_X1, 0, axes.x_high, r.width / 110);
  ImPlot::SetupAxesLimits(0, axes.x_high, axes.y_low, axes.y_high, ImPlotCond_Always);
  ImPlot::SetupFinish();
  low_ = ImPlot::GetPlotPos();
  high_ = {low_.x + ImPlot::GetPlotSize().x, low_.y + ImPlot::GetPlotSize().y};
  ImPlot::PushPlotClipRect(2);
}

Chart::~Chart() {
  if (!begun_) return;
  readout();
  ImPlot::PopPlotClipRect();
  ImPlot::EndPlot();
  ImGui::PopFont();
}

void Chart::curve(const std::vector<double>& x, const std::vector<double>& y, ImU32 color, float thickness, bool dashed,
                  std::string name) {
  if (!begun_) return;
  ImDrawList* list = ImPlot::GetPlotDrawList();
  std::vector<ImVec2> run;
  const auto flush = [&] {
    if (run.size() > 1) {
      if (dashed)
        dash(list, run, color, thickness);
      else
        list->AddPolyline(run.data(), static_cast<int>(run.size()), color, thickness);
    }
    run.clear();
  };
  const std::size_t count = std::min(x.size(), y.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (!std::isfinite(y[i]) || (log_ && y[i] <= 0)) {
      flush();
      continue;
    }
    ImVec2 p = ImPlot::PlotToPixels(x[i], y[i]);
    p.y = std::clamp(p.y, low_.y - 4000, high_.y + 4000);
    if (!run.empty() && i + 1 < count && std::abs(p.x - run.back().x) < 0.7f && std::abs(p.y - run.back().y) < 0.7f)
      continue;
    run.push_back(p);
  }
  flush();
  if (!name.empty()) named_.push_back({&x, &y, color, std::move(name)});
}

void Chart::level(double y, ImU32 color) {
  if (!begun_ || !std::isfinite(y) || (log_ && y <= 0)) return;
  const float at = ImPlot::PlotToPixels(0.0, y).y;
  dash(ImPlot::GetPlotDrawList(), {{low_.x, at}, {high_.x, at}}, color, 1.25f);
}

void Chart::shade(const std::vector<double>& x, const std::vector<double>& y, bool below, ImU32 color) {
  if (!begun_) return;
  ImDrawList* list = ImPlot::GetPlotDrawList();
  const ImVec2 uv = ImGui::GetFontTexUvWhitePixel();
  const float edge = below ? high_.y : low_.y;
  const auto at = [&](std::size_t i) {
    const ImVec2 p = ImPlot::PlotToPixels(x[i], log_ ? std::max(y[i], 1e-300) : y[i]);
    return ImVec2{p.x, std::clamp(p.y, low_.y, high_.y)};
  };
  for (std::size_t i = 0; i + 1 < std::min(x.size(), y.size()); ++i) {
    if (!std::isfinite(y[i]) || !std::isfinite(y[i + 1])) continue;
    const ImVec2 a = at(i), b = at(i + 1);
    list->PrimReserve(6, 4);  // not AddQuadFilled: its soft edges would show between two of them
    list->PrimQuadUV(a, b, {b.x, edge}, {a.x, edge}, uv, uv, uv, uv, color);
  }
}

void Chart::band(double low, double high, ImU32 color) {
  if (!begun_ || !(low <= high) || (log_ && low <= 0)) return;
  const float top = ImPlot::PlotToPixels(0.0, high).y, bottom = ImPlot::PlotToPixels(0.0, low).y;
  ImPlot::GetPlotDrawList()->AddRectFilled({low_.x, top}, {high_.x, std::max(bottom, top + 1.5f)}, color);
}

void Chart::now(double x) {
  if (!begun_ || x >= x_high_) return;
  const float at = std::round(ImPlot::PlotToPixels(x, log_ ? 1.0 : 0.0).x) + 0.5f;
  ImPlot::GetPlotDrawList()->AddLine({at, low_.y}, {at, high_.y}, with_alpha(c_.theme().muted, 0.6f), 1);
}

void Chart::mark(double x, ImU32 color, const std::string& tip) {
  if (!begun_ || !(x >= 0 && x <= x_high_)) return;
  const float at = ImPlot::PlotToPixels(x, log_ ? 1.0 : 0.0).x;
  ImPlot::PopPlotClipRect();
  c_.w.triangle_up({at, high_.y + 1}, 9, color);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (std::abs(mouse.x - at) < 6 && mouse.y > high_.y - 4 && mouse.y < high_.y + 14 && ImGui::IsWindowHovered())
    c_.w.text({std::min(at + 8, high_.x - 130), high_.y - 20}, tip, c_.w.small());
  ImPlot::PushPlotClipRect(2);
}

void Chart::readout() {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (named_.empty() || !ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem) ||
      !ImGui::IsMouseHoveringRect(low_, high_))
    return;
  const double x = ImPlot::PixelsToPlot(mouse).x;
  ImDrawList* list = ImPlot::GetPlotDrawList();
  std::vector<std::pair<std::string, ImU32>> lines;
  double at = x;
  for (auto named = named_.rbegin(); named != named_.rend(); ++named) {  // what was drawn last lies on top
    const Named& n = *named;
    if (n.x->empty()) continue;
    auto it = std::lower_bound(n.x->begin(), n.x->end(), x);
    if (it == n.x->end() || (it != n.x->begin() && x - *(it - 1) < *it - x)) --it;
    const auto i = static_cast<std::size_t>(it - n.x->begin());
    if (i >= n.y->size() || !std::isfinite((*n.y)[i])) continue;
    if (lines.empty()) at = *it;
    lines.emplace_back(n.name + "  " + with_unit((*n.y)[i], unit), n.color);
    if (!log_ || (*n.y)[i] > 0) list->AddCircleFilled(ImPlot::PlotToPixels(*it, (*n.y)[i]), 3.5f, n.color);
  }
  if (lines.empty()) return;
  const float px = std::round(ImPlot::PlotToPixels(at, log_ ? 1.0 : 0.0).x) + 0.5f;
  list->AddLine({px, low_.y}, {px, high_.y}, with_alpha(c_.theme().text, 0.5f), 1);

  const std::string head = x_label_ + " " + number(at);
  float w = c_.w.width(head, c_.w.small());
  for (const auto& [text, color] : lines) w = std::max(w, c_.w.width(text, c_.w.small()) + 14);
  const float h = 18 * static_cast<float>(lines.size() + 1) + 10;
  const Rect screen = screen_of(*ImGui::GetWindowViewport());
  const float top = screen.y + 56;
  ImVec2 corner{px + 12, std::clamp(mouse.y - h / 2, top, std::max(top, screen.y + screen.height - h - 64))};
  if (corner.x + w + 20 > screen.x + screen.width - 8) corner.x = px - w - 32;
  ImDrawList* front = ImGui::GetForegroundDrawList(ImGui::GetWindowViewport());
  front->AddRectFilled(corner, {corner.x + w + 20, corner.y + h}, with_alpha(c_.theme().raised, 0.96f), 6);
  front->AddText({corner.x + 10, corner.y + 5}, c_.theme().muted, head.c_str());
  float y = corner.y + 23;
  for (const auto& [text, color] : lines) {
    front->AddCircleFilled({corner.x + 14, y + 8}, 4, color);
    front->AddText({corner.x + 24, y}, c_.theme().text, text.c_str());
    y += 18;
  }
}

}  // namespace rankscope::ui
