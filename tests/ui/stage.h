// An App on an offscreen GL context with a real Session behind it: what a page or a window would be, without either.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "io/session.h"
#include "lab/study.h"
#include "ui/app.h"

namespace rankscope::ui {

struct Picture {
  int width = 0, height = 0;
  std::vector<unsigned char> rgb;  ///< from the top left
};

class Stage final : public Host {
 public:
  /// Of the tables that ship unless others are given.
  Stage(float width, float height, float dpr, bool dark, bool coarse = false, const Tables* tables = nullptr);
  ~Stage() override;

  void send(std::string_view command) override;
  void fetch(std::string_view name) override;
  void open_file(std::string_view) override { ++choosers; }
  void save_file(std::string_view name, std::string_view text) override { saved[std::string(name)] = text; }
  void content(const Content& content) override { told = content; }
  void situation(const Situation& situation) override { said = situation; }
  void scroll_to(float y) override { input.scroll = y; }
  void theme(bool dark) override { input.dark = dark; }
  void address(std::string_view link, bool leaf) override { address_now = link, leaves += leaf; }
  void say(std::string_view text) override { sentences.emplace_back(text); }

  App& app() { return *app_; }
  /// The reply to a command of the test's own; the App does not hear of it.
  std::string ask(const std::string& command) { return session_.command(command); }
  /// A file that the reader dropped.
  void drop(std::string_view name, std::string_view bytes);
  /// Lets playing runs make a few steps.
  void advance();
  /// Hands queued replies and messages over, and draws one frame whether it is wanted or not.
  void frame();
  /// Lets the runs go on until slot 0 stands at `step` or nothing is left to do, drawing now and then.
  void run_to(std::int64_t step);
  /// Frames until none is wanted; returns how many, at most `limit`.
  int settle(int limit = 60);
  void point(float x, float y);
  void press(float x, float y);
  void key(int key);
  Picture shoot();

  Input input;
  Content told;
  Situation said;
  std::map<std::string, std::string> saved;
  std::vector<std::string> refused;  ///< replies that were errors
  std::vector<std::string> sentences;  ///< said to the reader
  std::string address_now;
  int leaves = 0;  ///< addresses that were of another experiment
  int choosers = 0;
  bool blind = false;  ///< nothing is rasterized: for tests that only press things

 private:
  void hand_over();

  Session session_;
  std::vector<std::string> replies_;
  std::int64_t step_ = 0;
  void* display_ = nullptr;
  void* context_ = nullptr;
  unsigned target_ = 0, color_ = 0;
  std::unique_ptr<App> app_;
};

bool write_png(const std::string& path, const Picture& picture);

}  // namespace rankscope::ui
