// The interface: instruments drawn with Dear ImGui for runs behind io/session.h. It knows kinds of view and never a
// system, sends commands and reads replies and Frames, and owns no window: the page's canvas and the desktop window are
// Hosts.
#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace rankscope::ui {

struct Rect {
  float x = 0, y = 0, width = 0, height = 0;

  bool operator==(const Rect&) const = default;
};

/// Where things stand in the document, in CSS px from its top left corner. The top bar and the run bar do not scroll:
/// they cover the first `top` and the last `bottom` px of the viewport, and the host clips its words to what is
/// between.
struct Content {
  float height = 0;  ///< of the whole document; the host makes it scroll natively
  float top = 0, bottom = 0;
  Rect title;  ///< the study's title as HTML; `height` is what the host said it needs (Input::title_height)
  Rect words;  ///< what this shows, the formula, what to try, as HTML
  bool words_shown = true;  ///< false while the gallery or a dialogue covers them; on a narrow page a menu or a banner, too

  bool operator==(const Content&) const = default;
};

/// What slot 0 stands at, for the words beside it and for readers that see no canvas.
struct Situation {
  std::string study, variant, title;  ///< keys and title of the preset; empty before the first one is open
  std::string words;    ///< which words go with it: the study's, or without one "own", of a tensor "own-tensor"
  std::string summary;  ///< one sentence with the numbers: "step 1200 of 3000, running; effective rank 3.8 ..."
  std::string status;   ///< "loading", "paused", "running", "finished", "diverged", "error"

  bool operator==(const Situation&) const = default;
};

/// What the platform does for the instruments. Calls may answer at once, from inside.
class Host {
 public:
  virtual ~Host() = default;
  /// One JSON command of io/session.h. Its reply comes by App::reply with the same "do", "slot" and "id".
  virtual void send(std::string_view command) = 0;
  /// A sample or another file that `open` said it needs: fetch and `put` it under this name; App::reply gets the put's
  /// reply.
  virtual void fetch(std::string_view name) = 0;
  /// A file chooser; `accept` is a list such as ".npy,.csv". The file is `put`; App::reply gets the put's reply with
  /// "chosen": true.
  virtual void open_file(std::string_view accept) = 0;
  virtual void save_file(std::string_view name, std::string_view text) = 0;
  virtual void content(const Content& content) = 0;        ///< when it changed
  virtual void situation(const Situation& situation) = 0;  ///< when it changed; at most a few times a second
  virtual void scroll_to(float y) = 0;                     ///< of the document
  virtual void theme(bool dark) = 0;                       ///< the reader asked for it: keep it, and say so in Input
  /// What is open, as a link holds it ("#..."; session.h's `share`), once it has come to rest after a change; `leaf`: it is another experiment
  /// than before, not the same one changed, so that "back" leads to the one before.
  virtual void address(std::string_view link, bool leaf) = 0;
  virtual void say(std::string_view text) = 0;  ///< a sentence to the reader, shown and read aloud: what had to be mended in a link
};

struct Input {
  float width = 0, height = 0;               ///< the viewport, CSS px
  float scroll = 0;                          ///< of the document, CSS px
  float title_height = 0, words_height = 0;  ///< what the HTML needs at the widths of Content::title and Content::words
  float dpr = 1;                             ///< device pixels a CSS px
  bool dark = true;
  bool coarse_pointer = false;  ///< a finger
  double now = 0;               ///< seconds, any origin
  bool figure = false;          ///< embedded in a text: two or three cards and a slim run bar, nothing else
  bool figure_parameters = false;  ///< with the parameters under them
};

struct Context;
struct Theme;

/// Another place for the panels than the page's grid (ui/dock.h is one).
class Arrangement {
 public:
  virtual ~Arrangement() = default;
  virtual void style(const Theme& theme) = 0;  ///< after each change of the theme
  virtual void draw(Context& c) = 0;           ///< everything but gallery and data dialogue
};

/// Needs a current ImGui context (docking branch, 1.92 or later) with the OpenGL 3 backend and its GL context; adds its
/// own fonts and style. ImGui works in CSS px: DisplaySize is the viewport, DisplayFramebufferScale the
/// dpr.
class App {
 public:
  explicit App(Host& host, std::unique_ptr<Arrangement> arrangement = nullptr);
  ~App();

  /// Opens a document, as JSON or as a link: {"study": KEY} is enough. Its "page" says how it is shown, at which step, and beside which runs.
  /// Without it the first preset opens, and plays.
  void open(std::string_view document, bool play = true);
  void undo();
  void redo();
  void pin();
  /// The "page" of the experiment as it stands, for a link to this moment.
  std::string look() const;

  void reply(std::string_view json);
  void message(std::span<const std::byte> bytes);  ///< as Session::take gives them

  /// Between ImGui::NewFrame and ImGui::Render. Call it after every input event, and while wants_frame().
  void draw(const Input& input);
  /// False: nothing changed since the last draw, so there is nothing to draw.
  bool wants_frame() const;
  /// Characters that the embedded fonts do not have, from a font file (the page loads web/fonts/Inter-More.ttf after its
  /// first frame; the desktop window has it from the start). Not between NewFrame and Render.
  void more_characters(std::span<const std::byte> ttf);
  /// The GL context is gone with all that was in it; the next draw() makes it anew in the current one.
  void graphics_lost();
  /// True while something in the canvas covers the page (gallery, dialogue, menu): wheel and touch belong to it, the
  /// document must not scroll. Otherwise wheel and vertical touch scroll the document.
  bool modal() const;
  /// A press there begins a drag in any direction that is ours, so a finger must not scroll the document from there. CSS px
  /// of the viewport.
  bool grabs(float x, float y) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rankscope::ui
