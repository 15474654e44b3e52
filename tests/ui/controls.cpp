// Presses everything there is to press, through Dear ImGui's test engine and a real session: every parameter in every form, every
// preset, every view, every button and menu row, at the width of a desktop and of a phone. The windows are so tall that
// nothing is out of sight. Nothing is rasterized.
#include <imgui.h>
#include <imgui_internal.h>
#include <imgui_te_context.h>
#include <imgui_te_engine.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <set>

#include "io/document_reader.h"
#include "io/json.h"
#include "presets/presets.h"
#include "systems/systems.h"
#include "ui/protocol.h"
#include "ui_test/stage.h"

namespace {

using namespace rankscope;
using namespace rankscope::ui;

const Tables kTables{systems(), presets()};

/// What a test holds while it runs.
struct Hand {
  ImGuiTestContext* ctx;
  Stage& stage;
  std::set<std::string>& unfolded;  ///< groups of parameters
  std::string& failures;

  /// Goes on: the engine skips every action after an error of its own.
  void fail(const std::string& what) const {
    failures += "  " + what + "\n";
  }
  void wait(int frames = 3) const { ctx->Yield(frames); }
  void steps(int n) const {
    stage.ask("{\"do\":\"step\",\"slot\":0,\"n\":" + std::to_string(n) + "}");
    wait(n + 3);
  }
  void close_all() const {
    for (int i = 0; i < 3; ++i) ctx->KeyPress(ImGuiKey_Escape), wait(2);
  }

  /// Opens a document and waits until it stands there, paused, with all groups of parameters open.
  void open(const std::string& document) const {
    close_all();
    ctx->MouseMoveToPos({3, 60});  // over nothing
    stage.app().open(document, false);
    wait(6);
    stage.refused.clear();
    unfold();
  }
  /// The App remembers what was opened, so once is enough for each group.
  void unfold() const {
    const auto label = [](const ImGuiTestItemInfo& i) { return std::string(i.DebugLabel); };
    for (const ImGuiTestItemInfo& i : items("##page"))
      if (label(i) == "all" && unfolded.insert("all").second) click(i);
    for (const Entry& e : kTables.systems)
      for (const Param& p : e.params) {
        if (unfolded.count(p.group)) continue;
        const auto all = items("##page");
        for (const ImGuiTestItemInfo& i : all)
          if (label(i) == p.group.substr(0, 31)) {
            unfolded.insert(p.group);
            click(i);
            if (items("##page").size() < all.size()) click(i);  // it was open
            break;
          }
      }
  }

  Document document() const {
    const std::string reply = stage.ask(R"({"do":"document","slot":0})");
    const auto read = decode_reply(reply);
    IM_CHECK_SILENT_RETV(read && read->document, Document());
    return *read->document;
  }

  std::vector<ImGuiTestItemInfo> items(const char* window) const {
    ImGuiTestItemList list;
    ctx->GatherItems(&list, (std::string("//") + window).c_str());
    return {list.begin(), list.end()};
  }
  std::vector<ImGuiTestItemInfo> items(ImGuiWindow* window) const {
    ImGuiTestItemList list;
    ctx->GatherItems(&list, window->ID);
    return {list.begin(), list.end()};
  }
  /// The popup on top; nullptr: none.
  static ImGuiWindow* popup() {
    const ImGuiContext& g = *ImGui::GetCurrentContext();
    return g.OpenPopupStack.Size ? g.OpenPopupStack.back().Window : nullptr;
  }

  /// An item of one parameter, by the last words of its path.
  ImGuiTestItemInfo of(const std::string& key, const std::string& rest) const {
    return ctx->ItemInfo(("//##page/**/" + key + "/" + rest).c_str(), ImGuiTestOpFlags_NoError);
  }

  void click(const ImGuiTestItemInfo& i) const { at(i, 0.5f), ctx->MouseClick(), wait(); }
  void at(const ImGuiTestItemInfo& i, float share) const {
    ctx->MouseMoveToPos({i.RectFull.Min.x + share * i.RectFull.GetWidth(), i.RectFull.GetCenter().y});
  }
  void drag(const ImGuiTestItemInfo& i, float from, float to) const {
    at(i, from);
    ctx->MouseDown();
    wait(1);
    at(i, to);
    wait(1);
    ctx->MouseUp();
    wait();
  }
  void type(const std::string& text) const {
    ctx->KeyCharsReplaceEnter(text.c_str());
    wait();
  }
};

/// As it acts now: a Live parameter that is changed on the way is an edit.
std::string value_text(const Document& d, const std::string& key) {
  const auto edit = std::find_if(d.edits.rbegin(), d.edits.rend(), [&](const Edit& e) { return e.key == key; });
  if (edit != d.edits.rend()) return to_text(edit->value);
  const auto it = d.settings.find(key);
  return it == d.settings.end() ? "(none)" : to_text(it->second);
}

/// A small problem in which the parameter matters; `other` is one of its choices, to be chosen away from.
std::string small_document(const Entry& entry, const Param& param) {
  Settings settings;
  const auto set = [&](const char* key, Value value) {
    if (find(entry.params, key)) settings[key] = std::move(value);
  };
  set("rows", std::int64_t{8}), set("cols", std::int64_t{8}), set("rank", std::int64_t{2});
  set("sizes", std::vector<std::int64_t>{3, 3, 3, 3});  // four modes, as the drawn tree has
  set("measurements", std::int64_t{40}), set("samples", std::int64_t{20});
  for (const Param* p = &param; p && !p->relevant.key.empty(); p = find(entry.params, p->relevant.key))
    settings[p->relevant.key] = *parse(*find(entry.params, p->relevant.key), p->relevant.values.front());
  Document d = document_of(entry);
  for (const auto& [key, value] : settings) d.settings[key] = value;
  d.steps = 50;
  return write_document(d, kTables, Detail::Full);
}

/// One control in each of its forms; true when at least one touch changed the document.
bool touch(const Hand& h, const Param& p) {
  const auto changed = [&, before = value_text(h.document(), p.key)] { return value_text(h.document(), p.key) != before; };
  bool moved = false;
  if (const auto slider = h.of(p.key, "slider"); slider.ID) {
    h.drag(slider, 0.2f, 0.33f);  // not to the end: 4096 rows would take minutes
    moved = changed();
    const auto value = h.of(p.key, "value");
    if (!value.ID) return false;
    h.at(value, 0.5f);
    h.ctx->MouseClickMulti(0, 2);
    h.wait();
    h.type(to_text(p.initial));
    return moved && (value_text(h.document(), p.key) == to_text(p.initial) || !h.stage.refused.empty());
  }
  if (const auto toggle = h.of(p.key, "toggle"); toggle.ID) {
    h.click(toggle);
    moved = changed();
    h.click(toggle);
    return moved && !changed();
  }
  for (const std::string& choice : p.choices) {
    if (const auto segment = h.of(p.key, "choice/" + choice); segment.ID) {
      h.click(segment);
    } else if (const auto box = h.of(p.key, "open"); box.ID) {
      h.click(box);
      if (!Hand::popup()) return false;
      for (const ImGuiTestItemInfo& row : h.items(Hand::popup()))
        if (choice.substr(0, 31) == row.DebugLabel) {
          h.click(row);
          break;
        }
    } else {
      return false;
    }
    moved = moved || changed();
  }
  if (const auto text = h.of(p.key, "type"); text.ID && std::holds_alternative<std::string>(p.initial)) {  // any text: a word is what it wants, or says what it wants
    h.click(text);
    h.type("a word");
    return changed() || !h.stage.refused.empty();
  }
  if (const auto list = h.of(p.key, "type"); list.ID) {
    h.click(list);
    const int depth = 2;  // hidden layers of the default depth
    std::string text;
    for (int i = 0; i < depth; ++i) text += i ? ",6" : "5";
    h.type(text);
    moved = changed() || !h.stage.refused.empty();  // a list of another length than the problem's is refused, and says so
  }
  return moved;
}

void every_parameter(const Hand& h) {
  for (const Entry& entry : kTables.systems)
    for (const Param& p : entry.params) {
      h.open(small_document(entry, p));
      const bool moved = touch(h, p);
      if (!moved) h.fail("the parameter " + p.key + " was touched and did not change");
      for (const std::string& r : h.stage.refused)  // such as a width that a list contradicts: but it says what to do
        if (!moved || r.find("\"remedy\":\"\"") != std::string::npos) h.fail(p.key + ": " + r);
      h.stage.refused.clear();
    }
}

void every_view(const Hand& h) {
  for (const Study& study : kTables.presets) {
    h.open("{\"study\":\"" + study.key + "\"}");
    const auto there = [&] {
      std::set<ImGuiID> ids;
      for (const ImGuiTestItemInfo& i : h.items("##page")) ids.insert(i.ID);
      return ids;
    };
    const auto before = there();
    for (bool on : {true, false}) {
      if (!on && &study != &kTables.presets.front()) break;
      h.ctx->ItemClick(h.stage.input.width < 700 ? "//##page/more" : "//##page/views");
      h.wait();
      if (h.stage.input.width < 700) {
        const auto rows = h.items(Hand::popup());
        IM_CHECK(rows.size() >= 8);
        for (const auto& row : rows)  // "Views…" is before the three exports
          if (&row == &rows[rows.size() - 4]) h.click(row);
      }
      IM_CHECK(Hand::popup() != nullptr);
      const auto rows = h.items(Hand::popup());
      IM_CHECK(rows.size() >= study.shown.size());
      for (const auto& row : rows) {
        ImGuiWindow* menu = Hand::popup();
        IM_CHECK(menu != nullptr);
        const float y = row.RectFull.GetCenter().y;
        if (y < menu->Rect().Min.y || y > menu->Rect().Max.y) continue;
        h.click(row);
      }
      h.close_all();
      h.steps(3);
      if (on) IM_CHECK(there() != before);  // what was hidden is shown, and the other way round
    }
    for (const std::string& r : h.stage.refused) h.fail(study.key + ": " + r);
    h.stage.refused.clear();
  }
}

/// All that is there, one press each, whatever it is.
void everything(const Hand& h) {
  std::set<ImGuiID> pressed;
  for (const Study& study : kTables.presets) {
    h.open("{\"study\":\"" + study.key + "\",\"steps\":20}");
    h.steps(2);
    for (const ImGuiTestItemInfo& i : h.items("##page")) {
      if (!pressed.insert(i.ID).second) continue;
      h.click(i);
      if (ImGuiWindow* menu = Hand::popup())
        for (const auto& row : h.items(menu))
          if (Hand::popup() == menu) h.click(row);
      h.close_all();
      if (h.stage.app().modal()) h.fail(std::string(i.DebugLabel) + ": what it opened does not close on Escape");
    }
    for (const std::string& r : h.stage.refused)
      if (r.find("\"remedy\":\"\"") != std::string::npos) h.fail(study.key + ": " + r);
    h.stage.refused.clear();
  }
  IM_CHECK_GT(pressed.size(), std::size_t{40});
}

void gallery(const Hand& h) {
  for (const Study& study : kTables.presets) {
    h.ctx->ItemClick("//##page/gallery");
    h.wait();
    IM_CHECK(h.stage.app().modal());
    const std::string name = "//##overlay/**/" + study.key;
    h.ctx->ScrollToItemY(name.c_str());  // there are more cards than go onto the sheet
    h.wait();
    const auto card = h.ctx->ItemInfo(name.c_str(), ImGuiTestOpFlags_NoError);
    IM_CHECK(card.ID != 0);
    h.click(card);
    for (int i = 0; i < 60 && h.stage.said.study != study.key; ++i) h.wait(6);  // some fetch and read files first
    IM_CHECK_STR_EQ(h.stage.said.study.c_str(), study.key.c_str());
    h.ctx->KeyPress(ImGuiKey_Space);
    h.wait();
  }
}

void own_matrix(const Hand& h) {
  h.open(R"({"study":"depth"})");  // a system that takes a matrix, and needs no other file
  h.stage.drop("small.csv", "1,2,3,4\n2,4,,8\n3,6,9,12\n4,8,12,16\n");
  h.wait(5);
  IM_CHECK(h.stage.app().modal());
  const int before = h.stage.choosers;
  h.ctx->ItemClick("//##overlay/**/choose");
  IM_CHECK_EQ(h.stage.choosers, before + 1);
  for (const char* input : {"mask", "target"}) {
    const auto row = h.ctx->ItemInfo((std::string("//##overlay/**/") + input).c_str(), ImGuiTestOpFlags_NoError);
    if (row.ID) h.click(row);
  }
  h.ctx->ItemClick("//##overlay/**/start");
  h.wait(6);
  IM_CHECK(!h.stage.app().modal());
  IM_CHECK(h.document().inputs.at("target").name == "small.csv");
  for (const std::string& r : h.stage.refused) h.fail(r);
}

/// The sheets of the runs and of sharing, everything in them.
void sheets(const Hand& h) {
  h.open(R"({"system":"deep_matrix","settings":{"rows":5,"cols":5,"rank":1,"depth":2,"observed":0.7},"steps":50,"every":5})");
  const auto open = [&](const char* button, const char* row) {
    h.close_all();
    if (h.stage.input.width >= 900) {
      h.ctx->ItemClick((std::string("//##page/") + button).c_str());
    } else {
      if (!h.stage.told.words_shown) h.fail("the page's words are away");
      h.ctx->ItemClick("//##page/more");
      h.wait();
      if (h.stage.told.words_shown) h.fail("the page's words lie over the menu");
      const auto rows = h.items(Hand::popup());
      for (std::size_t i = 0; i < rows.size(); ++i)
        if (i == (row == std::string("runs") ? 1u : 2u)) h.click(rows[i]);
    }
    h.wait();
    IM_CHECK_SILENT(h.stage.app().modal());
  };
  const auto press = [&](const std::string& id) {
    const std::string name = "//##overlay/**/" + id;
    const auto item = h.ctx->ItemInfo(name.c_str(), ImGuiTestOpFlags_NoError);
    if (!item.ID) return h.fail("no " + id + " in the sheet");
    h.ctx->ScrollToItemY(name.c_str());
    h.wait();
    h.click(h.ctx->ItemInfo(name.c_str(), ImGuiTestOpFlags_NoError));
    h.wait(6);
  };
  const auto runs = [&] {
    int n = 0;
    for (int lane = 0; lane < 9; ++lane) n += h.stage.ask("{\"do\":\"document\",\"slot\":" + std::to_string(lane) + "}").find("\"error\"") == std::string::npos;
    return n;
  };
  const auto become = [&](const char* id, int wanted) {
    open("runs", "runs");
    press(id);
    if (runs() != wanted) h.fail(std::string(id) + ": " + std::to_string(runs()) + " runs, not " + std::to_string(wanted));
  };
  become("pin", 2);
  become("rename", 2);
  h.type("mine");
  become("first", 2);
  become("remove", 1);
  become("depth ladder", 5);
  become("scale ladder", 4);
  become("seeds", 8);
  become("others", 8);
  press("step_size");
  if (runs() != 5) h.fail("a ladder of step sizes: " + std::to_string(runs()) + " runs");
  become("none", 1);
  open("share", "share");
  press("moment");
  for (const char* what : {"link", "command", "bibtex"}) {
    ImGui::SetClipboardText("");
    press(std::string(what) + "/copy");
    if (std::string(ImGui::GetClipboardText()).size() < 10) h.fail(std::string(what) + " was not copied");
  }
  press("save");
  if (h.stage.saved.empty()) h.fail("nothing was saved");
  h.close_all();
  for (const std::string& r : h.stage.refused) h.fail(r);
  h.stage.refused.clear();
}

/// The run bar and its menus, one control after the other.
void time_and_hand(const Hand& h) {
  h.open(R"({"system":"deep_matrix","settings":{"rows":5,"cols":5,"rank":1,"depth":2,"observed":0.7},"steps":50,"every":5})");
  h.steps(20);
  const bool phone = h.stage.input.width < 900;
  const auto step = [&] {
    const auto json = parse_json(h.stage.ask(R"({"do":"bits","slot":0})"));
    const Json* at = json ? json->find("step") : nullptr;
    return at ? at->number() : -1;
  };
  const auto find = [&](const std::string& id) {
    if (Hand::popup())
      for (const ImGuiTestItemInfo& i : h.items(Hand::popup()))
        if (id == i.DebugLabel) return i;
    for (const ImGuiTestItemInfo& i : h.items("##page"))
      if (id == i.DebugLabel) return i;
    return ImGuiTestItemInfo();
  };
  bool sheet = phone;
  const auto press = [&](const std::string& id) {
    if (sheet && !Hand::popup()) h.click(find("time-more"));
    const auto item = find(id);
    if (!item.ID) return h.fail("there is no control " + id);
    h.click(item);
    h.wait(12);
  };
  h.drag(find("progress"), 0.6f, 0.3f);
  h.wait(12);
  IM_CHECK(step() > 5 && step() < 25);  // the knob is dragged back
  const double there = step();
  press("step-back");
  IM_CHECK_EQ(step(), there - 1);
  press("step");
  IM_CHECK_EQ(step(), there);
  for (const char* id : {"event-back", "event-on", "back", "reset", "undo", "redo"}) press(id);
  h.close_all();
  h.click(find(phone ? "time-more" : "pace"));
  IM_CHECK_SILENT(Hand::popup() != nullptr);
  for (const char* id : {"×¼", "max", "×1", "slow", "event", "view", "above", "value", "below"}) press(id);
  h.close_all();
  if (!phone) {
    IM_CHECK(find("halt-chip").ID != 0);
    press("halt-chip"), press("slow-chip");
    IM_CHECK(find("halt-chip").ID == 0);
  }
  sheet = false;  // what follows is on cards
  press("hold");
  press("predict");
  IM_CHECK(find("draw").ID != 0);
  h.drag(find("draw"), 0.5f, 0.8f);
  press("again"), press("done");
  IM_CHECK(find("draw").ID == 0);
  for (const std::string& r : h.stage.refused) h.fail(r);
  h.stage.refused.clear();
}

struct Test {
  const char* name;
  void (*run)(const Hand&);
};
constexpr Test kTests[] = {{"every_parameter", every_parameter}, {"every_view", every_view}, {"everything", everything},
                           {"gallery", gallery}, {"own_matrix", own_matrix}, {"sheets", sheets}, {"time_and_hand", time_and_hand}};

int run(float width, float height, bool coarse, const char* filter) {
  auto held = std::make_unique<Stage>(width, height, 1.f, true, coarse);
  Stage& stage = *held;
  stage.blind = true;
  stage.input.title_height = 48, stage.input.words_height = 230;
  ImGuiTestEngine* engine = ImGuiTestEngine_CreateContext();
  ImGuiTestEngineIO& io = ImGuiTestEngine_GetIO(engine);
  io.ConfigRunSpeed = ImGuiTestRunSpeed_Fast;
  io.ConfigNoThrottle = true;
  io.ConfigSavedSettings = false;
  io.ConfigLogToTTY = true;
  io.ConfigVerboseLevelOnError = ImGuiTestVerboseLevel_Warning;
  io.ConfigWatchdogKillTest = 6000;  // of the test's own time: every parameter of every system
  io.ConfigWatchdogWarning = 6000;
  ImGuiTestEngine_Start(engine, ImGui::GetCurrentContext());
  std::set<std::string> unfolded;
  const std::string category = "width_" + std::to_string(static_cast<int>(width));
  for (const Test& t : kTests) {
    ImGuiTest* test = IM_REGISTER_TEST(engine, category.c_str(), t.name);
    test->TestFunc = [&, run = t.run, name = t.name](ImGuiTestContext* ctx) {
      const auto begin = std::chrono::steady_clock::now();
      std::string failures;
      run(Hand{ctx, stage, unfolded, failures});
      std::printf("%s at %g px: %.1f s\n%s", name, static_cast<double>(width), std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), failures.c_str());
      std::fflush(stdout);
      IM_CHECK_SILENT(failures.empty());
    };
  }
  ImGuiTestEngine_QueueTests(engine, ImGuiTestGroup_Tests, filter);
  while (!ImGuiTestEngine_IsTestQueueEmpty(engine)) {
    stage.advance();
    stage.frame();
    ImGuiTestEngine_PostSwap(engine);
  }
  ImGuiTestEngineResultSummary summary;
  ImGuiTestEngine_GetResultSummary(engine, &summary);
  ImGuiTestEngine_Stop(engine);
  held.reset();  // before the engine: Dear ImGui still calls it
  ImGuiTestEngine_DestroyContext(engine);
  return summary.CountSuccess == summary.CountTested && summary.CountTested > 0 ? 0 : 1;
}

}  // namespace

/// An argument is a filter of the tests' names.
int main(int argc, char** argv) {
  const char* filter = argc > 1 ? argv[1] : nullptr;
  int failed = run(1280, 4200, false, filter);
  failed += run(390, 7000, true, filter);
  std::printf("%s\n", failed ? "failed" : "every parameter, view, preset and button was touched");
  return failed ? 1 : 0;
}
