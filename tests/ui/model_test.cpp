// The model and the layout against replies as io/session.h words them, without a session and without a screen.
#include "ui/model.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "ui/json.h"
#include "ui/layout.h"
#include "ui/standing.h"

using namespace rankscope;
using namespace rankscope::ui;

namespace {

struct Silent final : Host {
  void send(std::string_view command) override { sent.emplace_back(command); }
  void fetch(std::string_view name) override { fetched.emplace_back(name); }
  void open_file(std::string_view) override {}
  void save_file(std::string_view name, std::string_view) override { saved = name; }
  void content(const Content&) override {}
  void situation(const Situation&) override {}
  void scroll_to(float) override {}
  void theme(bool) override {}
  void address(std::string_view link, bool leaf) override { told = link, leaves += leaf; }
  void say(std::string_view text) override { sentences.emplace_back(text); }

  bool has_sent(std::string_view part) const {
    for (const std::string& s : sent)
      if (s.find(part) != std::string::npos) return true;
    return false;
  }
  /// Whether this document, or one that has this in it, was to be opened in the lane.
  bool opens(int lane, std::string_view part) const {
    const std::string inside = quoted(part);
    for (const std::string& s : sent)
      if (s.find("{\"do\":\"open\",\"slot\":" + std::to_string(lane) + ",") == 0 && s.find(std::string_view(inside).substr(1, inside.size() - 2)) != std::string::npos) return true;
    return false;
  }
  std::vector<std::string> sent, fetched;
  std::vector<std::string> sentences;
  std::string saved, told;
  int leaves = 0;
};

constexpr const char* kList =
    R"({"do":"list","version":"1","presets":[{"key":"first","group":"Toys","system":"toy","title":"A toy","sentence":"s","cite":"c","claim":"","runs":["a","b"]}],
  "samples":[],"formats":[".npy"]})";

constexpr const char* kOpened =
    R"({"do":"open","slot":0,"document":{"study":"first","variant":"a","system":"toy","settings":{"depth":3,"rate":1,"by":"mask"},"seed":1,"steps":100,"every":10},
  "show":{"key":"first","title":"A toy","time_axis":"time","params":[
    {"key":"depth","label":"Depth","group":"G","help":"","unit":"","type":"integer","default":3,"low":1,"high":10,"scale":"linear","when":"restart"},
    {"key":"rate","label":"Rate","group":"G","help":"","unit":"","type":"number","default":0.5,"low":0,"high":1,"scale":"linear","when":"live"}
    ,{"key":"by","label":"By","group":"G","help":"","unit":"","type":"choice","default":"auto","choices":["auto","mask"],"when":"restart"}],
  "inputs":[{"key":"target","label":"Target","help":""}],
  "views":[{"key":"seen","label":"Seen","help":"","unit":"","kind":"image","axis":"linear","theory":false,"signed":false,"flops":0},
    {"key":"guess","label":"Guess","help":"","unit":"","kind":"image","axis":"linear","theory":false,"signed":false,"flops":0},
    {"key":"truth","label":"Truth","help":"","unit":"","kind":"image","axis":"linear","theory":false,"signed":false,"flops":0},
    {"key":"sigma","label":"Sigma","help":"","unit":"","kind":"spectrum","axis":"linear","theory":true,"signed":false,"flops":0},
    {"key":"loss","label":"Loss","help":"","unit":"","kind":"scalar","axis":"log","theory":false,"signed":false,"flops":0},
    {"key":"rank","label":"Rank","help":"","unit":"","kind":"scalar","axis":"linear","theory":false,"signed":false,"flops":0},
    {"key":"w","label":"W_1","help":"","unit":"","kind":"matrix","axis":"linear","theory":false,"signed":true,"flops":0}],
  "shown":["seen","guess","truth","sigma","loss","rank","w"]},"events":[]})";

bool apart(const Rect& a, const Rect& b) {
  return a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
}

void hand(Model& model, const char* json) {
  const auto reply = decode_reply(json);
  REQUIRE(reply);
  model.reply(*reply);
}

/// A message as io/session.h sends them: 1 a recorded Frame, 2 a moment.
void hand(Model& model, int kind, const Frame& frame) {
  const auto bytes = encode(frame);
  std::vector<std::byte> message(5 + bytes.size());
  message[0] = static_cast<std::byte>(kind);
  std::memcpy(message.data() + 5, bytes.data(), bytes.size());
  model.message(message, 0);
}

/// As a run says where it is and what it does.
void notice(Model& model, std::int64_t step, const std::string& status) {
  const std::string text = "{\"step\":" + std::to_string(step) + ",\"time\":0,\"status\":\"" + status + "\",\"trouble\":\"\",\"remark\":\"\",\"events\":[]}";
  std::vector<std::byte> message(5 + text.size());
  message[0] = std::byte{3};
  std::memcpy(message.data() + 5, text.data(), text.size());
  model.message(message, 0);
}

void moment(Model& model, std::int64_t step, double guess) {
  hand(model, 2, {step, 0, {{0, Part::Measured, {1, 2}, {1, 2}}, {1, Part::Measured, {1, 2}, {guess, 2}}, {2, Part::Measured, {1, 2}, {1, 2}}}});
}

}  // namespace

TEST_CASE("ui: the first preset opens unasked, what it needs is fetched, and then it plays") {
  Silent host;
  Model model(host);
  model.start();
  CHECK(host.has_sent(R"("do":"list")"));
  hand(model, kList);
  CHECK(host.opens(0, R"({"study":"first"})"));
  hand(model, R"({"do":"open","slot":0,"needs":["cloth","mask"]})");
  CHECK(host.fetched == std::vector<std::string>{"cloth", "mask"});
  host.sent.clear();
  hand(model, R"({"do":"put","name":"cloth","form":"dense","shape":[1,2],"entries":2,"gaps":0})");
  CHECK_FALSE(host.has_sent(R"("do":"open")"));
  hand(model, R"({"do":"put","name":"mask","form":"dense","shape":[1,2],"entries":2,"gaps":0})");
  CHECK(host.has_sent(R"("do":"open")"));
  hand(model, kOpened);
  CHECK(host.has_sent(R"("do":"look","slot":0,"views":["seen","guess","truth","sigma","loss","rank","w"])"));
  CHECK(host.has_sent(R"("do":"play","slot":0)"));
}

TEST_CASE("ui: settings have their parameter's type, and a refused change is undone") {
  Silent host;
  Model model(host);
  hand(model, kOpened);
  CHECK(
      std::holds_alternative<double>(model.main().document.settings.at("rate")));  // 1 in JSON, a number by declaration
  CHECK(std::holds_alternative<std::int64_t>(model.main().document.settings.at("depth")));
  model.set("depth", std::int64_t{5});
  CHECK(host.has_sent(R"({"do":"set","slot":0,"key":"depth","value":5,"step":0})"));
  CHECK(std::get<std::int64_t>(model.main().document.settings.at("depth")) == 5);
  hand(model, R"({"do":"set","slot":0,"error":{"where":"depth","what":"is too deep","remedy":"at most 4"}})");
  CHECK(std::get<std::int64_t>(model.main().document.settings.at("depth")) == 3);
  REQUIRE(model.problem);
  CHECK(model.problem->text() == "depth: is too deep (at most 4)");
}

TEST_CASE("ui: a file keeps the settings that fit it: what is refused falls back to its default") {
  Silent host;
  Model model(host);
  hand(model, kList);
  hand(model, kOpened);
  hand(model, R"({"do":"put","name":"mine.csv","form":"dense","shape":[2,3],"entries":6,"gaps":1,"chosen":true})");
  REQUIRE(model.file);
  CHECK(model.file_arrived);
  host.sent.clear();
  model.use_file("target");
  CHECK(host.opens(0, R"("settings":{"by":"mask","depth":3,"rate":1},"inputs":{"target":{"name":"mine.csv"}})"));
  hand(model, R"({"do":"open","slot":0,"error":{"where":"depth","what":"is too deep","remedy":""}})");
  CHECK(host.opens(0, R"("settings":{"by":"mask","rate":1},"inputs":{"target":{"name":"mine.csv"}})"));
  hand(model, R"({"do":"open","slot":0,"error":{"where":"mask","what":"the input is missing","remedy":""}})");
  CHECK(host.opens(0, R"("settings":{"rate":1},"inputs":{"target":{"name":"mine.csv"}})"));
  CHECK_FALSE(model.problem);
}

TEST_CASE("ui: what moves is what the run believes, the last thing that does not is the truth") {
  Silent host;
  Model model(host);
  hand(model, kOpened);
  moment(model, 0, 0.5);
  moment(model, 10, 0.7);
  CHECK(believed_view(model) == 1);
  CHECK(truth_view(model) == 2);
  CHECK(headline_views(model) == std::vector<int>{4, 5});
}

TEST_CASE("ui: a claim's badge says how it stands: at the moment, once violated for good, or the first hypothesis that fails") {
  Silent host;
  Model model(host);
  hand(model, kList);
  CHECK(model.catalog().presets.front().group == "Toys");
  hand(model, R"({"do":"open","slot":0,"document":{"system":"toy","steps":100,"every":10},"show":{"key":"toy","title":"A toy","params":[],"inputs":[],
    "views":[{"key":"under","label":"Under","kind":"claim","axis":"log","claim":{"left":"loss","right":"bound","at_most":true,"slack":0,"hypotheses":["square loss","a small step"]}},
             {"key":"valley","label":"Valley","kind":"landscape","x":"w_1","y":"w_2"}],"shown":["valley","under"]}})");
  CHECK(model.main().show.views[1].x == "w₁");
  const auto at = [](std::int64_t step, double left, std::vector<double> holds) {
    return Frame{step, 0, {{0, Part::Measured, {}, {left}}, {0, Part::Bound, {}, {2}}, {0, Part::Hypotheses, {2}, std::move(holds)}}};
  };
  CHECK(standing_of(model.main(), 0).state == ClaimState::NotApplicable);
  CHECK(standing_of(model.main(), 0).text == "nothing to compare here");
  hand(model, 2, at(0, 1, {1, 1}));
  CHECK(standing_of(model.main(), 0).state == ClaimState::Holds);
  CHECK(standing_of(model.main(), 0).text == "holds");
  hand(model, 2, at(5, 3, {0, 0}));
  CHECK(standing_of(model.main(), 0).state == ClaimState::NotApplicable);
  CHECK(standing_of(model.main(), 0).text == "not applicable: square loss");
  hand(model, 2, at(6, 3, {1, 0}));
  CHECK(standing_of(model.main(), 0).text == "not applicable: a small step");
  CHECK(standing_of(model.main(), 0).holds == std::vector<double>{1, 0});
  hand(model, 1, at(10, 3, {1, 1}));
  hand(model, 1, at(20, 1, {1, 1}));
  hand(model, 2, at(20, 1, {1, 1}));
  CHECK(standing_of(model.main(), 0).state == ClaimState::Violated);
  CHECK(standing_of(model.main(), 0).text == "violated at step 10");
}

TEST_CASE("ui: a study of theorems begins with its landscape, large, and a claim beside it; in a text its first cards fill the frame") {
  Silent host;
  Model model(host);
  hand(model, R"({"do":"open","slot":0,"document":{"system":"toy","steps":100,"every":10},"show":{"key":"toy","title":"A toy","params":[],"inputs":[],
    "views":[{"key":"a","label":"A","kind":"claim"},{"key":"b","label":"B","kind":"claim"},{"key":"l","label":"L","kind":"landscape"},{"key":"s","label":"S","kind":"scalar"}],
    "shown":["l","a","b","s"]}})");
  for (const float width : {320.f, 390.f, 768.f, 1280.f, 1920.f}) {
    CAPTURE(width);
    Input in;
    in.width = width, in.height = 800;
    const Layout layout = lay_out(in, model, {200, 0, 60});
    CHECK(layout.cards[width < 900 ? 0 : 1].card == Card::Landscape);
    const Rect& large = layout.cards[width < 900 ? 0 : 1].rect;
    CHECK(large.width * large.height > 0.24f * std::min(width, 1280.f) * 600);
    std::size_t claims = 0;
    for (std::size_t i = 0; i < layout.cards.size(); ++i) {
      claims += layout.cards[i].card == Card::Claim;
      for (std::size_t j = 0; j < i; ++j) CHECK(apart(layout.cards[i].rect, layout.cards[j].rect));
    }
    CHECK(claims == 2);
  }
  for (const float width : {360.f, 640.f}) {
    Input in;
    in.width = width, in.height = 420, in.figure = true;
    const Layout layout = lay_out(in, model, {200, 0, 60});
    CHECK(layout.content.height == 420);
    CHECK(layout.cards.size() == (width > 500 ? 2 : 1));
    float area = 0;
    for (const Placed& p : layout.cards) area += p.rect.width * p.rect.height;
    CHECK(area > 0.9f * width * (420 - layout.content.bottom));
  }
}

TEST_CASE("ui: comparing opens the study's other runs with the same seed, and closes them again") {
  Silent host;
  Model model(host);
  hand(model, kList);
  hand(model, kOpened);
  REQUIRE(model.can_compare());
  model.compare(true);
  CHECK(host.opens(1, R"({"study":"first","variant":"b","seed":1,"steps":100,"every":10})"));
  CHECK(model.slots().size() == 2);
  model.compare(false);
  CHECK(host.has_sent(R"({"do":"close","slot":1})"));
  CHECK_FALSE(model.comparing());
}

TEST_CASE("ui: the runs that a playing one is compared with begin with it, and all of them play, whatever was known of where it stood") {
  for (const std::int64_t step : {0, 30}) {
    CAPTURE(step);
    Silent host;
    Model model(host);
    hand(model, kList);
    hand(model, kOpened);
    notice(model, step, "running");
    if (step > 0) moment(model, step, 0.5);
    model.compare(true);
    hand(model, R"({"do":"open","slot":1,"needs":["cloth"]})");
    host.sent.clear();
    hand(model, R"({"do":"put","name":"cloth","form":"dense","shape":[1,2],"entries":2,"gaps":0})");
    CHECK_FALSE(host.has_sent(R"("do":"play")"));
    std::string opened = kOpened;
    hand(model, opened.replace(opened.find("\"slot\":0"), 8, "\"slot\":1").c_str());
    const auto at = [&](std::string_view command) { return std::find(host.sent.begin(), host.sent.end(), command) - host.sent.begin(); };
    const auto seek = at(R"({"do":"seek","slot":-1,"step":0})");
    CHECK(seek < std::ssize(host.sent));
    for (const char* play : {R"({"do":"play","slot":0})", R"({"do":"play","slot":1})"}) CHECK((at(play) > seek && at(play) < std::ssize(host.sent)));
  }
}

TEST_CASE("ui: the runs of a study of several systems open side by side, each with the leading spectrum that its system has") {
  Silent host;
  Model model(host);
  hand(model, R"({"do":"list","version":"1","presets":[{"key":"three","group":"Toys","system":"toy","title":"Three","sentence":"s","cite":"c","claim":"","runs":["a","b"],"beside":true}],
  "samples":[],"formats":[]})");
  const auto opened = [](int slot, const char* variant, const char* view) {
    return R"({"do":"open","slot":)" + std::to_string(slot) + R"(,"document":{"study":"three","variant":")" + variant + R"(","system":"toy","seed":1,"steps":100,"every":10},"show":{"key":"three","title":"Three","params":[],"inputs":[],
    "views":[{"key":"loss","label":"Loss","kind":"scalar"},{"key":")" + view + R"(","label":"S","kind":"spectrum"}],"shown":["loss","sigma","norms"]}})";
  };
  hand(model, opened(0, "a", "sigma").c_str());
  CHECK(host.opens(1, R"({"study":"three","variant":"b")"));
  REQUIRE(model.slots().size() == 2);
  hand(model, opened(1, "b", "norms").c_str());
  CHECK(host.has_sent(R"({"do":"look","slot":1,"views":["loss","norms"]})"));
  CHECK(model.main().show.views[static_cast<std::size_t>(leading_spectrum(model, model.main()))].key == "sigma");
  CHECK(model.slots()[1].show.views[static_cast<std::size_t>(leading_spectrum(model, model.slots()[1]))].key == "norms");
  Input in;
  in.width = 1280, in.height = 800;
  const auto has = [&](Card card) {
    const Layout layout = lay_out(in, model, {200, 0, 60});
    return std::any_of(layout.cards.begin(), layout.cards.end(), [&](const Placed& p) { return p.card == card; });
  };
  CHECK((has(Card::Fans) && !has(Card::Fan)));
  model.compare(false);
  CHECK((!has(Card::Fans) && has(Card::Fan)));
  hand(model, opened(0, "a", "sigma").c_str());  // opened anew: beside again
  CHECK(model.comparing());
}

TEST_CASE("ui: a study of tensors begins with its tensor, large, and components and tree stand side by side") {
  Silent host;
  Model model(host);
  hand(model, R"({"do":"open","slot":0,"document":{"system":"toy","steps":100,"every":10},"show":{"key":"toy","title":"A toy","params":[],"inputs":[],
    "views":[{"key":"t","label":"T","kind":"tensor"},{"key":"c","label":"C","kind":"components"},{"key":"m","label":"M","kind":"tree","edits":"drawn"},{"key":"s","label":"S","kind":"scalar"},{"key":"n","label":"N","kind":"spectrum"}],
    "shown":["t","n","c","m","s"]}})");
  CHECK(model.main().show.views[2].edits == "drawn");
  for (const float width : {320.f, 390.f, 768.f, 1280.f, 1920.f}) {
    CAPTURE(width);
    Input in;
    in.width = width, in.height = 800;
    const Layout layout = lay_out(in, model, {200, 0, 60});
    CHECK(layout.cards[width < 900 ? 0 : 1].card == Card::Tensor);
    const auto of = [&](Card card) { return std::find_if(layout.cards.begin(), layout.cards.end(), [&](const Placed& p) { return p.card == card; })->rect; };
    CHECK((of(Card::Components).y == of(Card::Tree).y) == (width >= 900));
    for (std::size_t i = 0; i < layout.cards.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) CHECK(apart(layout.cards[i].rect, layout.cards[j].rect));
  }
}

TEST_CASE("ui: cards stand side by side at every width, never on each other and never beyond the page") {
  Silent host;
  Model model(host);
  hand(model, kOpened);
  for (const float width : {320.f, 390.f, 600.f, 768.f, 899.f, 900.f, 1280.f, 1920.f, 3840.f}) {
    CAPTURE(width);
    Input in;
    in.width = width, in.height = 800, in.title_height = 40, in.words_height = 200;
    const Layout layout = lay_out(in, model, {600, 20});
    for (std::size_t i = 0; i < layout.cards.size(); ++i) {
      const Rect& a = layout.cards[i].rect;
      CAPTURE(i);
      CHECK(a.x >= 0);
      CHECK(a.x + a.width <= width);
      CHECK(a.width > 0);
      CHECK(a.y + a.height + layout.content.bottom <= layout.content.height);
      for (std::size_t j = 0; j < i; ++j) {
        CHECK_MESSAGE(apart(a, layout.cards[j].rect), j);
      }
      const Rect& words = layout.content.words;
      CHECK((a.y + a.height <= words.y || words.y + words.height <= a.y || words.x + words.width <= a.x ||
             a.x + a.width <= words.x));
    }
  }
}
