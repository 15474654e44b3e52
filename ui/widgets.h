// The few things one can press, drag or read. Nothing here knows a run.
#pragma once
#include <imgui.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ui/app.h"
#include "ui/theme.h"

namespace rankscope::ui {

inline ImVec2 min_of(const Rect& r) { return {r.x, r.y}; }
inline ImVec2 max_of(const Rect& r) { return {r.x + r.width, r.y + r.height}; }
inline Rect screen_of(const ImGuiViewport& v) { return {v.Pos.x, v.Pos.y, v.Size.x, v.Size.y}; }
inline Rect inset(const Rect& r, float by) { return {r.x + by, r.y + by, r.width - 2 * by, r.height - 2 * by}; }

enum class Align { Left, Center, Right };

/// How a piece of text looks.
struct Ink {
  ImU32 color;
  float size = kBody;
  bool bold = false;
};

/// What the pointer has rested on, so that tips wait a moment; kept from frame to frame.
struct Tip {
  ImGuiID over = 0;
  double since = 0;
  bool waits = false;  ///< another frame is needed
  ImGuiID touched = 0;  ///< what a finger read last; 0: a press came after it
  ImVec2 at{};          ///< where, from its corner
};

/// Draws and presses on behalf of one window, with one theme; made anew each frame.
class Widgets {
 public:
  Widgets(const Theme& theme, Tip& tip, bool coarse, double now)
      : theme_(theme), tip_(tip), coarse_(coarse), now_(now) {
    tip_.waits = false;
    if (coarse && ImGui::IsMouseClicked(0)) tip_.touched = 0;
  }

  const Theme& theme() const { return theme_; }
  bool coarse() const { return coarse_; }
  Ink body() const { return {theme_.text}; }
  Ink muted() const { return {theme_.muted}; }
  Ink bold() const { return {theme_.text, kBody, true}; }
  Ink small() const { return {theme_.muted, kSmall}; }

  float width(std::string_view text, const Ink& ink) const;
  /// One line from its top left (or right) corner, cut with "…" beyond `room`, but for a set {1,2} at its end; returns the width.
  float text(ImVec2 at, std::string_view text, const Ink& ink, Align align = Align::Left, float room = 0) const;
  /// Broken at `room`; returns the height, and draws only when `draw`.
  float paragraph(ImVec2 at, std::string_view text, const Ink& ink, float room, bool draw = true) const;

  /// An invisible thing that can be pressed; true when it was.
  bool press(const char* id, const Rect& r);
  void card(const Rect& r) const;
  bool button(const char* id, const Rect& r, std::string_view label, bool primary = false, bool lit = false);
  /// As wide as its label wants to be.
  float button_width(std::string_view label) const { return width(label, bold()) + 24; }
  /// A small word that switches something: "log".
  bool word(const char* id, ImVec2 right_top, std::string_view label, bool lit);
  /// One of few; returns the index pressed, or -1.
  int segments(const char* id, const Rect& r, std::span<const std::string> labels, int current);
  bool toggle(const char* id, const Rect& r, bool on);
  bool check_row(const char* id, const Rect& r, std::string_view label, bool on);
  /// Track and grab; `position` in [0, 1] follows the pointer while it is held.
  bool slider(const char* id, const Rect& r, float& position, bool thick = false);

  /// Of the last item, after a moment; several lines allowed.
  void tip(std::string_view text);
  void tip_at(const Rect& r, std::string_view text);
  /// A tip that a finger gets too: at once, and until the next press.
  void readout(std::string_view text);
  void readout_at(const Rect& r, std::string_view text);
  /// Where the last item is read: under the mouse, or where a finger is or was on it last.
  std::optional<ImVec2> pointed();
  void no_readout() { tip_.touched = 0; }  ///< the finger did something else

  void triangle_up(ImVec2 tip, float size, ImU32 color) const;

 private:
  bool hovered_long(ImGuiID id);
  void note(ImVec2 at, std::string_view text);

  const Theme& theme_;
  Tip& tip_;
  bool coarse_;
  double now_;
};

}  // namespace rankscope::ui
