// Writes golden.txt: one line a trajectory, its final state and last frame as hashes. `scripts/test` asks that the file of
// the `reference` build and the one of the wasm build are the same, so every line is equality to the bit. And links.txt: the state that each
// document of tests/data/links.txt comes to, which the browsers' is compared with (tests/web/links.test.mjs).
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <span>
#include <string>

#include "io/json.h"
#include "io/samples.h"
#include "io/session.h"
#include "lab/hash.h"
#include "lab/run.h"
#include "math/rng.h"
#include "presets/presets.h"
#include "systems/systems.h"
#include "autodiff/layers.h"  // behind lab/frame.h, whose Kind::Matrix would shadow the matrices

using namespace rankscope;

namespace {

/// Views that use only + - * / sqrt; the entropies of effective_rank and the like need log, which differs between libms.
const std::vector<std::string> kExact = {"loss", "singular_values", "unbalancedness", "fro_norm", "nuclear_norm", "end_to_end"};

std::string trajectory(const Entry& entry, Document document, std::int64_t steps) {
  document.steps = steps;
  document.every = 10;
  document.record.clear();
  const auto views = entry.views(document.settings, {});
  for (const auto& key : kExact)
    for (const auto& view : views)
      if (view.key == key) document.record.push_back(key);
  auto run = Run::open(entry, document, {});
  if (!run) return "refused, " + run.error().text();  // such as a choice that needs an input
  Hash frames;
  run->advance(steps, [] { return true; }, [&](const Frame& frame) {
    for (const Series& series : frame.values)
      for (double x : series.data) {
        if (std::isnan(x)) x = std::numeric_limits<double>::quiet_NaN();  // "none"; its sign is the processor's own
        frames.bytes(&x, sizeof x);
      }
  });
  Hash state;
  const std::uint64_t bits = run->bits();
  state.bytes(&bits, sizeof bits);
  return std::to_string(run->step()) + " " + state.hex() + " " + frames.hex();
}

void set_if_known(const Entry& entry, Document& document, const std::string& key, Value value) {
  if (find(entry.params, key)) document.settings[key] = std::move(value);
}

/// The entry's defaults, small enough that a hundred runs take a second.
Document small(const Entry& entry) {
  Document document = document_of(entry);
  set_if_known(entry, document, "rows", std::int64_t{14});
  set_if_known(entry, document, "cols", std::int64_t{14});
  set_if_known(entry, document, "rank", std::int64_t{3});
  set_if_known(entry, document, "observed", 0.6);
  set_if_known(entry, document, "alpha", 0.1);
  set_if_known(entry, document, "measurements", std::int64_t{90});
  set_if_known(entry, document, "samples", std::int64_t{40});
  return document;
}

}  // namespace

TEST_CASE("golden: the same document gives the same bits, run after run; all are written down for other builds") {
  std::ofstream file(RANKSCOPE_TEST_OUTPUT "/golden.txt");
  REQUIRE(file);
  auto write = [&](const std::string& name, const Entry& entry, const Document& document, std::int64_t steps) {
#ifdef __SANITIZE_ADDRESS__
    steps /= 10;  // such a build's lines are compared with no other's
#endif
    const std::string line = trajectory(entry, document, steps);
    CHECK(line == trajectory(entry, document, steps));
    file << name << ": " << line << "\n";
    return line.substr(0, 7) != "refused";
  };
  for (const Entry& entry : systems()) {
    CHECK(write(entry.key, entry, small(entry), 200));
    for (const Param& param : entry.params) {
      std::vector<Value> values;
      for (const auto& choice : param.choices) values.emplace_back(choice);
      if (std::holds_alternative<bool>(param.initial)) values = {Value(true), Value(false)};
      if (param.key == "depth") values = {Value(std::int64_t{1}), Value(std::int64_t{2}), Value(std::int64_t{4}), Value(std::int64_t{7})};
      for (const Value& value : values) {
        Document document = small(entry);
        document.settings[param.key] = value;
        // A parameter that matters only under another one is tried there.
        if (!param.relevant.key.empty() && !relevant(entry.params, param, document.settings))
          document.settings[param.relevant.key] = param.relevant.values.front();
        write(entry.key + " " + param.key + "=" + to_text(value), entry, document, 60);
      }
    }
  }
  // observed entries only, a narrow network, and batches: each another way through a step
  for (const auto& [name, some] : std::vector<std::pair<std::string, Settings>>{
           {"few entries", {{"rows", std::int64_t{40}}, {"cols", std::int64_t{30}}, {"observed", 0.1}}},
           {"few entries, narrow", {{"rows", std::int64_t{40}}, {"cols", std::int64_t{30}}, {"observed", 0.1}, {"width", std::int64_t{4}}}},
           {"batches of entries", {{"batch", std::int64_t{16}}}},
           {"batches of few entries", {{"rows", std::int64_t{40}}, {"cols", std::int64_t{30}}, {"observed", 0.1}, {"batch", std::int64_t{25}}}},
           {"batches of measurements", {{"task", std::string("sensing")}, {"batch", std::int64_t{16}}}},
           {"batches of samples", {{"task", std::string("regression")}, {"batch", std::int64_t{16}}}}}) {
    Document document = small(systems()[0]);
    for (const auto& [key, value] : some) document.settings[key] = value;
    CHECK(write(name, systems()[0], document, 100));
  }
  for (const Study& study : presets()) {
    if (!study.inputs.empty()) continue;
    const Tables tables{systems(), presets()};
    for (const Variant& variant : study.runs) {
      auto document = document_of(tables, study, variant.name);
      REQUIRE(bool(document));
      const Entry* entry = tables.system(document->system);
      REQUIRE(entry);
      CHECK(write(study.key + " " + variant.name, *entry, *document, 100));
    }
  }
}

TEST_CASE("golden: a network's gradient and its gradient's gradient have the same bits in other builds") {
  Rng rng(1);
  const auto draw = [&](Eigen::Index rows, Eigen::Index cols) {
    Matrix m(rows, cols);
    for (Eigen::Index k = 0; k < m.size(); ++k) m.data()[k] = rng.normal();
    return m;
  };
  const auto map = [](const Matrix& m) { return ConstMatrixMap(m.data(), m.rows(), m.cols()); };
  const Matrix images = draw(7, 72), filters = draw(5, 18), gain = draw(1, 5), offset = draw(1, 5), last = draw(4, 5), classes = Matrix::Constant(7, 4, 0.25);
  const Convolution convolution({2, 6, 6}, 5, 3, 2, 1);
  const ImageShape& shape = convolution.output();
  const MeanPool pool(shape);
  Tape tape;
  const Var w = tape.leaf(map(filters)), a = tape.leaf(map(gain)), b = tape.leaf(map(offset));
  const Var normal = batch_norm(by_channel(convolution(tape.leaf(map(images)), w, b), shape), a, b).y;
  const Var pooled = layer_norm(pool(by_image(relu(normal), shape)), a, b);
  const Var loss = softmax_cross_entropy(linear(pooled, tape.leaf(map(last))), tape.leaf(map(classes))) + mean(cosine_similarity(pooled, pooled * pooled));
  const Var first = tape.gradient(loss, w), second = tape.gradient(sum(first * first), w);
  Hash hash;
  for (Var v : {first, second}) hash.bytes(v.value().data(), sizeof(double) * static_cast<std::size_t>(v.value().size()));
  std::ofstream file(RANKSCOPE_TEST_OUTPUT "/golden.txt", std::ios::app);  // after the trajectories
  file << "tape: " << hash.hex() << "\n";
  CHECK(bool(file));
  CHECK(second.value().norm() > 0);
}

TEST_CASE("golden: weights that are moved until an entry or a singular value is another have the same bits in other builds") {
  std::ofstream file(RANKSCOPE_TEST_OUTPUT "/golden.txt", std::ios::app);  // after the tape
  int count = 0;
  for (const Entry& entry : systems()) {
    Document document = small(entry);
    document.steps = 25;
    for (const ViewInfo& view : entry.views(document.settings, {})) {
      if (!view.grasp) continue;
      CAPTURE(entry.key);
      CAPTURE(view.key);
      auto run = Run::open(entry, document, {});
      REQUIRE(run);
      const auto on = [&](std::int64_t step) { run->advance(step, [] { return true; }, [](const Frame&) {}); };
      on(20);
      const std::uint32_t id[] = {static_cast<std::uint32_t>(run->view(view.key))};
      const std::vector<double> shown = run->measure(id).find(id[0])->data;
      const bool sorted = view.kind == Kind::Spectrum;  // past the others
      const auto done = run->system().nudge(view.key, sorted ? 0 : std::ssize(shown) - 1, sorted ? 0.3 * shown[0] : shown.back() + 0.25);
      INFO((done ? "" : done.error().text()));
      CHECK(bool(done));
      on(25);
      Hash state;
      const std::uint64_t bits = run->bits();
      state.bytes(&bits, sizeof bits);
      file << entry.key << " " << view.key << " moved: " << run->step() << " " << state.hex() << "\n";
      ++count;
    }
  }
  CHECK(count > 20);
  CHECK(bool(file));
}

TEST_CASE("golden: documents as links hold them come to the same bits in other builds and in browsers") {
  std::ifstream links(RANKSCOPE_TEST_DATA "/links.txt");
  std::ofstream file(RANKSCOPE_TEST_OUTPUT "/links.txt");
  REQUIRE(links);
  REQUIRE(file);
  int count = 0;
  for (std::string name, step, document; std::getline(links, name, '\t') && std::getline(links, step, '\t') && std::getline(links, document); ++count) {
    INFO(name);
    Session session({systems(), presets()});
    const auto ask = [&](const std::string& command) {
      const std::string text = session.command(command);
      INFO(text);
      auto reply = parse_json(text);
      REQUIRE(reply);
      REQUIRE_FALSE(reply->find("error"));
      return *reply;
    };
    JsonWriter open;
    open.begin_object().member("do", "open").member("slot", 0).member("document", document).member("lenient", true).end_object();
    Json opened = ask(open.text());
    if (const Json* needs = opened.find("needs")) {
      for (const Json& needed : *needs->array()) {
        const Sample* sample = find_sample(*needed.text());
        REQUIRE(sample);
        std::ifstream in(RANKSCOPE_TEST_DATA "/../../data/" + std::string(sample->file), std::ios::binary);  // the page's modules have none in them
        const std::string bytes{std::istreambuf_iterator<char>(in), {}};
        session.put(*needed.text(), std::as_bytes(std::span(bytes)));
      }
      opened = ask(open.text());
    }
    REQUIRE(opened.find("notes"));
    CHECK(opened.find("notes")->array()->empty());
    ask("{\"do\":\"seek\",\"slot\":0,\"step\":" + step + "}");
    while (session.advance([] { return true; }, 1)) {
    }
    const Json bits = ask("{\"do\":\"bits\",\"slot\":0}");
    CHECK(std::to_string(*bits.find("step")->whole()) == step);
    file << name << ": " << step << " " << *bits.find("bits")->text() << "\n";
  }
  CHECK(count >= 12);
}
