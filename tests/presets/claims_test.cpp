// Every preset's claim on the preset's own documents, unchanged. Minutes of arithmetic: run in the release build only.
#include <doctest/doctest.h>

#include "io/samples.h"
#include "lab/run.h"
#include "presets/presets.h"
#include "systems/systems.h"

using namespace rankscope;

TEST_SUITE("claims") {
  TEST_CASE("claims: every preset shows what it says") {
    const Tables tables{systems(), presets()};
    for (const Study& study : tables.presets) {
      std::vector<Record> records;
      for (const Variant& variant : study.runs) {
        auto document = document_of(tables, study, variant.name);
        REQUIRE(bool(document));
        Inputs inputs;
        for (const auto& [key, ref] : document->inputs) {
          const std::string& name = ref.name;  // clang 14 cannot capture a structured binding, which the macro does
          const Sample* sample = find_sample(name);
          REQUIRE_MESSAGE(sample, name);
          auto data = read_sample(*sample);
          REQUIRE(bool(data));
          inputs[key] = *data;
        }
        auto run = Run::open(*tables.system(study.system), *document, inputs);
        INFO((run ? "" : run.error().text()));
        REQUIRE(bool(run));
        Record record{variant.name, run->views(), {}, false};
        run->advance(document->steps, [] { return true; }, [&](const Frame& frame) { record.frames.push_back(frame); });
        record.diverged = run->status() == Status::Diverged;
        records.push_back(std::move(record));
      }
      const Verdict verdict = study.holds(records);
      MESSAGE(study.key << ": " << verdict.text);
      CHECK_MESSAGE(verdict.holds, study.key);
      // the control: the first run under every name must not pass for the comparison it is part of
      for (Record& r : records) r.frames = records[0].frames;
      CHECK_MESSAGE(!study.holds(records).holds, study.key);
    }
  }
}
