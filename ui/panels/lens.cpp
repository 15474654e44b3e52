// The rank lens: every notion of rank of one array beside the spectra it is read from, with one threshold over all of them.
#include <algorithm>
#include <cmath>

#include "ui/format.h"
#include "ui/panels/sheet.h"

namespace rankscope::ui {
namespace {

constexpr float kLabel = 160;     // width of a notion's name
constexpr float kSpectrum = 168;  // height of a spectrum's card
constexpr int kLeast = -15;       // log10 of the smallest threshold
constexpr const char* kColours = "?channel=rgb";

std::string size_text(const std::vector<std::int64_t>& shape) {
  std::string out;
  for (const std::int64_t d : shape) out += (out.empty() ? "" : " × ") + grouped(d);
  return out;
}

struct Source {
  bool file;
  std::string name;  ///< or the view's key
  const std::string* label;
};

/// What can be looked at: matrices and tensors of the run, and files.
std::vector<Source> sources(const Model& model) {
  std::vector<Source> out;
  for (const ViewInfo& v : model.main().show.views)
    if (v.kind == Kind::Tensor || v.kind == Kind::Matrix || v.kind == Kind::Image) out.push_back({false, v.key, &v.label});
  for (const FileInfo& file : model.files) {
    if (file.form != "dense") continue;
    out.push_back({true, file.name, &file.name});
    if (file.name.ends_with(".png") || file.name.ends_with(".jpg") || file.name.ends_with(".jpeg")) out.push_back({true, file.name + kColours, &file.name});
  }
  return out;
}

void chooser(Context& c, const Rect& r) {
  LensModel& lens = c.model.lens;
  const std::vector<Source> all = sources(c.model);
  const auto label = [](const Source& s) { return s.name.ends_with(kColours) ? *s.label + ", in colours" : *s.label; };
  std::string now = "Choose";
  for (const Source& s : all)
    if (s.file == lens.file && s.name == lens.source) now = label(s);
  if (c.w.button("source", r, now)) ImGui::OpenPopup("sources");
  const ImVec2 arrow{r.x + r.width - 18, r.y + r.height / 2 + 2.5f};
  ImGui::GetWindowDrawList()->AddTriangleFilled({arrow.x - 5, arrow.y - 5}, {arrow.x + 5, arrow.y - 5}, arrow, c.theme().muted);
  const float line = c.w.coarse() ? 42.f : 32.f, width = std::max(r.width, 240.f);
  ImGui::SetNextWindowPos({r.x, r.y + r.height + 4});
  ImGui::SetNextWindowSize({width, std::min(line * static_cast<float>(all.size()) + 12, c.input.height - r.y - r.height - 24)});
  if (!ImGui::BeginPopup("sources", ImGuiWindowFlags_NoMove)) return;
  float y = ImGui::GetWindowPos().y + 6 - ImGui::GetScrollY();
  const Source* chosen = nullptr;
  for (const Source& s : all) {
    ImGui::PushID(s.file);
    if (c.w.check_row(s.name.c_str(), {r.x + 5, y, width - 10, line}, label(s), s.file == lens.file && s.name == lens.source)) chosen = &s;
    ImGui::PopID();
    y += line;
  }
  ImGui::SetCursorScreenPos({r.x, y});
  ImGui::Dummy({1, 6});
  if (chosen) ImGui::CloseCurrentPopup();
  ImGui::EndPopup();
  if (chosen) c.model.look_through(chosen->file, chosen->name);
}

/// What is looked at, and the threshold; returns its height.
float head(Context& c, const Rect& r) {
  LensModel& lens = c.model.lens;
  const bool phone = r.width < 640;
  const float source = phone ? r.width : std::min(340.f, r.width * 0.4f);
  chooser(c, {r.x, r.y, source, 34});
  std::string what = size_text(lens.info.shape);
  if (lens.measured() && !lens.file) what += ", step " + grouped(lens.spectra.step);
  float x = r.x + source + 16, y = r.y;
  if (phone) x = r.x, y += 44;
  float right = r.x + r.width;
  if (!lens.file && !c.model.main().show.views.empty()) {
    const bool running = c.model.running();
    const float w = c.w.button_width("Pause");
    right -= w;
    if (c.w.button("play", {right, y, w, 34}, running ? "Pause" : "Play")) c.model.play(!running);
    right -= 10;
  }
  c.w.text({x, y + 9}, what, c.w.muted(), Align::Left, right - x);
  y += 46;
  const std::string share = "above " + lens.share();
  const char* counts = phone ? "Singular values " : "A rank counts singular values ";
  const float from = r.x + c.w.width(counts, c.w.body());
  c.w.text({r.x, y + 3}, counts, c.w.body());
  c.w.text({from, y + 3}, share, {c.theme().accent, kBody, true});
  if (phone) y += 24;
  float position = 1 - static_cast<float>(std::log10(lens.threshold)) / static_cast<float>(kLeast);
  const float left = phone ? r.x : from + 210;
  if (c.w.slider("threshold", {left, y, r.x + r.width - left, 24}, position)) {
    c.state.gripped = true;
    lens.threshold = std::pow(10.0, static_cast<double>((1 - position) * static_cast<float>(kLeast)));
    c.model.dirty = true;
  }
  c.w.tip("One threshold for all spectra; it can also be dragged in each of them");
  return y + 38 - r.y;
}

/// "starts − 5 +": by how much it was pressed; `x` moves behind it.
int stepper(Context& c, const std::string& name, const std::string& value, const char* less, const char* more, float& x, float y) {
  ImGui::PushID(name.c_str());
  x += c.w.text({x, y + 7}, name, c.w.muted()) + 8;
  int by = 0;
  if (c.w.button("less", {x, y, 30, 30}, "−")) by = -1;
  c.w.tip(less);
  c.w.text({x + 54, y + 7}, value, c.w.bold(), Align::Center);
  if (c.w.button("more", {x + 78, y, 30, 30}, "+")) by = 1;
  c.w.tip(more);
  x += 108;
  ImGui::PopID();
  return by;
}

/// What the search for the CP rank is asked; returns its height.
float cp_controls(Context& c, float x, float y, float width) {
  LensModel& lens = c.model.lens;
  const bool trying = lens.searching && !lens.cp.done;
  const float button = c.w.button_width("Search again"), top = y;
  if (c.w.button("search", {x, y, button, 30}, trying ? "Cancel" : "Search again")) c.model.search_cp(!trying);
  c.w.tip(trying ? "Ends the search; what it has found stays" : "From the beginning");
  float at = x + button + 14;
  if (const int by = stepper(c, "starts", std::to_string(lens.starts), "Gives a number of products up sooner", "Random starts of each number of products", at, y);
      by && lens.starts + by >= 1 && lens.starts + by <= 100)
    lens.starts += by, c.model.search_cp(true);
  y += 38, at = x;
  if (const int by = stepper(c, "tolerance", power_of_ten(-lens.tolerance), "A looser tolerance", "A tighter tolerance", at, y);
      by && lens.tolerance + by >= 1 && lens.tolerance + by <= 8)
    lens.tolerance += by, c.model.search_cp(true);
  static const std::string kinds[] = {"of the norm", "mean square"};
  float room = x + width - at - 12;
  if (room < 170) at = x - 12, y += 38, room = width;
  if (const int kind = c.w.segments("kind", {at + 12, y, std::min(190.f, room), 30}, kinds, lens.relative ? 0 : 1); kind >= 0 && (kind == 0) != lens.relative)
    lens.relative = kind == 0, c.model.search_cp(true);
  return y + 40 - top;
}

/// A row's name, its number, and what it is; returns its height.
float row(Context& c, const Rect& r, const std::string& label, const std::string& value, const std::string& help) {
  c.w.text({r.x, r.y + 7}, label, c.w.body(), Align::Left, kLabel - 8);
  c.w.text({r.x + kLabel, r.y + 6}, value, {c.theme().text, kMedium, true});
  return 30 + c.w.paragraph({r.x, r.y + 30}, help, c.w.small(), r.width) + 8;
}

/// A notion's name and what it is, and of each of its matricizations the modes, the rank and the effective rank one under the other; returns its height.
float notion(Context& c, const Rect& r, const LensNotion& n, bool lit) {
  const LensModel& lens = c.model.lens;
  if (lit) ImGui::GetWindowDrawList()->AddRectFilled({r.x - 8, r.y}, {r.x + r.width, r.y + r.height}, c.theme().raised, 6);
  const Ink large{c.theme().text, kMedium, true};
  c.w.text({r.x, r.y + 22}, n.label, c.w.body(), Align::Left, kLabel - 8);
  c.w.text({r.x, r.y + 43}, "effective", c.w.small());
  float x = r.x + kLabel, y = r.y + 4;
  for (const LensMember& m : n.members) {
    const std::string rank = std::to_string(lens.rank(m.at)), effective = number(lens.effective_rank(m.at));
    const float width = std::max({c.w.width(m.rows, c.w.small()), c.w.width(rank, large), c.w.width(effective, c.w.small())});
    if (x + width > r.x + r.width && x > r.x + kLabel) x = r.x + kLabel, y += 60;
    c.w.text({x, y}, m.rows, c.w.small());
    c.w.text({x, y + 17}, rank, large);
    c.w.text({x, y + 39}, effective, c.w.small());
    x += width + 14;
  }
  y += 60;
  y += c.w.paragraph({r.x, y}, n.definition, c.w.small(), r.width);
  return y + 10 - r.y;
}

/// The notions, one below the other; returns its height.
float notions(Context& c, const Rect& r) {
  LensModel& lens = c.model.lens;
  std::vector<float>& heights = c.state.lens.heights;
  float y = r.y;
  int over = -1;
  heights.resize(lens.info.notions.size(), 90);
  for (std::size_t i = 0; i < lens.info.notions.size(); ++i) {
    heights[i] = notion(c, {r.x, y, r.width, heights[i]}, lens.info.notions[i], c.state.lens.notion == static_cast<int>(i));
    c.w.press(lens.info.notions[i].label.c_str(), {r.x - 8, y, r.width + 8, heights[i]});
    if (ImGui::IsItemHovered()) over = static_cast<int>(i);
    y += heights[i];
  }
  if (over != c.state.lens.notion) c.state.lens.notion = over, c.model.dirty = true;
  y += row(c, {r.x, y, r.width, 0}, "Frobenius norm", number(lens.frobenius_norm()), "Root of the sum of all squared entries, of every matricization the same.");
  y += row(c, {r.x, y, r.width, 0}, lens.info.shape.size() > 2 ? "CP rank, an estimate" : "CP rank", lens.cp_rank(), lens.cp_words());
  if (lens.searching && !lens.cp.done && lens.no_search.empty()) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddRectFilled({r.x, y - 5}, {r.x + r.width, y - 2}, c.theme().track, 1.5f);
    list->AddRectFilled({r.x, y - 5}, {r.x + r.width * static_cast<float>(lens.cp.share), y - 2}, c.theme().accent, 1.5f);
  }
  if (lens.no_search.empty() && lens.info.shape.size() > 2) y += cp_controls(c, r.x, y + 2, r.width) + 4;
  y += c.w.paragraph({r.x, y},
                     lens.info.shape.size() > 2
                         ? "How few outer products add up to the array within the tolerance: those that alternating least squares found from random starts, and how many the spectra "
                           "ask for at least."
                         : "How few outer products add up to the matrix within the tolerance. They are known from its singular values: those left out together are less than the "
                           "tolerance, where the rank above counts each by itself.",
                     c.w.small(), r.width);
  return y + 14 - r.y;
}

/// The values of one matricization, those that count in colour; the line is the threshold.
void spectrum(Context& c, int index, const Rect& r, bool lit, int floor) {
  LensModel& lens = c.model.lens;
  const LensMatricization& m = lens.info.matricizations[static_cast<std::size_t>(index)];
  const auto& sigma = lens.sigma(index);
  ImDrawList* list = ImGui::GetWindowDrawList();
  c.w.card(r);
  if (lit) list->AddRect(min_of(r), max_of(r), c.theme().accent, kRadius, 1.5f);
  const std::string rank = "rank " + std::to_string(lens.rank(index));
  const float right = r.x + r.width - kPad;
  c.w.text({right, r.y + 9}, rank, {c.theme().accent, kBody, true}, Align::Right);
  const float name = c.w.text({r.x + kPad, r.y + 9}, m.rows, c.w.bold(), Align::Left, r.width / 2);
  const float room = right - c.w.width(rank, c.w.bold()) - (r.x + kPad + name + 16);
  if (room > 30) c.w.text({r.x + kPad + name + 8, r.y + 10}, size_text({m.height, m.width}), c.w.small(), Align::Left, room);
  c.w.text({r.x + kPad, r.y + r.height - 22}, "effective " + number(lens.effective_rank(index)) + " · nuclear " + number(lens.nuclear_norm(index)), c.w.small(),
           Align::Left, r.width - 2 * kPad);

  const Rect plot{r.x + kPad + 26, r.y + 36, r.width - 2 * kPad - 26, r.height - 36 - 30};
  const auto level = [&](double ratio) {
    const double share = ratio > 0 ? std::log10(ratio) / floor : 1;
    return plot.y + static_cast<float>(std::clamp(share, 0.0, 1.0)) * plot.height;
  };
  for (const int e : {0, floor}) {
    const float y = std::round(plot.y + plot.height * static_cast<float>(e) / static_cast<float>(floor)) + 0.5f;
    list->AddLine({plot.x, y}, {plot.x + plot.width, y}, c.theme().grid);
    c.w.text({plot.x - 4, y - 8}, e == 0 ? "1" : power_of_ten(e), {c.theme().muted, 10}, Align::Right);
  }
  const double largest = sigma.empty() ? 0 : sigma.front();
  const auto counted = std::count_if(sigma.begin(), sigma.end(), [&](double s) { return s > 1e-15 * largest; });  // no threshold is lower
  const std::size_t drawn = std::min(sigma.size(), std::max<std::size_t>(static_cast<std::size_t>(counted) + 1, 8));
  const float pitch = plot.width / static_cast<float>(std::max<std::size_t>(drawn, 1)), radius = std::clamp(pitch * 0.3f, 1.2f, 3.5f);
  for (std::size_t i = 0; i < drawn && largest > 0; ++i) {
    const double ratio = sigma[i] / largest;
    const ImU32 ink = ratio > lens.threshold ? c.theme().accent : c.theme().faint;
    const float x = plot.x + pitch * (static_cast<float>(i) + 0.5f), y = level(ratio);
    if (pitch > 4) list->AddLine({x, y}, {x, plot.y + plot.height}, with_alpha(ink, 0.35f), std::min(pitch * 0.5f, 6.f));
    list->AddCircleFilled({x, y}, radius, ink);
  }
  const float line = level(lens.threshold);
  ImGui::PushID(index);
  c.w.press("threshold", {plot.x - 26, plot.y - 6, plot.width + 26, plot.height + 12});
  const bool held = ImGui::IsItemActive();
  if (ImGui::IsItemHovered() || held) ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeNS);
  if (held) {
    c.state.gripped = true;
    const float share = std::clamp((ImGui::GetIO().MousePos.y - plot.y) / plot.height, 0.f, 1.f);
    lens.threshold = std::pow(10.0, std::max(static_cast<double>(share) * floor, static_cast<double>(kLeast)));
    c.model.dirty = true;
  }
  ImGui::PopID();
  list->AddLine({plot.x, line}, {plot.x + plot.width, line}, c.theme().text, held ? 2.f : 1.f);
  list->AddCircleFilled({plot.x + plot.width, line}, c.w.coarse() ? 7.f : 4.f, c.theme().text);
}

float spectra(Context& c, const Rect& r) {
  const LensModel& lens = c.model.lens;
  const float top = r.y + 10 +
                    c.w.paragraph({r.x, r.y + 4},
                                  "Each picture is a matricization's singular values over the largest; {1,2}: modes 1 and 2 are its rows, all others its columns. Its rank counts those "
                                  "above the line, which can be dragged. Effective rank: exp of the entropy of their shares, without a threshold. Nuclear norm: their sum.",
                                  c.w.small(), r.width);
  const int n = static_cast<int>(lens.info.matricizations.size()), columns = std::clamp(static_cast<int>(r.width / 230), 1, std::min(3, n));
  const float w = (r.width - kGap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
  int& floor = c.state.lens.floor;
  if (!ImGui::IsMouseDown(0)) floor = lens.floor();  // the axes stand still while the line is dragged
  for (int i = 0; i < n; ++i) {
    bool lit = false;
    if (c.state.lens.notion >= 0 && c.state.lens.notion < static_cast<int>(lens.info.notions.size())) {
      const auto& members = lens.info.notions[static_cast<std::size_t>(c.state.lens.notion)].members;
      lit = std::any_of(members.begin(), members.end(), [&](const LensMember& m) { return m.at == i; });
    }
    spectrum(c, i, {r.x + static_cast<float>(i % columns) * (w + kGap), top + static_cast<float>(i / columns) * (kSpectrum + kGap), w, kSpectrum}, lit, floor);
  }
  return top - r.y + static_cast<float>((n + columns - 1) / columns) * (kSpectrum + kGap);
}

}  // namespace

void open_lens(Context& c) {
  c.state.overlay = Overlay::Lens;
  c.model.look_through(c.model.lens.file, {});
}

void rank_lens(Context& c) {
  if (!ImGui::IsMouseDown(0)) c.state.gripped = false;
  sheet(c, "Ranks", 1180, [&](const Rect& r) {
    LensModel& lens = c.model.lens;
    float y = r.y + head(c, r);
    if (!lens.trouble.empty()) {
      y += c.w.paragraph({r.x, y}, lens.trouble, c.w.body(), r.width) + 12;
    } else if (!lens.measured()) {
      c.w.text({r.x, y}, "computing…", c.w.muted());
      y += 30;
    } else if (r.width > 820) {
      const float left = 424;
      const float a = notions(c, {r.x, y, left, 0}), b = spectra(c, {r.x + left + 24, y, r.width - left - 24, 0});
      y += std::max(a, b);
    } else {
      y += notions(c, {r.x, y, r.width, 0}) + 12;
      y += spectra(c, {r.x, y, r.width, 0});
    }
    return y - r.y + 8;
  });
}

}  // namespace rankscope::ui
