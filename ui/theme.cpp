#include "ui/theme.h"

#include <string_view>

#include "embedded/fonts.h"

namespace rankscope::ui {
namespace {

constexpr ImU32 rgb(unsigned hex) { return IM_COL32((hex >> 16) & 255, (hex >> 8) & 255, hex & 255, 255); }

constexpr const char* kRegular = "Inter-Regular.ttf";

/// A new font, or these characters as well in `into`.
ImFont* add_font(std::span<const std::byte> bytes, ImFont* into = nullptr) {
  ImFontConfig config;
  config.FontDataOwnedByAtlas = false;
  config.MergeMode = into != nullptr, config.DstFont = into;
  return ImGui::GetIO().Fonts->AddFontFromMemoryTTF(const_cast<std::byte*>(bytes.data()),
                                                    static_cast<int>(bytes.size()), 0, &config);
}

ImFont* font_of(const char* file) {
  ImFont* font = add_font(embedded::fonts::find(file));
  if (std::string_view(file) != kRegular)  // SemiBold has what titles and labels say, and no more
    add_font(embedded::fonts::find(kRegular), font);
  return add_font(embedded::fonts::find("DejaVuSans-Signs.ttf"), font);  // the signs that Inter lacks
}

ImVec4 vec(ImU32 color) { return ImGui::ColorConvertU32ToFloat4(color); }

}  // namespace

void push_font(ImFont* font, float size) { ImGui::PushFont(font, size * kLineHeight); }

ImU32 with_alpha(ImU32 color, float alpha) {
  return (color & ~IM_COL32_A_MASK) | (static_cast<ImU32>(alpha * 255 + 0.5f) << IM_COL32_A_SHIFT);
}

ImU32 Theme::line(int identity) const {
  static constexpr unsigned kDark[] = {0xe69f00, 0x56b4e9, 0x009e73, 0xcc79a7, 0xd55e00, 0x3b8fd1, 0xf0e442, 0xa0a7b1};
  static constexpr unsigned kLight[] = {0xe69f00, 0x56b4e9, 0x009e73, 0xcc79a7, 0xd55e00, 0x0072b2, 0xb5a800, 0x7b828c};
  const int i = identity < 0 ? 7 : identity % 8;
  return rgb(dark ? kDark[i] : kLight[i]);
}

ImU32 Theme::slot(int index) const {
  if (index == 0) return accent;
  static constexpr unsigned kDark[] = {0xdd7700, 0xeedd88, 0xaa8888, 0x88eeff, 0xbb4400, 0x4477ee, 0x776699, 0xddaa88};
  static constexpr unsigned kLight[] = {0xcc5500, 0x663366, 0x55aabb, 0xdd8866, 0x2233aa, 0xaa77ff, 0x881100, 0x995566};
  return rgb((dark ? kDark : kLight)[(index - 1) % 8]);
}

void load_fonts(Theme& theme) {
  theme.regular = font_of(kRegular);
  theme.semibold = font_of("Inter-SemiBold.ttf");
  ImGui::GetIO().FontDefault = theme.regular;
  if (const auto more = embedded::fonts::find("Inter-More.ttf"); !more.empty()) more_characters(theme, more);
}

void more_characters(Theme& theme, std::span<const std::byte> ttf) {
  for (ImFont* font : {theme.regular, theme.semibold}) add_font(ttf, font);
}

void apply(Theme& t, bool dark) {
  t.dark = dark;
  t.background = rgb(dark ? 0x14171c : 0xf6f7f9);
  t.card = rgb(dark ? 0x1b1f26 : 0xffffff);
  t.raised = rgb(dark ? 0x252a33 : 0xeef0f4);
  t.border = rgb(dark ? 0x2a2f38 : 0xe0e3e9);
  t.text = rgb(dark ? 0xf0f2f5 : 0x16191f);
  t.muted = rgb(dark ? 0x9aa1ac : 0x59606b);
  t.faint = rgb(dark ? 0x6b727d : 0x8b929d);
  t.grid = rgb(dark ? 0x2a2f38 : 0xe6e8ed);
  t.track = rgb(dark ? 0x2f3540 : 0xdfe2e8);
  t.accent = rgb(dark ? 0x56b4e9 : 0x0072b2);
  t.on_accent = rgb(dark ? 0x0d1117 : 0xffffff);
  t.warning = rgb(dark ? 0xf0a35e : 0xb3541e);
  t.veil = with_alpha(rgb(dark ? 0x0a0c0f : 0x2a2f38), dark ? 0.6f : 0.36f);
  const ImVec4 gap = vec(rgb(dark ? 0x15181d : 0xe4e6ea));
  t.unseen[0] = gap.x, t.unseen[1] = gap.y, t.unseen[2] = gap.z;

  ImGuiStyle& s = ImGui::GetStyle();
  s = ImGuiStyle();
  s.FontSizeBase = kBody * kLineHeight;
  s.WindowPadding = {0, 0}, s.WindowBorderSize = 0, s.WindowMinSize = {1, 1};
  s.FrameRounding = 6, s.FramePadding = {8, 5}, s.FrameBorderSize = 1;
  s.PopupRounding = kRadius, s.PopupBorderSize = 1;
  s.ScrollbarSize = 10, s.ScrollbarRounding = 5;
  for (ImVec4& c : s.Colors) c = vec(t.raised);
  s.Colors[ImGuiCol_Text] = vec(t.text);
  s.Colors[ImGuiCol_TextDisabled] = vec(t.faint);
  s.Colors[ImGuiCol_WindowBg] = vec(t.background);
  s.Colors[ImGuiCol_ChildBg] = {0, 0, 0, 0};
  s.Colors[ImGuiCol_PopupBg] = vec(t.card);
  s.Colors[ImGuiCol_Border] = vec(t.border);
  s.Colors[ImGuiCol_BorderShadow] = {0, 0, 0, 0};
  s.Colors[ImGuiCol_FrameBg] = vec(t.background);
  s.Colors[ImGuiCol_ScrollbarBg] = {0, 0, 0, 0};
  s.Colors[ImGuiCol_ScrollbarGrab] = s.Colors[ImGuiCol_ScrollbarGrabHovered] = s.Colors[ImGuiCol_ScrollbarGrabActive] =
      vec(t.track);
  s.Colors[ImGuiCol_TextSelectedBg] = vec(with_alpha(t.accent, 0.35f));
  s.Colors[ImGuiCol_InputTextCursor] = vec(t.text);
  s.Colors[ImGuiCol_NavCursor] = vec(t.accent);
  s.Colors[ImGuiCol_ModalWindowDimBg] = vec(t.veil);
}

}  // namespace rankscope::ui
