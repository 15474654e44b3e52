// Colours, fonts and distances: one accent, hairline borders, a grid of 4 px.
#pragma once
#include <imgui.h>

#include <cstddef>
#include <span>

namespace rankscope::ui {

struct Theme {
  bool dark = true;
  ImU32 background = 0, card = 0, raised = 0, border = 0, text = 0, muted = 0, faint = 0, grid = 0, track = 0,
        accent = 0, on_accent = 0, warning = 0, veil = 0;
  float unseen[3] = {0, 0, 0};  ///< gaps in an image
  ImFont* regular = nullptr;
  ImFont* semibold = nullptr;

  /// The colour of a line by its identity, the same in curve, bar and tick: Okabe and Ito's palette, which readers with
  /// any colour vision tell apart.
  ImU32 line(int identity) const;
  /// Of a run: the accent, and eight more. Any two of the nine are apart as readers with any colour vision see them, and stand out from the card.
  ImU32 slot(int index) const;
};

inline constexpr float kGap = 12, kPad = 12, kRadius = 8;
inline constexpr float kSmall = 12, kBody = 13, kMedium = 15, kHeading = 20, kBig = 28;

/// Inter's ascent and descent in em: ImGui's sizes are heights of lines, ours are font sizes as in CSS.
inline constexpr float kLineHeight = 1.21f;
void push_font(ImFont* font, float size);

/// Adds the fonts to the current ImGui context's atlas; once.
void load_fonts(Theme& theme);
/// Merges what another font file has into both fonts; not within a frame. The bytes must outlive the atlas's use of them.
void more_characters(Theme& theme, std::span<const std::byte> ttf);
/// Sets the colours, and ImGui's style to match.
void apply(Theme& theme, bool dark);
ImU32 with_alpha(ImU32 color, float alpha);

}  // namespace rankscope::ui
