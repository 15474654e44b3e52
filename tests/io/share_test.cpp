#include "io/share.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "io/array_text.h"
#include "io/asking.h"
#include "io/bibtex.h"
#include "io/document.h"
#include "io/link.h"
#include "io/npy.h"
#include "io/samples.h"
#include "lab/version.h"
#include "presets/bibliography.h"
#include "presets/presets.h"
#include "systems/systems.h"
#include "toy_system.h"

using namespace rankscope;

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

const Tables& real() {
  static const Tables tables{systems(), presets()};
  return tables;
}

struct Desk : test::Asking {
  explicit Desk(const Tables& tables) : Asking(tables) {
    for (const Sample& s : samples())
      if (!sample_bytes(s).empty()) session.put(s.name, sample_bytes(s));
  }
  Json open(const std::string& text, bool lenient = true) {
    JsonWriter c;
    c.begin_object().member("do", "open").member("document", text).member("lenient", lenient).end_object();
    return ok(c.text());
  }
  std::string text(const std::string& command, const char* key) { return *ok(command).find(key)->text(); }
  std::string bits(int steps) {
    ok(R"({"do": "step", "n": )" + std::to_string(steps) + "}");
    while (session.advance([] { return true; }, 0)) {
    }
    while (session.take()) {
    }
    return text(R"({"do": "bits"})", "bits");
  }
  void put(const std::string& name, const Dense& array) { session.put(name, write_npy(array)); }
};

const char* kShare = R"({"do": "share"})";

/// What a POSIX shell makes of the words.
std::vector<std::string> words(const std::string& line) {
  std::vector<std::string> out;
  bool open = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == ' ') {
      open = false;
      continue;
    }
    if (!open) out.emplace_back();
    open = true;
    if (line[i] == '\'') {
      const auto end = line.find('\'', i + 1);
      REQUIRE(end != std::string::npos);
      out.back() += line.substr(i + 1, end - i - 1);
      i = end;
    } else {
      out.back() += line[i] == '\\' ? line[++i] : line[i];
    }
  }
  return out;
}

}  // namespace

TEST_CASE("share: every preset, every variant and every system comes back from its link, and runs to the same bits") {
#if defined(__SANITIZE_ADDRESS__)
  constexpr std::size_t kStride = 7;  // of those that are made and run
#else
  constexpr std::size_t kStride = 1;
#endif
  std::vector<std::string> texts;
  for (const Study& s : real().presets)
    for (const Variant& v : s.runs) texts.push_back(write_document(*document_of(real(), s, v.name), real(), Detail::Difference));
  for (const Entry& e : real().systems) texts.push_back(write_document(document_of(e), real(), Detail::Difference));
  Desk first(real()), second(real());
  for (std::size_t i = 0; i < texts.size(); i += kStride) {
    const std::string& text = texts[i];
    INFO(text);
    const Json opened = first.open(link_of_json(text));
    if (opened.find("needs")) continue;  // a sample that only the page fetches
    CHECK(opened.find("notes")->array()->empty());
    const Json shared = first.ok(kShare);
    CHECK(*shared.find("text")->text() == text);
    CHECK(*shared.find("link")->text() == link_of_json(text));
    CHECK(shared.find("left_out")->array()->empty());
    second.open(*shared.find("link")->text(), false);
    CHECK(first.bits(2) == second.bits(2));
    CHECK(second.text(kShare, "text") == text);
  }
}

TEST_CASE("share: an array that came from a file travels, and the run is the same where there is no such file") {
  Desk here(toy::tables()), there(toy::tables());
  here.put("mine.npy", {{3}, {9, 4, 2.5}});
  here.open(R"({"system": "toy", "inputs": {"target": "mine.npy"}, "settings": {"start": 0.01}})");
  const Json shared = here.ok(kShare);
  CHECK(shared.find("left_out")->array()->empty());
  CHECK(has(*shared.find("text")->text(), "\"data\""));
  CHECK(there.open(*shared.find("link")->text()).find("notes")->array()->empty());
  CHECK(here.bits(40) == there.bits(40));
  CHECK(there.text(kShare, "text") == *shared.find("text")->text());
  CHECK(has(*shared.find("command")->text(), "rankscope run '{"));

  const Json bare = here.ok(R"({"do": "share", "arrays": false})");
  CHECK(!has(*bare.find("text")->text(), "\"data\""));
  REQUIRE(bare.find("left_out")->array()->size() == 1);
  CHECK(*(*bare.find("left_out")->array())[0].text() == "mine.npy");
  CHECK(Desk(toy::tables()).open(*bare.find("link")->text()).find("needs"));
}

TEST_CASE("share: runs beside take their arrays along, each array once") {
  Desk here(toy::tables()), there(toy::tables());
  here.put("a.npy", {{3}, {9, 4, 2}});
  here.put("b.npy", {{3}, {8, 4, 2}});
  const auto of = [](const std::string& name, const Dense& d) { return R"({"system":"toy","inputs":{"target":{"name":")" + name + R"(","hash":")" + hash(rankscope::share(d)) + R"("}}})"; };
  here.open(of("a.npy", {{3}, {9, 4, 2}}));
  const Json shared = here.ok(R"({"do": "share", "page": {"beside": [{"color": 1, "document": )" + of("b.npy", {{3}, {8, 4, 2}}) + R"(}, {"color": 2, "document": )" +
                              of("a.npy", {{3}, {9, 4, 2}}) + R"(}, {"color": 3, "document": )" + of("b.npy", {{3}, {8, 4, 2}}) + "}]}}");
  const std::string text = *shared.find("text")->text();
  CHECK(shared.find("left_out")->array()->empty());
  std::size_t count = 0;
  for (auto at = text.find("\"data\""); at != std::string::npos; at = text.find("\"data\"", at + 1)) ++count;
  CHECK(count == 2);
  const auto received = receive(text, toy::tables(), Reading::Strict);
  REQUIRE(received);
  CHECK(received->arrays.size() == 2);
  CHECK(there.open(text).find("notes")->array()->empty());
  there.ok(R"({"do": "open", "slot": 1, "document": )" + of("b.npy", {{3}, {8, 4, 2}}) + "}");
  CHECK(!has(*shared.find("command")->text(), "beside"));
}

TEST_CASE("share: a lenient open mends what only the run knows, and says so; a strict one refuses") {
  Desk desk(toy::tables());
  const char* text = R"({"study": "growth", "record": ["loss", "lss"], "page": {"views": ["vales", "values"]}, "settings": {"lines": 99}})";
  const Json reply = desk.open(text);
  CHECK(reply.find("notes")->array()->size() == 3);
  CHECK(desk.text(kShare, "text") == R"({"rankscope":2,"study":"growth","variant":"slow","settings":{"lines":8},"record":["loss"],"page":{"views":["values"]}})");
  JsonWriter strict;
  strict.begin_object().member("do", "open").member("document", text).end_object();
  CHECK(desk.send(strict.text()).find("error"));
  CHECK(desk.send(R"({"do": "share", "page": {"vews": []}})").find("error"));
}

TEST_CASE("share: the command line says what the document says") {
  CHECK(shell_quoted("depth=3") == "depth=3");
  CHECK(shell_quoted("it's {a} $b") == "'it'\\''s {a} $b'");
  CHECK(words(shell_quoted("it's {a} $b") + " " + shell_quoted("")) == std::vector<std::string>{"it's {a} $b", ""});
  int short_ones = 0;
  for (const Study& s : real().presets)
    for (const Variant& v : s.runs) {
      Document d = *document_of(real(), s, v.name);
      d.seed += 3, d.steps += 10;
      const std::string text = write_document(d, real(), Detail::Difference), line = command_line(d, real(), text);
      INFO(line);
      const auto said = words(line);
      REQUIRE(said.size() >= 3);
      CHECK(said[0] == "rankscope");
      CHECK(said[1] == "run");
      const bool first = v.name == s.runs[0].name;
      CHECK((said[2] == s.key) == first);
      if (first) {
        ++short_ones;
        CHECK(has(line, " --seed " + std::to_string(d.seed)));
      } else {
        CHECK(said[2] == text);
      }
    }
  CHECK(short_ones == static_cast<int>(real().presets.size()));
}

TEST_CASE("bibliography: every arXiv id in the tables has its entry, and every entry is used") {
  std::set<std::string> named, listed;
  for (const Study& s : real().presets)
    for (const std::string& id : arxiv_ids(s.cite)) named.insert(id);
  for (const Entry& e : real().systems)
    for (const std::string& id : arxiv_ids(e.paper)) named.insert(id);
  std::set<std::string> keys;
  for (const Paper& p : bibliography()) {
    listed.insert(p.id);
    CHECK(keys.insert(p.key).second);
  }
  CHECK(named == listed);
  CHECK(std::is_sorted(bibliography().begin(), bibliography().end(), [](const Paper& a, const Paper& b) { return std::string(a.id) < b.id; }));
  CHECK(arxiv_ids("A 2019 (arXiv 1905.13655); B (arXiv 2102.09972), C (arXiv 1905.13655)") == std::vector<std::string>{"1905.13655", "2102.09972"});
}

TEST_CASE("bibtex: what is shown, each once, and Rankscope as CITATION.cff has it") {
  const Document one[] = {*document_of_key(real(), "cloth"), *document_of_key(real(), "cloth")};
  const std::string text = bibtex(one, real());
  CHECK(has(text, "@misc{arora2019implicit,\n  author = {Arora and Cohen and Hu and Luo},\n  title = {{Implicit Regularization in Deep Matrix Factorization}},\n"
                  "  year = {2019},\n  eprint = {1905.13655},\n  archivePrefix = {arXiv}\n}\n"));
  CHECK(std::count(text.begin(), text.end(), '@') == 2);
  std::ifstream file(RANKSCOPE_TEST_DATA "/../../CITATION.cff");
  std::ostringstream citation;
  citation << file.rdbuf();
  CHECK(has(citation.str(), "\ntitle: Rankscope\n"));
  CHECK(has(citation.str(), "\n  - name: Rankscope contributors\n"));
  CHECK(has(citation.str(), std::string("\nversion: ") + version + "\n"));
  CHECK(has(text, std::string("author = {{Rankscope contributors}},\n  title = {{Rankscope}},\n  note = {version ") + version + "}"));
}
