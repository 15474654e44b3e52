// An array of any order: an order-3 one as a volume that can be turned and cut, each as a sheet of slices along two chosen modes.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "ui/format.h"
#include "ui/panels/grasp.h"
#include "ui/panels/panels.h"

namespace rankscope::ui {
namespace {

constexpr std::size_t kMost = 200000;  // entries that are drawn at once
constexpr float kTapped = 8;   // px a finger may move without turning what it reads
constexpr double kSeen = 0.1;          // of the largest: a cell with less is looked through by the pointer
constexpr float kFoot = 34, kLeastMarked = 4;  // px of a cell that has room for a mark

std::string mode_name(int mode) { return "mode " + std::to_string(mode + 1); }

/// The tensor of a Frame, of order 2 at least: a vector is a row.
struct Array {
  const Series* values;
  const Series* observed;  ///< nullptr: the view does not say
  std::vector<std::int64_t> shape;

  int order() const { return static_cast<int>(shape.size()); }
  std::int64_t size(int mode) const { return shape[static_cast<std::size_t>(mode)]; }
  std::size_t offset(const std::vector<std::int64_t>& at) const {
    std::size_t out = 0;
    for (std::size_t m = 0; m < shape.size(); ++m) out = out * static_cast<std::size_t>(shape[m]) + static_cast<std::size_t>(at[m]);
    return out;
  }
  double reach() const {
    double most = 0;
    for (const double x : values->data)
      if (std::isfinite(x)) most = std::max(most, std::abs(x));
    return most > 0 ? most : 1;
  }
  /// "(2, 0, 5)"
  std::string place_of(std::size_t offset) const {
    std::string out;
    for (std::size_t m = shape.size(); m-- > 0; offset /= static_cast<std::size_t>(shape[m]))
      out = std::to_string(offset % static_cast<std::size_t>(shape[m])) + (out.empty() ? ")" : ", ") + out;
    return "(" + out;
  }
  /// "(2, 0, 5)" and its value, and whether it is observed.
  std::string entry(const std::vector<std::int64_t>& at) const {
    std::string out;
    for (const std::int64_t i : at) out += (out.empty() ? "(" : ", ") + std::to_string(i);
    const double x = values->data[offset(at)];
    out += ")\n" + (std::isfinite(x) ? number(x) : std::string("not seen"));
    if (observed) out += observed->data[offset(at)] != 0 ? ", observed" : ", not observed";
    return out;
  }
};

std::optional<Array> array_of(const Slot& slot, std::uint32_t view) {
  const Series *values = slot.find(view), *observed = slot.find(view, Part::Observed);
  if (!values || values->data.empty() || values->shape.empty()) return {};
  if (observed && observed->data.size() != values->data.size()) observed = nullptr;
  Array a{values, observed, values->shape};
  if (a.order() == 1) a.shape.insert(a.shape.begin(), 1);
  return a;
}

std::string shape_text(const Array& a) {
  std::string out;
  for (const std::int64_t n : a.shape) out += (out.empty() ? "" : " × ") + std::to_string(n);
  return out;
}

/// How a mask is shown: by marks on the fewer cells, dots on those that are observed or rings on those that are not.
struct Mask {
  bool marks = false, rings = false;
  std::string words;  ///< for the legend; empty: the view does not say
};

Mask mask_of(const Array& a) {
  if (!a.observed) return {};
  const std::size_t all = a.observed->data.size();
  const auto seen = static_cast<std::size_t>(std::count_if(a.observed->data.begin(), a.observed->data.end(), [](double x) { return x != 0; }));
  if (seen == 0 || seen == all) return {false, false, seen ? "all observed" : "none observed"};
  return {true, 2 * seen > all, 2 * seen > all ? "not observed" : "observed"};
}

void mark(ImDrawList* list, ImVec2 m, float radius, bool ring, ImU32 ink) {
  ring ? list->AddCircle(m, radius, ink, 0, std::max(radius * 0.45f, 1.f)) : list->AddCircleFilled(m, radius, ink);
}

/// Colours on the left, what the marks mean on the right, along the foot of the card. The words switch what they name.
void foot(Context& c, const Colors& colors, const Rect& r, bool volume, const Mask& mask, bool* on, const char* tip) {
  const float w = c.w.width(mask.words, c.w.small()), sign = mask.marks ? 16.f : 0.f;
  color_strip(c, colors, {r.x, r.y, mask.words.empty() ? r.width : std::min(r.width * 0.6f, r.width - w - sign - 24), 4}, volume);
  if (mask.words.empty()) return;
  const ImVec2 at{r.x + r.width - w, r.y - 2};
  Ink ink = c.w.small();
  if (on) {
    const float tall = c.w.coarse() ? 36.f : 24.f;
    if (c.w.press("observed", {at.x - sign - 8, r.y + 6 - tall / 2, w + sign + 16, tall})) *on = !*on, c.model.dirty = true;
    c.w.tip(tip);
    if (ImGui::IsItemHovered() && !c.w.coarse()) ink.color = c.theme().text;
  }
  if (on && !*on) ink.color = c.theme().faint;
  c.w.text(at, mask.words, ink);
  if (mask.marks) mark(ImGui::GetWindowDrawList(), {at.x - 10, r.y + 6}, mask.rings ? 3.5f : 3.f, mask.rings, ink.color);
  if (on && !*on) ImGui::GetWindowDrawList()->AddLine({at.x - sign, r.y + 6}, {at.x + w, r.y + 6}, ink.color);
}

// --- A volume ---

struct Stand {
  Box box;
  ImVec2 middle;
  float scale;

  ImVec2 at(float i, float j, float k) const {
    const Box::Point p = box.place(i, j, k);
    return {middle.x + scale * p.right, middle.y - scale * p.up};
  }
};

/// The edges of what is left of a box of cells.
void edges(const Stand& s, const Cut& cut, ImU32 color) {
  for (int m = 0; m < 3; ++m)
    for (int corner = 0; corner < 4; ++corner) {
      float from[3], to[3];
      for (int k = 0; k < 3; ++k) {
        const auto i = static_cast<std::size_t>(k);
        from[k] = to[k] = static_cast<float>((k == (m + 1) % 3 ? corner & 1 : corner >> 1) ? cut.high[i] : cut.low[i]);
        if (k == m) from[k] = static_cast<float>(cut.low[i]), to[k] = static_cast<float>(cut.high[i]);
      }
      ImGui::GetWindowDrawList()->AddLine(s.at(from[0], from[1], from[2]), s.at(to[0], to[1], to[2]), color, 1);
    }
}

/// The edges of the whole box and of what is left of it, and the names of the modes beside three of them.
void frame(Context& c, const Stand& s, const std::array<int, 3>& n, const Cut& cut) {
  const float size[] = {static_cast<float>(n[0]), static_cast<float>(n[1]), static_cast<float>(n[2])};
  edges(s, {{}, n}, c.theme().grid);
  if (cut.low != std::array<int, 3>{} || cut.high != n) edges(s, cut, c.theme().faint);
  const auto near = [&](int m) { return s.box.high_is_near(m) ? size[m] : 0; };
  const ImVec2 across = s.at(size[0], size[1] / 2, near(2)), away = s.at(size[0], near(1), size[2] / 2), base = s.at(size[0], size[1] / 2, size[2] / 2);
  for (int m = 1; m < 3; ++m) {
    const ImVec2 p = m == 1 ? across : away;
    c.w.text({p.x + (p.x < base.x ? -6.f : 6.f), p.y + 5}, mode_name(m), c.w.small(), p.x < base.x ? Align::Right : Align::Left);
  }
  ImVec2 left = s.at(size[0] / 2, 0, 0);
  for (int corner = 1; corner < 4; ++corner) {
    const ImVec2 p = s.at(size[0] / 2, corner & 1 ? size[1] : 0, corner >> 1 ? size[2] : 0);
    if (p.x < left.x) left = p;
  }
  c.w.text({left.x - 8, left.y - 8}, mode_name(0), c.w.small(), Align::Right);
}

/// The three faces of a cell that are seen.
void outline(const Stand& s, const std::array<int, 3>& cell, ImU32 color) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (int m = 0; m < 3; ++m) {
    ImVec2 corners[4];
    for (int corner = 0; corner < 4; ++corner) {
      static constexpr int kFirst[] = {0, 1, 1, 0}, kSecond[] = {0, 0, 1, 1};
      float p[3];
      for (int k = 0; k < 3; ++k) {
        const int end = k == m ? s.box.high_is_near(m) : k == (m + 1) % 3 ? kFirst[corner] : kSecond[corner];
        p[k] = static_cast<float>(cell[static_cast<std::size_t>(k)] + end);
      }
      corners[corner] = s.at(p[0], p[1], p[2]);
    }
    list->AddPolyline(corners, 4, color, 1.5f, ImDrawFlags_Closed);
  }
}

void draw_volume(Context& c, const std::string& key, const ViewInfo& info, const Array& a, Slicing& look, const Rect& r) {
  const float sliders = c.w.coarse() ? 60.f : 44.f;  // a finger wants more room
  const Rect stage{r.x, r.y, r.width, r.height - sliders - kFoot};
  Turn& turn = c.state.turns[key];
  c.state.grips.push_back(stage);
  ImGui::SetCursorScreenPos(min_of(stage));
  ImGui::InvisibleButton("turn", {stage.width, stage.height});
  const bool over = ImGui::IsItemHovered();
  auto pointed = c.w.pointed();
  if (ImGui::IsItemActive()) {
    if (ImGui::IsMouseDragging(0, 0)) turn.by(ImGui::GetIO().MouseDelta.x, ImGui::GetIO().MouseDelta.y);
    if (!c.w.coarse() || ImGui::IsMouseDragging(0, kTapped)) pointed.reset(), c.w.no_readout();
  }
  if (over && ImGui::IsMouseDoubleClicked(0)) turn = {};

  const std::array<int, 3> sizes{static_cast<int>(a.size(0)), static_cast<int>(a.size(1)), static_cast<int>(a.size(2))};
  const Box box(turn, sizes);
  const float room = c.w.width(mode_name(0), c.w.small()) + 12;
  const Stand stand{box, {stage.x + stage.width / 2, stage.y + stage.height / 2},
                    std::min((stage.width - 2 * room) / (2 * box.reach().right), (stage.height - 12) / (2 * box.reach().up))};
  std::array<int, 3> kept;
  for (std::size_t m = 0; m < 3; ++m) kept[m] = 1 + static_cast<int>(std::lround(look.kept[m] * static_cast<float>(sizes[m] - 1)));
  const Cut cut = box.cut(kept);
  const double full = a.reach();

  std::array<int, 3> cell{-1, -1, -1};
  if (pointed) {
    const Box::Point under{(pointed->x - stand.middle.x) / stand.scale, (stand.middle.y - pointed->y) / stand.scale};
    if (!box.through(under, cut, [&](int i, int j, int k) {
          cell = {i, j, k};
          return std::abs(a.values->data[a.offset({i, j, k})]) >= kSeen * full;
        }))
      cell = {-1, -1, -1};  // it is looked through to the other side
  }
  if (cell[0] >= 0)
    c.w.readout(a.entry({cell[0], cell[1], cell[2]}));
  else
    c.w.tip("Drag to turn; double-click to turn back");

  ImGui::PushClipRect(min_of(stage), max_of(stage), true);
  frame(c, stand, sizes, cut);
  const Mask mask = mask_of(a);
  const ColorMap map = info.signed_ ? ColorMap::Diverging : map_named(c.model.look.map);
  c.volumes.draw(ImGui::GetWindowDrawList(), key, *a.values, c.model.main().version, box, cut, stand.middle, stand.scale,
                 {full, map, mask.marks && look.marked ? a.observed : nullptr, c.theme().text, c.theme().card, 0.25f, mask.rings});
  if (cell[0] >= 0) outline(stand, cell, c.theme().text);
  ImGui::PopClipRect();

  const float third = (r.width - 2 * kPad - 2 * 20) / 3;
  for (int m = 0; m < 3; ++m) {
    const auto k = static_cast<std::size_t>(m);
    const Rect place{r.x + kPad + static_cast<float>(m) * (third + 20), stage.y + stage.height, third, sliders - 8};
    c.w.text({place.x, place.y}, mode_name(m), c.w.small());
    const std::string range = std::to_string(cut.low[k]) + "–" + std::to_string(cut.high[k] - 1);
    c.w.text({place.x + third, place.y}, kept[k] == sizes[k] ? "all" : range, c.w.small(), Align::Right);
    ImGui::PushID(m);
    c.w.slider("cut", {place.x, place.y + 16, third, place.height - 16}, look.kept[k]);
    c.w.tip("Cuts away the " + std::string(m == 0 ? "top" : "nearest") + " slices of " + mode_name(m));
    ImGui::PopID();
  }
  foot(c, {map, info.signed_ ? -full : 0, full, {}}, {r.x + kPad, r.y + r.height - kFoot + 8, r.width - 2 * kPad, 0}, true, mask, mask.marks ? &look.marked : nullptr,
       "Marks on the cells that can be seen, and on the faces in front; press to switch them");
}

// --- Slices ---

/// Which slice stands where: the other modes' indices, the last ones across.
struct Grid2 {
  std::vector<int> others;
  std::int64_t down = 1, across = 1;  ///< slices that are drawn
  std::int64_t all = 1;
  std::int64_t rows, cols, gap;

  std::int64_t sheet_rows() const { return down * (rows + gap) - gap; }
  std::int64_t sheet_cols() const { return across * (cols + gap) - gap; }
};

/// At most kMost entries, in about the proportions of the place.
Grid2 grid_of(const Array& a, const Slicing& look, float aspect) {
  Grid2 g{{}, 1, 1, 1, a.size(look.rows), a.size(look.cols), 1};
  g.gap = std::max<std::int64_t>(1, std::max(g.rows, g.cols) / 12);
  for (int m = 0; m < a.order(); ++m)
    if (m != look.rows && m != look.cols) g.others.push_back(m), g.all *= a.size(m);
  if (g.others.size() == 1) {  // row by row, as text
    const double step_x = static_cast<double>(g.cols + g.gap), step_y = static_cast<double>(g.rows + g.gap);
    g.across = std::clamp<std::int64_t>(std::llround(std::sqrt(static_cast<double>(aspect * static_cast<float>(g.all)) * step_y / step_x)), 1, g.all);
    g.down = (g.all + g.across - 1) / g.across;
  } else {
    for (std::size_t i = 0; i < g.others.size(); ++i) (i < g.others.size() / 2 ? g.down : g.across) *= a.size(g.others[i]);
  }
  const auto slices = std::max<std::int64_t>(1, static_cast<std::int64_t>(kMost) / (g.rows * g.cols));
  g.across = std::min(g.across, slices);
  g.down = std::clamp<std::int64_t>(slices / g.across, 1, g.down);
  return g;
}

/// Of an entry of the sheet; false in a gap, or behind the last slice.
bool entry_at(const Array& a, const Slicing& look, const Grid2& g, std::int64_t row, std::int64_t col, std::vector<std::int64_t>& at) {
  const std::int64_t slice_row = row / (g.rows + g.gap), slice_col = col / (g.cols + g.gap);
  at.assign(a.shape.size(), 0);
  std::int64_t i = row % (g.rows + g.gap), j = col % (g.cols + g.gap);
  if (i >= g.rows || j >= g.cols) return false;
  at[static_cast<std::size_t>(look.rows)] = i, at[static_cast<std::size_t>(look.cols)] = j;
  if (g.others.size() == 1) {
    const std::int64_t slice = slice_row * g.across + slice_col;
    at[static_cast<std::size_t>(g.others[0])] = slice;
    return slice < g.all;
  }
  std::int64_t rest[] = {slice_row, slice_col};
  for (std::size_t k = g.others.size(); k-- > 0;) {
    std::int64_t& left = rest[k >= g.others.size() / 2];
    at[static_cast<std::size_t>(g.others[k])] = left % a.size(g.others[k]);
    left /= a.size(g.others[k]);
  }
  return true;
}

void make_sheet(const Array& a, Slicing& look, const Grid2& g) {
  look.sheet = {0, Part::Measured, {g.sheet_rows(), g.sheet_cols()}, {}};
  look.sheet.data.assign(static_cast<std::size_t>(g.sheet_rows() * g.sheet_cols()), std::nan(""));
  std::vector<std::int64_t> at;
  for (std::int64_t row = 0; row < g.sheet_rows(); ++row)
    for (std::int64_t col = 0; col < g.sheet_cols(); ++col)
      if (entry_at(a, look, g, row, col, at) && (!look.observed_only || a.observed->data[a.offset(at)] != 0)) look.sheet.data[static_cast<std::size_t>(row * g.sheet_cols() + col)] = a.values->data[a.offset(at)];
  ++look.version;
}

/// "rows: mode 1", which goes on to the next mode when it is pressed.
float axis_word(Context& c, const char* id, const char* what, const Array& a, int& mine, int other, Slicing& look, ImVec2 at) {
  const std::string words = std::string(what) + mode_name(mine);
  const float w = c.w.width(words, c.w.small()), tall = c.w.coarse() ? 36.f : 24.f;
  const bool pressed = c.w.press(id, {at.x - 6, at.y + 8 - tall / 2, w + 12, tall});
  c.w.text(at, words, {ImGui::IsItemHovered() ? c.theme().text : c.theme().muted, kSmall});
  if (pressed) {
    do mine = (mine + 1) % a.order();
    while (mine == other);
    look.made_of = 0;
  }
  c.w.tip("The mode along each slice's " + std::string(id) + "; press for the next one");
  return w + 18;
}

void draw_slices(Context& c, const std::string& key, const ViewInfo& info, const Array& a, Slicing& look, const Rect& r) {
  if (look.rows >= a.order() || look.cols >= a.order() || look.rows == look.cols) look.rows = 0, look.cols = 1;
  float top = r.y;
  if (a.order() > 2) {
    float x = r.x + kPad;
    x += axis_word(c, "rows", "rows: ", a, look.rows, look.cols, look, {x, top});
    axis_word(c, "columns", "columns: ", a, look.cols, look.rows, look, {x, top});
    top += 26;
  }
  Rect stage{r.x + kPad, top, r.width - 2 * kPad, r.y + r.height - kFoot - 4 - top};
  const Grid2 g = grid_of(a, look, stage.width / stage.height);
  if (const std::int64_t drawn = g.down * g.across; drawn < g.all) {
    const std::string words = "Of " + grouped(g.all) + " slices, " + grouped(static_cast<std::int64_t>(a.values->data.size())) + " entries, the first " + grouped(drawn) + " are drawn.";
    stage.height -= 4 + c.w.paragraph({0, 0}, words, c.w.small(), stage.width, false);
    c.w.paragraph({stage.x, stage.y + stage.height + 4}, words, c.w.small(), stage.width);
  }
  const bool heads = g.others.size() == 2;
  if (heads) stage = {stage.x + 16, stage.y + 30, stage.width - 16, stage.height - 30};
  const float cell = std::min(stage.width / static_cast<float>(g.sheet_cols()), stage.height / static_cast<float>(g.sheet_rows()));
  Mask mask = mask_of(a);
  const bool marks = cell >= kLeastMarked;
  if ((marks || !mask.marks) && look.observed_only) look.observed_only = false, look.made_of = 0;
  if (look.made_of != c.model.main().version || look.sheet.shape != std::vector<std::int64_t>{g.sheet_rows(), g.sheet_cols()})
    look.made_of = c.model.main().version, make_sheet(a, look, g);

  const float w = cell * static_cast<float>(g.sheet_cols()), h = cell * static_cast<float>(g.sheet_rows());
  const Rect place{std::round(stage.x + (stage.width - w) / 2), std::round(stage.y + (heads ? 0 : (stage.height - h) / 2)), w, h};
  double low = HUGE_VAL, high = -HUGE_VAL;
  for (const double x : look.sheet.data)
    if (std::isfinite(x)) low = std::min(low, x), high = std::max(high, x);
  Colors colors{map_named(c.model.look.map), low, high > low ? high : low + 1, {}};
  if (info.signed_) colors.map = ColorMap::Diverging, colors.high = a.reach(), colors.low = -colors.high;
  const ImVec4 ground = ImGui::ColorConvertU32ToFloat4(c.theme().card);
  colors.unseen[0] = ground.x, colors.unseen[1] = ground.y, colors.unseen[2] = ground.z;
  if (look.observed_only) std::copy_n(c.theme().unseen, 3, colors.unseen);  // no value near zero looks like it
  c.maps.draw(ImGui::GetWindowDrawList(), key + "/slices", look.sheet, look.version, place, colors, 2);

  ImDrawList* list = ImGui::GetWindowDrawList();
  std::vector<std::int64_t> at;
  if (heads) {
    const float step_x = cell * static_cast<float>(g.cols + g.gap), step_y = cell * static_cast<float>(g.rows + g.gap);
    const Ink ink{c.theme().faint, 11};
    c.w.text({place.x, place.y - 33}, "slices: " + mode_name(g.others[0]) + " down, " + mode_name(g.others[1]) + " across", c.w.small());
    for (std::int64_t i = 0; i < g.across && step_x > 16; ++i)
      c.w.text({place.x + step_x * static_cast<float>(i) + cell * static_cast<float>(g.cols) / 2, place.y - 16}, std::to_string(i), ink, Align::Center);
    for (std::int64_t i = 0; i < g.down && step_y > 14; ++i)
      c.w.text({place.x - 7, place.y + step_y * static_cast<float>(i) + cell * static_cast<float>(g.rows) / 2 - 7}, std::to_string(i), ink, Align::Right);
  }
  if (mask.marks && marks && look.marked) {
    const ImU32 ink = info.signed_ ? IM_COL32(0, 0, 0, 170) : IM_COL32(255, 255, 255, 210);
    const float radius = std::clamp(cell * 0.15f, 1.f, 3.f);
    for (std::int64_t row = 0; row < g.sheet_rows(); ++row)
      for (std::int64_t col = 0; col < g.sheet_cols(); ++col)
        if (entry_at(a, look, g, row, col, at) && (a.observed->data[a.offset(at)] != 0) != mask.rings)
          mark(list, {place.x + cell * (static_cast<float>(col) + 0.5f), place.y + cell * (static_cast<float>(row) + 0.5f)}, radius, mask.rings, ink);
  }
  ImGui::SetCursorScreenPos(min_of(place));
  ImGui::InvisibleButton("slices", {std::max(place.width, 1.f), std::max(place.height, 1.f)});
  const auto cell_of = [&](std::int64_t entry, ImU32 color) {  // searched for: the sheet's order is not the tensor's
    for (std::int64_t row = 0; row < g.sheet_rows(); ++row)
      for (std::int64_t col = 0; col < g.sheet_cols(); ++col)
        if (entry_at(a, look, g, row, col, at) && static_cast<std::int64_t>(a.offset(at)) == entry) {
          const ImVec2 m{place.x + cell * (static_cast<float>(col) + 0.5f), place.y + cell * (static_cast<float>(row) + 0.5f)};
          const float half = std::max(cell, 9.f) / 2;
          list->AddRect({m.x - half - 1, m.y - half - 1}, {m.x + half + 1, m.y + half + 1}, color, 1, 2.f);
          return Rect{m.x - half, m.y - half, 2 * half, 2 * half};
        }
    return Rect{};
  };
  const bool hand = hand_on(c, info);
  if (const std::int64_t moved = let_go(c, info); moved >= 0) cell_of(moved, c.theme().accent);
  const auto pointed = c.w.pointed();
  if (hand || pointed) {
    const ImVec2 mouse = pointed.value_or(ImGui::GetIO().MousePos);
    const auto row = std::clamp<std::int64_t>(static_cast<std::int64_t>((mouse.y - place.y) / cell), 0, g.sheet_rows() - 1);
    const auto col = std::clamp<std::int64_t>(static_cast<std::int64_t>((mouse.x - place.x) / cell), 0, g.sheet_cols() - 1);
    const bool entry = entry_at(a, look, g, row, col, at);
    const std::size_t under = entry ? a.offset(at) : 0;
    const Held held = hand ? grasp(c, info, entry ? static_cast<std::int64_t>(under) : -1, a.values->data[under], colors.high - colors.low, 160, place) : Held();
    if (held.entry >= 0) {
      const Rect ghost = cell_of(held.entry, c.theme().text);
      list->AddRectFilled(min_of(ghost), max_of(ghost), color_at(colors.map, std::clamp((held.value - colors.low) / (colors.high - colors.low), 0.0, 1.0)));
      grasp_label(c, info, a.place_of(static_cast<std::size_t>(held.entry)));
    } else if (entry && pointed) {
      const float x = place.x + cell * static_cast<float>(col), y = place.y + cell * static_cast<float>(row);
      list->AddRect({x - 1, y - 1}, {x + cell + 1, y + cell + 1}, c.theme().text, 1);
      c.w.readout(a.entry(at));
    }
  }
  const Rect under{r.x + kPad, r.y + r.height - kFoot + 8, r.width - 2 * kPad, 0};
  if (marks || !mask.marks) {
    foot(c, colors, under, false, mask, mask.marks ? &look.marked : nullptr, "Press to switch the marks");
    return;
  }
  mask = {false, false, look.observed_only ? "show all entries" : "show observed only"};
  bool pressed = true;
  foot(c, colors, under, false, mask, &pressed, "The cells are too small for marks; press to leave out what is not observed, or to see it again");
  if (!pressed) look.observed_only = !look.observed_only, look.made_of = 0;
}

}  // namespace

void tensor_card(Context& c, int view, const Rect& r) {
  const Slot& main = c.model.main();
  const auto index = static_cast<std::uint32_t>(view);
  const ViewInfo& info = main.show.views[index];
  c.w.card(r);
  ImGui::PushID(info.key.c_str());
  const auto array = array_of(main, index);
  Slicing& look = c.state.slicings[info.key];
  const bool volume = array && array->order() == 3 && array->values->data.size() <= kMost;
  float room = r.width - 2 * kPad;
  if (volume) {
    static const std::string kForms[] = {"volume", "slices"};
    const Rect forms{r.x + r.width - kPad - 116, r.y + 7, 116, c.w.coarse() ? 30.f : 24.f};
    if (const int chosen = c.w.segments("as", forms, kForms, look.slices); chosen >= 0) look.slices = chosen == 1;
    room = forms.x - r.x - kPad - 8;
  }
  if (!volume || look.slices) room -= hold_word(c, info, {r.x + kPad + room, r.y + 12}, r.width < 420);
  card_title(c, r, info.label, array ? shape_text(*array) : "", info.help, room);
  const Rect inside{r.x, r.y + 40, r.width, r.height - 40};
  if (array) (volume && !look.slices ? draw_volume : draw_slices)(c, info.key, info, *array, look, inside);
  ImGui::PopID();
}

}  // namespace rankscope::ui
