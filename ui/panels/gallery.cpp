// All studies, a card each; and the dialogue for a matrix of one's own.
#include <algorithm>

#include "ui/format.h"
#include "ui/panels/sheet.h"

namespace rankscope::ui {
namespace {

std::string shape_text(const FileInfo& f) {
  std::string out;
  for (const std::int64_t n : f.shape) out += (out.empty() ? "" : " × ") + grouped(n);
  return out;
}

}  // namespace

void gallery(Context& c) {
  const std::vector<PresetRow> presets = c.model.catalog().presets;
  std::vector<std::string> groups;  // in the order of the table
  for (const PresetRow& p : presets)
    if (std::find(groups.begin(), groups.end(), p.group) == groups.end()) groups.push_back(p.group);
  sheet(c, "Gallery", 860, [&](const Rect& r) {
    const std::size_t columns = r.width > 620 ? 2 : 1;
    const float w = (r.width - kGap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
    const auto height = [&](const PresetRow& p) {
      return 14 + c.w.paragraph({0, 0}, p.title, {0, kMedium, true}, w - 32, false) +
             c.w.paragraph({0, 0}, p.sentence, c.w.body(), w - 32, false) +
             c.w.paragraph({0, 0}, p.cite, {0, 11}, w - 32, false) + 30;
    };
    const auto card = [&](const PresetRow& p, const Rect& place) {
      const bool pressed = c.w.press(p.key.c_str(), place);
      if (!ImGui::IsRectVisible(min_of(place), max_of(place)) && !pressed) return;
      const bool over = ImGui::IsItemHovered(), here = c.model.main().document.study == p.key;
      ImDrawList* list = ImGui::GetWindowDrawList();
      list->AddRectFilled(min_of(place), max_of(place), over ? c.theme().raised : c.theme().card, kRadius);
      list->AddRect({place.x + 0.5f, place.y + 0.5f}, {place.x + w - 0.5f, place.y + place.height - 0.5f},
                    over || here ? c.theme().accent : c.theme().border, kRadius);
      float line = place.y + 14;
      line += c.w.paragraph({place.x + 16, line}, p.title, {c.theme().text, kMedium, true}, w - 32) + 4;
      line += c.w.paragraph({place.x + 16, line}, p.sentence, {c.theme().text}, w - 32) + 6;
      c.w.paragraph({place.x + 16, line}, p.cite, {c.theme().muted, 11}, w - 32);
      if (pressed && !(c.w.coarse() && ImGui::IsMouseDragging(0, 6))) {
        c.model.open("{\"study\":\"" + p.key + "\"}", true);
        c.state.overlay = Overlay::None;
        c.host.scroll_to(0);
      }
    };
    float y = r.y + 4;
    for (const std::string& group : groups) {
      std::vector<const PresetRow*> mine;
      for (const PresetRow& p : presets)
        if (p.group == group) mine.push_back(&p);
      if (!group.empty()) y += c.w.paragraph({r.x, y}, group, {c.theme().muted, kBody, true}, r.width) + 6;
      for (std::size_t i = 0; i < mine.size(); i += columns) {
        const std::size_t end = std::min(mine.size(), i + columns);
        float tall = 0;
        for (std::size_t j = i; j < end; ++j) tall = std::max(tall, height(*mine[j]));
        for (std::size_t j = i; j < end; ++j) card(*mine[j], {r.x + static_cast<float>(j - i) * (w + kGap), y, w, tall});
        y += tall + kGap;
      }
      y += kGap;
    }
    return y - r.y + 8;
  });
}

void data_dialogue(Context& c) {
  sheet(c, "Your own matrix", 560, [&](const Rect& r) {
    Model& model = c.model;
    float y = r.y;
    y += c.w.paragraph({r.x, y},
                       "Drop a file anywhere here, or choose one. Entries that are missing, not a number, or "
                       "not in a list of "
                       "row, column, value are what the network has to find. Your file never leaves this computer.",
                       c.w.body(), r.width) +
         8;
    std::string formats;
    for (const std::string& f : model.catalog().formats) formats += (formats.empty() ? "" : ", ") + f;
    y += c.w.paragraph({r.x, y}, formats, c.w.muted(), r.width) + 10;
    const float choose = c.w.button_width("Choose a file");
    if (c.w.button("choose", {r.x, y, choose, 34}, "Choose a file", !model.file)) {
      std::string accept;
      for (const std::string& f : model.catalog().formats) accept += (accept.empty() ? "" : ",") + f;
      c.host.open_file(accept);
    }
    y += 50;
    if (model.file) {
      const FileInfo f = *model.file;
      c.w.text({r.x, y}, f.name, c.w.bold(), Align::Left, r.width);
      y += 22;
      std::string what = shape_text(f) + (f.form == "triplets" ? ", " + grouped(f.entries) + " entries listed" : "");
      if (f.gaps > 0) what += ", " + grouped(f.gaps) + " of them missing";
      y += c.w.paragraph({r.x, y}, what, c.w.muted(), r.width) + 12;
      const std::vector<InputInfo> inputs = model.main().show.inputs;
      const auto chosen = [&](const InputInfo& i) { return i.key == c.state.input; };  // of another system, perhaps
      if (!inputs.empty() && std::none_of(inputs.begin(), inputs.end(), chosen)) c.state.input = inputs.front().key;
      if (!inputs.empty()) {
        c.w.text({r.x, y}, "Use it as", c.w.bold());
        y += 22;
        for (std::size_t i = 0; i < std::min<std::size_t>(inputs.size(), 3); ++i, y += 32) {
          if (c.w.check_row(inputs[i].key.c_str(), {r.x - 10, y, r.width, 30}, inputs[i].label,
                            c.state.input == inputs[i].key))
            c.state.input = inputs[i].key;
          c.w.tip(inputs[i].help);
        }
      }
      y += 10;
      y += c.w.paragraph({r.x, y},
                         f.gaps > 0 || f.form == "triplets"
                             ? "Its gaps are what the network has to find."
                             : "It has no gaps: a part of its entries is hidden, and the network has to find them.",
                         c.w.muted(), r.width) +
           14;
      const float start = c.w.button_width("Start") + 20;
      if (c.w.button("start", {r.x, y, start, 34}, "Start", true)) {
        model.use_file(c.state.input);
        c.state.overlay = Overlay::None;
        c.host.scroll_to(0);
      }
      if (f.form == "dense" && f.gaps == 0) {
        const float ranks = c.w.button_width("Look at its ranks");
        if (c.w.button("ranks", {r.x + start + 10, y, ranks, 34}, "Look at its ranks")) {
          model.look_through(true, f.name);
          c.state.overlay = Overlay::Lens;
        }
      }
      y += 48;
    }
    if (model.problem) {
      const float h = c.w.paragraph({0, 0}, model.problem->text(), c.w.body(), r.width - 30, false) + 20;
      ImGui::GetWindowDrawList()->AddRectFilled({r.x, y}, {r.x + r.width, y + h}, c.theme().card, kRadius);
      ImGui::GetWindowDrawList()->AddRectFilled({r.x + 8, y + 10}, {r.x + 11, y + h - 10}, c.theme().warning, 1.5f);
      c.w.paragraph({r.x + 22, y + 10}, model.problem->text(), c.w.body(), r.width - 30);
      y += h + 12;
    }
    return y - r.y + 8;
  });
}

}  // namespace rankscope::ui
