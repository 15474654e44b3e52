// The interface module: ui::App on the page. Exports are called by web/page.js, which is also Module.host.
#include <emscripten.h>
#include <imgui.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "embedded/fonts.h"
#include "ui/app.h"
#include "web/platform.h"

namespace {

EM_JS(void, host_send, (const char* text, std::size_t size), { Module.host.send(UTF8ToString(text, size)); })
EM_JS(void, host_fetch, (const char* name, std::size_t size), { Module.host.fetch(UTF8ToString(name, size)); })
EM_JS(void, host_open_file, (const char* accept, std::size_t size), { Module.host.openFile(UTF8ToString(accept, size)); })
EM_JS(void, host_save_file, (const char* name, std::size_t name_size, const char* text, std::size_t size), {
  Module.host.saveFile(UTF8ToString(name, name_size), UTF8ToString(text, size));
})
EM_JS(void, host_content, (const float* numbers, int shown), {
  Module.host.content(Array.from(new Float32Array(HEAPU8.buffer, numbers, 11)), !!shown);
})
EM_JS(void, host_situation, (const char* study, const char* variant, const char* words, const char* title, const char* summary, const char* status), {
  Module.host.situation({
    study : UTF8ToString(study),
    variant : UTF8ToString(variant),
    words : UTF8ToString(words),
    title : UTF8ToString(title),
    summary : UTF8ToString(summary),
    status : UTF8ToString(status)
  });
})
EM_JS(void, host_scroll_to, (float y), { Module.host.scrollTo(y); })
EM_JS(void, host_theme, (int dark), { Module.host.theme(!!dark); })
EM_JS(void, host_address, (const char* link, std::size_t size, int leaf), { Module.host.address(UTF8ToString(link, size), !!leaf); })
EM_JS(void, host_say, (const char* text, std::size_t size), { Module.host.say(UTF8ToString(text, size)); })

using namespace rankscope;

class Page final : public ui::Host {
 public:
  void send(std::string_view command) override { host_send(command.data(), command.size()); }
  void fetch(std::string_view name) override { host_fetch(name.data(), name.size()); }
  void open_file(std::string_view accept) override { host_open_file(accept.data(), accept.size()); }
  void save_file(std::string_view name, std::string_view text) override {
    host_save_file(name.data(), name.size(), text.data(), text.size());
  }
  void content(const ui::Content& c) override {
    const float numbers[11] = {c.height, c.top, c.bottom, c.title.x, c.title.y, c.title.width, c.title.height,
                               c.words.x, c.words.y, c.words.width, c.words.height};
    host_content(numbers, c.words_shown);
  }
  void situation(const ui::Situation& s) override {
    host_situation(s.study.c_str(), s.variant.c_str(), s.words.c_str(), s.title.c_str(), s.summary.c_str(), s.status.c_str());
  }
  void scroll_to(float y) override { host_scroll_to(y); }
  void theme(bool dark) override { host_theme(dark); }
  void address(std::string_view link, bool leaf) override { host_address(link.data(), link.size(), leaf); }
  void say(std::string_view text) override { host_say(text.data(), text.size()); }
};

Page page;
std::unique_ptr<ui::App> app;

/// What page_draw and page_state answer.
enum Flag { kFrame = 1, kModal = 2, kText = 4, kNavigating = 8, kCursor = 16 };  // kCursor: times ImGuiMouseCursor

int state() {
  const ImGuiIO& io = ImGui::GetIO();
  return (app->wants_frame() ? kFrame : 0) | (app->modal() ? kModal : 0) |
         (io.WantTextInput ? kText : 0) | (io.NavVisible ? kNavigating : 0) | kCursor * (ImGui::GetMouseCursor() + 1);
}

}  // namespace

extern "C" {

/// 0: this canvas gives no WebGL 2.
int page_start(int device_width, int device_height, float dpr) {
  if (!web::start_platform("#canvas")) return 0;
  web::resize(device_width, device_height, dpr);
  app = std::make_unique<ui::App>(page);
  return 1;
}

void page_resize(int device_width, int device_height, float dpr) { web::resize(device_width, device_height, dpr); }

/// A frame; answers the state. Heights and scroll in CSS px, `now` in seconds; `figure` 1: in another page's frame, 2: with parameters.
int page_draw(double now, float scroll, float title_height, float words_height, int dark, int coarse, int figure) {
  const ImGuiIO& io = ImGui::GetIO();
  web::new_frame(now);
  app->draw({.width = io.DisplaySize.x, .height = io.DisplaySize.y, .scroll = scroll, .title_height = title_height,
             .words_height = words_height, .dpr = io.DisplayFramebufferScale.x, .dark = dark != 0,
             .coarse_pointer = coarse != 0, .now = now, .figure = figure > 0, .figure_parameters = figure > 1});
  web::present();
  return state();
}

int page_state() { return state(); }

/// 1 where a press begins a drag that a finger may make up and down; CSS px of the viewport.
int page_grabs(float x, float y) { return app->grabs(x, y); }

/// An embedded font file for the words: its address; its size goes to `size`.
const std::byte* page_font(const char* name, std::size_t name_size, std::uint32_t* size) {
  const auto bytes = embedded::fonts::find({name, name_size});
  *size = static_cast<std::uint32_t>(bytes.size());
  return bytes.data();
}

/// The font file of the characters that are not embedded.
void page_more_font(const std::byte* bytes, std::size_t size) { app->more_characters({bytes, size}); }

void page_restore() {
  app->graphics_lost();
  web::restore_graphics();
}

/// A document or a link, as text.
void page_open(const char* document, std::size_t size, int play) { app->open({document, size}, play); }
void page_undo() { app->undo(); }
void page_redo() { app->redo(); }
void page_pin() { app->pin(); }
/// How the runs are shown, a document's "page" as JSON; good until the next call.
const char* page_look() {
  static std::string kept;
  kept = app->look();
  return kept.c_str();
}
void page_reply(const char* json, std::size_t size) { app->reply({json, size}); }
void page_message(const std::byte* bytes, std::size_t size) { app->message({bytes, size}); }
}
