// A tensor of any order as a sheet of slices: two modes along each slice, the others down and across the sheet.
#include <algorithm>
#include <cmath>

#include "ui/format.h"
#include "ui/panels/grasp.h"
#include "ui/panels/panels.h"
#include "ui/panels/tensor.h"

namespace rankscope::ui {
namespace {

constexpr float kLeastMarked = 4;  // px of a cell that has room for a mark

/// Which slice stands where: the other modes' indices, the last ones across.
struct Grid2 {
  std::vector<int> others;
  std::int64_t down = 1, across = 1;  ///< slices that are drawn
  std::int64_t all = 1;
  std::int64_t rows, cols, gap;

  std::int64_t sheet_rows() const { return down * (rows + gap) - gap; }
  std::int64_t sheet_cols() const { return across * (cols + gap) - gap; }
};

/// At most kMostEntries entries, in about the proportions of the place.
Grid2 grid_of(const TensorArray& a, const Slicing& look, float aspect) {
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
  const auto slices = std::max<std::int64_t>(1, static_cast<std::int64_t>(kMostEntries) / (g.rows * g.cols));
  g.across = std::min(g.across, slices);
  g.down = std::clamp<std::int64_t>(slices / g.across, 1, g.down);
  return g;
}

/// Of an entry of the sheet; false in a gap, or behind the last slice.
bool entry_at(const TensorArray& a, const Slicing& look, const Grid2& g, std::int64_t row, std::int64_t col, std::vector<std::int64_t>& at) {
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

void make_sheet(const TensorArray& a, Slicing& look, const Grid2& g) {
  look.sheet = {0, Part::Measured, {g.sheet_rows(), g.sheet_cols()}, {}};
  look.sheet.data.assign(static_cast<std::size_t>(g.sheet_rows() * g.sheet_cols()), std::nan(""));
  std::vector<std::int64_t> at;
  for (std::int64_t row = 0; row < g.sheet_rows(); ++row)
    for (std::int64_t col = 0; col < g.sheet_cols(); ++col)
      if (entry_at(a, look, g, row, col, at) && (!look.observed_only || a.observed->data[a.offset(at)] != 0)) look.sheet.data[static_cast<std::size_t>(row * g.sheet_cols() + col)] = a.values->data[a.offset(at)];
  ++look.version;
}

/// "rows: mode 1", which goes on to the next mode when it is pressed.
float axis_word(Context& c, const char* id, const char* what, const TensorArray& a, int& mine, int other, Slicing& look, ImVec2 at) {
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

}  // namespace

void draw_slices(Context& c, const std::string& key, const ViewInfo& info, const TensorArray& a, Slicing& look, const Rect& r) {
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
  TensorMask mask = mask_of(a);
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
          tensor_mark(list, {place.x + cell * (static_cast<float>(col) + 0.5f), place.y + cell * (static_cast<float>(row) + 0.5f)}, radius, mask.rings, ink);
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
    tensor_foot(c, colors, under, false, mask, mask.marks ? &look.marked : nullptr, "Press to switch the marks");
    return;
  }
  mask = {false, false, look.observed_only ? "show all entries" : "show observed only"};
  bool pressed = true;
  tensor_foot(c, colors, under, false, mask, &pressed, "The cells are too small for marks; press to leave out what is not observed, or to see it again");
  if (!pressed) look.observed_only = !look.observed_only, look.made_of = 0;
}

}  // namespace rankscope::ui
