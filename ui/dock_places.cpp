#include "ui/dock_places.h"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace rankscope::ui {
namespace {

constexpr float kWhole = 10000;

std::string id_of(const Panel& panel) { return panel.name.substr(panel.name.find("###") + 3); }

const Panel* find(const std::vector<Panel>& panels, const std::string& id) {
  const auto it = std::find_if(panels.begin(), panels.end(), [&](const Panel& p) { return id_of(p) == id; });
  return it == panels.end() ? nullptr : &*it;
}

const ImGuiWindow* window_of(const Panel& panel) { return ImGui::FindWindowByName(panel.name.c_str()); }

bool none(const DeskPlace& place) { return place.parts.empty() && place.panels.empty(); }

/// Places without a panel leave their room to what is beside them.
DeskPlace joined(bool side_by_side, int share, DeskPlace first, DeskPlace second) {
  if (none(first)) return second;
  if (none(second)) return first;
  return {{}, 0, side_by_side, share, {std::move(first), std::move(second)}};
}

DeskPlace place_of(const ImGuiDockNode& node, const std::vector<Panel>& panels) {
  if (node.IsSplitNode()) {
    const ImGuiDockNode &a = *node.ChildNodes[0], &b = *node.ChildNodes[1];
    const int axis = node.SplitAxis;
    const float both = a.Size[axis] + b.Size[axis];
    const float share = both > 0 ? (a.Size[axis] + 0.5f) / both : 0.5f;  // half a pixel more: sizes are cut to whole ones
    return joined(axis == ImGuiAxis_X, std::clamp(static_cast<int>(std::lround(kWhole * share)), 1, static_cast<int>(kWhole) - 1), place_of(a, panels), place_of(b, panels));
  }
  DeskPlace out;
  std::vector<const ImGuiWindow*> windows(node.Windows.begin(), node.Windows.end());
  if (node.TabBar) std::sort(windows.begin(), windows.end(), [](auto a, auto b) { return a->DockOrder < b->DockOrder; });
  for (const ImGuiWindow* w : windows) {
    const auto p = std::find_if(panels.begin(), panels.end(), [&](const Panel& panel) { return window_of(panel) == w; });
    if (p == panels.end()) continue;
    if (w->TabId == node.SelectedTabId) out.front = out.panels.size();
    out.panels.push_back(id_of(*p));
  }
  return out;
}

/// The place without what is not shown.
DeskPlace known(const DeskPlace& place, const std::vector<Panel>& panels, std::set<std::string>& left) {
  if (place.parts.size() == 2) return joined(place.side_by_side, place.share, known(place.parts[0], panels, left), known(place.parts[1], panels, left));
  DeskPlace out;
  for (std::size_t i = 0; i < place.panels.size(); ++i) {
    if (left.erase(place.panels[i]) == 0) continue;  // or a second time
    if (i == place.front) out.front = out.panels.size();
    out.panels.push_back(place.panels[i]);
  }
  return out;
}

/// The first place with a panel of this kind; null when there is none.
DeskPlace* home_for(DeskPlace& place, Home home, const std::vector<Panel>& panels) {
  for (DeskPlace& part : place.parts)
    if (DeskPlace* found = home_for(part, home, panels)) return found;
  const bool is = std::any_of(place.panels.begin(), place.panels.end(), [&](const std::string& id) { return find(panels, id)->home == home; });
  return is ? &place : nullptr;
}
DeskPlace& first_place(DeskPlace& place) { return place.parts.empty() ? place : first_place(place.parts[0]); }

/// Whether enough of a title bar is on some screen to be taken hold of.
bool in_reach(ImVec2 at, float width) {
  const auto holds = [&](ImVec2 from, ImVec2 size) {
    return std::min(at.x + width, from.x + size.x) - std::max(at.x, from.x) > 60 && at.y >= from.y && at.y + 20 < from.y + size.y;
  };
  const ImGuiViewport& window = *ImGui::GetMainViewport();
  const auto& monitors = ImGui::GetPlatformIO().Monitors;
  return holds(window.Pos, window.Size) || std::any_of(monitors.begin(), monitors.end(), [&](const ImGuiPlatformMonitor& m) { return holds(m.WorkPos, m.WorkSize); });
}

void fill(ImGuiID node, const DeskPlace& place, const std::vector<Panel>& panels) {
  if (place.parts.size() == 2) {
    ImGuiID second = 0;
    const ImGuiID first = ImGui::DockBuilderSplitNode(node, place.side_by_side ? ImGuiDir_Left : ImGuiDir_Up, static_cast<float>(place.share) / kWhole, nullptr, &second);
    fill(first, place.parts[0], panels);
    return fill(second, place.parts[1], panels);
  }
  std::vector<const Panel*> here;
  for (const std::string& id : place.panels) here.push_back(find(panels, id));
  dock_into(node, here, place.front);
}

}  // namespace

DeskLayout layout_of(ImGuiID root, const std::vector<Panel>& panels) {
  DeskLayout out;
  if (const ImGuiDockNode* node = ImGui::DockBuilderGetNode(root)) out.docked = place_of(*node, panels);
  const ImGuiViewport& screen = *ImGui::GetMainViewport();
  std::set<const ImGuiDockNode*> seen;
  for (const Panel& p : panels) {
    const ImGuiWindow* w = window_of(p);
    if (!w) continue;
    const ImGuiDockNode* node = w->DockNode ? ImGui::DockNodeGetRootNode(w->DockNode) : nullptr;
    if (node && (node->ID == root || !seen.insert(node).second)) continue;
    const ImVec2 at = node ? node->Pos : w->Pos, size = node ? node->Size : w->Size;
    const auto of = [](float x, float whole) { return static_cast<int>(std::lround(kWhole * x / std::max(whole, 1.f))); };
    DeskLayout::Afloat& one = out.afloat.emplace_back();
    one.rect = {of(at.x - screen.Pos.x, screen.Size.x), of(at.y - screen.Pos.y, screen.Size.y), std::max(of(size.x, screen.Size.x), 1), std::max(of(size.y, screen.Size.y), 1)};
    if (node) one.place = place_of(*node, panels);
    else one.place.panels = {id_of(p)};
  }
  return out;
}

void arrange_as(const DeskLayout& layout, ImGuiID root, const Rect& place, const std::vector<Panel>& panels) {
  std::set<std::string> left;
  for (const Panel& p : panels) left.insert(id_of(p));
  DeskPlace docked = known(layout.docked, panels, left);
  std::vector<DeskLayout::Afloat> afloat;
  for (const auto& [rect, there] : layout.afloat)
    if (DeskPlace some = known(there, panels, left); !none(some)) afloat.push_back({rect, std::move(some)});
  for (const Panel& p : panels) {
    if (left.count(id_of(p)) == 0) continue;
    DeskPlace* home = home_for(docked, p.home, panels);
    (home ? *home : first_place(docked)).panels.push_back(id_of(p));
  }
  ImGui::SetWindowFocus(nullptr);  // the panel that had it would come before others
  ImGui::DockBuilderRemoveNode(root);
  ImGui::DockBuilderAddNode(root, ImGuiDockNodeFlags_DockSpace);
  ImGui::DockBuilderSetNodePos(root, min_of(place));
  ImGui::DockBuilderSetNodeSize(root, {place.width, place.height});
  fill(root, docked, panels);
  ImGui::DockBuilderFinish(root);
  const ImGuiViewport& screen = *ImGui::GetMainViewport();
  for (const auto& [rect, there] : afloat) {
    const auto px = [](int share, float whole) { return std::round(static_cast<float>(share) / kWhole * whole); };
    // another window may be smaller, and another desk have no second screen: it floats where it can be taken hold of
    const ImVec2 size{std::clamp(px(rect[2], screen.Size.x), 120.f, screen.Size.x), std::clamp(px(rect[3], screen.Size.y), 90.f, screen.Size.y)};
    ImVec2 at{screen.Pos.x + px(rect[0], screen.Size.x), screen.Pos.y + px(rect[1], screen.Size.y)};
    if (!in_reach(at, size.x)) at = {screen.Pos.x + 40, screen.Pos.y + 40};
    if (there.panels.size() == 1) {  // a window of its own, without a node
      const char* name = find(panels, there.panels.front())->name.c_str();
      ImGui::DockBuilderDockWindow(name, 0);
      ImGui::SetWindowPos(name, at);
      ImGui::SetWindowSize(name, size);
      continue;
    }
    const ImGuiID node = ImGui::DockBuilderAddNode(0, ImGuiDockNodeFlags_None);
    ImGui::DockBuilderSetNodePos(node, at);
    ImGui::DockBuilderSetNodeSize(node, size);
    fill(node, there, panels);
    ImGui::DockBuilderFinish(node);
  }
}

void dock_into(ImGuiID node, const std::vector<const Panel*>& panels, std::size_t front) {
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const char* name = panels[i]->name.c_str();
    ImGui::DockBuilderDockWindow(name, node);
    if (ImGuiWindow* window = ImGui::FindWindowByName(name)) window->DockOrder = static_cast<short>(i);
    else if (ImGuiWindowSettings* known = ImGui::FindWindowSettingsByID(ImHashStr(name))) known->DockOrder = static_cast<short>(i);
  }
  ImGuiDockNode* place = ImGui::DockBuilderGetNode(node);
  if (place && !place->SelectedTabId && !panels.empty()) place->SelectedTabId = ImHashStr("#TAB", 0, ImHashStr(panels[front]->name.c_str()));
}

}  // namespace rankscope::ui
