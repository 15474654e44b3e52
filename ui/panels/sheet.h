// A sheet over everything: gallery, dialogues.
#pragma once
#include <algorithm>

#include "ui/panels/panels.h"

namespace rankscope::ui {

/// A sheet over the page: dims it, closes on Escape or a press beside it. `body(inner)` draws and returns its height.
template <class F>
void sheet(Context& c, const char* title, float width, F body) {
  const ImGuiViewport& viewport = *ImGui::GetMainViewport();
  const Rect screen = screen_of(viewport);
  const bool phone = screen.width < 600;
  width = std::min(width, screen.width - (phone ? 0 : 32));
  ImGui::SetNextWindowViewport(viewport.ID);
  ImGui::SetNextWindowPos(viewport.Pos);
  ImGui::SetNextWindowSize(viewport.Size);
  ImGui::Begin("##overlay", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoDocking);
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(min_of(screen), max_of(screen), c.theme().veil);
  const float margin = phone ? 0 : 48;
  Rect r{screen.x + (screen.width - width) / 2, screen.y + margin, width, screen.height - 2 * margin};
  r.height = std::min(r.height, c.state.sheet_height + 72);
  const bool beside = ImGui::IsMouseClicked(0) && !ImGui::IsMouseHoveringRect(min_of(r), max_of(r));
  list->AddRectFilled(min_of(r), max_of(r), c.theme().background, phone ? 0 : 12);
  list->AddRect({r.x + 0.5f, r.y + 0.5f}, {r.x + r.width - 0.5f, r.y + r.height - 0.5f}, c.theme().border,
                phone ? 0 : 12);
  c.w.text({r.x + 20, r.y + 18}, title, {c.theme().text, kHeading, true});
  const bool closed = c.w.button("close", {r.x + r.width - 48, r.y + 14, 32, 32}, "✕");

  ImGui::SetCursorScreenPos({r.x, r.y + 60});
  ImGui::BeginChild("body", {r.width, r.height - 66}, 0, ImGuiWindowFlags_NoBackground);
  if (c.w.coarse() && !c.state.gripped && ImGui::IsMouseDragging(0, 6) &&
      ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem))
    ImGui::SetScrollY(ImGui::GetScrollY() - ImGui::GetIO().MouseDelta.y);
  const float top = ImGui::GetWindowPos().y - ImGui::GetScrollY();
  const float height = body(Rect{r.x + 20, top, r.width - 40, r.height - 66});
  ImGui::SetCursorScreenPos({r.x, top + height});
  ImGui::Dummy({1, 1});
  if (height != c.state.sheet_height) c.state.sheet_height = height, c.model.dirty = true;
  ImGui::EndChild();
  ImGui::End();
  if (closed || beside || (ImGui::IsKeyPressed(ImGuiKey_Escape) && c.state.typing.empty())) {
    c.state.overlay = Overlay::None;
    c.model.dirty = true;
  }
}

}  // namespace rankscope::ui
