#include "ui/dock.h"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "ui/dock_panels.h"
#include "ui/dock_places.h"
#include "ui/menus.h"
#include "ui/panels/panels.h"

namespace rankscope::ui {
namespace {

constexpr float kSide = 292, kRunBar = 56, kHandle = 34;

class Dock final : public Arrangement {
 public:
  explicit Dock(Desk& desk) : desk_(desk) {
    ImGuiIO& io = ImGui::GetIO();
    io.ConfigFlags |= ImGuiConfigFlags_DockingEnable;
    menus_.fixtures = fixtures();
  }

  void style(const Theme& t) override {
    ImGuiStyle& s = ImGui::GetStyle();
    const auto color = [&](ImGuiCol which, ImU32 value) { s.Colors[which] = ImGui::ColorConvertU32ToFloat4(value); };
    for (const ImGuiCol col :
         {ImGuiCol_MenuBarBg, ImGuiCol_Tab, ImGuiCol_TabDimmed, ImGuiCol_TitleBg, ImGuiCol_TitleBgActive,
          ImGuiCol_TitleBgCollapsed, ImGuiCol_DockingEmptyBg, ImGuiCol_Separator})
      color(col, t.background);
    for (const ImGuiCol col : {ImGuiCol_TabSelected, ImGuiCol_TabDimmedSelected}) color(col, t.card);
    for (const ImGuiCol col : {ImGuiCol_TabHovered, ImGuiCol_Header, ImGuiCol_HeaderHovered, ImGuiCol_HeaderActive,
                               ImGuiCol_ButtonHovered, ImGuiCol_ButtonActive})
      color(col, t.raised);
    for (const ImGuiCol col :
         {ImGuiCol_TabSelectedOverline, ImGuiCol_CheckMark, ImGuiCol_SeparatorHovered, ImGuiCol_SeparatorActive})
      color(col, t.accent);
    color(ImGuiCol_TabDimmedSelectedOverline, t.border);
    color(ImGuiCol_ResizeGripHovered, with_alpha(t.accent, 0.3f));
    color(ImGuiCol_ResizeGripActive, with_alpha(t.accent, 0.6f));
    color(ImGuiCol_DockingPreview, with_alpha(t.accent, 0.35f));
    color(ImGuiCol_Button, 0), color(ImGuiCol_ResizeGrip, 0);
    s._NextFrameFontSizeBase = kBody * kLineHeight;
    s.DockingSeparatorSize = kGap;
    s.TabRounding = 6, s.TabBorderSize = 0, s.TabBarBorderSize = 0, s.TabBarOverlineSize = 2;
    s.WindowTitleAlign = {0, 0.5f}, s.WindowMenuButtonPosition = ImGuiDir_None;
  }

  void draw(Context& outer) override {
    Input wide = outer.input;
    wide.width = 1280;  // panels are as wide as they are: the window's width chooses no form of theirs
    Context c{outer.host, outer.model, outer.maps, outer.volumes, outer.w, outer.state, wide};
    const ImGuiViewport& v = *ImGui::GetMainViewport();
    const Rect screen = screen_of(v);
    ImGui::SetNextWindowViewport(v.ID);
    ImGui::SetNextWindowPos(v.Pos);
    ImGui::SetNextWindowSize(v.Size);
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {10, 14});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
    ImGui::Begin("##desk", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_MenuBar | ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoDocking |
                     ImGuiWindowFlags_NoNavFocus);
    menu_keys(c, desk_, menus_);
    menu_bar(c, desk_, menus_);
    ImGui::PopStyleVar(2);
    const float bar = ImGui::GetCurrentWindow()->MenuBarHeight;
    ImGui::GetWindowDrawList()->AddLine({screen.x, screen.y + bar - 0.5f},
                                        {screen.x + screen.width, screen.y + bar - 0.5f}, c.theme().border);
    Rect middle{screen.x, screen.y + bar, screen.width, std::max(screen.height - bar - kRunBar, 80.f)};
    run_bar(c, {screen.x, screen.y + screen.height - kRunBar, screen.width, kRunBar});
    const float banner = c.state.overlay == Overlay::None ? trouble_banner(c, middle) : 0;
    middle.height -= banner;
    middle = inset(middle, kGap);
    if (const float legend = legend_height(c, middle.width); legend > 0) {
      legend_card(c, {middle.x, middle.y, middle.width, legend});
      middle.y += legend + kGap, middle.height = std::max(middle.height - legend - kGap, 40.f);
    }

    if (menus_.reset_layout && c.model.comparing()) c.model.remove_all();  // the pictures have places, too
    const std::vector<Panel> panels = panels_of(c, menus_.fixtures);
    const ImGuiID root = ImGui::GetID("dock");
    const bool ready = !c.model.main().show.views.empty();
    if (ready) settle(c, root, middle, panels);
    if (ready && !settling_ && !menus_.reset_layout) follow(c, root, middle, panels);
    if (settling_ > 0) --settling_, c.model.dirty = true;  // a scroll bar has the height that its panel had a frame ago
    if (ready) menus_.reset_layout = false;
    ImGui::SetCursorScreenPos(min_of(middle));
    // the gaps between the cards are the ground; they light up where they can be dragged
    ImGui::PushStyleColor(ImGuiCol_Border, c.theme().background);
    ImGui::DockSpace(root, {middle.width, middle.height},
                     ImGuiDockNodeFlags_NoWindowMenuButton | ImGuiDockNodeFlags_NoCloseButton);
    ImGui::PopStyleColor();
    if (!ready)
      c.w.text({screen.x + screen.width / 2, screen.y + screen.height / 2}, c.model.problem ? "" : "loading…",
               c.w.muted(), Align::Center);
    ImGui::End();

    float places = banner;
    if (ready)
      for (const Panel& p : panels) places += show(c, p, root, panels);
    if (places != places_) places_ = places, c.model.dirty = true;  // docking settles over several frames
    menu_sheets(c, desk_, menus_);
  }

 private:
  /// Other panels than a frame ago stand as usual if those did, and so do another study's, unless they were left otherwise: they would pile up where
  /// one of them stood before.
  void settle(Context& c, ImGuiID root, const Rect& middle, const std::vector<Panel>& panels) {
    const Document& document = c.model.main().document;
    const std::string study = document.study.empty() ? document.system : document.study;
    std::string names;
    for (const Panel& p : panels) names += p.name + "\n";
    const bool first = study_.empty(), usual = now_ == usual_, compared = std::exchange(comparing_, c.model.comparing()) || comparing_;
    const bool other = study != study_ && names != names_, more = names != names_ && usual && !compared;
    if (other && usual) left_.erase(names_);
    if (other && !usual) left_[names_] = now_;
    study_ = study, names_ = names;
    if (!menus_.reset_layout && (first ? remembered(panels) : !other && !more)) return;
    settling_ = 3;
    const auto left = left_.find(names);
    const auto layout = left == left_.end() || menus_.reset_layout ? std::nullopt : decode_layout(left->second);
    arranged_ = !layout;
    if (!layout) return arrange(c, root, middle, panels);
    forget_hidden(panels);
    arrange_as(*layout, root, middle, panels);
  }

  /// A layout that came with a link is made; the one that stands is what a link is to have, unless it is the usual one.
  void follow(Context& c, ImGuiID root, const Rect& middle, const std::vector<Panel>& panels) {
    std::string& wanted = c.model.look.layout;
    if (wanted != told_ && !wanted.empty()) {
      if (const auto layout = decode_layout(wanted)) {
        forget_hidden(panels);
        arrange_as(*layout, root, middle, panels), settling_ = 3;
        told_ = wanted, arranged_ = false;
        return;
      }
      c.host.say("The window's layout in this document cannot be read; the panels stay where they are.");
    }
    const std::string now = encode(layout_of(root, panels));
    const bool as_usual = now_ == usual_ && (middle.width != middle_.width || middle.height != middle_.height);  // only the window has another size
    if (std::exchange(arranged_, false) || as_usual) usual_ = now;
    now_ = now, middle_ = middle;
    wanted = told_ = now == usual_ ? "" : now;
  }

  /// The node a new panel joins: where one of its kind stands, else the largest.
  ImGuiID home_of(const Panel& panel, ImGuiID root, const std::vector<Panel>& panels) const {
    for (const Panel& p : panels)
      if (p.home == panel.home && &p != &panel)
        if (const ImGuiWindow* w = ImGui::FindWindowByName(p.name.c_str()); w && w->DockNode) return w->DockId;
    ImGuiID best = root;
    float room = 0;
    for (const Panel& p : panels)
      if (const ImGuiWindow* w = ImGui::FindWindowByName(p.name.c_str()); w && w->DockNode && w->DockNode->HostWindow)
        if (const ImVec2 s = w->DockNode->Size; s.x * s.y > room) room = s.x * s.y, best = w->DockId;
    return best;
  }

  /// One panel's window; returns a number that changes when it moves.
  float show(Context& c, const Panel& p, ImGuiID root, const std::vector<Panel>& panels) {
    ImGui::SetNextWindowDockID(home_of(p, root, panels), ImGuiCond_FirstUseEver);
    ImGui::SetNextWindowSize({460, 320}, ImGuiCond_FirstUseEver);
    const ImGuiWindow* known = ImGui::FindWindowByName(p.name.c_str());
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, known && !known->DockIsActive ? 1.f : 0.f);
    bool open = true;
    const bool seen =
        ImGui::Begin(p.name.c_str(), &open,
                     ImGuiWindowFlags_NoCollapse | ImGuiWindowFlags_NoFocusOnAppearing |
                         (p.scrolls ? 0 : ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse));
    ImGui::PopStyleVar();
    ImGuiWindow* window = ImGui::GetCurrentWindow();
    ImGuiDockNode* node = window->DockNode;
    if (node) {
      // a panel that has its place to itself is a card with its own name; several in one place are tabs
      const bool alone = node->Windows.Size == 1 && !node->IsFloatingNode();
      const ImGuiDockNodeFlags flags =
          alone ? node->LocalFlags | ImGuiDockNodeFlags_NoTabBar : node->LocalFlags & ~ImGuiDockNodeFlags_NoTabBar;
      if (flags != node->LocalFlags) node->SetLocalFlags(flags), c.model.dirty = true;
    }
    const bool bare = node && node->IsNoTabBar();
    if (seen) {
      const ImVec2 at = ImGui::GetCursorScreenPos(), room = ImGui::GetContentRegionAvail();
      c.state.named = !bare;
      if (room.x > 40 && room.y > 40) p.draw(c, {at.x, at.y, room.x, room.y});
      c.state.named = false;
      if (bare) handle(c, window, node);
    }
    const float place =
        window->Pos.x * 3 + window->Pos.y * 5 + window->Size.x * 7 + window->Size.y * 11 + (bare ? 1.f : 0.f);
    ImGui::End();
    if (!open && p.shown) *p.shown = false;
    if (!open && !p.view.empty()) c.model.show_view(p.view, false);
    return place;
  }

  /// A card's title is what it is dragged by; a short bar over it says so.
  void handle(Context& c, ImGuiWindow* window, ImGuiDockNode* node) {
    const Rect top{window->Pos.x, window->Pos.y, window->Size.x, kHandle};
    const bool over = ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem) &&
                      ImGui::IsMouseHoveringRect(min_of(top), max_of(top)) &&
                      ImGui::GetMouseCursor() != ImGuiMouseCursor_Hand;  // the hand is of what can be pressed there
    if (over && ImGui::IsMouseClicked(0)) held_ = window->ID;
    if (!ImGui::IsMouseDown(0)) held_ = 0;
    if (over || held_ == window->ID) {
      const float x = top.x + top.width / 2;
      ImGui::GetWindowDrawList()->AddRectFilled({x - 18, top.y + 4}, {x + 18, top.y + 7}, c.theme().faint, 1.5f);
    }
    if (held_ != window->ID || !ImGui::IsMouseDragging(0)) return;
    held_ = 0;
    ImGui::ClearActiveID();
    // ImGui docks what is held by the bar that a pulled-out window has: lower than the title
    float& grip = ImGui::GetIO().MouseClickedPos[0].y;
    grip = std::min(grip, window->Pos.y + 10);
    ImGui::StartMouseMovingWindowOrNode(window, node, true);
  }

  /// Whether all of them stood somewhere when the window was closed.
  static bool remembered(const std::vector<Panel>& panels) {
    return std::all_of(panels.begin(), panels.end(), [](const Panel& p) { return ImGui::FindWindowSettingsByID(ImHashStr(p.name.c_str())); });
  }

  /// What is hidden now, and where it stood: it must not come back to a place that is no more.
  static void forget_hidden(const std::vector<Panel>& panels) {
    ImGuiContext& g = *ImGui::GetCurrentContext();
    const auto shown = [&](ImGuiID id) {
      return std::any_of(panels.begin(), panels.end(), [&](const Panel& p) { return ImHashStr(p.name.c_str()) == id; });
    };
    for (ImGuiWindow* w : g.Windows)
      if (std::string_view(w->Name).find("###") != std::string_view::npos && !shown(w->ID))
        ImGui::ClearWindowSettings(w->Name);
    for (ImGuiWindowSettings* w = g.SettingsWindows.begin(); w; w = g.SettingsWindows.next_chunk(w))
      if (!shown(w->ID)) w->WantDelete = true;
  }

  /// The layout one starts from: the page's first screen. Rows that do not fit become tabs of the rows above.
  void arrange(Context& c, ImGuiID root, const Rect& place, const std::vector<Panel>& panels) {
    forget_hidden(panels);
    ImGui::DockBuilderRemoveNode(root);
    ImGui::DockBuilderAddNode(root, ImGuiDockNodeFlags_DockSpace);
    ImGui::DockBuilderSetNodePos(root, min_of(place));
    ImGui::DockBuilderSetNodeSize(root, {place.width, place.height});
    ImGuiID right = root;
    const bool low = place.height < 560;
    const float share = std::clamp((study_words(c, {0, 0, kSide - 24, 0}, false) + 30) / place.height, 0.2f, 0.55f);
    ImGuiID words = ImGui::DockBuilderSplitNode(root, ImGuiDir_Left, kSide / place.width, nullptr, &right),
            parameters = words;
    if (!low) words = ImGui::DockBuilderSplitNode(words, ImGuiDir_Up, share, nullptr, &parameters);
    dock_into(words, all_of(panels, Home::Words));
    dock_into(parameters, all_of(panels, Home::Parameters));

    struct Row {
      std::vector<Home> homes;
      float least, wanted;
    };
    const auto has = [&](Home home) { return !all_of(panels, home).empty(); };
    // without pictures the numbers stand side by side, and a landscape without theorems has the curves beside it
    const Row top = has(Home::Pictures) ? Row{{Home::Pictures, Home::Numbers}, 170, 216} : Row{{Home::Numbers}, 90, 106};
    const bool curves_beside = has(Home::Landscapes) && !has(Home::Claims);
    const Row theorems{{Home::Landscapes, curves_beside ? Home::Curves : Home::Claims}, 260, has(Home::Landscapes) ? 420.f : 270.f};
    std::vector<Row> rows;
    for (const Row& row :
         {top, theorems, Row{{Home::Spectrum, Home::Bars}, 180, 240}, Row{{Home::Tensors}, 230, 320}, Row{{Home::Curves}, 150, 190}, Row{{Home::Matrices}, 170, 220}}) {
      const bool taken = curves_beside && row.homes.front() == Home::Curves;
      if (!taken && (has(row.homes.front()) || has(row.homes.back()))) rows.push_back(row);
    }
    float wanted = 0, least = 0;
    std::size_t fit = 0;
    for (; fit < rows.size() && (fit == 0 || least + rows[fit].least <= place.height); ++fit)
      least += rows[fit].least, wanted += rows[fit].wanted;
    ImGuiID rest = right;
    float left = place.height;
    std::vector<ImGuiID> first(rows.size());
    for (std::size_t i = 0; i < fit; ++i) {
      ImGuiID here = rest;
      if (i + 1 < fit) here = ImGui::DockBuilderSplitNode(rest, ImGuiDir_Up, rows[i].wanted / wanted, nullptr, &rest);
      const float height = left * rows[i].wanted / wanted;
      wanted -= rows[i].wanted, left -= height;
      first[i] = fill_row(here, rows[i].homes, place.width - kSide, height, panels);
    }
    for (std::size_t i = fit; i < rows.size(); ++i)
      for (const Home home : rows[i].homes) dock_into(first[fit - 1], all_of(panels, home));
    ImGui::DockBuilderFinish(root);
  }

  static std::vector<const Panel*> all_of(const std::vector<Panel>& panels, Home home) {
    std::vector<const Panel*> out;
    for (const Panel& p : panels)
      if (p.home == home) out.push_back(&p);
    return out;
  }

  /// Cells side by side, left to right; returns the first.
  ImGuiID fill_row(ImGuiID node, const std::vector<Home>& homes, float width, float height,
                   const std::vector<Panel>& panels) {
    struct Cell {
      std::vector<const Panel*> panels;
      float width;
    };
    std::vector<Cell> cells;
    for (const Home home : homes) {
      const std::vector<const Panel*> mine = all_of(panels, home);
      const bool square = home == Home::Pictures || home == Home::Matrices,
                 charts = home == Home::Curves || home == Home::Claims || home == Home::Tensors;
      const float w = square                     ? height - 26
                      : home == Home::Bars       ? std::min(250.f, width * 0.32f)
                      : home == Home::Landscapes ? std::min(height * 1.2f, width * 0.6f)
                      : charts                   ? 300
                                                 : 210;
      std::size_t most = 1;
      if (square || charts) {
        float room = width - (home == Home::Pictures ? 190.f : 0.f);
        for (const Cell& cell : cells) room -= cell.width;
        most = std::max<std::size_t>(1, static_cast<std::size_t>(room / std::max(std::min(w, 220.f) * 0.85f, 120.f)));
      }
      for (std::size_t i = 0; i < mine.size(); ++i) {
        if (i < most) cells.push_back({{}, home == Home::Spectrum ? width - 250 : w});
        cells.back().panels.push_back(mine[i]);
      }
    }
    float total = 0;
    for (const Cell& cell : cells) total += cell.width;
    const bool alike = std::all_of(cells.begin(), cells.end(), [&](const Cell& cell) { return cell.width == cells[0].width; });
    if (total < width && alike)
      for (Cell& cell : cells) cell.width = width / static_cast<float>(cells.size());
    else if (total < width)
      cells.back().width += width - total;
    total = std::max(total, width);
    ImGuiID first = 0;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      ImGuiID here = node;
      if (i + 1 < cells.size())
        here = ImGui::DockBuilderSplitNode(node, ImGuiDir_Left, std::clamp(cells[i].width / total, 0.1f, 0.9f), nullptr,
                                           &node);
      total -= cells[i].width;
      if (!first) first = here;
      dock_into(here, cells[i].panels);
      if (i == 0 && homes.front() == Home::Pictures) ImGui::DockBuilderDockWindow(kCompared, here);
    }
    return first;
  }

  Desk& desk_;
  MenuState menus_;
  int settling_ = 0;  ///< frames until places are as they stay
  ImGuiID held_ = 0;  ///< window whose title is pressed
  float places_ = 0;
  std::string study_, names_;       ///< whose panels stand, and which
  bool comparing_ = false;          ///< a frame ago
  std::map<std::string, std::string> left_;  ///< layouts that were not the usual ones, by the panels' names
  std::string now_, usual_, told_;  ///< layouts: that stands, that is made where nothing is remembered, that the model was told
  Rect middle_{};                   ///< of the dock space when now_ was read
  bool arranged_ = false;           ///< the usual layout has just been made
};

}  // namespace

std::unique_ptr<Arrangement> dock(Desk& desk) { return std::make_unique<Dock>(desk); }

}  // namespace rankscope::ui
