#include "io/idx.h"

#include <cmath>
#include <cstring>
#include <limits>

namespace rankscope {
namespace {

struct Type {
  unsigned code;
  std::size_t size;
};
constexpr Type kTypes[] = {{8, 1}, {9, 1}, {11, 2}, {12, 4}, {13, 4}, {14, 8}};

const Type* type_of(unsigned code) {
  for (const Type& t : kTypes)
    if (t.code == code) return &t;
  return nullptr;
}

double decode(const Type& type, const std::byte* p) {
  const std::uint64_t u = load_big(p, type.size);
  switch (type.code) {
    case 8: return static_cast<double>(u);
    case 13: {
      const auto bits = static_cast<std::uint32_t>(u);
      float x;
      std::memcpy(&x, &bits, sizeof x);
      return std::isnan(x) ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(x);
    }
    case 14: {
      double x;
      std::memcpy(&x, &u, sizeof x);
      return std::isnan(x) ? std::numeric_limits<double>::quiet_NaN() : x;
    }
    default: {
      const unsigned shift = static_cast<unsigned>(64 - 8 * type.size);
      return static_cast<double>(static_cast<std::int64_t>(u << shift) >> shift);
    }
  }
}

}  // namespace

bool is_idx(Bytes b) {
  return b.size() >= 4 && b[0] == std::byte{0} && b[1] == std::byte{0} && type_of(std::to_integer<unsigned>(b[2])) && b[3] > std::byte{0} && b[3] <= std::byte{max_dimensions};
}

Result<Dense> read_idx(Bytes bytes, std::string_view name) {
  auto fail = [&](std::string what, std::string remedy) { return Error{std::string(name), std::move(what), std::move(remedy)}; };
  const std::string again = "get the file again";
  if (!is_idx(bytes)) return fail("is not an IDX file: it does not begin with two zeros, a type of 8 to 14 and the number of axes", again);
  constexpr std::int64_t most = sizeof(void*) == 4 ? max_entries : 4 * max_entries;
  const Type& type = *type_of(std::to_integer<unsigned>(bytes[2]));
  const std::size_t axes = std::to_integer<std::size_t>(bytes[3]), head = 4 + 4 * axes;
  if (bytes.size() < head) return fail("ends within its header, at byte " + std::to_string(bytes.size()), again);
  Dense out;
  std::int64_t size = 1;
  for (std::size_t k = 0; k < axes; ++k) {
    const auto n = static_cast<std::int64_t>(load_big(&bytes[4 + 4 * k], 4));
    if (n != 0 && size > most / n) return fail("has more than " + std::to_string(most) + " numbers", "give a part of it");
    size *= n;
    out.shape.push_back(n);
  }
  const std::size_t wanted = static_cast<std::size_t>(size) * type.size;
  if (bytes.size() - head != wanted)
    return fail("has " + std::to_string(bytes.size() - head) + " bytes of data where its shape needs " + std::to_string(wanted), again);
  out.data.resize(static_cast<std::size_t>(size));
  for (std::size_t i = 0; i < out.data.size(); ++i) out.data[i] = decode(type, &bytes[head + i * type.size]);
  return out;
}

}  // namespace rankscope
