// A mode tree: bars at its nodes, the spectrum of the modes under each node on the edge above it, the truth's beside it as marks. Where a
// parameter takes the tree, its leaves can be dragged.
#include <algorithm>
#include <cmath>

#include "ui/format.h"
#include "ui/mode_tree.h"
#include "ui/panels/panels.h"

namespace rankscope::ui {
namespace {

constexpr std::size_t kBars = 10;
constexpr float kWidest = 92, kNarrowest = 30;

/// A row of a {n, m} part without the gaps at its end.
std::span<const double> row_of(const Series* s, int node) {
  if (!s || s->shape.size() != 2 || node >= s->shape[0]) return {};
  const auto width = static_cast<std::size_t>(s->shape[1]);
  std::span<const double> row(s->data.data() + static_cast<std::size_t>(node) * width, width);
  while (!row.empty() && !std::isfinite(row.back())) row = row.first(row.size() - 1);
  return row;
}

double highest(std::initializer_list<const Series*> parts) {
  double high = 0;
  for (const Series* s : parts)
    if (s)
      for (const double x : s->data)
        if (std::isfinite(x)) high = std::max(high, x);
  return high > 0 ? high : 1;
}

std::string list_of(const std::vector<int>& modes) {
  std::string out;
  for (const int m : modes) (out += out.empty() ? "" : ", ") += std::to_string(m + 1);
  return (modes.size() == 1 ? "mode " : "modes ") + out;
}

std::string first_of(std::span<const double> row) {
  std::string out;
  for (std::size_t i = 0; i < std::min<std::size_t>(row.size(), 6); ++i) (out += out.empty() ? "" : "  ") += number(row[i]);
  return out + (row.size() > 6 ? "  …" : "");
}

void bars(Context& c, const Rect& r, std::span<const double> row, std::span<const double> ghosts, double high, ImU32 color) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const std::size_t count = std::min(std::max(row.size(), ghosts.size()), kBars);
  if (count == 0) return;
  const float floor = std::round(r.y + r.height), pitch = std::min(r.width / static_cast<float>(count), 13.f), w = std::max(std::floor(pitch * 0.72f), 1.f);
  const float left = r.x + (r.width - pitch * static_cast<float>(count)) / 2;
  const auto top = [&](double y) { return floor - static_cast<float>(std::clamp(y / high, 0.0, 1.0)) * r.height; };
  list->AddLine({r.x, floor + 0.5f}, {r.x + r.width, floor + 0.5f}, c.theme().border);
  for (std::size_t i = 0; i < count; ++i) {
    const float x = std::round(left + pitch * (static_cast<float>(i) + 0.5f) - w / 2);
    if (i < row.size() && floor - top(row[i]) >= 0.5f) list->AddRectFilled({x, top(row[i])}, {x + w, floor}, color, 1);
    if (i < ghosts.size() && ghosts[i] > high * 1e-3) list->AddLine({x - 1.5f, top(ghosts[i])}, {x + w + 1.5f, top(ghosts[i])}, c.theme().text, 1.25f);
  }
}

/// The tree with this leaf moved, as the value of the view's parameter. The parameter it depends on comes last: until then whatever
/// is written in it is not looked at.
void take_tree(Context& c, const std::string& key, const std::string& text) {
  const auto params = c.model.main().show.params;  // a copy: a change may be answered, and the declaration replaced, at once
  const Param* p = find(params, key);
  if (!p) return;
  c.model.set(p->key, text);
  const Param* on = find(params, p->relevant.key);
  if (!on || p->relevant.values.empty()) return;
  const auto& settings = c.model.main().document.settings;
  const auto now = settings.find(on->key);
  const auto& values = p->relevant.values;
  if (now != settings.end() && std::find(values.begin(), values.end(), rankscope::to_text(now->second)) != values.end()) return;
  if (const auto value = parse(*on, values.front())) c.model.set(on->key, *value);
}

}  // namespace

void tree_card(Context& c, int view, const Rect& r) {
  const Slot& main = c.model.main();
  const auto index = static_cast<std::uint32_t>(view);
  const ViewInfo info = main.show.views[index];
  c.w.card(r);
  card_title(c, r, info.label, info.unit, info.help, r.width - 2 * kPad);
  const Series *measured = main.find(index), *edges = main.find(index, Part::Edges), *target = main.find(index, Part::Target), *parents = main.find(index, Part::Parents),
               *modes = main.find(index, Part::Modes);
  const auto tree = parents && modes ? mode_tree(parents->data, modes->data) : std::nullopt;
  if (!tree) return;
  ImGui::PushID(info.key.c_str());

  const auto spots = lay_out(*tree);
  const auto leaves = modes_under(*tree, tree->root).size();
  float levels = 1;
  for (const Spot& s : spots) levels = std::max(levels, s.y > 0 ? 1 / s.y : 1.f);  // the lowest inner node stands one level over the leaves
  float lowest = 0;
  for (const Spot& s : spots)
    if (s.y < 1) lowest = std::max(lowest, s.y);
  levels = std::round(1 / (1 - lowest));
  const float column = (r.width - 2 * kPad) / static_cast<float>(leaves), box = std::min(column * 0.86f, kWidest);
  const bool leaf_bars = std::any_of(spots.begin(), spots.end(), [&](const Spot& s) { return s.y == 1 && !row_of(measured, static_cast<int>(&s - spots.data())).empty(); });
  const float leaf = c.w.coarse() ? 36.f : 24.f;  // a finger's
  const float box_height = std::clamp((r.height - 100) / (levels * 2 + 1.5f), 22.f, 44.f), foot = leaf + (leaf_bars ? box_height + 4 : 0);
  const float top = r.y + 44 + box_height / 2, bottom = r.y + r.height - 34 - foot;
  const auto at = [&](int i) {
    const Spot& s = spots[static_cast<std::size_t>(i)];
    return ImVec2{std::round(r.x + kPad + s.x * (r.width - 2 * kPad)), std::round(top + s.y * (bottom - top))};
  };
  const double node_high = highest({measured}), edge_high = highest({edges, target});
  const ImU32 quiet = with_alpha(c.theme().muted, 0.75f);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const bool drawable = box >= kNarrowest;
  const auto inner = [&](int i) { return tree->nodes[static_cast<std::size_t>(i)].mode < 0; };
  const auto count = static_cast<int>(spots.size());

  // The spectrum of an edge stands over its lower end, and the line comes down to it; in a low card it has no number under it.
  const float between = (bottom - top) / levels - box_height;
  const bool numbered = between >= 50;
  const float line = numbered ? 16.f : 0.f, chart = std::clamp(between - 24 - line, 0.f, 40.f);
  const bool room = drawable && chart >= 10;
  for (int i = 0; i < count; ++i) {
    const int up = tree->nodes[static_cast<std::size_t>(i)].parent;
    if (up < 0) continue;
    const auto row = row_of(edges, i), ghosts = row_of(target, i);
    const bool charted = room && !row.empty();
    const ImVec2 p = at(i), from{at(up).x, at(up).y + box_height / 2};
    const ImVec2 to{p.x, p.y - (inner(i) ? box_height / 2 : 0) - (charted ? chart + 10 + line : 0)};
    const float half = std::round((from.y + to.y) / 2) + 0.5f;
    const ImVec2 way[] = {from, {from.x, half}, {to.x, half}, to};
    list->AddPolyline(way, 4, c.theme().faint, 1.25f);
    if (!charted) continue;
    const float under = p.y - (inner(i) ? box_height / 2 : 0) - 6, w = box * 0.8f;
    const Rect place{p.x - w / 2, under - chart - line, w, chart + line};
    bars(c, {place.x, place.y, w, chart}, row, ghosts, edge_high, quiet);
    std::string rank = number(effective_rank(row));
    if (!ghosts.empty() && w > 56) rank += " of " + number(effective_rank(ghosts));
    if (numbered) c.w.text({p.x, place.y + chart + 2}, rank, {c.theme().muted, 11}, Align::Center);
    ImGui::PushID(i);
    std::string words = list_of(modes_under(*tree, i)) + " against the rest\nsingular values " + first_of(row) + "\neffective rank " + number(effective_rank(row));
    if (!ghosts.empty()) words += "\nthe target's " + number(effective_rank(ghosts)) + ": " + first_of(ghosts);
    c.w.readout_at(place, words);
    ImGui::PopID();
  }

  const bool editable = !info.edits.empty() && find(main.show.params, info.edits);
  HeldLeaf& held = c.state.leaf;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  int onto = -1;
  if (held.view == info.key) {
    float nearest = column * column * 0.6f + 900;
    for (int i = 0; i < count; ++i) {
      const ImVec2 p = at(i);
      const float far = (p.x - mouse.x) * (p.x - mouse.x) + (p.y - mouse.y) * (p.y - mouse.y);
      if (i != held.node && far < nearest) nearest = far, onto = i;
    }
  }
  std::string drawn;
  for (int i = 0; i < count; ++i) {
    const ImVec2 p = at(i);
    const auto row = row_of(measured, i);
    ImGui::PushID(i);
    if (inner(i)) {
      const float w = drawable ? box : 10, h = drawable && !row.empty() ? box_height : 10;
      const Rect place{p.x - w / 2, p.y - h / 2, w, h};
      list->AddRectFilled(min_of(place), max_of(place), c.theme().raised, 5);
      if (onto == i) list->AddRect(min_of(place), max_of(place), c.theme().accent, 5, 2.f);
      if (drawable) bars(c, {place.x + 7, place.y + 5, w - 14, h - 10}, row, {}, node_high, c.theme().accent);
      c.w.readout_at(place, list_of(modes_under(*tree, i)) + (row.empty() ? "" : "\n" + first_of(row)));
    } else {
      const bool here = held.view == info.key && held.node == i;
      const std::string name = std::to_string(tree->nodes[static_cast<std::size_t>(i)].mode + 1), words = "mode " + name;
      const std::string& label = c.w.width(words, c.w.small()) + 16 < column ? words : name;
      const float w = std::min(std::max(c.w.width(label, c.w.small()) + 16, c.w.coarse() ? 44.f : 0.f), column - 2);
      const Rect pill{p.x - w / 2, p.y, w, leaf};
      if (editable) c.state.grips.push_back(pill);
      c.w.press("leaf", pill);
      const bool over = ImGui::IsItemHovered();
      if (editable && ImGui::IsItemActive() && ImGui::IsMouseDragging(0, 4)) held = {info.key, i};
      if (here && !ImGui::IsItemActive()) {
        if (onto >= 0) drawn = to_text(move_leaf(*tree, i, onto));
        held = {};
      }
      if (here) c.w.no_readout();
      c.w.readout(words + (row.empty() ? "" : "\n" + first_of(row)) + (editable ? "\nDrag it onto another node to change the tree" : ""));
      list->AddRectFilled(min_of(pill), max_of(pill), over && editable ? c.theme().raised : c.theme().background, leaf / 2);
      list->AddRect(min_of(pill), max_of(pill), onto == i ? c.theme().accent : c.theme().border, leaf / 2, onto == i ? 2.f : 1.f);
      c.w.text({p.x, p.y + leaf / 2 - 8}, label, here ? Ink{c.theme().faint, kSmall} : Ink{c.theme().text, kSmall}, Align::Center);
      if (leaf_bars && drawable) bars(c, {p.x - box / 2 + 7, p.y + leaf + 6, box - 14, box_height - 6}, row, {}, node_high, c.theme().accent);
    }
    ImGui::PopID();
  }
  if (held.view == info.key) {
    const ImVec2 over{mouse.x, mouse.y - 18};  // where a finger does not hide it
    list->AddCircleFilled(over, 11, c.theme().accent);
    c.w.text({over.x, over.y - 8}, std::to_string(tree->nodes[static_cast<std::size_t>(held.node)].mode + 1), {c.theme().on_accent, kSmall, true}, Align::Center);
  }

  float x = r.x + kPad;
  const float y = r.y + r.height - 26;
  const bool narrow = r.width < 420;
  const auto entry = [&](const char* words, auto sign) {
    sign(x, y + 8), c.w.text({x + 14, y}, words, c.w.small());
    x += c.w.width(words, c.w.small()) + (narrow ? 24.f : 34.f);
  };
  if (measured) entry("at a node", [&](float a, float m) { list->AddRectFilled({a, m - 4}, {a + 8, m + 5}, c.theme().accent, 1); });
  if (edges && room) entry(!numbered ? "singular values" : narrow ? "singular values, eff. rank" : "singular values, effective rank", [&](float a, float m) { list->AddRectFilled({a, m - 4}, {a + 8, m + 5}, quiet, 1); });
  if (target && room) entry("target", [&](float a, float m) { list->AddLine({a - 1, m}, {a + 10, m}, c.theme().text, 1.25f); });
  if (!drawn.empty() && drawn != to_text(*tree)) take_tree(c, info.edits, drawn);
  ImGui::PopID();
}

}  // namespace rankscope::ui
