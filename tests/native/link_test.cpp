// Links through the terminal: run.json and the arrays are those of the link's run, and a shared command line says what its document says.
#include <doctest/doctest.h>
#include <sys/wait.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "io/array_text.h"
#include "io/document.h"
#include "io/export.h"
#include "io/link.h"
#include "io/samples.h"
#include "io/share.h"
#include "io/slot.h"
#include "native/inputs.h"
#include "native/run_options.h"
#include "presets/presets.h"
#include "systems/systems.h"

using namespace rankscope;
namespace fs = std::filesystem;

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t kStride = 9;  // of the presets that are run
#else
constexpr std::size_t kStride = 1;
#endif

const Tables& real() {
  static const Tables tables{systems(), presets()};
  return tables;
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

fs::path folder(const std::string& name) {
  const fs::path path = fs::path(RANKSCOPE_TEST_OUTPUT) / "link" / name;
  fs::remove_all(path);
  fs::create_directories(path);
  return path;
}

/// The exit code of `rankscope run WHAT REST` in the folder.
int run(const fs::path& in, const std::string& what, const std::string& rest) {
  const std::string command = "cd '" + in.string() + "' && '" RANKSCOPE_CLI "' run " + shell_quoted(what) + " " + rest + " > .out 2> .err";
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/// The words as a shell hands them on, through the terminal's own parser.
Result<Received> said(std::vector<std::string> words) {
  RunOptions options;
  CLI::App app;
  add_run_options(app, options, "");
  std::vector<char*> argv;
  for (std::string& w : words) argv.push_back(w.data());
  app.parse(static_cast<int>(argv.size()), argv.data());
  if (auto done = settle(options); !done) return done.error();
  std::string beside;
  auto received = base_document(real(), options.what, beside);
  if (!received) return received;
  if (auto done = apply(real(), options, received->document); !done) return done.error();
  return received;
}

/// What a shell makes of the line: asked of one.
std::vector<std::string> words(const fs::path& in, const std::string& line) {
  std::ofstream(in / "line", std::ios::binary) << "words() { for w in \"$@\"; do printf '%s\\0' \"$w\"; done; }\nwords " << line << "\n";
  REQUIRE(std::system(("cd '" + in.string() + "' && sh line > words").c_str()) == 0);
  std::vector<std::string> out;
  std::istringstream text(read(in / "words"));
  for (std::string w; std::getline(text, w, '\0');) out.push_back(w);
  return out;
}

}  // namespace

TEST_CASE("native: a link of every preset runs in the terminal as it does here, to the byte") {
  const fs::path dir = folder("presets");
  for (std::size_t i = 0; i < real().presets.size(); i += kStride) {
    const Study& study = real().presets[i];
    Document document = *document_of(real(), study, study.runs.back().name);
    document.steps = 2;
    document.page = R"({"views":["x"],"speed":2})";
    const std::string link = "https://example.org/" + link_of_json(write_document(document, real(), Detail::Difference));
    INFO(study.key);
    CHECK(run(dir, link, "--quiet --out " + study.key) == 0);
    INFO(read(dir / ".err"));
    auto inputs = load_inputs(document, "", true);
    REQUIRE(inputs);
    auto here = open_run(*real().system(document.system), document, *inputs);
    REQUIRE(here);
    std::vector<Frame> frames;
    here->advance(document.steps, [] { return true; }, [&](const Frame& f) { frames.push_back(f); });
    CHECK(read(dir / study.key / "run.json") == write_document(here->document(), real(), Detail::Full, true));
    const auto arrays = final_arrays(*here);
    CHECK((read(dir / study.key / "arrays.npz") == std::string(reinterpret_cast<const char*>(arrays.data()), arrays.size())));
    fs::remove_all(dir / study.key);
  }
}

TEST_CASE("native: a document with its array, from a link, a file and run.json, is one run") {
  const fs::path dir = folder("array");
  const Data data = share(Dense{{4, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12.5}});
  const std::string json = R"({"rankscope":2,"system":"deep_matrix","settings":{"depth":2},"inputs":{"target":{"name":"mine.npy","hash":")" + hash(data) + R"(","data":")" +
                           array_text(data).value() + R"("}},"steps":6,"edits":[{"step":3,"view":"end_to_end","entry":1,"value":0.25}],"page":{"views":["loss"]}})";
  std::ofstream(dir / "a.rankscope.json") << json;
  CHECK(run(dir, link_of_json(json), "--quiet --out a") == 0);
  INFO(read(dir / ".err"));
  CHECK(run(dir, json, "--quiet --out b") == 0);
  CHECK(run(dir, "a.rankscope.json", "--quiet --out c") == 0);
  CHECK(run(dir, "a/run.json", "--quiet --out d") == 0);
  const auto kept = parse_document(read(dir / "a/run.json"), real());
  REQUIRE(kept);
  CHECK(kept->page == R"({"views":["loss"]})");
  REQUIRE(kept->edits.size() == 1);
  CHECK(kept->edits[0].entry == 1);
  for (const char* other : {"b", "c", "d"})
    for (const char* file : {"run.json", "arrays.npz", "series.csv"}) {
      INFO(other << "/" << file);
      CHECK((read(dir / "a" / file) == read(dir / other / file)));
      CHECK(!read(dir / "a" / file).empty());
    }
  // the same run shown in another way: nothing is run, and it is no other run's folder
  std::string shown = json;
  shown.replace(shown.find("[\"loss\"]}"), 9, "[\"end_to_end\"]}");
  CHECK(run(dir, shown, "--out a") == 0);
  CHECK(read(dir / ".out").find("complete already") != std::string::npos);
}

TEST_CASE("native: a link that is wrong is refused by name") {
  const fs::path dir = folder("wrong");
  const auto refused = [&](const std::string& what, const char* why) {
    INFO(what);
    CHECK(run(dir, what, "--steps 1") == 2);
    INFO(read(dir / ".err"));
    CHECK(read(dir / ".err").find(why) != std::string::npos);
  };
  refused("#study=clott", "did you mean 'cloth'?");
  refused("#%7B%22study%22", "link:1:9");
  refused("{\"study\":\"cloth\",\"settings\":{\"depth\":99}}", "allowed: 1 to 10");
  refused("https://example.org/", "without a #");
  refused("#{\"rankscope\":3,\"study\":\"cloth\"}", "newer");
}

TEST_CASE("native: the command line that a run is shared as says what its document says") {
  const fs::path dir = folder("command");
  std::uint64_t state = 11;
  const auto below = [&](std::uint64_t n) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (state >> 33) % n;
  };
  int options = 0;
  for (const Study& study : real().presets) {
    Document d = *document_of(real(), study);
    const Entry& entry = *real().system(d.system);
    for (int changes = 0; changes < 4; ++changes) {
      const Param& p = entry.params[below(entry.params.size())];
      if (std::holds_alternative<bool>(p.initial)) d.settings[p.key] = below(2) == 1;
      else if (std::holds_alternative<double>(p.initial)) d.settings[p.key] = p.range.low + (p.range.high - p.range.low) * static_cast<double>(below(1000)) / 999;
      else if (std::holds_alternative<std::int64_t>(p.initial)) d.settings[p.key] = static_cast<std::int64_t>(p.range.low);
      else if (std::holds_alternative<std::string>(p.initial)) d.settings[p.key] = p.choices.empty() ? std::string("((1, 2), it's \"3\")") : p.choices[below(p.choices.size())];
      else d.settings[p.key] = std::vector<std::int64_t>{static_cast<std::int64_t>(p.range.low), static_cast<std::int64_t>(p.range.low) + 1};
    }
    d.seed = below(1000), d.steps = 17, d.every = 3, d.until.loss = 1e-9;
    const std::string line = command_line(d, real(), write_document(d, real(), Detail::Difference));
    INFO(line);
    auto list = words(dir, line);
    REQUIRE(list.size() > 3);
    CHECK(list[0] == "rankscope");
    CHECK(list[2] == study.key);
    options += static_cast<int>(list.size()) > 8;
    list.erase(list.begin());
    const auto read = said(list);
    REQUIRE(read);
    CHECK(write_document(read->document, real(), Detail::Full) == write_document(d, real(), Detail::Full));

    d.edits.push_back({1, "loss", 0.5, 3});
    const std::string text = write_document(d, real(), Detail::Difference);
    list = words(dir, command_line(d, real(), text));
    REQUIRE(list.size() == 3);
    list.erase(list.begin());
    const auto whole = said(list);
    REQUIRE(whole);
    CHECK(write_document(whole->document, real(), Detail::Full) == write_document(d, real(), Detail::Full));
  }
  CHECK(options > 0);
}
