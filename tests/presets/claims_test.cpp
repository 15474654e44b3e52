// Every preset's claim on the preset's own documents, unchanged. Minutes of arithmetic: run in the release build only.
#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>

#include "io/samples.h"
#include "lab/run.h"
#include "presets/presets.h"
#include "systems/systems.h"

using namespace rankscope;

namespace {

/// Every run of the study on its own documents, `over` put over their settings.
std::vector<Record> run_all(const Tables& tables, const Study& study, const Settings& over, std::uint64_t seed) {
  std::vector<Record> records;
  for (const Variant& variant : study.runs) {
    auto document = document_of(tables, study, variant.name);
    REQUIRE(bool(document));
    for (const auto& [key, value] : over) document->settings[key] = value;
    document->seed = seed;
    Inputs inputs;
    for (const auto& [key, ref] : document->inputs) {
      const std::string& name = ref.name;  // clang 14 cannot capture a structured binding, which the macro does
      const Sample* sample = find_sample(name);
      REQUIRE_MESSAGE(sample, name);
      auto data = read_sample(*sample);
      REQUIRE(bool(data));
      inputs[key] = *data;
    }
    auto run = Run::open(*tables.system(document->system), *document, inputs);
    INFO((run ? "" : run.error().text()));
    REQUIRE(bool(run));
    Record record{variant.name, run->views(), {}, false};
    run->advance(document->steps, [] { return true; }, [&](const Frame& frame) { record.frames.push_back(frame); });
    record.diverged = run->status() == Status::Diverged;
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace

TEST_SUITE("claims") {
  TEST_CASE("claims: every preset shows what it says") {
    const Tables tables{systems(), presets()};
    const char* only = std::getenv("RANKSCOPE_PRESET");  // one of them, while it is being made
    const char* shift = std::getenv("RANKSCOPE_SEED_SHIFT");  // other seeds than the presets' own: the long tests
    for (const Study& study : tables.presets) {
      if ((only && study.key != only) || (shift && study.of_this_draw)) continue;
      if (study.takes_long && (!only || shift) && !std::getenv("RANKSCOPE_LONG")) continue;
      const std::uint64_t seed = study.seed + (shift ? std::strtoull(shift, nullptr, 10) : 0);
      const auto started = std::chrono::steady_clock::now();
      std::vector<Record> records = run_all(tables, study, {}, seed);
      const Verdict verdict = study.holds(records);
      const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
      MESSAGE(study.key << " (" << seconds << " s): " << verdict.text);
      CHECK_MESSAGE(verdict.holds, study.key);
      if (study.control.empty()) {
        // the control: the first run under every name must not pass for the comparison it is part of
        for (Record& r : records) r.frames = records[0].frames;
      } else {
        records = run_all(tables, study, study.control, seed);
      }
      const Verdict control = study.holds(records);
      MESSAGE(study.key << ", control: " << control.text);
      CHECK_MESSAGE(!control.holds, study.key);
    }
  }
}
