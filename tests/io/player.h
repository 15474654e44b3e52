// A slot, and what its receiver knows of it.
#pragma once
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "io/files.h"
#include "io/samples.h"
#include "io/slot.h"
#include "lab/frame.h"

namespace rankscope {

inline const auto kOn = [] { return true; };

/// What stands at a step.
struct Sight {
  std::uint64_t bits = 0;
  std::vector<std::byte> recorded, moment;
  bool operator==(const Sight&) const = default;
};

inline Inputs inputs_of(const Document& document) {
  static Files files;
  Inputs out;
  for (const auto& [key, ref] : document.inputs) {
    auto data = files.find(ref.name);
    REQUIRE(data);
    if (!*data) {  // the page's build has no sample in it
      const Sample* sample = find_sample(ref.name);
      REQUIRE(sample);
      std::ifstream file(std::string(RANKSCOPE_TEST_DATA "/../../data/") + std::string(sample->file), std::ios::binary);
      const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
      data = read_sample(*sample, std::as_bytes(std::span(bytes)));
      REQUIRE(data);
    }
    out[key] = *data;
  }
  return out;
}

/// A slot with the recorded Frame that its receiver has.
struct Player {
  Player(const Entry& entry, const Document& document) : Player(std::move(*Slot::open(entry, document, inputs_of(document)))) {}
  explicit Player(Slot s) : slot(std::move(s)) { hear(); }

  void hear() {
    auto news = slot.news();
    if (!news.frames.empty()) recorded = without_matrices(news.frames.back());
    frames += news.frames.size();
    if (news.standing) recorded = *news.standing;
  }
  void finish() {
    while (slot.going()) slot.advance(16, kOn);
    hear();
  }
  void seek(std::int64_t step) {
    slot.seek(step);
    finish();
  }
  Sight sight() const { return {slot.run().bits(), encode(recorded), encode(slot.run().measure(slot.run().recorded()))}; }

  Slot slot;
  Frame recorded;
  std::size_t frames = 0;
};

}  // namespace rankscope
