// The short twin of `mnist-rank`, which takes long: its documents at rank 1 alone and for a quarter of the steps.
#include <doctest/doctest.h>

#include "io/samples.h"
#include "lab/run.h"
#include "presets/presets.h"
#include "systems/systems.h"

using namespace rankscope;

TEST_SUITE("claims") {
  TEST_CASE("claims: one outer product predicts handwritten digits, and neither random images nor random labels") {
    const Tables tables{systems(), presets()};
    const Study* study = tables.preset("mnist-rank");
    REQUIRE(study);
    struct Ends {
      double train, test, constant;
    } ends[3];
    for (std::size_t k = 0; k < 3; ++k) {
      auto document = document_of(tables, *study, study->runs[k].name);
      REQUIRE(bool(document));
      document->settings["ranks"] = std::vector<std::int64_t>{1};
      document->settings["steps_per_rank"] = document->steps = document->every = 3000;
      Inputs inputs;
      for (const auto& [key, ref] : document->inputs) inputs[key] = *read_sample(*find_sample(ref.name));
      auto run = Run::open(*tables.system(study->system), *document, inputs);
      INFO((run ? "" : run.error().text()));
      REQUIRE(bool(run));
      run->advance(3000, [] { return true; }, [&](const Frame& f) {
        const auto train = static_cast<std::uint32_t>(run->view("train_error")), test = static_cast<std::uint32_t>(run->view("test_error"));
        ends[k] = {f.find(train)->data[0], f.find(test)->data[0], f.find(test, Part::Target)->data[0]};
      });
      CHECK(run->time() == 1);
    }
    const auto& [original, images, labels] = ends;
    MESSAGE("training and test error: original " << original.train << ", " << original.test << "; random images " << images.train << ", " << images.test << "; random labels " << labels.train << ", "
                                                 << labels.test << "; a constant " << original.constant);
    CHECK(original.constant == doctest::Approx(0.10943056));  // 478 of 5000 and 124 of 1000 are sixes
    CHECK(original.test < 0.035);
    CHECK(original.train < 0.5 * images.train);
    CHECK(original.train < 0.25 * labels.train);
    CHECK(images.test > images.constant);
    CHECK(labels.test > labels.constant);
  }
}
