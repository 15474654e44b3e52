#include "io/checkpoint.h"

#include <algorithm>
#include <cstring>

#include "io/document.h"
#include "io/memory.h"
#include "io/npz.h"
#include "lab/hash.h"

namespace rankscope {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr std::string_view kBits = "bits";

template <class T>
NamedRaw number(const char* name, const char* type, T value) {
  static_assert(sizeof value == 8);
  NamedRaw out{name, {type, {}, false, std::vector<std::byte>(sizeof value)}};
  std::memcpy(out.array.bytes.data(), &value, sizeof value);
  return out;
}

NamedRaw text(const char* name, Bytes bytes) {
  return {name, {"u1", {std::ssize(bytes)}, false, {bytes.begin(), bytes.end()}}};
}

std::uint64_t hash_of(std::span<const NamedRaw> arrays) {
  Hash h;
  for (const NamedRaw& a : arrays) {
    if (a.name == kBits) continue;
    h.bytes(a.name.data(), a.name.size());
    h.bytes(a.array.shape.data(), a.array.shape.size() * sizeof(std::int64_t));
    h.bytes(a.array.bytes.data(), a.array.bytes.size());
  }
  return h.value();
}

/// Takes the parts that are not the state's out of the arrays.
class Parts {
 public:
  explicit Parts(std::vector<NamedRaw> arrays) : arrays_(std::move(arrays)) {}

  std::optional<RawArray> take(std::string_view name, const char* type) {
    for (auto it = arrays_.begin(); it != arrays_.end(); ++it) {
      if (it->name != name) continue;
      if (it->array.type != type) return std::nullopt;
      RawArray out = std::move(it->array);
      arrays_.erase(it);
      return out;
    }
    return std::nullopt;
  }
  template <class T>
  std::optional<T> number(std::string_view name, const char* type) {
    const auto array = take(name, type);
    if (!array || array->bytes.size() != sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, array->bytes.data(), sizeof value);
    return value;
  }
  std::vector<NamedRaw>& rest() { return arrays_; }

 private:
  std::vector<NamedRaw> arrays_;
};

std::optional<std::vector<Frame>> frames_of(Bytes bytes) {
  std::vector<Frame> out;
  while (!bytes.empty()) {
    if (bytes.size() < 4) return std::nullopt;
    const auto size = static_cast<std::size_t>(load_little(bytes.data(), 4));
    if (size > bytes.size() - 4) return std::nullopt;
    auto frame = decode(bytes.subspan(4, size));
    if (!frame) return std::nullopt;
    out.push_back(std::move(*frame));
    bytes = bytes.subspan(4 + size);
  }
  return out;
}

/// Whether the run could have recorded it: what reads Frames trusts their views, parts and shapes.
bool recorded_by(const Run& run, const Frame& frame) {
  return std::all_of(frame.values.begin(), frame.values.end(), [&](const Series& s) {
    const auto views = run.recorded();
    if (std::find(views.begin(), views.end(), s.view) == views.end() ) return false;
    const int axes = axes_of(run.views()[s.view].kind, s.part);
    return axes == kAnyAxes || std::ssize(s.shape) == axes;
  });
}

}  // namespace

Result<Run> resume(const Entry& entry, const Document& document, const Inputs& inputs, const Checkpoint& checkpoint) {
  auto run = Run::resume(entry, document, inputs, checkpoint.state, available_memory());
  if (!run) return run;
  std::int64_t last = -1;
  for (const Frame& f : checkpoint.frames) {
    if (f.step <= last || f.step > run->step() || !recorded_by(*run, f))
      return Error{"frames", "holds what this run did not record, at step " + std::to_string(f.step), "take a checkpoint of this very run"};
    last = f.step;
  }
  return run;
}

Result<std::vector<std::byte>> write_checkpoint(const Run& run, std::span<const Frame> frames, double seconds, bool touched,
                                                const Tables& tables) {
  std::vector<NamedRaw> arrays{number("checkpoint", "i8", kVersion)};
  std::size_t size = 0;
  for (const Field& f : run.save()) {
    arrays.push_back(raw_of(f));
    size += f.bytes.size();
  }
  const std::string document = write_document(run.document(), tables, Detail::Full);
  arrays.push_back(text("document", std::as_bytes(std::span(document))));
  std::vector<std::byte> record;
  for (const Frame& f : frames) {
    const auto bytes = encode(f);
    store_little(record, bytes.size(), 4);
    record.insert(record.end(), bytes.begin(), bytes.end());
  }
  constexpr std::size_t kMostOfOne = 8 * static_cast<std::size_t>(max_entries), kMost = max_file_bytes - (1 << 20);
  if (record.size() > kMostOfOne || size + record.size() > kMost)
    return Error{"checkpoint", "would have more than 256 MiB", "record less often, with a larger --every"};
  arrays.push_back({"frames", {"u1", {std::ssize(record)}, false, std::move(record)}});
  arrays.push_back(number("seconds", "f8", seconds));
  arrays.push_back(number("touched", "i8", static_cast<std::int64_t>(touched)));
  arrays.push_back(number("bits", "u8", hash_of(arrays)));
  return write_npz({}, arrays);
}

Result<Checkpoint> read_checkpoint(Bytes bytes, std::string_view name, const Tables& tables) {
  const auto broken = [&](const std::string& what) {
    return Error{std::string(name), what, "start the run anew, or take a copy of the file as it was written"};
  };
  auto arrays = read_npz_raw(bytes, name);
  if (!arrays) return broken("is no whole checkpoint: " + arrays.error().what);
  const std::uint64_t found = hash_of(*arrays);
  Parts parts(std::move(*arrays));
  const auto version = parts.number<std::int64_t>("checkpoint", "i8");
  if (!version || *version < 1) return broken("is no checkpoint: it has no number `checkpoint`, the version of its form");
  if (*version > kVersion)
    return Error{std::string(name), "is a checkpoint of version " + std::to_string(*version) + ", made by a newer program",
                 "this one reads " + std::to_string(kVersion) + "; take a newer rankscope"};
  const auto bits = parts.number<std::uint64_t>(kBits, "u8");
  if (!bits) return broken("is no whole checkpoint: `bits` is missing");
  if (*bits != found) return broken("was changed since it was written: its hash is not its `bits`");

  Checkpoint out;
  const auto document = parts.take("document", "u1"), frames = parts.take("frames", "u1");
  const auto seconds = parts.number<double>("seconds", "f8");
  const auto touched = parts.number<std::int64_t>("touched", "i8");
  if (!document || !frames || !seconds || !touched || !(*seconds >= 0))
    return broken("is no whole checkpoint: one of `document`, `frames`, `seconds` and `touched` is missing");
  const std::string_view json(reinterpret_cast<const char*>(document->bytes.data()), document->bytes.size());
  auto parsed = parse_document(json, tables, std::string(name) + "?array=document");
  if (!parsed) return parsed.error();
  auto record = frames_of(frames->bytes);
  if (!record) return broken("is no whole checkpoint: `frames` are no Frames");
  out.document = std::move(*parsed);
  out.frames = std::move(*record);
  out.seconds = *seconds;
  out.touched = *touched != 0;
  for (NamedRaw& a : parts.rest()) {
    const std::string part = a.name;
    auto field = field_of(std::move(a));
    if (!field) return broken("is no whole checkpoint: the part " + part + " is of no type that a state has");
    out.state.push_back(std::move(*field));
  }
  return out;
}

}  // namespace rankscope
