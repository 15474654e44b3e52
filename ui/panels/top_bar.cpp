// The name, where one is, and what one can do with all of it; on a phone most of it is behind one button.
#include <algorithm>
#include <iterator>

#include "ui/panels/panels.h"

namespace rankscope::ui {
namespace {

constexpr float kRow = 32;

/// A menu of rows under `under`; the body draws them with `row(label, on)`, which says whether it was pressed.
template <class F>
void menu(Context& c, const char* id, const Rect& under, float width, std::size_t rows, F body) {
  const float line = c.w.coarse() ? 42 : kRow;
  const float x = std::clamp(under.x + under.width - width, 8.f, std::max(8.f, c.input.width - width - 8));
  const float height = std::min(line * static_cast<float>(rows) + 12, c.input.height - under.y - under.height - 24);
  ImGui::SetNextWindowPos({x, under.y + under.height + 6});
  ImGui::SetNextWindowSize({width, height});
  if (!ImGui::BeginPopup(id, ImGuiWindowFlags_NoMove)) return;
  float y = ImGui::GetWindowPos().y + 6 - ImGui::GetScrollY();
  int index = 0;
  body([&](const std::string& label, bool on) {
    ImGui::PushID(index++);
    const bool pressed = c.w.check_row("row", {ImGui::GetWindowPos().x + 5, y, width - 10, line}, label, on);
    ImGui::PopID();
    y += line;
    return pressed;
  });
  ImGui::SetCursorScreenPos({x, y});
  ImGui::Dummy({1, 6});
  ImGui::EndPopup();
}

template <class Row>
void map_rows(Context& c, Row row) {
  for (const char* name : kMaps) {
    const bool on = map_named(c.model.look.map) == map_named(name);
    if (row(std::string("Colours: ") + name, on)) choose_map(c.model, name);
  }
}

void views_menu(Context& c, const char* id, const Rect& under) {
  const Show& show = c.model.main().show;
  menu(c, id, under, 270, show.views.size() + std::size(kMaps), [&](auto row) {
    const std::vector<ViewInfo> views = show.views;
    for (const ViewInfo& v : views) {
      const auto& shown = c.model.shown();
      const bool on = std::find(shown.begin(), shown.end(), v.key) != shown.end();
      if (row(v.label, on)) c.model.show_view(v.key, !on);
      c.w.tip(v.help);
    }
    map_rows(c, row);
  });
}

template <class Row>
void export_rows(Context& c, Row row) {
  if (row(std::string("Curves as CSV"), false)) c.model.export_as("csv"), ImGui::CloseCurrentPopup();
  if (row(std::string("Completion as CSV"), false)) c.model.export_as("completion"), ImGui::CloseCurrentPopup();
  if (row(std::string("Document as JSON"), false)) c.model.save(), ImGui::CloseCurrentPopup();
}

}  // namespace

void choose_map(Model& model, std::string_view name) {
  if (map_named(model.look.map) == map_named(name)) return;
  model.note("Colours " + std::string(name));
  model.look.map = name == kMaps[0] ? "" : name;
  model.dirty = true;
}

void maps_menu(Context& c, const char* id, const Rect& under) {
  menu(c, id, under, 200, std::size(kMaps), [&](auto row) { map_rows(c, row); });
}

void top_bar(Context& c, const Rect& r) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(min_of(r), max_of(r), c.theme().background);
  list->AddLine({r.x, r.y + r.height - 0.5f}, {r.x + r.width, r.y + r.height - 0.5f}, c.theme().border);
  const bool phone = r.width < 900;
  const float y = r.y + (r.height - 32) / 2, text_y = r.y + (r.height - 16) / 2;
  float x = r.x + 18;
  x += c.w.text({x, text_y - 1}, "Rank", {c.theme().text, kMedium, true});
  x += c.w.text({x, text_y - 1}, "scope", {c.theme().accent, kMedium, true}) + 14;
  Model& model = c.model;
  State& s = c.state;
  float right = r.x + r.width - (phone ? 12 : 18);
  const auto place = [&](float w) {
    right -= w;
    const Rect out{right, y, w, 32};
    right -= 8;
    return out;
  };
  const Rect theme_place = place(34);
  const bool dark = c.theme().dark;
  if (c.w.button("theme", theme_place, dark ? "☀" : "☾")) c.host.theme(!dark);
  c.w.tip(dark ? "Light" : "Dark");

  if (phone) {
    const Rect more = place(40);
    if (c.w.button("more", more, "⋮")) ImGui::OpenPopup("more");
    const Rect pictures = place(c.w.button_width("Gallery"));
    if (c.w.button("gallery", pictures, "Gallery")) s.overlay = Overlay::Gallery;
    bool views = false;
    menu(c, "more", more, 230, model.can_compare() ? 13 : 12, [&](auto row) {
      if (row("Pin this run", false)) model.pin(), ImGui::CloseCurrentPopup();
      if (row("Runs…", model.comparing())) s.overlay = Overlay::Runs, ImGui::CloseCurrentPopup();
      if (row("Share…", false)) open_share(c), ImGui::CloseCurrentPopup();
      if (row("Reset", false)) model.reset(), ImGui::CloseCurrentPopup();
      if (row("New seed, now " + std::to_string(model.main().document.seed), false))
        model.reseed(model.main().document.seed + 1);
      if (row(std::string("Speed ") + kSpeeds[model.speed()].label, false))
        model.set_speed((model.speed() + 1) % static_cast<int>(std::size(kSpeeds)));
      if (model.can_compare() && row("Compare", model.comparing())) {
        model.compare(!model.comparing());
        ImGui::CloseCurrentPopup();
      }
      if (row("Ranks…", false)) open_lens(c), ImGui::CloseCurrentPopup();
      if (row("Data…", false)) s.overlay = Overlay::Data, ImGui::CloseCurrentPopup();
      if (row("Views…", false)) views = true, ImGui::CloseCurrentPopup();
      export_rows(c, row);
    });
    if (views) ImGui::OpenPopup("views");
    views_menu(c, "views", more);
    return;
  }
  const float gallery_width = c.w.button_width("Gallery");
  if (c.w.button("gallery", {x, y, gallery_width, 32}, "Gallery")) s.overlay = Overlay::Gallery;
  x += gallery_width + 14;

  const Rect exports = place(c.w.button_width("Export"));
  if (c.w.button("export", exports, "Export")) ImGui::OpenPopup("exports");
  menu(c, "exports", exports, 200, 3, [&](auto row) { export_rows(c, row); });
  const Rect data = place(c.w.button_width("Data…"));
  if (c.w.button("data", data, "Data…")) s.overlay = Overlay::Data;
  c.w.tip("Your own matrix");
  const Rect views = place(c.w.button_width("Views"));
  if (c.w.button("views", views, "Views")) ImGui::OpenPopup("views menu");
  c.w.tip("Which views stand on this page");
  views_menu(c, "views menu", views);
  if (model.can_compare()) {
    const Rect compare = place(c.w.button_width("Compare"));
    if (c.w.button("compare", compare, "Compare", false, model.comparing())) model.compare(!model.comparing());
    c.w.tip(model.comparing() ? "Back to one run" : "The study's other runs beside this one");
  }
  const Rect ranks = place(c.w.button_width("Ranks"));
  if (c.w.button("ranks", ranks, "Ranks")) open_lens(c);
  c.w.tip("Every notion of rank of what this run computes, or of a file");
  const Rect share = place(c.w.button_width("Share"));
  if (c.w.button("share", share, "Share") && !model.main().show.views.empty()) open_share(c);
  c.w.tip("A link, a command, the papers");
  const Rect runs = place(c.w.button_width("Runs"));
  if (c.w.button("runs", runs, "Runs", false, model.comparing())) s.overlay = Overlay::Runs;
  c.w.tip("The runs beside this one; ladders and seeds");
  const Rect pin = place(c.w.button_width("Pin"));
  if (c.w.button("pin", pin, "Pin")) model.pin();
  c.w.tip(model.can_pin() ? "Keep this run beside, as it is, and go on with a copy" : "Nine runs stand here: remove one to pin another");
  std::string crumb = model.title();
  if (crumb != model.main().show.title) crumb += " › " + model.main().show.title;
  if (const PresetRow* row = model.preset()) {
    const std::string variant =
        model.main().document.variant.empty() ? row->runs.front() : model.main().document.variant;
    crumb = row->title + " › " + variant + (model.changed() ? ", changed" : "");
  }
  if (right - x > 80) c.w.text({x, text_y}, crumb, c.w.muted(), Align::Left, right - x - 12);
}

}  // namespace rankscope::ui
