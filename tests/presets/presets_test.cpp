#include <doctest/doctest.h>

#include <algorithm>

#include "lab/run.h"
#include "presets/presets.h"
#include "systems/systems.h"

using namespace rankscope;

TEST_CASE("presets: every row has words, a claim, known settings and views, and keys of its own") {
  const Tables tables{systems(), presets()};
  REQUIRE(!tables.presets.empty());
  std::vector<std::string> seen;
  for (const Study& s : tables.presets) {
    CAPTURE(s.key);
    CHECK(std::find(seen.begin(), seen.end(), s.key) == seen.end());
    seen.push_back(s.key);
    CHECK_MESSAGE((!tables.system(s.key) || s.system == s.key), "another system has this key: `run KEY` would mean either");
    CHECK(!s.title.empty());
    CHECK(!s.group.empty());
    CHECK(!s.sentence.empty());
    CHECK(!s.cite.empty());
    CHECK(!s.claim.empty());
    CHECK(bool(s.holds));
    const Entry* entry = tables.system(s.system);
    REQUIRE(entry);
    REQUIRE(!s.runs.empty());
    std::vector<std::string> views;
    for (const Variant& v : s.runs) {
      const auto d = document_of(tables, s, v.name);
      INFO((d ? "" : d.error().text()));
      REQUIRE(bool(d));
      if (beside(s))
        for (const ViewInfo& view : tables.system(d->system)->views(d->settings, {})) views.push_back(view.key);
    }
    for (const auto& list : {s.record, s.shown})  // where a run drops what its system does not have, nobody else complains
      for (const std::string& key : list) CHECK_MESSAGE((!beside(s) || std::find(views.begin(), views.end(), key) != views.end()), key);
    CHECK(!document_of(tables, s, "no such run"));
  }
}

TEST_CASE("presets: a claim fails on a control") {
  // the claims look at the numbers: runs that learned nothing, or the same run under each name, must not pass
  for (const Study& s : presets()) {
    CAPTURE(s.key);
    const Tables tables{systems(), presets()};
    std::vector<Record> records;
    for (const Variant& v : s.runs) {
      const auto document = document_of(tables, s, v.name);
      REQUIRE(bool(document));
      Inputs inputs;
      for (const auto& [key, name] : document->inputs) inputs[key] = share(Dense{{2, 2}, {1, 0, 0, 1}});
      const std::vector<ViewInfo> views = tables.system(document->system)->views(document->settings, inputs);
      Record r{v.name, views, {Frame{}}, false};
      for (std::uint32_t i = 0; i < views.size(); ++i) {
        const std::vector<double> ten(10, 1.0);
        const bool spectrum = views[i].kind == Kind::Spectrum;
        if (views[i].kind == Kind::Claim) {  // both sides equal, so that it holds: an inequality alone must not decide
          r.frames[0].values.push_back({i, Part::Measured, {}, {1}});
          r.frames[0].values.push_back({i, Part::Bound, {}, {1}});
          continue;
        }
        r.frames[0].values.push_back({i, Part::Measured, spectrum ? std::vector<std::int64_t>{10} : std::vector<std::int64_t>{}, spectrum ? ten : std::vector<double>{1.0}});
        if (spectrum) r.frames[0].values.push_back({i, Part::Target, {10}, ten});
      }
      records.push_back(std::move(r));
    }
    CHECK(!s.holds(records).holds);
    CHECK(!s.holds({}).holds);
  }
}
