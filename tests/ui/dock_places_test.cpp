// Places of panels in Dear ImGui's docking, made from a layout and read again. Nothing is drawn.
#include "ui/dock_places.h"

#include <doctest/doctest.h>
#include <imgui_internal.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include "ui/theme.h"

using namespace rankscope::ui;

namespace {

class Window {
 public:
  Window() : before_(ImGui::GetCurrentContext()), context_(ImGui::CreateContext()) {
    ImGui::SetCurrentContext(context_);
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.ConfigFlags |= ImGuiConfigFlags_DockingEnable;
    io.BackendFlags |= ImGuiBackendFlags_RendererHasTextures;
    io.DisplaySize = {1000, 800};
    Theme theme;
    load_fonts(theme);
    for (const char* id : {"study", "numbers", "curve loss", "curve rank", "fan values", "bars values"})
      panels.push_back({std::string_view(id).starts_with("curve") ? Home::Curves : Home::Words, std::string("A title###") + id, nullptr, "", nullptr, false});
    frames(3);
  }
  ~Window() {
    ImGui::DestroyContext(context_);
    ImGui::SetCurrentContext(before_);
  }

  /// Draws; before the first frame's dock space the panels are arranged so.
  void frames(int n, const char* layout = nullptr) {
    for (; n > 0; --n) {
      ImGui::GetIO().DeltaTime = 1.0f / 60;
      ImGui::NewFrame();
      ImGui::SetNextWindowPos({0, 0});
      ImGui::SetNextWindowSize({1000, 800});
      ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
      ImGui::Begin("##desk", nullptr, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoDocking | ImGuiWindowFlags_NoBringToFrontOnFocus);
      ImGui::PopStyleVar();
      root = ImGui::GetID("dock");
      if (layout) arrange_as(*decode_layout(layout), root, {0, 0, 1000, 800}, panels);
      layout = nullptr;
      ImGui::DockSpace(root, {1000, 800});
      ImGui::End();
      for (const Panel& p : panels) {
        ImGui::SetNextWindowDockID(root, ImGuiCond_FirstUseEver);
        ImGui::Begin(p.name.c_str(), nullptr, ImGuiWindowFlags_NoFocusOnAppearing);
        ImGui::End();
      }
      ImGui::EndFrame();
    }
  }
  std::string now() const { return encode(layout_of(root, panels)); }

  std::vector<Panel> panels;
  ImGuiID root = 0;

 private:
  ImGuiContext *before_, *context_;
};

/// Shares to a pixel or two; a layout's parts are what it is made of.
void check_near(const DeskPlace& wanted, const DeskPlace& got) {
  CHECK(got.panels == wanted.panels);
  if (wanted.panels.size() > 1) CHECK(got.front == wanted.front);
  REQUIRE(got.parts.size() == wanted.parts.size());
  if (wanted.parts.empty()) return;
  CHECK(got.side_by_side == wanted.side_by_side);
  CHECK(std::abs(got.share - wanted.share) < 60);
  for (std::size_t i = 0; i < 2; ++i) check_near(wanted.parts[i], got.parts[i]);
}

void check_near(const DeskLayout& wanted, const DeskLayout& got) {
  check_near(wanted.docked, got.docked);
  REQUIRE(got.afloat.size() == wanted.afloat.size());
  for (const DeskLayout::Afloat& one : wanted.afloat) {
    const auto it = std::find_if(got.afloat.begin(), got.afloat.end(), [&](const auto& a) { return a.place.panels.front() == one.place.panels.front(); });
    REQUIRE(it != got.afloat.end());
    check_near(one.place, it->place);
    for (std::size_t i = 0; i < one.rect.size(); ++i) CHECK(std::abs(it->rect[i] - one.rect[i]) <= 20);
  }
}

}  // namespace

TEST_CASE("ui: panels stand where a layout has them: side by side, as tabs, afloat alone and afloat together") {
  Window window;
  for (const char* layout : {"x2500(y4000(study,numbers),y7000(fan.values+*bars.values,curve.loss+*curve.rank))",
                             "y3000(*curve.rank+study,x5000(x5000(numbers,fan.values),y2000(bars.values,curve.loss)))",
                             "x4000(study,numbers+*curve.rank);2000,1000,3000,2500=fan.values;5000,5000,4000,4000=*curve.loss+bars.values",
                             "*study+numbers+curve.loss+curve.rank+bars.values;1000,1000,5000,5000=fan.values"}) {
    CAPTURE(std::string(layout));
    window.frames(1, layout);
    window.frames(6);
    CAPTURE(window.now());
    const auto wanted = decode_layout(layout), got = decode_layout(window.now());
    REQUIRE(got);
    check_near(*wanted, *got);
  }
}

TEST_CASE("ui: a layout of other panels: what is not there leaves its room, what it does not know joins its kind") {
  Window window;
  window.frames(1, "x3000(y4000(study,tree.w),y5000(curve.loss,y5000(tensor.w,numbers)));100,100,2000,2000=tree.v");
  window.frames(6);
  const auto got = decode_layout(window.now());
  REQUIRE(got);
  CHECK(got->afloat.empty());
  REQUIRE(got->docked.parts.size() == 2);
  CHECK(got->docked.parts[0].panels == std::vector<std::string>{"study", "fan values", "bars values"});
  REQUIRE(got->docked.parts[1].parts.size() == 2);
  CHECK(got->docked.parts[1].parts[0].panels == std::vector<std::string>{"curve loss", "curve rank"});
  CHECK(got->docked.parts[1].parts[1].panels == std::vector<std::string>{"numbers"});

  window.frames(1, "-;900000,900000,1,1=numbers");  // nothing is docked, and something is beyond every screen
  window.frames(6);
  const auto back = decode_layout(window.now());
  REQUIRE(back);
  CHECK(back->docked.panels.size() == 5);
  REQUIRE(back->afloat.size() == 1);
  CHECK(back->afloat[0].rect[0] < 9000);
  CHECK(back->afloat[0].rect[1] < 9000);
  CHECK(back->afloat[0].rect[2] >= 1000);
}
