#include "lab/frame.h"

#include <cstring>

namespace rankscope {

const Series* Frame::find(std::uint32_t view, Part part) const {
  for (const Series& s : values)
    if (s.view == view && s.part == part) return &s;
  return nullptr;
}

namespace {

template <class T>
void put(std::vector<std::byte>& out, const T* values, std::size_t count) {
  const auto* p = reinterpret_cast<const std::byte*>(values);
  out.insert(out.end(), p, p + count * sizeof(T));
}

template <class T>
bool take(std::span<const std::byte>& in, T* values, std::size_t count) {
  if (count > in.size() / sizeof(T)) return false;
  if (count) std::memcpy(values, in.data(), count * sizeof(T));
  in = in.subspan(count * sizeof(T));
  return true;
}

}  // namespace

std::vector<std::byte> encode(const Frame& frame) {
  std::vector<std::byte> out;
  const auto count = static_cast<std::uint32_t>(frame.values.size());
  put(out, &frame.step, 1);
  put(out, &frame.time, 1);
  put(out, &count, 1);
  for (const Series& s : frame.values) {
    const std::uint32_t head[] = {s.view, static_cast<std::uint32_t>(s.part), static_cast<std::uint32_t>(s.shape.size())};
    put(out, head, 3);
    put(out, s.shape.data(), s.shape.size());
    put(out, s.data.data(), s.data.size());
  }
  return out;
}

int axes_of(Kind kind, Part part) {
  switch (kind) {
    case Kind::Scalar: return part == Part::Baseline ? 1 : part <= Part::Target ? 0 : -1;
    case Kind::Spectrum: return part == Part::Bound ? 2 : part <= Part::Target ? 1 : -1;
    case Kind::Matrix:
    case Kind::Image: return part <= Part::Target ? 2 : -1;
    case Kind::Landscape:
      if (part == Part::Measured || part == Part::Marks || part == Part::Route) return 2;
      return part == Part::Extent || part == Part::Point || part == Part::Ellipse ? 1 : -1;
    case Kind::Tensor: return part == Part::Measured || part == Part::Observed ? kAnyAxes : -1;
    case Kind::Tree:
      if (part == Part::Measured || part == Part::Edges || part == Part::Target) return 2;
      return part == Part::Parents || part == Part::Modes ? 1 : -1;
    case Kind::Components: return part == Part::Vectors ? 2 : part == Part::Measured || part == Part::Lines || part == Part::Sizes ? 1 : -1;
    case Kind::Claim: return part == Part::Hypotheses ? 1 : part == Part::Measured || part == Part::Bound ? 0 : -1;
  }
  return -1;
}

std::optional<Frame> decode(std::span<const std::byte> in) {
  Frame frame;
  std::uint32_t count = 0;
  if (!take(in, &frame.step, 1) || !take(in, &frame.time, 1) || !take(in, &count, 1)) return std::nullopt;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint32_t head[3];
    if (!take(in, head, 3) || head[1] > static_cast<std::uint32_t>(kLastPart) || head[2] > 16) return std::nullopt;
    Series s{head[0], static_cast<Part>(head[1]), std::vector<std::int64_t>(head[2]), {}};
    if (!take(in, s.shape.data(), s.shape.size())) return std::nullopt;
    std::size_t size = 1;
    for (std::int64_t d : s.shape) {
      if (d < 0 || (d > 0 && size > in.size() / static_cast<std::size_t>(d))) return std::nullopt;
      size *= static_cast<std::size_t>(d);
    }
    if (size > in.size() / sizeof(double)) return std::nullopt;
    s.data.resize(size);
    if (!take(in, s.data.data(), size)) return std::nullopt;
    frame.values.push_back(std::move(s));
  }
  if (!in.empty()) return std::nullopt;
  return frame;
}

}  // namespace rankscope
