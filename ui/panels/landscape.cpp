// A function of two coordinates and where the runs stand on it: a map with contour lines, or a surface that can be turned.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "ui/format.h"
#include "ui/panels/chart.h"
#include "ui/panels/panels.h"

namespace rankscope::ui {
namespace {

constexpr int kLevels = 14;       // contour lines
constexpr std::size_t kFine = 4;  // colours between two samples, so that the map is smooth
constexpr float kMostUneven = 4;  // one axis's units may be this many times the other's in px, beyond that both fill the card
constexpr std::size_t kEllipses = 6, kMostPoints = 600;

/// What a landscape's card needs of a run's Frames.
struct Site {
  Grid grid;
  std::array<double, 4> extent;

  float across(double x) const { return static_cast<float>((x - extent[0]) / (extent[1] - extent[0])); }
  float along(double y) const { return static_cast<float>((y - extent[2]) / (extent[3] - extent[2])); }
};

std::optional<Site> site_of(const Slot& slot, std::uint32_t view) {
  const Series *s = slot.find(view), *e = slot.find(view, Part::Extent);
  if (!s || !e || s->shape.size() != 2 || e->data.size() != 4 || s->shape[0] < 2 || s->shape[1] < 2) return {};
  if (e->data[0] == e->data[1] || e->data[2] == e->data[3]) return {};
  return Site{{static_cast<std::size_t>(s->shape[0]), static_cast<std::size_t>(s->shape[1]), s->data},
              {e->data[0], e->data[1], e->data[2], e->data[3]}};
}

/// Colours and contour lines, made anew when the function is another one.
const Relief& relief_of(Context& c, const std::string& key, const Grid& grid) {
  Relief& r = c.state.reliefs[key];
  if (std::equal(grid.values.begin(), grid.values.end(), r.values.begin(), r.values.end(),
                 [](double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }))
    return r;
  r.values.assign(grid.values.begin(), grid.values.end());
  const Heights scale(grid.values);
  r.heights.clear(), r.lines.clear();
  for (const double v : grid.values) r.heights.push_back(scale.share(v));
  ++r.version;
  for (int level = 1; level < kLevels; ++level) {
    const auto line = contour(grid, scale.value(level / double(kLevels)));
    r.lines.insert(r.lines.end(), line.begin(), line.end());
  }
  const std::size_t rows = (grid.rows - 1) * kFine + 1, cols = (grid.cols - 1) * kFine + 1;
  r.smooth = {0, Part::Measured, {static_cast<std::int64_t>(rows), static_cast<std::int64_t>(cols)}, {}};
  for (std::size_t i = rows; i-- > 0;)  // a picture's first row is at the top, a map's at the bottom
    for (std::size_t j = 0; j < cols; ++j)
      r.smooth.data.push_back(scale.share(grid.sample(static_cast<double>(j) / kFine, static_cast<double>(i) / kFine)));
  return r;
}

/// The runs that have this view, with their pasts.
struct Walk {
  int slot;
  const Slot* run;
  std::uint32_t view;
  const Track* track;
};

std::vector<Walk> walks(const Context& c, const std::string& key) {
  std::vector<Walk> out;
  for (std::size_t i = c.model.slots().size(); i-- > 0;) {  // the first run on top
    const Slot& slot = c.model.slots()[i];
    const int view = slot.show.view(key);
    if (view < 0) continue;
    const auto mine = static_cast<std::uint32_t>(view);
    out.push_back({static_cast<int>(i), &slot, mine, slot.past(mine).track(mine)});
  }
  return out;
}

/// f(x, y) for the points of a run so far, at most about kMostPoints of them, and where it stands.
template <class F>
void each_point(const Walk& w, F f) {
  if (w.track && w.track->measured.size() == 2) {
    const Curve &x = w.track->measured.at(0), &y = w.track->measured.at(1);
    const std::size_t stride = x.size() / kMostPoints + 1;
    for (std::size_t i = 0; i < x.size(); i += stride)
      if (std::isfinite(x[i]) && std::isfinite(y[i])) f(x[i], y[i]);
  }
  if (const Series* now = w.run->find(w.view, Part::Point); now && now->data.size() == 2) f(now->data[0], now->data[1]);
}

void mark(ImDrawList* list, ImVec2 at, bool saddle, ImU32 ink, ImU32 casing) {
  const auto draw = [&](ImU32 color, float thickness) {
    if (saddle) {
      list->AddLine({at.x - 4.5f, at.y - 4.5f}, {at.x + 4.5f, at.y + 4.5f}, color, thickness);
      list->AddLine({at.x - 4.5f, at.y + 4.5f}, {at.x + 4.5f, at.y - 4.5f}, color, thickness);
    } else {
      list->AddCircle(at, 4.5f, color, 20, thickness);
    }
  };
  draw(casing, 4.5f), draw(ink, 1.8f);
}

void point(ImDrawList* list, ImVec2 at, ImU32 color, ImU32 casing) {
  list->AddCircleFilled(at, 6.5f, casing, 24);
  list->AddCircleFilled(at, 4.5f, color, 24);
}

/// The symmetric root of (xx, xy, yy): it takes the unit circle to the ellipse whose axes are the eigenvalues' roots.
std::array<double, 3> root(double xx, double xy, double yy) {
  const double det = std::sqrt(std::max(xx * yy - xy * xy, 0.0)), down = std::sqrt(std::max(xx + yy + 2 * det, 1e-300));
  return {(xx + det) / down, xy / down, (yy + det) / down};
}

/// Ellipses at places evenly apart on the way of a run, and where it stands, all to one scale.
template <class At>
void ellipses(Context& c, const Walk& w, const Rect& plot, At at, ImU32 casing) {
  struct Place {
    ImVec2 at;
    std::array<double, 3> root;
  };
  std::vector<Place> places;
  const auto add = [&](double x, double y, double xx, double xy, double yy) {
    if (std::isfinite(x + y + xx + xy + yy)) places.push_back({at(x, y), root(xx, xy, yy)});
  };
  const Series *now = w.run->find(w.view, Part::Ellipse), *here = w.run->find(w.view, Part::Point);
  if (now && here && now->data.size() == 3 && here->data.size() == 2)
    add(here->data[0], here->data[1], now->data[0], now->data[1], now->data[2]);
  if (w.track && w.track->ellipse.size() == 3 && w.track->measured.size() == 2) {
    const Curve &x = w.track->measured.at(0), &y = w.track->measured.at(1);
    const auto& e = w.track->ellipse;
    const float apart = std::max(plot.width, plot.height) / static_cast<float>(kEllipses);
    for (std::size_t i = x.size(); i-- > 0;) {
      if (!std::isfinite(x[i]) || !std::isfinite(y[i])) continue;
      const ImVec2 p = at(x[i], y[i]);
      const bool free = std::all_of(places.begin(), places.end(), [&](const Place& q) { return std::hypot(p.x - q.at.x, p.y - q.at.y) > apart; });
      if (free) add(x[i], y[i], e.at(0)[i], e.at(1)[i], e.at(2)[i]);
    }
  }
  double largest = 0;
  for (const Place& p : places)
    for (const double a : p.root) largest = std::max(largest, std::abs(a));
  if (!(largest > 0)) return;
  const float scale = std::min(plot.width, plot.height) * 0.09f / static_cast<float>(largest);
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (const Place& p : places) {
    std::array<ImVec2, 41> around;
    for (std::size_t k = 0; k < around.size(); ++k) {
      const double angle = 6.283185307179586 * static_cast<double>(k) / static_cast<double>(around.size() - 1), u = std::cos(angle), v = std::sin(angle);
      around[k] = {p.at.x + scale * static_cast<float>(p.root[0] * u + p.root[1] * v), p.at.y - scale * static_cast<float>(p.root[1] * u + p.root[2] * v)};
    }
    list->AddPolyline(around.data(), static_cast<int>(around.size()), with_alpha(casing, 0.7f), 3.5f);
    list->AddPolyline(around.data(), static_cast<int>(around.size()), c.theme().line(0), 1.5f);
  }
}

/// What is drawn and its words, in as many lines as it takes; returns the height.
float legend(Context& c, const std::vector<Walk>& runs, const Slot& main, std::uint32_t view, bool map, ImVec2 at, float room, bool draw) {
  const Theme& t = c.theme();
  ImDrawList* list = ImGui::GetWindowDrawList();
  ImVec2 p = at;
  const auto entry = [&](const std::string& name, auto sign) {
    const float w = c.w.width(name, c.w.small()) + 22;
    if (p.x > at.x && p.x + w > at.x + room) p = {at.x, p.y + 18};
    if (draw) sign(ImVec2{p.x + 8, p.y + 8}), c.w.text({p.x + 22, p.y}, name, c.w.small());
    p.x += w + 14;
  };
  const auto line = [&](ImU32 color) { return [=](ImVec2 m) { list->AddLine({m.x - 7, m.y}, {m.x + 7, m.y}, color, 2); }; };
  for (auto w = runs.rbegin(); w != runs.rend(); ++w) entry(c.model.comparing() ? c.model.label_of(*w->run) : "the run so far", line(t.slot(w->run->color)));
  if (main.find(view, Part::Ellipse) && map)
    entry("preconditioner: axes √eigenvalue", [&](ImVec2 m) { list->AddEllipse(m, {7, 4}, t.line(0), 0, 0, 1.5f); });
  if (const Series* marks = main.find(view, Part::Marks))
    for (const double kind : {0.0, 1.0})
      for (std::size_t i = 2; i < marks->data.size(); i += 3)
        if (marks->data[i] == kind) {
          entry(kind == 0 ? "minimum" : "saddle", [&](ImVec2 m) { mark(list, m, kind != 0, t.text, 0); });
          break;
        }
  if (main.find(view, Part::Route))
    entry("route", [&](ImVec2 m) { dash(list, {{m.x - 8, m.y}, {m.x + 8, m.y}}, t.text, 1.5f); });
  return p.y + 18 - at.y;
}

void axis_words(Context& c, const ViewInfo& info, const Site& site, const Rect& plot) {
  const Ink ink = c.w.small();
  for (const double x : round_ticks(std::min(site.extent[0], site.extent[1]), std::max(site.extent[0], site.extent[1]), plot.width / 90))
    c.w.text({plot.x + plot.width * site.across(x), plot.y + plot.height + 4}, tick(x), ink, Align::Center);
  for (const double y : round_ticks(std::min(site.extent[2], site.extent[3]), std::max(site.extent[2], site.extent[3]), plot.height / 60))
    c.w.text({plot.x - 6, plot.y + plot.height * (1 - site.along(y)) - 8}, tick(y), ink, Align::Right);
  c.w.text({plot.x + plot.width / 2, plot.y + plot.height + 20}, info.x, ink, Align::Center, plot.width);
  c.w.text({plot.x, plot.y - 18}, info.y, ink, Align::Left, plot.width);
}

void draw_map(Context& c, int view, const Site& site, const Relief& relief, const std::vector<Walk>& runs, const Rect& r) {
  const Slot& main = c.model.main();
  const ViewInfo& info = main.show.views[static_cast<std::size_t>(view)];
  Rect plot{r.x + 40, r.y + 20, r.width - 52, r.height - 58};
  const double wide = std::abs(site.extent[1] - site.extent[0]), tall = std::abs(site.extent[3] - site.extent[2]);
  if (wide / tall < static_cast<double>(kMostUneven) && tall / wide < static_cast<double>(kMostUneven)) {  // a unit is as long on both axes
    const float scale = std::min(plot.width / static_cast<float>(wide), plot.height / static_cast<float>(tall));
    const float w = scale * static_cast<float>(wide), h = scale * static_cast<float>(tall);
    plot = {std::round(plot.x + (plot.width - w) / 2), std::round(plot.y + (plot.height - h) / 2), std::round(w), std::round(h)};
  }
  Colors colors{map_named(c.model.look.map), 0, 1, {}};
  std::copy_n(c.theme().unseen, 3, colors.unseen);
  ImDrawList* list = ImGui::GetWindowDrawList();
  c.maps.draw(list, info.key, relief.smooth, relief.version, plot, colors, 3);
  axis_words(c, info, site, plot);

  ImGui::PushClipRect(min_of(plot), max_of(plot), true);
  const auto at = [&](double x, double y) { return ImVec2{plot.x + plot.width * site.across(x), plot.y + plot.height * (1 - site.along(y))}; };
  const float cell_x = plot.width / static_cast<float>(site.grid.cols - 1), cell_y = plot.height / static_cast<float>(site.grid.rows - 1);
  for (const Segment& s : relief.lines)
    list->AddLine({plot.x + cell_x * s.x0, plot.y + plot.height - cell_y * s.y0}, {plot.x + cell_x * s.x1, plot.y + plot.height - cell_y * s.y1},
                  IM_COL32(255, 255, 255, 60), 1);
  const ImU32 casing = with_alpha(c.theme().background, 0.85f), light = IM_COL32_WHITE, dark = IM_COL32(0, 0, 0, 200);
  if (const Series* route = main.find(static_cast<std::uint32_t>(view), Part::Route)) {
    std::vector<ImVec2> way;
    for (std::size_t i = 0; i + 1 < route->data.size(); i += 2) way.push_back(at(route->data[i], route->data[i + 1]));
    dash(list, way, light, 1.5f);
  }
  if (const Series* marks = main.find(static_cast<std::uint32_t>(view), Part::Marks))
    for (std::size_t i = 0; i + 2 < marks->data.size(); i += 3)
      mark(list, at(marks->data[i], marks->data[i + 1]), marks->data[i + 2] != 0, light, dark);
  std::vector<ImVec2> way;
  for (const Walk& w : runs) {
    way.clear();
    each_point(w, [&](double x, double y) { way.push_back(at(x, y)); });
    list->AddPolyline(way.data(), static_cast<int>(way.size()), casing, 5);
    list->AddPolyline(way.data(), static_cast<int>(way.size()), c.theme().slot(w.run->color), 2.5f);
    if (w.slot == 0) ellipses(c, w, plot, at, casing);
    if (!way.empty()) point(list, way.back(), c.theme().slot(w.run->color), casing);
  }
  ImGui::PopClipRect();

  ImGui::SetCursorScreenPos(min_of(plot));
  ImGui::InvisibleButton("map", {plot.width, plot.height});
  if (!ImGui::IsItemHovered() || c.w.coarse()) return;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const double u = static_cast<double>((mouse.x - plot.x) / plot.width), v = static_cast<double>(1 - (mouse.y - plot.y) / plot.height);
  const double value = site.grid.sample(u * static_cast<double>(site.grid.cols - 1), v * static_cast<double>(site.grid.rows - 1));
  c.w.tip(info.x + " = " + number(site.extent[0] + u * (site.extent[1] - site.extent[0])) + "\n" + info.y + " = " +
          number(site.extent[2] + v * (site.extent[3] - site.extent[2])) + "\n" + info.label + ": " + with_unit(value, info.unit));
}

/// The height field, lit, from far to near, so that what is nearer covers.
template <class At>
void draw_field(const Context& c, const Grid& heights, const Projection& from, At at) {
  const std::size_t rows = heights.rows, cols = heights.cols;
  const ColorMap map = map_named(c.model.look.map);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 uv = ImGui::GetFontTexUvWhitePixel();
  list->PrimReserve(static_cast<int>((rows - 1) * (cols - 1) * 6), static_cast<int>(rows * cols));
  const unsigned first = list->_VtxCurrentIdx;
  const auto place = [](std::size_t i, std::size_t n) { return 2 * static_cast<float>(i) / static_cast<float>(n - 1) - 1; };
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < cols; ++j) {
      const double z = heights.at(i, j);
      // light from the left and the back: the slopes towards it are brighter
      const double dx = heights.at(i, std::min(j + 1, cols - 1)) - heights.at(i, j ? j - 1 : 0),
                   dy = heights.at(std::min(i + 1, rows - 1), j) - heights.at(i ? i - 1 : 0, j);
      const double nx = -dx * static_cast<double>(cols - 1) / 4, ny = -dy * static_cast<double>(rows - 1) / 4;
      const double lit = std::clamp(0.62 + 0.42 * (1 - 0.55 * nx + 0.45 * ny) / std::sqrt(1 + nx * nx + ny * ny), 0.35, 1.15);
      const bool known = std::isfinite(z * lit);
      const ImU32 flat = color_at(map, known ? z : 0);
      const auto shade = [&](int shift) { return static_cast<ImU32>(std::min(255.0, lit * ((flat >> shift) & 255))) << shift; };
      list->PrimWriteVtx(at(place(j, cols), place(i, rows), known ? static_cast<float>(z) : 0.f), uv,
                         known ? shade(0) | shade(8) | shade(16) | IM_COL32_A_MASK : 0);
    }
  for (std::size_t a = 0; a + 1 < rows; ++a)
    for (std::size_t b = 0; b + 1 < cols; ++b) {
      const std::size_t i = from.rows_ascend() ? a : rows - 2 - a, j = from.cols_ascend() ? b : cols - 2 - b;
      const auto corner = static_cast<unsigned>(i * cols + j) + first, next = corner + static_cast<unsigned>(cols);
      for (const unsigned k : {corner, corner + 1, next + 1, corner, next + 1, next}) list->PrimWriteIdx(static_cast<ImDrawIdx>(k));
    }
}

void draw_surface(Context& c, int view, const Site& site, const Relief& relief, const std::vector<Walk>& runs, const Rect& r) {
  const Slot& main = c.model.main();
  const auto index = static_cast<std::uint32_t>(view);
  const ViewInfo& info = main.show.views[index];
  Turn& turn = c.state.turns[info.key];
  c.state.grips.push_back(r);
  ImGui::SetCursorScreenPos(min_of(r));
  ImGui::InvisibleButton("turn", {r.width, r.height});
  if (ImGui::IsItemActive() && ImGui::IsMouseDragging(0, 0)) turn.by(ImGui::GetIO().MouseDelta.x, ImGui::GetIO().MouseDelta.y);
  if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(0)) turn = {};
  c.w.tip("Drag to turn; double-click to turn back");

  const Projection from(turn);
  const Grid heights{site.grid.rows, site.grid.cols, relief.heights};
  const float scale = std::min(r.width / 2.9f, r.height / 3);  // however it is turned
  const ImVec2 middle{r.x + r.width / 2, r.y + r.height / 2 + scale * from.tall() / 2};
  const auto at = [&](float x, float y, float z) {
    float right, up;
    from.place(x, y, z, right, up);
    return ImVec2{middle.x + right * scale, middle.y - up * scale};
  };
  const auto on = [&](float u, float v) {
    const double z = heights.sample(static_cast<double>((u + 1) / 2) * static_cast<double>(heights.cols - 1),
                                    static_cast<double>((v + 1) / 2) * static_cast<double>(heights.rows - 1));
    return at(u, v, std::isfinite(z) ? static_cast<float>(z) : 0.f);
  };
  ImDrawList* list = ImGui::GetWindowDrawList();
  ImGui::PushClipRect(min_of(r), max_of(r), true);
  for (int k = 0; k < 4; ++k) {  // the base
    static constexpr float kX[] = {-1, 1, 1, -1, -1}, kY[] = {-1, -1, 1, 1, -1};
    list->AddLine(at(kX[k], kY[k], 0), at(kX[k + 1], kY[k + 1], 0), c.theme().faint, 1);
    const ImVec2 beside = at((kX[k] + kX[k + 1]) * 0.58f, (kY[k] + kY[k + 1]) * 0.58f, 0);
    if (beside.y > middle.y) c.w.text({beside.x, beside.y + 2}, k % 2 ? info.y : info.x, c.w.small(), Align::Center);
  }
  draw_field(c, heights, from, at);

  // Lines on it are drawn where they are seen; of a run's way, what is behind something is faint.
  std::vector<ImVec2> piece;
  bool behind = false;
  const auto go = [&](float u, float v, auto stroke) {
    const bool now = from.hidden(heights, u, v);
    if (now != behind && !piece.empty()) stroke(), piece.erase(piece.begin(), piece.end() - 1);
    behind = now;
    piece.push_back(on(u, v));
  };
  constexpr int kMesh = 10, kFineMesh = 60;
  const auto thin = [&] {
    if (!behind) list->AddPolyline(piece.data(), static_cast<int>(piece.size()), IM_COL32(255, 255, 255, 46), 1);
  };
  for (int i = 0; i <= 2 * kMesh + 1; ++i) {
    const float across = 2 * static_cast<float>(i / 2) / kMesh - 1;
    for (int j = 0; j <= kFineMesh; ++j) {
      const float along = 2 * static_cast<float>(j) / kFineMesh - 1;
      i % 2 ? go(across, along, thin) : go(along, across, thin);
    }
    thin(), piece.clear();
  }
  const ImU32 casing = with_alpha(c.theme().background, 0.85f);
  if (const Series* marks = main.find(index, Part::Marks))
    for (std::size_t i = 0; i + 2 < marks->data.size(); i += 3) {
      const float u = 2 * site.across(marks->data[i]) - 1, v = 2 * site.along(marks->data[i + 1]) - 1;
      const float seen = from.hidden(heights, u, v) ? 0.3f : 1;
      mark(list, on(u, v), marks->data[i + 2] != 0, with_alpha(IM_COL32_WHITE, seen), with_alpha(IM_COL32_BLACK, 0.8f * seen));
    }
  if (const Series* route = main.find(index, Part::Route)) {
    for (std::size_t i = 0; i + 1 < route->data.size(); i += 2)
      piece.push_back(on(2 * site.across(route->data[i]) - 1, 2 * site.along(route->data[i + 1]) - 1));
    dash(list, piece, IM_COL32_WHITE, 1.5f);
  }
  for (const Walk& w : runs) {
    const ImU32 color = c.theme().slot(w.run->color);
    const auto stroke = [&] {
      if (!behind) list->AddPolyline(piece.data(), static_cast<int>(piece.size()), casing, 5);
      list->AddPolyline(piece.data(), static_cast<int>(piece.size()), with_alpha(color, behind ? 0.35f : 1.f), 2.5f);
    };
    piece.clear(), behind = false;
    each_point(w, [&](double x, double y) {
      const float u = 2 * site.across(x) - 1, v = 2 * site.along(y) - 1;
      if (std::abs(u) <= 1 && std::abs(v) <= 1) go(u, v, stroke);
    });
    stroke();
    if (!piece.empty()) point(list, piece.back(), color, casing);
  }
  ImGui::PopClipRect();
}

}  // namespace

void landscape_card(Context& c, int view, const Rect& r) {
  const Slot& main = c.model.main();
  const auto index = static_cast<std::uint32_t>(view);
  const ViewInfo& info = main.show.views[index];
  c.w.card(r);
  ImGui::PushID(info.key.c_str());
  static const std::string kForms[] = {"map", "surface"};
  bool& surface = c.state.surfaces[info.key];
  const Rect forms{r.x + r.width - kPad - 116, r.y + 7, 116, c.w.coarse() ? 30.f : 24.f};
  if (const int chosen = c.w.segments("as", forms, kForms, surface); chosen >= 0) surface = chosen == 1;
  card_title(c, r, info.label, "", info.help, forms.x - r.x - kPad - 8);
  const auto site = site_of(main, index);
  if (!site) {
    ImGui::PopID();
    return;
  }
  const auto runs = walks(c, info.key);
  const Relief& relief = relief_of(c, info.key, site->grid);
  const float foot = legend(c, runs, main, index, !surface, {}, r.width - 2 * kPad, false);
  legend(c, runs, main, index, !surface, {r.x + kPad, r.y + r.height - foot - 8}, r.width - 2 * kPad, true);
  (surface ? draw_surface : draw_map)(c, view, *site, relief, runs, {r.x + 4, r.y + 38, r.width - 8, r.height - 38 - foot - 12});
  ImGui::PopID();
}

}  // namespace rankscope::ui
