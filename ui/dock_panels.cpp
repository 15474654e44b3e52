#include "ui/dock_panels.h"

#include <algorithm>
#include <utility>

#include "ui/panels/panels.h"

namespace rankscope::ui {
namespace {

constexpr const char* kStudy = "study";
constexpr const char* kParameters = "parameters";
constexpr const char* kNumbers = "numbers";

/// Every run and the truth, as large as they fit.
void compared_panel(Context& c, const Rect& r) {
  std::vector<int> cells;
  for (int i = 0; i < static_cast<int>(c.model.slots().size()); ++i) cells.push_back(i);
  if (truth_view(c.model) >= 0) cells.push_back(-1);
  const int count = static_cast<int>(cells.size());
  int columns = count;
  const auto side = [&](int n) {
    const int rows = (count + n - 1) / n;
    const float height = (r.height - kGap * static_cast<float>(rows - 1)) / static_cast<float>(rows);
    return std::min((r.width - kGap * static_cast<float>(n - 1)) / static_cast<float>(n), height - 86);
  };
  for (int n = 1; n < count; ++n)
    if (side(n) > side(columns)) columns = n;
  const int rows = (count + columns - 1) / columns;
  const float w = (r.width - kGap * static_cast<float>(columns - 1)) / static_cast<float>(columns),
              h = (r.height - kGap * static_cast<float>(rows - 1)) / static_cast<float>(rows);
  for (int i = 0; i < count; ++i) {
    ImGui::PushID(i);
    compared_card(
        c, cells[static_cast<std::size_t>(i)],
        {r.x + static_cast<float>(i % columns) * (w + kGap), r.y + static_cast<float>(i / columns) * (h + kGap), w, h});
    ImGui::PopID();
  }
}

}  // namespace

std::vector<Fixture> fixtures() { return {{kStudy, "Study"}, {kParameters, "Parameters"}, {kNumbers, "Numbers"}}; }

float study_words(Context& c, const Rect& r, bool draw) {
  const Model& model = c.model;
  float y = r.y;
  const auto say = [&](const std::string& text, const Ink& ink, float above) {
    if (text.empty()) return;
    y += above;
    y += c.w.paragraph({r.x, y}, text, ink, r.width, draw);
  };
  say(model.title(), {c.theme().text, 17, true}, 0);
  if (const PresetRow* row = model.preset()) {
    say(row->sentence, c.w.muted(), 8);
    if (!row->claim.empty()) {
      say("CLAIM", {c.theme().muted, 11, true}, 14);
      say(row->claim, c.w.muted(), 2);
    }
    say(row->cite, c.w.small(), 12);
  } else {
    say(model.main().show.summary, c.w.muted(), 8);
  }
  say(model.main().remark, c.w.small(), 12);
  return y - r.y;
}

std::vector<Panel> panels_of(Context& c, std::vector<Fixture>& fixtures) {
  std::vector<Panel> out;
  const auto fixture = [&](const char* key) {
    return &std::find_if(fixtures.begin(), fixtures.end(), [&](const Fixture& f) {
              return f.key == std::string_view(key);
            })->shown;
  };
  const auto name = [](const std::string& title, const std::string& id) { return title + "###" + id; };
  out.push_back({Home::Words, name("Study", kStudy),
                 [](Context& x, const Rect& r) {
                   const Rect in{r.x + 6, r.y + 6, r.width - 18, r.height};
                   ImGui::SetCursorScreenPos(min_of(r));
                   ImGui::Dummy({r.width, study_words(x, in, true) + 12});
                 },
                 "", fixture(kStudy), true});
  out.push_back({Home::Parameters, name("Parameters", kParameters),
                 [](Context& x, const Rect& r) {
                   const Rect in{r.x + 6, r.y - 6, r.width - 18, r.height};
                   if (x.model.main().show.views.empty()) return;
                   const float height = parameters_height(x, in.width);
                   ImGui::Dummy({r.width, height});
                   parameters(x, in);
                 },
                 "", fixture(kParameters), true});
  out.push_back({Home::Numbers, name("Numbers", kNumbers), [](Context& x, const Rect& r) { numbers_card(x, r); }, "",
                 fixture(kNumbers)});
  const Show& show = c.model.main().show;
  bool pictures = false;
  for (const std::string& key : c.model.shown()) {
    const int v = show.view(key);
    if (v < 0) continue;
    const ViewInfo& info = show.views[static_cast<std::size_t>(v)];
    const auto add = [&](Home home, const std::string& title, const char* kind, auto card) {
      out.push_back({home, name(title, kind + key), [=](Context& x, const Rect& r) { card(x, v, r); }, key});
    };
    switch (info.kind) {
      case Kind::Image:
        if (c.model.comparing() && !std::exchange(pictures, true))
          out.push_back({Home::Pictures, kCompared, compared_panel, ""});
        if (!c.model.comparing()) add(Home::Pictures, info.label, "image ", image_card);
        break;
      case Kind::Spectrum:
        if (c.model.comparing() && (c.model.look.arrange == Arrange::Multiples || (mixed_spectra(c.model) && v == leading_spectrum(c.model, c.model.main()))))
          add(Home::Spectrum, info.label, "fan ", fans_card);
        else
          add(Home::Spectrum, info.label, "fan ", fan_card);
        add(Home::Bars, info.label + " now", "bars ", bars_card);
        break;
      case Kind::Scalar:
        add(Home::Curves, info.label, "curve ", scalar_card);
        break;
      case Kind::Matrix:
        add(Home::Matrices, info.label, "matrix ", matrix_card);
        break;
      case Kind::Landscape:
        add(Home::Landscapes, info.label, "landscape ", landscape_card);
        break;
      case Kind::Claim:
        add(Home::Claims, info.label, "claim ", claim_card);
        break;
      case Kind::Tensor:
        add(Home::Landscapes, info.label, "tensor ", tensor_card);
        break;
      case Kind::Tree:
        add(Home::Tensors, info.label, "tree ", tree_card);
        break;
      case Kind::Components:
        add(Home::Tensors, info.label, "components ", components_card);
        break;
    }
  }
  std::erase_if(
      out, [&](const Panel& p) { return p.shown && (!*p.shown || (c.model.comparing() && p.home == Home::Numbers && believed_view(c.model) >= 0)); });
  return out;
}

}  // namespace rankscope::ui
