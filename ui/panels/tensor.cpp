// An array of any order: an order-3 one as a volume that can be turned and cut, each as a sheet of slices along two chosen modes.
#include "ui/panels/tensor.h"

#include <algorithm>
#include <cmath>

#include "ui/format.h"
#include "ui/panels/grasp.h"
#include "ui/panels/panels.h"

namespace rankscope::ui {
namespace {

std::optional<TensorArray> array_of(const Slot& slot, std::uint32_t view) {
  const Series *values = slot.find(view), *observed = slot.find(view, Part::Observed);
  if (!values || values->data.empty() || values->shape.empty()) return {};
  if (observed && observed->data.size() != values->data.size()) observed = nullptr;
  TensorArray a{values, observed, values->shape};
  if (a.order() == 1) a.shape.insert(a.shape.begin(), 1);
  return a;
}

std::string shape_text(const TensorArray& a) {
  std::string out;
  for (const std::int64_t n : a.shape) out += (out.empty() ? "" : " × ") + std::to_string(n);
  return out;
}

}  // namespace

double TensorArray::reach() const {
  double most = 0;
  for (const double x : values->data)
    if (std::isfinite(x)) most = std::max(most, std::abs(x));
  return most > 0 ? most : 1;
}

std::string TensorArray::place_of(std::size_t offset) const {
  std::string out;
  for (std::size_t m = shape.size(); m-- > 0; offset /= static_cast<std::size_t>(shape[m]))
    out = std::to_string(offset % static_cast<std::size_t>(shape[m])) + (out.empty() ? ")" : ", ") + out;
  return "(" + out;
}

std::string TensorArray::entry(const std::vector<std::int64_t>& at) const {
  std::string out;
  for (const std::int64_t i : at) out += (out.empty() ? "(" : ", ") + std::to_string(i);
  const double x = values->data[offset(at)];
  out += ")\n" + (std::isfinite(x) ? number(x) : std::string("not seen"));
  if (observed) out += observed->data[offset(at)] != 0 ? ", observed" : ", not observed";
  return out;
}

TensorMask mask_of(const TensorArray& a) {
  if (!a.observed) return {};
  const std::size_t all = a.observed->data.size();
  const auto seen = static_cast<std::size_t>(std::count_if(a.observed->data.begin(), a.observed->data.end(), [](double x) { return x != 0; }));
  if (seen == 0 || seen == all) return {false, false, seen ? "all observed" : "none observed"};
  return {true, 2 * seen > all, 2 * seen > all ? "not observed" : "observed"};
}

void tensor_mark(ImDrawList* list, ImVec2 m, float radius, bool ring, ImU32 ink) {
  ring ? list->AddCircle(m, radius, ink, 0, std::max(radius * 0.45f, 1.f)) : list->AddCircleFilled(m, radius, ink);
}

void tensor_foot(Context& c, const Colors& colors, const Rect& r, bool volume, const TensorMask& mask, bool* on, const char* tip) {
  const float w = c.w.width(mask.words, c.w.small()), sign = mask.marks ? 16.f : 0.f;
  color_strip(c, colors, {r.x, r.y, mask.words.empty() ? r.width : std::min(r.width * 0.6f, r.width - w - sign - 24), 4}, volume);
  if (mask.words.empty()) return;
  const ImVec2 at{r.x + r.width - w, r.y - 2};
  Ink ink = c.w.small();
  if (on) {
    const float tall = c.w.coarse() ? 36.f : 24.f;
    if (c.w.press("observed", {at.x - sign - 8, r.y + 6 - tall / 2, w + sign + 16, tall})) *on = !*on, c.model.dirty = true;
    c.w.tip(tip);
    if (ImGui::IsItemHovered() && !c.w.coarse()) ink.color = c.theme().text;
  }
  if (on && !*on) ink.color = c.theme().faint;
  c.w.text(at, mask.words, ink);
  if (mask.marks) tensor_mark(ImGui::GetWindowDrawList(), {at.x - 10, r.y + 6}, mask.rings ? 3.5f : 3.f, mask.rings, ink.color);
  if (on && !*on) ImGui::GetWindowDrawList()->AddLine({at.x - sign, r.y + 6}, {at.x + w, r.y + 6}, ink.color);
}

void tensor_card(Context& c, int view, const Rect& r) {
  const Slot& main = c.model.main();
  const auto index = static_cast<std::uint32_t>(view);
  const ViewInfo& info = main.show.views[index];
  c.w.card(r);
  ImGui::PushID(info.key.c_str());
  const auto array = array_of(main, index);
  Slicing& look = c.state.slicings[info.key];
  const bool volume = array && array->order() == 3 && array->values->data.size() <= kMostEntries;
  float room = r.width - 2 * kPad;
  if (volume) {
    static const std::string kForms[] = {"volume", "slices"};
    const Rect forms{r.x + r.width - kPad - 116, r.y + 7, 116, c.w.coarse() ? 30.f : 24.f};
    if (const int chosen = c.w.segments("as", forms, kForms, look.slices); chosen >= 0) look.slices = chosen == 1;
    room = forms.x - r.x - kPad - 8;
  }
  if (!volume || look.slices) room -= hold_word(c, info, {r.x + kPad + room, r.y + 12}, r.width < 420);
  card_title(c, r, info.label, array ? shape_text(*array) : "", info.help, room);
  const Rect inside{r.x, r.y + 40, r.width, r.height - 40};
  if (array) (volume && !look.slices ? draw_volume : draw_slices)(c, info.key, info, *array, look, inside);
  ImGui::PopID();
}

}  // namespace rankscope::ui
