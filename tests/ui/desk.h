// A Model on a real Session, without a screen: what the page is but for its panels.
#pragma once
#include <doctest/doctest.h>

#include <deque>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/lens.h"
#include "io/samples.h"
#include "io/session.h"
#include "presets/presets.h"
#include "systems/systems.h"
#include "ui/json.h"
#include "ui/model.h"

namespace rankscope::ui::test {

class Desk final : public Host {
 public:
  Desk() : session_({systems(), presets()}, make_lens), model(*this) {}

  void send(std::string_view command) override { sent.emplace_back(command), replies_.push_back(session_.command(command)); }
  void fetch(std::string_view name) override {
    const Sample* sample = find_sample(name);
    REQUIRE(sample);
    std::ifstream file(std::string(RANKSCOPE_TEST_DATA "/../../data/") + std::string(sample->file), std::ios::binary);  // the page's build has none in it
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    replies_.push_back(session_.put(name, std::as_bytes(std::span(bytes))));
  }
  void open_file(std::string_view) override {}
  void save_file(std::string_view name, std::string_view text) override { saved = name, saved_text = text; }
  void content(const Content&) override {}
  void situation(const Situation&) override {}
  void scroll_to(float) override {}
  void theme(bool) override {}
  void address(std::string_view link, bool leaf) override { told = link, leaves += leaf; }
  void say(std::string_view text) override { sentences.emplace_back(text); }

  /// Hands over what the session has said, and lets the runs make up to `turns` steps each in between.
  void pump(int turns = 0) {
    for (int i = 0;; ++i) {
      hand_over();
      if (i >= turns) return;
      int left = 2;
      session_.advance([&] { return --left > 0; }, 1.0 / 60);
    }
  }
  /// Until nothing is left to do.
  void rest() {
    for (int i = 0; i < 100000; ++i) {
      hand_over();
      int left = 64;
      if (!session_.advance([&] { return --left > 0; }, 1) && replies_.empty()) {
        hand_over();
        if (replies_.empty() && !session_.advance([] { return false; }, 0)) return;
      }
    }
    FAIL("the session does not come to rest");
  }
  void open(const std::string& document, bool play = false) {
    model.open(document, play);
    rest();
    REQUIRE_FALSE(model.problem);
  }
  /// Hash of the state of the run in that lane, and where it stands: "dc2ca343713bd9f1 at 40".
  std::string bits(int lane = 0) {
    const std::string said = session_.command("{\"do\":\"bits\",\"slot\":" + std::to_string(lane) + "}");
    rapidjson::Document reply;
    REQUIRE(parse(reply, said));
    return text(reply, "bits") + " at " + std::to_string(whole(reply, "step", -1));
  }

 private:
  /// What a message makes the model ask is answered before the next message.
  void hand_over() {
    for (;;) {
      while (!replies_.empty()) {
        const std::string reply = std::move(replies_.front());
        replies_.pop_front();
        const auto decoded = decode_reply(reply);
        REQUIRE(decoded);
        if (decoded->error) refused.push_back(reply);
        model.reply(*decoded);
      }
      const auto message = session_.take();
      if (!message) return;
      if (!late_moments || message->front() != std::byte{2}) model.message(*message, 0);
    }
  }

  Session session_;
  std::deque<std::string> replies_;

 public:
  Model model;
  std::vector<std::string> sent, refused, sentences;
  std::string saved, saved_text, told;
  int leaves = 0;
  bool late_moments = false;  ///< what is recorded arrives, the moments that show it do not
};

inline constexpr const char* kSmall =
    R"({"system":"deep_matrix","settings":{"rows":5,"cols":5,"rank":1,"depth":2,"alpha":0.01,"observed":0.7,"step_size":0.05},"steps":200,"every":5})";

}  // namespace rankscope::ui::test
