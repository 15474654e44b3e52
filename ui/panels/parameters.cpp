// All parameters from their declaration, in groups. Later groups that would restart the run, and are as they were, are
// folded.
#include <algorithm>
#include <utility>

#include "ui/panels/panels.h"
#include "ui/panels/parameter_rows.h"

namespace rankscope::ui {
namespace {

constexpr float kGroup = 36;
constexpr std::size_t kFirst = 5;  // parameters shown on a phone before "All parameters"
constexpr std::size_t kOpen = 2;   // groups that are open in any case

struct Group {
  std::string name;
  std::vector<Param> rows;
  bool open = true;
};

/// The parameters that matter now. Copies: a change may be answered, and the declaration replaced, while they are
/// drawn.
std::vector<Group> groups_of(const Context& c) {
  const Slot& slot = c.model.main();
  const Settings& settings = slot.document.settings;
  std::vector<std::string> given;
  for (const auto& [key, ref] : slot.document.inputs) given.push_back(key);
  std::vector<Group> out;
  for (const Param& p : slot.show.params) {
    if (!settings.count(p.key) || !relevant(slot.show.params, p, settings, given)) continue;
    if (out.empty() || out.back().name != p.group) out.push_back({p.group, {}, out.size() < kOpen});
    out.back().rows.push_back(p);
    if (p.when == When::Live || settings.at(p.key) != p.initial) out.back().open = true;
  }
  for (Group& g : out)
    if (const auto it = c.state.open_groups.find(g.name); it != c.state.open_groups.end()) g.open = it->second;
  return out;
}

std::size_t count(const std::vector<Group>& groups) {
  std::size_t n = 0;
  for (const Group& g : groups) n += g.rows.size();
  return n;
}

bool short_form(const Context& c) { return c.input.width < 600; }

/// Walks the rows with their places: f(group, parameter or nullptr for its name, place). Returns the height.
template <class F>
float walk(const Context& c, const Rect& r, const std::vector<Group>& groups, F f) {
  if (short_form(c) && !c.state.all_parameters) {
    float y = r.y;
    std::size_t left = kFirst;
    for (const Group& g : groups)
      for (const Param& p : g.rows) {
        if (left == 0) return y - r.y;
        --left;
        const float h = row_height(c, p);
        f(g, &p, Rect{r.x, y, r.width, h});
        y += h;
      }
    return y - r.y;
  }
  const bool halves = !short_form(c) && c.input.width < 900;
  const float width = halves ? (r.width - 32) / 2 : r.width;
  float y[2] = {r.y, r.y};
  for (const Group& g : groups) {
    const int column = halves && y[1] < y[0] ? 1 : 0;
    const float x = r.x + static_cast<float>(column) * (width + 32);
    const auto place = [&](float h) { return Rect{x, std::exchange(y[column], y[column] + h), width, h}; };
    f(g, nullptr, place(kGroup));
    if (!g.open) continue;
    for (const Param& p : g.rows) f(g, &p, place(row_height(c, p)));
  }
  return std::max(y[0], y[1]) - r.y;
}

void group_name(Context& c, const Group& g, const Rect& place) {
  std::string name = g.name;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char x) { return x >= 'a' && x <= 'z' ? static_cast<char>(x - 32) : x; });
  const float reach = c.w.width(name, {0, 11, true}) + 26;  // the words and the arrow, not the whole line
  if (c.w.press(g.name.c_str(), {place.x, place.y + 6, reach, place.height - 6})) c.state.open_groups[g.name] = !g.open;
  const ImU32 color = ImGui::IsItemHovered() ? c.theme().text : c.theme().muted;
  const float w = c.w.text({place.x, place.y + 13}, name, {color, 11, true});
  if (!g.open || ImGui::IsItemHovered())
    c.w.text({place.x + w + 7, place.y + 14}, g.open ? "▼" : "▶", {c.theme().faint, 8});
}

}  // namespace

float parameters_height(Context& c, float width) {
  const auto groups = groups_of(c);
  const float height = walk(c, {0, 0, width, 0}, groups, [](const Group&, const Param*, const Rect&) {});
  return height + (short_form(c) && count(groups) > kFirst ? 44 : 0);
}

void parameters(Context& c, const Rect& r) {
  const Settings settings = c.model.main().document.settings;
  const auto groups = groups_of(c);
  const float height = walk(c, r, groups, [&](const Group& g, const Param* p, const Rect& place) {
    const bool typed = p && c.state.typing == p->key;
    if (!ImGui::IsRectVisible(min_of(place), max_of(place)) && !ImGui::GetIO().NavVisible && !typed) return;
    if (!p) return group_name(c, g, place);
    ImGui::PushID(p->key.c_str());
    draw_row(c, *p, settings.at(p->key), place);
    ImGui::PopID();
  });
  if (short_form(c) && count(groups) > kFirst &&
      c.w.button("all", {r.x, r.y + height + 6, r.width, 36},
                 c.state.all_parameters ? "Fewer parameters" : "All parameters"))
    c.state.all_parameters = !c.state.all_parameters;
}

}  // namespace rankscope::ui
