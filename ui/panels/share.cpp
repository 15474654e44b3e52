// Handing the experiment on: a link, a command, the papers, a file.
#include <algorithm>

#include "ui/format.h"
#include "ui/panels/sheet.h"

namespace rankscope::ui {
namespace {

constexpr float kField = 58;

/// A text with what it is for and a button that copies it; returns the height.
float copied_row(Context& c, const char* id, const Rect& r, const char* name, const std::string& what, std::string& text, bool primary) {
  ImGui::PushID(id);
  ShareHold& hold = c.state.sharing;
  const bool done = hold.copied == id;
  const std::string label = done ? "Copied ✓" : std::string("Copy ") + name;
  const float button = c.w.button_width(std::string("Copy ") + name) + 8;
  float y = r.y;
  y += c.w.paragraph({r.x, y + 6}, what, c.w.muted(), r.width - button - 14) + 12;
  y = std::max(y, r.y + 40);
  if (c.w.button("copy", {r.x + r.width - button, r.y, button, 34}, label, primary && !done, done) && !text.empty()) {
    ImGui::SetClipboardText(text.c_str());
    hold.copied = id;
    c.model.dirty = true;
  }
  ImGui::SetCursorScreenPos({r.x, y});
  push_font(c.theme().regular, kSmall);
  ImGui::InputTextMultiline("##text", text.data(), text.size() + 1, {r.width, kField}, ImGuiInputTextFlags_ReadOnly | ImGuiInputTextFlags_WordWrap);
  ImGui::PopFont();
  ImGui::PopID();
  return y + kField + 18 - r.y;
}

}  // namespace

void open_share(Context& c) {
  c.state.overlay = Overlay::Share;
  c.state.sharing = {};
  c.state.sharing.step = c.model.main().step();
  c.model.share(false);
}

void share_sheet(Context& c) {
  sheet(c, "Share", 620, [&](const Rect& in) {
    Model& model = c.model;
    ShareHold& hold = c.state.sharing;
    Rect r = in;
    if (model.problem) r.y += c.w.paragraph({r.x, r.y}, model.problem->text(), {c.theme().warning}, r.width) + 12;
    if (c.w.toggle("moment", {r.x, r.y, r.width, 34}, hold.moment)) {
      hold.moment = !hold.moment, hold.copied.clear();
      model.share(hold.moment);
    }
    c.w.text({r.x, r.y + 2}, "At this moment, step " + grouped(hold.step), c.w.bold(), Align::Left, r.width - 50);
    c.w.text({r.x, r.y + 20}, hold.moment ? "Who opens it is taken there." : "Who opens it begins at step 0.", c.w.small(), Align::Left, r.width - 50);
    r.y += 50;
    if (!model.shared) {
      r.y += c.w.paragraph({r.x, r.y}, "…", c.w.muted(), r.width);
      return std::max(r.y - in.y + 8, c.state.sheet_height);
    }
    Shared& s = *model.shared;
    const std::string runs = model.comparing() ? ", with all " + std::to_string(model.slots().size()) + " runs" : "";
    r.y += copied_row(c, "link", r, "link", "The whole experiment" + runs + ": it opens in any browser, and gives the same numbers.", s.link, true);
    if (!s.left_out.empty()) {
      std::string names;
      for (const std::string& name : s.left_out) names += (names.empty() ? "" : ", ") + name;
      r.y -= 8;
      r.y += c.w.paragraph({r.x, r.y}, "Too large to travel in a link; send " + std::string(s.left_out.size() > 1 ? "them" : "it") + " along: " + names, {c.theme().warning}, r.width) + 14;
    }
    r.y += copied_row(c, "command", r, "command", std::string("For a terminal: ") + (model.comparing() ? "the first run" : "the same run") + " without a window, its curves as a file.", s.command, false);
    r.y += copied_row(c, "bibtex", r, "BibTeX", "The papers behind what is shown, for a list of references.", s.bibtex, false);
    const float save = c.w.button_width("Save .rankscope.json");
    const float words = c.w.paragraph({r.x, r.y + 6}, "The same as a file: drop it on the page, or open it in the window.", c.w.muted(), r.width - save - 14);
    if (c.w.button("save", {r.x + r.width - save, r.y, save, 34}, "Save .rankscope.json")) model.save();
    r.y += std::max(words + 12, 44.f);
    return r.y - in.y + 8;
  });
}

}  // namespace rankscope::ui
