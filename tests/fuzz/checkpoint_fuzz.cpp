// A checkpoint as a file of its own making: its hash is put right first, since no change would get past it otherwise. What is read
// is resumed, when it is small, and goes on for a few steps.
#include <cstring>

#include "fuzz/fuzz.h"
#include "io/checkpoint.h"
#include "io/export.h"
#include "io/npz.h"
#include "io/slot.h"
#include "lab/hash.h"
#include "presets/presets.h"
#include "systems/systems.h"

namespace rankscope::fuzz {
namespace {

/// io/checkpoint.h: `bits` is the hash of all the others.
std::vector<std::byte> sealed(std::vector<NamedRaw> arrays) {
  std::erase_if(arrays, [](const NamedRaw& a) { return a.name == "bits"; });
  Hash h;
  for (const NamedRaw& a : arrays) {
    h.bytes(a.name.data(), a.name.size());
    h.bytes(a.array.shape.data(), a.array.shape.size() * sizeof(std::int64_t));
    h.bytes(a.array.bytes.data(), a.array.bytes.size());
  }
  NamedRaw bits{"bits", {"u8", {}, false, std::vector<std::byte>(8)}};
  const std::uint64_t value = h.value();
  std::memcpy(bits.array.bytes.data(), &value, 8);
  arrays.push_back(std::move(bits));
  return write_npz({}, arrays);
}

}  // namespace

const std::vector<std::string>& places() {
  static const std::vector<std::string> all = {"resumed", "frames", "went on"};
  return all;
}

bool accepts(Bytes input) {
  const Tables tables{systems(), presets()};
  auto arrays = read_npz_raw(input, "x.npz");
  if (!arrays) return false;
  auto checkpoint = read_checkpoint(sealed(std::move(*arrays)), "x.npz", tables);
  if (!checkpoint) {
    promise(!checkpoint.error().what.empty(), "an error says what is wrong");
    return false;
  }
  const Entry& entry = *tables.system(checkpoint->document.system);
  const auto settings = complete(entry.params, checkpoint->document.settings);
  if (!settings || !checkpoint->document.inputs.empty() || entry.memory(*settings, {}) > 1e6) return false;
  if (!checkpoint->frames.empty()) reached("frames");
  auto slot = Slot::resume(entry, std::move(*checkpoint), {});
  if (!slot) {
    promise(!slot.error().what.empty(), "an error says what is wrong");
    return false;
  }
  reached("resumed");
  promise(!series_csv(slot->run().views(), slot->run().recorded(), slot->frames()).empty(), "what was recorded is exported");
  auto again = slot->save(tables);
  promise(again && read_checkpoint(*again, "again.npz", tables), "what is saved reads back");
  const std::int64_t step = slot->run().step();
  slot->play();
  slot->advance(2, [] { return true; });
  if (slot->run().step() > step) reached("went on");
  return true;
}

}  // namespace rankscope::fuzz
