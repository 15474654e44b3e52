#include "ui/menus.h"

#include <imgui_internal.h>

#include <algorithm>

#include "ui/panels/sheet.h"

namespace rankscope::ui {
namespace {

struct Shortcut {
  const char* keys;
  const char* what;
};

constexpr Shortcut kShortcuts[] = {
    {"Ctrl+O", "Open data: a matrix or a picture"},
    {"Ctrl+Shift+O", "Open a run document"},
    {"Ctrl+S", "Save the run document"},
    {"Ctrl+E", "Export the curves as CSV"},
    {"Ctrl+L", "Share: a link, a command, the papers"},
    {"Ctrl+R", "The runs: pin, ladders, seeds"},
    {"Ctrl+Q", "Quit"},
    {"Space", "Play or pause"},
    {"Left, Right", "One step back, one step on"},
    {"Shift+Left, Right", "To the event before, to the next event"},
    {"Home, End", "To step 0, to the last recorded step"},
    {"J, K, L", "Play backwards, pause, play"},
    {"Ctrl+Z", "Undo; with Shift, or Ctrl+Y: redo"},
    {"R", "Reset: back to step 0 with the same seed"},
    {"N", "New seed: back to step 0 with another seed"},
    {"Ctrl+G", "Gallery of studies"},
    {"F11", "Full screen, and back"},
    {"F1", "These keys"},
};

constexpr const char* kHandling[] = {
    "Drag a panel by its title: to an edge of another to stand beside it, onto its middle to share its place, or out "
    "of the window.",
    "Drag the gap between two panels to share the room differently. View › Reset layout brings the first one back.",
    "Drop data or a run document anywhere on the window.",
    "Double-click a parameter's value to type it. Rest the pointer on a name to read what it means.",
};

void open_data(Context& c) {
  c.state.overlay = Overlay::Data;
  c.model.dirty = true;
}

void export_items(Context& c) {
  if (ImGui::MenuItem("Curves as CSV", "Ctrl+E")) c.model.export_as("csv");
  if (ImGui::MenuItem("Completion as CSV")) c.model.export_as("completion");
}

void file_menu(Context& c, Desk& desk) {
  const bool ready = !c.model.main().show.views.empty();
  if (ImGui::MenuItem("Gallery…", "Ctrl+G")) c.state.overlay = Overlay::Gallery;
  if (ImGui::MenuItem("Open data…", "Ctrl+O")) open_data(c);
  if (ImGui::MenuItem("Ranks…", nullptr, false, ready)) open_lens(c);
  if (ImGui::MenuItem("Open run document…", "Ctrl+Shift+O")) desk.open_document();
  ImGui::Separator();
  if (ImGui::MenuItem("Save run document…", "Ctrl+S", false, ready)) c.model.save();
  if (ImGui::MenuItem("Share…", "Ctrl+L", false, ready)) open_share(c);
  if (ImGui::BeginMenu("Export", ready)) {
    export_items(c);
    ImGui::EndMenu();
  }
  ImGui::Separator();
  if (ImGui::MenuItem("Quit", "Ctrl+Q")) desk.quit();
}

void run_menu(Context& c) {
  Model& model = c.model;
  const bool ready = !model.main().show.views.empty(), running = model.running();
  if (ImGui::MenuItem(running ? "Pause" : "Play", "Space", false, ready)) model.play(!running);
  if (ImGui::MenuItem("Play backwards", "J", false, ready)) model.play_back();
  if (ImGui::MenuItem("One step", "Right", false, ready)) model.step(1);
  if (ImGui::MenuItem("One step back", "Left", false, ready)) model.step(-1);
  if (ImGui::MenuItem("Next event", "Shift+Right", false, ready)) model.to_event(false);
  if (ImGui::MenuItem("Event before", "Shift+Left", false, ready)) model.to_event(true);
  ImGui::Separator();
  const Undo& undo = model.undone();
  if (ImGui::MenuItem((undo.can_undo() ? "Undo: " + undo.undo_text() + "###undo" : std::string("Undo###undo")).c_str(), "Ctrl+Z", false, undo.can_undo())) model.undo();
  if (ImGui::MenuItem((undo.can_redo() ? "Redo: " + undo.redo_text() + "###redo" : std::string("Redo###redo")).c_str(), "Ctrl+Shift+Z", false, undo.can_redo())) model.redo();
  ImGui::Separator();
  if (ImGui::MenuItem("Reset", "R", false, ready)) model.reset();
  if (ImGui::MenuItem("New seed", "N", false, ready)) model.reseed(model.main().document.seed + 1);
  ImGui::Separator();
  if (ImGui::MenuItem("Pin this run", nullptr, false, model.can_pin())) model.pin();
  if (ImGui::MenuItem("Runs, ladders, seeds…", "Ctrl+R", false, ready)) c.state.overlay = Overlay::Runs;
  ImGui::Separator();
  if (ImGui::BeginMenu("Speed")) {
    for (int i = 0; i < static_cast<int>(std::size(kSpeeds)); ++i)
      if (ImGui::MenuItem(kSpeeds[i].label, nullptr, model.speed() == i)) model.set_speed(i);
    if (ImGui::MenuItem("Slow motion around events", nullptr, model.look.slow_at_events)) model.slow_at_events(!model.look.slow_at_events);
    ImGui::EndMenu();
  }
}

void views_of(Context& c, const char* name, std::initializer_list<Kind> kinds) {
  const std::vector<ViewInfo> views = c.model.main().show.views;
  const auto belongs = [&](const ViewInfo& v) { return std::find(kinds.begin(), kinds.end(), v.kind) != kinds.end(); };
  if (std::none_of(views.begin(), views.end(), belongs) || !ImGui::BeginMenu(name)) return;
  ImGui::PushItemFlag(ImGuiItemFlags_AutoClosePopups, false);  // several are shown or hidden in a row
  for (const ViewInfo& v : views) {
    if (!belongs(v)) continue;
    const auto& shown = c.model.shown();
    const bool on = std::find(shown.begin(), shown.end(), v.key) != shown.end();
    if (ImGui::MenuItem((v.label + "###" + v.key).c_str(), nullptr, on)) c.model.show_view(v.key, !on);
    c.w.tip(v.help);
  }
  ImGui::PopItemFlag();
  ImGui::EndMenu();
}

void view_menu(Context& c, Desk& desk, MenuState& state) {
  Model& model = c.model;
  for (Fixture& f : state.fixtures) ImGui::MenuItem(f.title, nullptr, &f.shown);
  views_of(c, "Curves", {Kind::Scalar});
  views_of(c, "Spectra", {Kind::Spectrum});
  views_of(c, "Theorems", {Kind::Claim, Kind::Landscape});
  views_of(c, "Tensors", {Kind::Tensor, Kind::Components, Kind::Tree});
  views_of(c, "Pictures and matrices", {Kind::Image, Kind::Matrix});
  ImGui::Separator();
  if (ImGui::MenuItem("Compare the study's runs", nullptr, model.comparing(), model.can_compare())) model.compare(!model.comparing());
  if (ImGui::MenuItem(c.theme().dark ? "Light" : "Dark")) c.host.theme(!c.theme().dark);
  if (ImGui::MenuItem("Full screen", "F11")) desk.full_screen();
  ImGui::Separator();
  if (ImGui::MenuItem("Reset layout")) state.reset_layout = true;
  ImGui::Separator();
  if (ImGui::BeginMenu("Colours")) {
    for (const char* name : kMaps)
      if (ImGui::MenuItem(name, nullptr, map_named(model.look.map) == map_named(name))) choose_map(model, name);
    ImGui::EndMenu();
  }
}

std::string crumb(const Model& model) {
  const PresetRow* row = model.preset();
  if (!row)
    return model.title() == model.main().show.title ? model.title() : model.title() + " › " + model.main().show.title;
  const std::string& named = model.main().document.variant;
  return row->title + " › " + (named.empty() ? row->runs.front() : named) + (model.changed() ? ", changed" : "");
}

}  // namespace

void menu_bar(Context& c, Desk& desk, MenuState& state) {
  if (!ImGui::BeginMenuBar()) return;
  const ImVec2 at = ImGui::GetWindowPos();
  const float height = ImGui::GetCurrentWindow()->MenuBarHeight, text_y = at.y + (height - 16) / 2;
  const float brand = c.w.text({at.x + 18, text_y - 1}, "Rank", {c.theme().text, kMedium, true});
  const float scope = c.w.text({at.x + 18 + brand, text_y - 1}, "scope", {c.theme().accent, kMedium, true});
  ImGui::SetCursorPosX(18 + brand + scope + 10);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {6, 6});
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {10, 6});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {12, 9});
  const auto menu = [&](const char* name, auto body) {
    if (!ImGui::BeginMenu(name)) return;
    body();
    ImGui::EndMenu();
  };
  menu("File", [&] { file_menu(c, desk); });
  menu("Run", [&] { run_menu(c); });
  menu("View", [&] { view_menu(c, desk, state); });
  menu("Help", [&] {
    if (ImGui::MenuItem("Keys and handling", "F1")) state.sheet = MenuState::Sheet::Shortcuts;
    if (ImGui::MenuItem("About Rankscope")) state.sheet = MenuState::Sheet::About;
  });
  ImGui::PopStyleVar(3);
  const float left = ImGui::GetCursorScreenPos().x + 10;
  float right = at.x + ImGui::GetWindowWidth() - 18;
  Model& model = c.model;
  const auto button = [&](const char* id, const char* label, bool lit, const char* help) {
    const float w = c.w.button_width(label);
    right -= w;
    const bool pressed = c.w.button(id, {right, text_y - 7, w, 30}, label, false, lit);
    c.w.tip(help);
    right -= 8;
    return pressed;
  };
  if (model.can_compare() && button("compare", "Compare", model.comparing(), model.comparing() ? "Back to one run" : "The study's other runs beside this one"))
    model.compare(!model.comparing());
  if (!model.main().show.views.empty()) {
    if (button("share", "Share", false, "A link, a command, the papers")) open_share(c);
    if (button("runs", "Runs", model.comparing(), "The runs beside this one; ladders and seeds")) c.state.overlay = Overlay::Runs;
    if (button("pin", "Pin", false, "Keep this run beside, as it is, and go on with a copy")) model.pin();
  }
  right -= 6;
  const std::string notice = desk.notice(), words = notice.empty() ? crumb(model) : notice;
  const Ink ink{notice.empty() ? c.theme().muted : c.theme().accent};
  if (right - left > 80)
    c.w.text({std::max(right - c.w.width(words, ink), left), text_y}, words, ink, Align::Left, right - left);
  ImGui::EndMenuBar();
}

void menu_keys(Context& c, Desk& desk, MenuState& state) {
  const auto pressed = [](ImGuiKeyChord chord) {
    return ImGui::Shortcut(chord, ImGuiInputFlags_RouteGlobal | ImGuiInputFlags_RouteOverFocused);
  };
  const bool ready = !c.model.main().show.views.empty();
  if (pressed(ImGuiMod_Ctrl | ImGuiKey_Q)) desk.quit();
  if (pressed(ImGuiKey_F11)) desk.full_screen();
  if (pressed(ImGuiKey_F1)) state.sheet = MenuState::Sheet::Shortcuts;
  if (pressed(ImGuiMod_Ctrl | ImGuiKey_O)) open_data(c);
  if (pressed(ImGuiMod_Ctrl | ImGuiMod_Shift | ImGuiKey_O)) desk.open_document();
  if (pressed(ImGuiMod_Ctrl | ImGuiKey_G)) c.state.overlay = Overlay::Gallery;
  if (ready && pressed(ImGuiMod_Ctrl | ImGuiKey_S)) c.model.save();
  if (ready && pressed(ImGuiMod_Ctrl | ImGuiKey_E)) c.model.export_as("csv");
  if (ready && pressed(ImGuiMod_Ctrl | ImGuiKey_L)) open_share(c);
  if (ready && pressed(ImGuiMod_Ctrl | ImGuiKey_R)) c.state.overlay = Overlay::Runs;
}

void menu_sheets(Context& c, const Desk& desk, MenuState& state) {
  if (state.sheet == MenuState::Sheet::None) return;
  if (c.state.overlay == Overlay::None) c.state.overlay = Overlay::Words;
  if (c.state.overlay != Overlay::Words) {
    state.sheet = MenuState::Sheet::None;
    return;
  }
  const bool keys = state.sheet == MenuState::Sheet::Shortcuts;
  sheet(c, keys ? "Keys and handling" : "About Rankscope", 620, [&](const Rect& r) {
    float y = r.y;
    if (keys) {
      for (const Shortcut& s : kShortcuts) {
        c.w.text({r.x, y}, s.keys, c.w.bold());
        c.w.text({r.x + 130, y}, s.what, c.w.body());
        y += 26;
      }
      y += 10;
      for (const char* line : kHandling) y += c.w.paragraph({r.x, y}, line, c.w.muted(), r.width) + 6;
    } else {
      for (const std::string& line : desk.about()) y += c.w.paragraph({r.x, y}, line, c.w.body(), r.width) + 8;
    }
    return y - r.y + 8;
  });
  if (c.state.overlay == Overlay::None) state.sheet = MenuState::Sheet::None;
}

}  // namespace rankscope::ui
