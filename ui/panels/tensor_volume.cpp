// An order-3 tensor as a volume: turned by a drag, cut by three sliders, read under the pointer.
#include <algorithm>
#include <cmath>

#include "ui/format.h"
#include "ui/panels/panels.h"
#include "ui/panels/tensor.h"

namespace rankscope::ui {
namespace {

constexpr float kTapped = 8;   // px a finger may move without turning what it reads
constexpr double kSeen = 0.1;  // of the largest: a cell with less is looked through by the pointer

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

}  // namespace

void draw_volume(Context& c, const std::string& key, const ViewInfo& info, const TensorArray& a, Slicing& look, const Rect& r) {
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
  const TensorMask mask = mask_of(a);
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
  tensor_foot(c, {map, info.signed_ ? -full : 0, full, {}}, {r.x + kPad, r.y + r.height - kFoot + 8, r.width - 2 * kPad, 0}, true, mask, mask.marks ? &look.marked : nullptr,
       "Marks on the cells that can be seen, and on the faces in front; press to switch them");
}

}  // namespace rankscope::ui
