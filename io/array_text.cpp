#include "io/array_text.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "io/npy.h"
#include "io/stb.h"

namespace rankscope {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string base64url(Bytes bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    std::uint64_t group = load_big(&bytes[i], n) << 8 * (3 - n);
    for (std::size_t k = 0; k <= n; ++k) out += kDigits[group >> (18 - 6 * k) & 63];
  }
  return out;
}

/// Nothing when it is not what base64url() writes.
std::optional<std::vector<std::byte>> from_base64url(std::string_view text) {
  std::vector<std::byte> out;
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const std::string_view part = text.substr(i, 4);
    std::uint32_t group = 0;
    for (const char c : part) {
      const auto digit = kDigits.find(c);
      if (digit == std::string_view::npos) return std::nullopt;
      group = group << 6 | static_cast<std::uint32_t>(digit);
    }
    group <<= 6 * (4 - part.size());
    if (part.size() == 1 || (group & ((1u << (24 - 8 * (part.size() - 1))) - 1)) != 0) return std::nullopt;  // bits beyond the last byte
    for (std::size_t k = 0; k + 1 < part.size(); ++k) out.push_back(std::byte(group >> (16 - 8 * k) & 255));
  }
  return out;
}

/// Checksum of zlib.
std::uint32_t adler32(Bytes bytes) {
  std::uint32_t a = 1, b = 0;
  for (const std::byte byte : bytes) {
    a = (a + std::to_integer<std::uint32_t>(byte)) % 65521;
    b = (b + a) % 65521;
  }
  return b << 16 | a;
}

/// Nothing when it is damaged or unpacks to more than max_array_bytes.
std::optional<std::vector<std::byte>> unpack(Bytes packed) {
  constexpr std::size_t head = 2, tail = 4;
  if (packed.size() <= head + tail) return std::nullopt;
  const auto method = std::to_integer<unsigned>(packed[0]), flags = std::to_integer<unsigned>(packed[1]);
  if ((method & 15) != 8 || method >> 4 > 7 || (256 * method + flags) % 31 != 0 || flags & 32) return std::nullopt;
  const Bytes body = packed.subspan(head, packed.size() - head - tail);
  std::vector<std::byte> out(std::min(max_array_bytes, body.size() * max_deflate_ratio));
  const auto done = inflate(body, out);
  if (!done || done->read != body.size()) return std::nullopt;
  out.resize(done->written);
  if (adler32(out) != load_big(&packed[packed.size() - tail], tail)) return std::nullopt;
  return out;
}

bool whole(double x) { return x == std::floor(x) && !(x == 0 && std::signbit(x)); }  // false for NaN

bool single(double x) { return std::isnan(x) || std::isinf(x) || (std::abs(x) <= 3.4e38 && static_cast<double>(static_cast<float>(x)) == x); }

/// The smallest dtype that holds every number exactly.
std::string type_for(const std::vector<double>& data) {
  for (const auto& [type, largest] : {std::pair{"i1", 127.0}, {"i2", 32767.0}, {"i4", 2147483647.0}})
    if (std::all_of(data.begin(), data.end(), [&, most = largest](double x) { return whole(x) && std::abs(x) <= most; })) return type;
  return std::all_of(data.begin(), data.end(), single) ? "f4" : "f8";
}

std::uint64_t bits_as(double x, char kind, std::size_t size) {
  if (kind == 'i') return static_cast<std::uint64_t>(static_cast<std::int64_t>(x));
  std::uint64_t bits = 0;
  const auto narrow = static_cast<float>(size == 4 ? x : 0);
  std::memcpy(&bits, size == 4 ? static_cast<const void*>(&narrow) : &x, size);
  return bits;
}

}  // namespace

std::optional<std::string> array_text(const Data& data) {
  const Dense* array = std::get_if<Dense>(data.get());
  if (!array || array->data.empty() || array->data.size() > max_array_bytes) return std::nullopt;
  RawArray raw{type_for(array->data), array->shape, false, {}};
  const auto size = static_cast<std::size_t>(raw.type[1] - '0');
  for (const double x : array->data) store_little(raw.bytes, bits_as(x, raw.type[0], size), size);
  const auto file = write_npy(raw);
  if (file.size() > max_array_bytes) return std::nullopt;
  std::string text = base64url(deflate(file));
  if (text.size() > max_array_text) return std::nullopt;
  const auto again = array_of_text(text, "");  // gaps that are no plain NaN have another hash
  return again && hash(*again) == hash(data) ? std::optional(std::move(text)) : std::nullopt;
}

Result<Data> array_of_text(std::string_view text, std::string_view name) {
  const auto fail = [&](std::string what) { return Error{std::string(name), std::move(what), "copy the whole link again, or give the file itself"}; };
  if (text.size() > max_array_text) return fail("its array is longer than the " + std::to_string(max_array_text) + " characters that travel");
  const auto packed = from_base64url(text);
  if (!packed) return fail("its array is damaged: it is not base64url");
  const auto file = unpack(*packed);
  if (!file) return fail("its array is damaged, or unpacks to more than " + std::to_string(max_array_bytes) + " bytes");
  auto array = read_npy(*file, name);
  if (!array) return array.error();
  if (array->data.empty()) return fail("its array has no numbers");
  return share(std::move(*array));
}

}  // namespace rankscope
