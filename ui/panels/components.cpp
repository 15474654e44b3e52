// A sum of outer products: a beam a component, as thick as its norm, made of its vectors, one mode after the other.
#include <algorithm>
#include <cmath>

#include "ui/format.h"
#include "ui/panels/panels.h"

namespace rankscope::ui {
namespace {

constexpr std::size_t kBeams = 12;
constexpr float kHead = 22, kFoot = 34, kThickest = 36, kThinnest = 1.5f;

}  // namespace

void components_card(Context& c, int view, const Rect& r) {
  const Slot& main = c.model.main();
  const auto index = static_cast<std::uint32_t>(view);
  const ViewInfo& info = main.show.views[index];
  c.w.card(r);
  const Series *norms = main.find(index), *vectors = main.find(index, Part::Vectors), *sizes = main.find(index, Part::Sizes), *lines = main.find(index, Part::Lines);
  const std::size_t all = norms ? norms->data.size() : 0, count = std::min(all, kBeams);
  card_title(c, r, info.label, all > count ? "the largest " + std::to_string(count) + " of " + std::to_string(all) : "", info.help, r.width - 2 * kPad);
  if (count == 0 || !vectors || !sizes || vectors->shape.size() != 2) return;
  std::size_t length = 0;
  for (const double n : sizes->data) length += static_cast<std::size_t>(std::max(n, 0.0));
  if (length == 0 || vectors->data.size() < count * length) return;
  ImGui::PushID(info.key.c_str());

  double most = 0, reach = 0;
  for (std::size_t k = 0; k < count; ++k)
    if (std::isfinite(norms->data[k])) most = std::max(most, norms->data[k]);
  for (std::size_t i = 0; i < count * length; ++i)
    if (std::isfinite(vectors->data[i])) reach = std::max(reach, std::abs(vectors->data[i]));
  if (!(most > 0)) most = 1;
  if (!(reach > 0)) reach = 1;

  float value_room = 40;
  for (std::size_t k = 0; k < count; ++k) value_room = std::max(value_room, c.w.width(number(norms->data[k]), c.w.body()) + 12);
  const Rect plot{r.x + kPad + 14, r.y + 36 + kHead, r.width - 2 * kPad - 14 - value_room, r.height - 36 - kHead - kFoot};
  const std::size_t modes = sizes->data.size();
  const float gap = modes < 30 ? 10.f : 0.f;
  const float cell = (plot.width - gap * static_cast<float>(modes - 1)) / static_cast<float>(length);
  const float pitch = std::min(plot.height / static_cast<float>(count), 64.f), thickest = std::min(pitch * 0.8f, kThickest);
  ImDrawList* list = ImGui::GetWindowDrawList();

  const float dpr = std::max(c.input.dpr, 0.5f);
  const auto snap = [&](float at) { return std::round(at * dpr) / dpr; };
  float x = plot.x;
  for (std::size_t m = 0; m < modes; ++m) {
    const float width = cell * static_cast<float>(sizes->data[m]);
    const std::string name = "mode " + std::to_string(m + 1), digits = std::to_string(m + 1);
    const std::string& head = c.w.width(name, c.w.small()) < width ? name : digits;
    if (c.w.width(head, c.w.small()) < width + gap) c.w.text({x + width / 2, r.y + 38}, head, c.w.small(), Align::Center);
    x += width + gap;
  }
  c.w.text({r.x + r.width - kPad, r.y + 38}, "norm", c.w.small(), Align::Right);

  ImGui::SetCursorScreenPos(min_of(plot));
  ImGui::InvisibleButton("beams", {std::max(plot.width, 1.f), std::max(pitch * static_cast<float>(count), 1.f)});
  const auto pointed = c.w.pointed();
  std::string under;
  for (std::size_t k = 0; k < count; ++k) {
    const float mid = std::round(plot.y + pitch * (static_cast<float>(k) + 0.5f));
    const float thickness = std::isfinite(norms->data[k]) ? std::max(static_cast<float>(norms->data[k] / most) * thickest, kThinnest) : kThinnest;
    const int line = lines && k < lines->data.size() ? static_cast<int>(lines->data[k]) : static_cast<int>(k);
    list->AddCircleFilled({r.x + kPad + 3, mid}, 3.5f, c.theme().line(line));
    x = plot.x;
    std::size_t at = k * length;
    for (std::size_t m = 0; m < modes; ++m) {
      const auto n = static_cast<std::size_t>(sizes->data[m]);
      const float width = cell * static_cast<float>(n);
      list->AddRectFilled({x, mid - 0.5f}, {x + width, mid + 0.5f}, c.theme().grid);
      const std::size_t pieces = std::min(n, static_cast<std::size_t>(std::max(width, 1.f)));  // no narrower than a pixel
      for (std::size_t piece = 0; piece < pieces; ++piece) {
        const std::size_t i = piece * n / pieces;
        const double value = vectors->data[at + i];
        const auto edge = [&](std::size_t e) { return snap(x + width * static_cast<float>(e) / static_cast<float>(pieces)); };  // whole pixels, or the ground would show between two of them
        const float left = edge(piece), right = edge(piece + 1);
        list->AddRectFilled({left, mid - thickness / 2}, {right, mid + thickness / 2}, color_at(ColorMap::Diverging, 0.5 + 0.5 * (std::isfinite(value) ? value / reach : 0)));
        if (pointed && pointed->x >= left && pointed->x < right && std::abs(pointed->y - mid) < pitch / 2) {
          list->AddRect({left - 1, mid - thickness / 2 - 1}, {right + 1, mid + thickness / 2 + 1}, c.theme().text, 1);
          under = "component " + std::to_string(k + 1) + ", mode " + std::to_string(m + 1) + ", entry " + std::to_string(i) + "\n" + number(value);
        }
      }
      at += n, x += width + gap;
    }
    c.w.text({r.x + r.width - kPad, mid - 8}, number(norms->data[k]), c.w.body(), Align::Right);
  }
  c.w.readout(under);
  color_strip(c, {ColorMap::Diverging, -reach, reach, {}}, {plot.x, r.y + r.height - kFoot + 8, std::min(plot.width, 220.f), 4});
  ImGui::PopID();
}

}  // namespace rankscope::ui
