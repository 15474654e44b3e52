#include "io/link.h"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>

#include "io/array_text.h"
#include "io/document.h"
#include "io/session.h"
#include "link_cases.h"
#include "presets/presets.h"
#include "systems/systems.h"
#include "toy_system.h"

using namespace rankscope;

namespace {

std::string held(std::string_view link) {
  auto json = json_of_link(link);
  INFO((json ? "" : json.error().text()));
  REQUIRE(json);
  return *json;
}

std::string refused(std::string_view link) {
  auto json = json_of_link(link);
  REQUIRE(!json);
  return json.error().text();
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("link: percent-encoding is encodeURIComponent's, and comes back") {
  CHECK(link_of_json("{\"a\": \"b c-_.!~*'()%ä\"}") == "#%7B%22a%22%3A%20%22b%20c-_.!~*'()%25%C3%A4%22%7D");
  std::string all;
  for (int c = 1; c < 256; ++c) all += static_cast<char>(c);
  CHECK(held(link_of_json("{\"" + all)) == "{\"" + all);
}

TEST_CASE("link: a whole address, its end, decoded by people's programs, and in short form") {
  const std::string json = R"({"study":"cloth","settings":{"depth":2},"inputs":{"target":"a # 100%.csv"}})";
  const std::string link = link_of_json(json);
  for (const std::string& text : {link, link.substr(1), "https://example.org/rankscope/?x=1" + link, "localhost:8000/" + link, "  " + link + "\n"}) CHECK(held(text) == json);
  for (const std::string& text : {json, "#" + json, "https://example.org/#" + json}) CHECK(held(text) == json);
  CHECK(held("#{%22study%22:%22cloth%22}") == R"({"study":"cloth"})");  // as browsers write what was typed
  CHECK(held("%257B%2522study%2522%253A%2522cloth%2522%257D") == R"({"study":"cloth"})");
  CHECK(held("#study=cloth") == R"({"study":"cloth"})");
  CHECK(held("https://x.org/#study=cloth&variant=depth%203&view=matrix,loss&figure&parameters") ==
        R"({"study":"cloth","variant":"depth 3","page":{"views":["matrix","loss"]}})");
  CHECK(!is_link(json));
  for (const std::string& text : {link, link.substr(1), "https://x.org/" + link, std::string("study=cloth"), std::string("#x"), std::string("https://x.org")}) CHECK(is_link(text));
  for (const char* text : {"[]", "{}", "", "cloth", "a/b.json", "{\n \"study\": \"#\"}"}) CHECK(!is_link(text));
}

TEST_CASE("link: what is no link is refused by name") {
  CHECK(has(refused("#"), "nothing after its #"));
  CHECK(has(refused("https://x.org/index.html"), "without a #"));
  CHECK(has(refused("#cloth"), "'cloth' is neither a document nor study=KEY"));
  CHECK(has(refused("#%7B%2"), "character 4 after the #"));
  CHECK(has(refused("#%7B%zz%7D"), "two hexadecimal digits"));
  CHECK(has(refused("#variant=x"), "names no study"));
  CHECK(has(refused("#study=cloth&view=a&view=b"), "twice"));
  const Tables tables{systems(), presets()};
  const auto strange = receive("#study=cloth&depht=3", tables, Reading::Strict);
  REQUIRE(!strange);
  CHECK(has(strange.error().text(), "depht: is not a field"));
  const auto mended = receive("#study=cloth&depht=3", tables, Reading::Lenient);
  REQUIRE(mended);
  REQUIRE(mended->notes.size() == 1);
  CHECK(has(mended->notes[0], "depht is not a field of a document"));
  const auto twice = receive("#study=cloth&study=cube", tables, Reading::Lenient);
  REQUIRE(!twice);
  CHECK(has(twice.error().text(), "given twice"));
}

TEST_CASE("link: every example of docs/links.md is read strictly, and opens") {
  std::ifstream file(RANKSCOPE_TEST_DATA "/../../docs/links.md");
  std::vector<std::string> examples;
  std::string kind, block;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("```")) {
      if (kind == "json") examples.push_back(block);
      kind = kind.empty() ? line.substr(3) : "";
      block.clear();
    } else if (kind == "link") {
      examples.push_back(line);
    } else if (kind == "sh" && line.find('\'') != std::string::npos) {
      examples.push_back(line.substr(line.find('\'') + 1, line.rfind('\'') - line.find('\'') - 1));
    } else {
      block += line + "\n";
    }
  }
  CHECK(examples.size() == 10);
  const Tables tables{systems(), presets()};
  for (const std::string& example : examples) {
    INFO(example);
    const auto received = receive(example, tables, Reading::Strict);
    INFO((received ? "" : received.error().text()));
    REQUIRE(received);
    CHECK(received->notes.empty());
    Session session(tables);
    for (const Sample& s : samples())
      if (!sample_bytes(s).empty() && received->document.inputs.count("target") && received->document.inputs.at("target").name == s.name)
        session.put(s.name, sample_bytes(s));
    JsonWriter command;
    command.begin_object().member("do", "open").member("document", example).member("lenient", true).end_object();
    const auto reply = parse_json(session.command(command.text()));
    REQUIRE(reply);
    if (reply->find("needs")) continue;  // a sample that only the page fetches
    REQUIRE(reply->find("notes"));
    CHECK(reply->find("notes")->array()->empty());
  }
}

TEST_CASE("link: a mutated link is refused, mended with notes, or read as it stands") {
#if defined(__SANITIZE_ADDRESS__)
  constexpr int kLinks = 4000;
#elif defined(__EMSCRIPTEN__)
  constexpr int kLinks = 20000;
#else
  constexpr int kLinks = 100000;
#endif
  const Tables tables{systems(), presets()};
  const std::vector<std::string> bases = link_cases::bases(tables);
  link_cases::Generator random(7);
  int refusals = 0, mended = 0, whole = 0;
  for (int i = 0; i < kLinks; ++i) {
    const std::string link = link_cases::mutated(bases, random);
    const std::string broken = link_cases::broken_promise(link, tables);
    if (!broken.empty()) {
      INFO(link);
      FAIL(broken);
    }
    const auto lenient = receive(link, tables, Reading::Lenient);
    ++(!lenient ? refusals : lenient->notes.empty() ? whole : mended);
  }
  MESSAGE(kLinks << " links: " << refusals << " refused, " << mended << " mended, " << whole << " read as they stand");
  CHECK(refusals > kLinks / 20);
  CHECK(mended > kLinks / 20);
  CHECK(whole > kLinks / 20);
}

TEST_CASE("link: a session opens a mutated link, or says why not") {
  const Tables tables = toy::tables();
  const std::vector<std::string> bases = {
      R"({"rankscope":2,"study":"growth","variant":"fast","settings":{"lines":4,"start":0.001},"seed":3,"steps":20,"record":["loss","values"]})",
      R"({"rankscope":2,"study":"growth","edits":[{"step":2,"key":"step_size","value":0.1}],"page":{"views":["values","diagonal"],"log":{"loss":true},"predict":"loss"}})",
      R"({"rankscope":1,"system":"toy","settings":{"shape":"square","widths":[3,4]},"record":["diagonal"]})"};
  link_cases::Generator random(8);
  int opened = 0;
  for (int i = 0; i < 3000; ++i) {
    const std::string link = link_cases::mutated(bases, random);
    const auto strict = receive(link, tables, Reading::Strict);
    Session session(tables);
    JsonWriter command;
    command.begin_object().member("do", "open").member("document", link).member("lenient", true).end_object();
    const auto reply = parse_json(session.command(command.text()));
    if (!reply) continue;  // what is no UTF-8 cannot be in a command; JsonWriter mends it
    INFO(link);
    if (const Json* error = reply->find("error")) {
      CHECK(!error->find("what")->text()->empty());
      continue;
    }
    if (reply->find("needs")) continue;
    ++opened;
    REQUIRE(reply->find("notes"));
    if (reply->find("notes")->array()->empty()) CHECK(strict);
    const auto ran = parse_json(session.command(R"({"do": "step", "n": 3})"));
    while (session.advance([] { return true; }, 0)) {
    }
    CHECK(ran);
  }
  CHECK(opened > 300);
}
