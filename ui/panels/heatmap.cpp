// Matrices and images: square pixels, a shared range for the images of one study, the value under the pointer.
#include <algorithm>
#include <cmath>

#include "ui/format.h"
#include "ui/panels/grasp.h"
#include "ui/panels/panels.h"

namespace rankscope::ui {
namespace {

struct Extent {
  double low = HUGE_VAL, high = -HUGE_VAL;
  void see(const Series& s) {
    for (const double x : s.data)
      if (std::isfinite(x)) low = std::min(low, x), high = std::max(high, x);
  }
  bool known() const { return low <= high; }
};

/// Most of the values: a picture whose few brightest entries set the range would be dark everywhere else.
Extent most_of(const Series& s) {
  constexpr std::size_t kSample = 4096;
  constexpr double kLow = 0.005, kHigh = 0.97;
  std::vector<double> some;
  const std::size_t stride = s.data.size() / kSample + 1;
  for (std::size_t i = 0; i < s.data.size(); i += stride)
    if (std::isfinite(s.data[i])) some.push_back(s.data[i]);
  if (some.empty()) return {};
  const auto at = [&](double share) {  // not by sorting all of them: this is done for each picture of each frame
    const auto place = some.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(some.size() - 1));
    std::nth_element(some.begin(), place, some.end());
    return *place;
  };
  const double low = at(kLow), high = at(kHigh);
  return {low, high};
}

/// Images of one study share the truth's range, so that they can be compared by eye; other matrices have their own.
Colors colors_of(const Context& c, const Slot& slot, int view, const Series& matrix) {
  const ViewInfo& info = slot.show.views[static_cast<std::size_t>(view)];
  Extent extent;
  if (info.kind == Kind::Image) {
    const Slot& main = c.model.main();
    const int truth = truth_view(c.model);
    if (const Series* t = truth >= 0 ? main.find(static_cast<std::uint32_t>(truth)) : nullptr) extent = most_of(*t);
  }
  if (!extent.known()) extent.see(matrix);
  if (!extent.known()) extent.low = 0, extent.high = 1;
  Colors colors{map_named(c.model.look.map), extent.low, extent.high, {}};
  if (info.kind == Kind::Matrix && info.signed_) {
    const double reach = std::max(std::abs(extent.low), std::abs(extent.high));
    colors = {ColorMap::Diverging, -reach, reach, {}};
  }
  if (!(colors.high > colors.low)) colors.high = colors.low + 1;
  std::copy_n(c.theme().unseen, 3, colors.unseen);
  return colors;
}

/// "33 %" of an image with gaps, its unit otherwise.
std::string seen_share(const Context& c, int view) {
  const Slot& slot = c.model.main();
  const Series* s = slot.find(static_cast<std::uint32_t>(view));
  if (!s || s->data.empty()) return {};
  const auto seen = std::count_if(s->data.begin(), s->data.end(), [](double x) { return std::isfinite(x); });
  const double share = static_cast<double>(seen) / static_cast<double>(s->data.size());
  return share < 1 ? quantity(share, "share of it").value : slot.show.views[static_cast<std::size_t>(view)].unit;
}

}  // namespace

void color_strip(Context& c, const Colors& colors, const Rect& r, bool fading) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const int pieces = fading ? 48 : 24;  // opacity is no line
  const float piece = r.width / static_cast<float>(pieces);
  const bool both_signs = colors.map == ColorMap::Diverging;
  const auto shade = [&](double share) { return fading ? cell_shade(colors.map, both_signs ? 2 * share - 1 : share) : color_at(colors.map, share); };
  for (int i = 0; i < pieces; ++i) {
    const ImU32 left = shade(static_cast<double>(i) / pieces), right = shade(static_cast<double>(i + 1) / pieces);
    list->AddRectFilledMultiColor({r.x + piece * static_cast<float>(i), r.y}, {r.x + piece * static_cast<float>(i + 1), r.y + r.height}, left, right, right, left);
  }
  if (!both_signs) {  // the others have one map
    if (c.w.press("colours", {r.x, r.y - 6, r.width, r.height + 12})) ImGui::OpenPopup("maps");
    c.w.tip("Press for other colours");
    maps_menu(c, "maps", r);
  }
  c.w.text({r.x, r.y + r.height + 3}, number(colors.low), {c.theme().muted, 11});
  c.w.text({r.x + r.width, r.y + r.height + 3}, number(colors.high), {c.theme().muted, 11}, Align::Right);
  if (fading) c.w.text({r.x + (both_signs ? r.width / 2 : r.width * 0.3f), r.y + r.height + 3}, both_signs ? "0, clear" : "clear near 0", {c.theme().muted, 11}, Align::Center);
}

float card_title(Context& c, const Rect& r, std::string_view title, std::string_view note, std::string_view help,
                 float room) {
  if (c.state.named) title = {};
  Ink bold = c.w.bold();
  if (c.w.width(title, bold) > room) bold.size = kSmall;
  const float y = r.y + 11;
  float w = c.w.text({r.x + kPad, y}, title, bold, Align::Left, room);
  if (!note.empty() && w + 7 + c.w.width(note, c.w.small()) <= room + 6)
    w += 7 + c.w.text({r.x + kPad + w + 7, y + 1}, note, c.w.small());
  if (!help.empty()) c.w.tip_at({r.x + kPad, y - 3, w, 22}, help);
  return r.x + kPad + w;
}

Rect draw_matrix(Context& c, int slot_index, int view, const Rect& r, float radius) {
  const Slot& slot = c.model.slots()[static_cast<std::size_t>(slot_index)];
  const Series* matrix = view < 0 ? nullptr : slot.find(static_cast<std::uint32_t>(view));
  if (!matrix || matrix->shape.size() != 2 || matrix->data.empty()) {
    ImGui::GetWindowDrawList()->AddRectFilled(min_of(r), max_of(r), c.theme().raised, radius);
    if (slot.phase == Phase::Loading)
      c.w.text({r.x + r.width / 2, r.y + r.height / 2 - 8}, "loading…", c.w.small(), Align::Center);
    return r;
  }
  const auto rows = static_cast<float>(matrix->shape[0]), cols = static_cast<float>(matrix->shape[1]);
  const float scale = std::min(r.width / cols, r.height / rows);
  const float dpr = std::max(c.input.dpr, 0.5f);
  const auto snap = [&](float x) { return std::round(x * dpr) / dpr; };
  const float w = std::max(snap(cols * scale), 2.f), h = std::max(snap(rows * scale), 2.f);
  const Rect place{snap(r.x + (r.width - w) / 2), snap(r.y + (r.height - h) / 2), w, h};
  const Colors colors = colors_of(c, slot, view, *matrix);
  const std::string name = std::to_string(slot_index) + "/" + slot.show.views[static_cast<std::size_t>(view)].key;
  c.maps.draw(ImGui::GetWindowDrawList(), name, *matrix, slot.version, place, colors, radius);

  ImGui::PushID(name.c_str());
  ImGui::SetCursorScreenPos(min_of(place));
  ImGui::InvisibleButton("matrix", {place.width, place.height});
  const ViewInfo& info = slot.show.views[static_cast<std::size_t>(view)];
  const float px = w / cols;
  const auto ring = [&](std::int64_t entry, ImU32 color, float least) {
    const float side = std::max(px, least), mx = place.x + (static_cast<float>(entry % matrix->shape[1]) + 0.5f) * px, my = place.y + (static_cast<float>(entry / matrix->shape[1]) + 0.5f) * px;
    ImGui::GetWindowDrawList()->AddRect({mx - side / 2 - 1, my - side / 2 - 1}, {mx + side / 2 + 1, my + side / 2 + 1}, color, 1, least > 0 ? 2.f : 1.f);
    return Rect{mx - side / 2, my - side / 2, side, side};
  };
  const auto name_of = [&](std::int64_t entry) { return "row " + std::to_string(entry / matrix->shape[1]) + ", column " + std::to_string(entry % matrix->shape[1]); };
  const bool hand = slot_index == 0 && hand_on(c, info);
  if (slot_index == 0)
    if (const std::int64_t moved = let_go(c, info); moved >= 0 && moved < static_cast<std::int64_t>(matrix->data.size())) ring(moved, c.theme().accent, 9);
  const auto pointed = c.w.pointed();
  if (hand || pointed) {
    const ImVec2 mouse = pointed.value_or(ImGui::GetIO().MousePos);
    const auto row =
        std::clamp<std::int64_t>(static_cast<std::int64_t>((mouse.y - place.y) / h * rows), 0, matrix->shape[0] - 1);
    const auto col =
        std::clamp<std::int64_t>(static_cast<std::int64_t>((mouse.x - place.x) / w * cols), 0, matrix->shape[1] - 1);
    const double value = matrix->data[static_cast<std::size_t>(row * matrix->shape[1] + col)];
    const std::int64_t under = row * matrix->shape[1] + col;
    const Held held = hand ? grasp(c, info, under, value, colors.high - colors.low, 160, place) : Held();
    if (held.entry >= 0) {
      const Rect ghost = ring(held.entry, IM_COL32_WHITE, 9);
      ImGui::GetWindowDrawList()->AddRectFilled(min_of(ghost), max_of(ghost), color_at(colors.map, std::clamp((held.value - colors.low) / (colors.high - colors.low), 0.0, 1.0)));
      grasp_label(c, info, name_of(held.entry));
    } else if (pointed) {
      ring(under, IM_COL32_WHITE, 0);
      c.w.readout(name_of(under) + "\n" + (std::isfinite(value) ? number(value) : std::string("not seen")));
    }
  }
  ImGui::PopID();
  return place;
}

void image_card(Context& c, int view, const Rect& r) {
  const ViewInfo& info = c.model.main().show.views[static_cast<std::size_t>(view)];
  c.w.card(r);
  const bool small = c.input.width < 600;
  const float pad = small ? 8 : kPad;
  Rect head = r;
  head.x += pad - kPad;
  const bool moves = view == believed_view(c.model);
  const std::string note = small ? "" : moves ? "step " + grouped(c.model.main().step()) : seen_share(c, view);
  ImGui::PushID(info.key.c_str());
  const float hold = hold_word(c, info, {r.x + r.width - pad, r.y + 12}, r.width < 260);
  ImGui::PopID();
  card_title(c, head, info.label, note, info.help, r.width - 2 * pad - hold);
  draw_matrix(c, 0, view,
              {r.x + pad, r.y + 36 - (small ? 4 : 0), r.width - 2 * pad, r.height - 36 + (small ? 4 : 0) - pad}, 5);
}

void matrix_card(Context& c, int view, const Rect& r) {
  const Slot& slot = c.model.main();
  const ViewInfo& info = slot.show.views[static_cast<std::size_t>(view)];
  c.w.card(r);
  const Series* matrix = slot.find(static_cast<std::uint32_t>(view));
  std::string shape;
  if (matrix && matrix->shape.size() == 2)
    shape = std::to_string(matrix->shape[0]) + " × " + std::to_string(matrix->shape[1]);
  ImGui::PushID(info.key.c_str());
  const float hold = hold_word(c, info, {r.x + r.width - kPad, r.y + 12}, r.width < 260);
  ImGui::PopID();
  card_title(c, r, info.label, shape, info.help, r.width - 2 * kPad - hold);
  draw_matrix(c, 0, view, {r.x + kPad, r.y + 36, r.width - 2 * kPad, r.height - 36 - 28}, 3);
  if (matrix) color_strip(c, colors_of(c, slot, view, *matrix), {r.x + kPad, r.y + r.height - 22, r.width - 2 * kPad, 3});
}

}  // namespace rankscope::ui
