#include "io/checkpoint.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>

#include "io/document.h"
#include "io/file.h"
#include "io/npz.h"
#include "io/session.h"
#include "io/slot.h"
#include "systems/systems.h"
#include "toy_system.h"

using namespace rankscope;

namespace {

const Run::More kOn = [] { return true; };

Tables real() { return {systems(), {}}; }

Run open(const Tables& tables, const std::string& json) {
  auto document = parse_document(json, tables);
  REQUIRE(document);
  auto run = open_run(*tables.system(document->system), *document, {});
  REQUIRE(run);
  return std::move(*run);
}

std::vector<std::byte> written(const Run& run, const std::vector<Frame>& frames, const Tables& tables, double seconds = 1.25) {
  auto bytes = write_checkpoint(run, frames, seconds, false, tables);
  REQUIRE(bytes);
  return *bytes;
}

std::string document_text(const Document& d, const Tables& tables) { return write_document(d, tables, Detail::Full); }

/// The archive with one of its arrays replaced, or left out where there is no new one.
std::vector<std::byte> with(const std::vector<std::byte>& archive, const std::string& name, std::optional<RawArray> array) {
  auto arrays = read_npz_raw(archive, "a");
  REQUIRE(arrays);
  std::vector<NamedRaw> out;
  for (NamedRaw& a : *arrays) {
    if (a.name != name) out.push_back(std::move(a));
    else if (array) out.push_back({name, *array});
  }
  return write_npz({}, out);
}

RawArray number(std::int64_t value) {
  RawArray out{"i8", {}, false, std::vector<std::byte>(8)};
  std::memcpy(out.bytes.data(), &value, 8);
  return out;
}

constexpr const char* kSmall =
    R"({"system": "deep_matrix", "settings": {"rows": 5, "cols": 4, "rank": 1, "depth": 2, "optimizer": "momentum"}, "steps": 60, "every": 7})";

}  // namespace

TEST_CASE("checkpoint: what is written reads back whole, and the run ends with the same bits and record") {
  const Tables tables = real();
  Run straight = open(tables, kSmall), half = open(tables, kSmall);
  std::vector<Frame> all, some;
  straight.advance(60, kOn, [&](const Frame& f) { all.push_back(f); });
  half.advance(33, kOn, [&](const Frame& f) { some.push_back(f); });
  const auto bytes = written(half, some, tables);

  const auto names = npz_names(bytes, "c.npz");
  REQUIRE(names);
  for (const char* name : {"checkpoint", "W_1", "W_2", "optimizer.velocity", "run.step", "document", "frames", "seconds", "bits"})
    CHECK(std::find(names->begin(), names->end(), name) != names->end());
  const auto w = read_npz(bytes, "c.npz", "W_1");
  REQUIRE(w);
  CHECK(w->shape == std::vector<std::int64_t>{4, 4});
  const std::uint32_t factor[] = {static_cast<std::uint32_t>(half.view("factor_1"))};
  CHECK(w->data == half.measure(factor).values[0].data);  // row by row, though it is kept column by column

  auto read = read_checkpoint(bytes, "c.npz", tables);
  REQUIRE(read);
  CHECK(read->state == half.save());
  CHECK(read->seconds == 1.25);
  CHECK(document_text(read->document, tables) == document_text(half.document(), tables));
  auto resumed = Run::resume(*tables.system("deep_matrix"), read->document, {}, read->state);
  REQUIRE(resumed);
  std::vector<Frame> frames = std::move(read->frames);
  resumed->advance(60, kOn, [&](const Frame& f) { frames.push_back(f); });
  CHECK(resumed->bits() == straight.bits());
  REQUIRE(frames.size() == all.size());
  for (std::size_t i = 0; i < all.size(); ++i) CHECK(encode(frames[i]) == encode(all[i]));
}

TEST_CASE("checkpoint: one that NumPy has loaded and saved again is the same one") {
  // tests/data/checkpoint/make.py: numpy.savez of all the arrays that numpy.load found in a checkpoint of this program.
  const auto bytes = read_file(RANKSCOPE_TEST_DATA "/checkpoint/numpy.npz");
  REQUIRE(bytes);
  const Tables tables = toy::tables();
  auto read = read_checkpoint(*bytes, "numpy.npz", tables);
  if (!read) FAIL(read.error().text());
  auto resumed = Run::resume(*tables.system("toy"), read->document, {}, read->state);
  REQUIRE(resumed);
  CHECK(resumed->step() == 40);
  CHECK(read->frames.size() == 5);
  Run straight = open(tables, R"({"system": "toy", "settings": {"step_size": 0.02}, "steps": 100})");
  straight.advance(100, kOn, [](const Frame&) {});
  resumed->advance(100, kOn, [](const Frame&) {});
#ifdef RANKSCOPE_BIT_EXACT
  CHECK(resumed->bits() == straight.bits());
#else
  CHECK(resumed->system().weights()[0] == doctest::Approx(straight.system().weights()[0]));
#endif
}

TEST_CASE("checkpoint: every byte that is cut off or changed is noticed, and a newer one is called that") {
  const Tables tables = toy::tables();
  Run run = open(tables, R"({"system": "toy", "steps": 100})");
  std::vector<Frame> frames;
  run.advance(40, kOn, [&](const Frame& f) { frames.push_back(f); });
  const auto bytes = written(run, frames, tables);
  REQUIRE(read_checkpoint(bytes, "c.npz", tables));
  for (std::size_t n = 0; n < bytes.size(); n += 7) {
    const auto cut = read_checkpoint(Bytes(bytes).first(n), "c.npz", tables);
    REQUIRE(!cut);
    CHECK(cut.error().where == "c.npz");
    CHECK(!cut.error().remedy.empty());
  }
  std::size_t noticed = 0, tried = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 5, ++tried) {
    auto changed = bytes;
    changed[i] ^= std::byte{0x10};
    const auto read = read_checkpoint(changed, "c.npz", tables);
    // A date or version in a zip header means nothing; what was read must be what was written then.
    if (!read) ++noticed;
    else CHECK((read->state == run.save() && read->frames.size() == frames.size() && read->seconds == 1.25));
  }
  CHECK(noticed > tried / 2);

  const auto error = [&](const std::vector<std::byte>& archive) {
    const auto read = read_checkpoint(archive, "c.npz", tables);
    REQUIRE(!read);
    return read.error().text();
  };
  const auto has = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  CHECK(has(error(with(bytes, "checkpoint", number(2))), "made by a newer program"));
  CHECK(has(error(with(bytes, "checkpoint", std::nullopt)), "is no checkpoint"));
  CHECK(has(error(with(bytes, "run.step", number(41))), "was changed since it was written"));
  CHECK(has(error(with(bytes, "bits", std::nullopt)), "`bits` is missing"));
  CHECK(has(error(with(bytes, "frames", std::nullopt)), "was changed"));
  CHECK(has(error(write_npz({{"W_1", {{1, 1}, {1}}}})), "is no checkpoint"));
}

TEST_CASE("checkpoint: Frames that the run did not record are refused before anything reads them") {
  const Tables tables = real();
  Run run = open(tables, kSmall);
  std::vector<Frame> frames;
  run.advance(33, kOn, [&](const Frame& f) { frames.push_back(f); });
  const Entry& entry = *tables.system("deep_matrix");
  const auto refused = [&](auto change) {
    Checkpoint checkpoint{run.document(), run.save(), frames, 0, false};
    change(checkpoint.frames);
    const auto resumed = resume(entry, run.document(), {}, checkpoint);
    return !resumed && resumed.error().where == "frames";
  };
  CHECK(!refused([](auto&) {}));
  CHECK(refused([](auto& f) { f[1].values[0].view = 1000000; }));
  CHECK(refused([](auto& f) { f[1].values[0].part = static_cast<Part>(77); }));
  CHECK(refused([](auto& f) { f[1].values[0].shape = {1, 1}; }));
  CHECK(refused([](auto& f) { std::swap(f[1], f[2]); }));
  CHECK(refused([](auto& f) { f.back().step = 34; }));
}

TEST_CASE("checkpoint: an .npz as a state: doubles, whole numbers, matrices columns first, whatever NumPy's own form") {
  const auto bytes = read_file(RANKSCOPE_TEST_DATA "/checkpoint/factors.npz");
  REQUIRE(bytes);
  const auto state = read_state(*bytes, "factors.npz");
  REQUIRE(state);
  std::vector<std::string> names;
  for (const Field& f : *state) names.push_back(f.name);
  CHECK(names == std::vector<std::string>{"W_1", "W_2", "W_3", "optimizer.velocity"});
  // make.py: W_1 by rows, W_2 by columns, W_3 of 32-bit numbers by rows in the other byte order; entry (i, j) of W_k is k + i / 8 + j / 64.
  for (int k = 1; k <= 3; ++k) {
    const Field& f = (*state)[static_cast<std::size_t>(k - 1)];
    CHECK(f.type == Field::Type::F64);
    CHECK(f.columns_first);
    REQUIRE(f.shape.size() == 2);
    for (std::int64_t j = 0; j < f.shape[1]; ++j)
      for (std::int64_t i = 0; i < f.shape[0]; ++i) {
        double x = 0;
        std::memcpy(&x, &f.bytes[static_cast<std::size_t>(j * f.shape[0] + i) * 8], 8);
        CHECK(x == k + static_cast<double>(i) / 8 + static_cast<double>(j) / 64);
      }
  }
  auto again = read_state(write_npz({}, [&] {
                            std::vector<NamedRaw> raw;
                            for (auto it = state->rbegin(); it != state->rend(); ++it) raw.push_back(raw_of(*it));
                            return raw;
                          }()), "again.npz");
  REQUIRE(again);
  CHECK(hash(share(*again)) == hash(share(*state)));
  CHECK(!read_state(write_npz({{"mask", {{2}, {0, 1}}, NpyType::U1}}), "mask.npz"));
}

TEST_CASE("checkpoint: a session saves a run and takes it up again: same bits, its whole record, what was set on the way") {
  const Tables tables = toy::tables();
  const auto ask = [](Session& s, const std::string& command) {
    auto reply = parse_json(s.command(command));
    REQUIRE(reply);
    return *reply;
  };
  const auto drain = [](Session& s) {
    std::vector<std::vector<std::byte>> out;
    while (s.advance([] { return true; }, 0)) {}
    while (auto m = s.take()) out.push_back(std::move(*m));
    return out;
  };
  const auto count = [](const std::vector<std::vector<std::byte>>& messages, int kind) {
    return std::count_if(messages.begin(), messages.end(), [&](const auto& m) { return static_cast<int>(m[0]) == kind; });
  };
  Session first(tables);
  ask(first, R"({"do": "open", "document": {"system": "toy", "steps": 200, "every": 10}})");
  ask(first, R"({"do": "step", "n": 63})");
  drain(first);
  ask(first, R"({"do": "set", "key": "step_size", "value": 0.03})");
  ask(first, R"({"do": "step", "n": 10})");
  drain(first);
  CHECK(*ask(first, R"({"do": "save"})").find("step")->whole() == 73);
  auto messages = drain(first);
  REQUIRE(count(messages, 4) == 1);
  const auto saved = std::find_if(messages.begin(), messages.end(), [](const auto& m) { return m[0] == std::byte{4}; });
  const std::vector<std::byte> checkpoint(saved->begin() + 5, saved->end());

  Session second(tables);
  CHECK(ask(second, R"({"do": "open", "slot": 2, "from": "saved.npz"})").find("error"));
  second.put("saved.npz", checkpoint);
  const Json opened = ask(second, R"({"do": "open", "slot": 2, "from": "saved.npz"})");
  REQUIRE(!opened.find("error"));
  CHECK(opened.find("document")->find("edits")->array()->size() == 1);
  CHECK(count(drain(second), 1) == 8);  // steps 0, 10 ... 70
  CHECK(*ask(second, R"({"do": "bits", "slot": 2})").find("step")->whole() == 73);
  ask(first, R"({"do": "step", "n": 100})"), drain(first);
  ask(second, R"({"do": "step", "n": 100, "slot": 2})"), drain(second);
  CHECK(*ask(first, R"({"do": "bits"})").find("bits")->text() == *ask(second, R"({"do": "bits", "slot": 2})").find("bits")->text());
  CHECK(*ask(first, R"({"do": "export", "form": "csv"})").find("text")->text() ==
        *ask(second, R"({"do": "export", "form": "csv", "slot": 2})").find("text")->text());
  // A restart keeps what was set on the way, as it would have before.
  const Json reset = (ask(second, R"({"do": "reset", "slot": 2})"), ask(second, R"({"do": "document", "slot": 2})"));
  CHECK(reset.find("document")->find("settings")->find("step_size")->number() == 0.03);

  // The document may have been edited since, and nothing else.
  const auto since = [&](const std::string& more, const std::string& steps) {
    Session s(tables);
    s.put("saved.npz", checkpoint);
    return ask(s, R"({"do": "open", "from": "saved.npz", "document": {"system": "toy", "steps": )" + steps +
                      R"(, "every": 10, "record": ["loss", "values"], "edits": [{"step": 63, "key": "step_size", "value": 0.03})" + more + "]}}");
  };
  CHECK(!since(R"(, {"step": 73, "key": "step_size", "value": 0.01})", "200").find("error"));
  CHECK(since(R"(, {"step": 70, "key": "step_size", "value": 0.01})", "200").find("error"));
  CHECK(since("", "300").find("error"));

  second.put("broken.npz", Bytes(checkpoint).first(checkpoint.size() - 9));
  second.put("broken", checkpoint);
  CHECK(ask(second, R"({"do": "open", "slot": 2, "from": "broken.npz"})").find("error"));
  CHECK(!ask(second, R"({"do": "bits", "slot": 2})").find("error"));  // what was there still is
}

TEST_CASE("session: the stop rules end a run, the clock's too, and the notice says which one did") {
  const auto end_of = [](const std::string& document) {
    Session s(toy::tables());
    s.command(R"({"do": "open", "document": )" + document + "}");
    s.command(R"({"do": "play"})");
    while (s.advance([] { return true; }, 0)) {}
    std::string last;
    while (auto m = s.take())
      if ((*m)[0] == std::byte{3}) last.assign(reinterpret_cast<const char*>(m->data()) + 5, m->size() - 5);
    return last;
  };
  const auto ended = [](const std::string& notice, const char* by) {
    INFO(notice);
    CHECK(notice.find(R"("status":"finished")") != std::string::npos);
    CHECK(notice.find(std::string(R"("ended_by":")") + by + '"') != std::string::npos);
  };
  ended(end_of(R"({"system": "toy", "steps": 20})"), "steps");
  ended(end_of(R"({"system": "toy", "steps": 2000, "until": {"time": 1}})"), "time");
  const std::string timed = end_of(R"({"system": "toy", "steps": 1000000000000, "every": 1000000000, "until": {"seconds": 0.05}})");
  ended(timed, "seconds");
}
