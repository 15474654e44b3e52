#include "io/npy.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

namespace rankscope {
namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::int64_t kMostBytes = 8 * max_entries;

struct Header {
  std::string descr;
  bool fortran = false;
  std::vector<std::int64_t> shape;
  bool has_descr = false, has_fortran = false, has_shape = false;
  std::string trouble;  ///< a well-formed header that cannot be read, in words
};

/// The header is a Python dictionary literal with exactly the keys descr, fortran_order and shape.
class HeaderParser {
 public:
  explicit HeaderParser(std::string_view text) : text_(text) {}

  bool parse(Header& h) {
    if (!take('{')) return false;
    while (!take('}')) {
      std::string key;
      if (!string(key) || !take(':')) return false;
      const bool known = key == "descr"           ? descr(h)
                         : key == "fortran_order" ? boolean(h)
                         : key == "shape"         ? shape(h)
                                                  : false;
      if (!known) return false;
      if (!h.trouble.empty()) return true;
      if (!take(',')) {
        if (!take('}')) return false;
        break;
      }
    }
    skip();
    return text_.empty() && h.has_descr && h.has_fortran && h.has_shape;
  }

 private:
  void skip() {
    const auto n = text_.find_first_not_of(" \t\r\n");
    text_.remove_prefix(n == std::string_view::npos ? text_.size() : n);
  }
  bool take(char c) {
    skip();
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool word(std::string_view w) {
    skip();
    if (!text_.starts_with(w)) return false;
    text_.remove_prefix(w.size());
    return true;
  }
  bool string(std::string& out) {
    skip();
    if (text_.empty() || (text_[0] != '\'' && text_[0] != '"')) return false;
    const auto end = text_.find(text_[0], 1);
    if (end == std::string_view::npos) return false;
    out = text_.substr(1, end - 1);
    text_.remove_prefix(end + 1);
    return true;
  }
  bool descr(Header& h) {
    skip();
    if (text_.starts_with('[') || text_.starts_with('(')) {
      h.trouble = "is a structured array of several fields";
      return true;
    }
    return h.has_descr = string(h.descr);
  }
  bool boolean(Header& h) {
    h.fortran = word("True");
    return h.has_fortran = h.fortran || word("False");
  }
  bool shape(Header& h) {
    if (!take('(')) return false;
    h.shape.clear();
    while (!take(')')) {
      skip();
      std::int64_t n = 0;
      std::size_t digits = 0;
      while (digits < text_.size() && text_[digits] >= '0' && text_[digits] <= '9') {
        if (n <= kMostBytes) n = 10 * n + (text_[digits] - '0');
        ++digits;
      }
      if (!digits) return false;
      text_.remove_prefix(digits);
      h.shape.push_back(n);
      if (h.shape.size() > max_dimensions) {
        h.trouble = "has more than " + std::to_string(max_dimensions) + " dimensions";
        return true;
      }
      if (!take(',')) {
        if (!take(')')) return false;
        break;
      }
    }
    return h.has_shape = true;
  }

  std::string_view text_;
};

/// The bits of a floating-point number and back; the page's library has no std::bit_cast.
template <class To, class From>
To cast_bits(From from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}

double half(std::uint64_t bits) {
  const int exponent = static_cast<int>(bits >> 10 & 31);
  const double fraction = static_cast<double>(bits & 1023);
  using Limits = std::numeric_limits<double>;
  const double x = exponent == 31  ? (fraction != 0 ? Limits::quiet_NaN() : Limits::infinity())
                   : exponent == 0 ? std::ldexp(fraction, -24)
                                   : std::ldexp(1024 + fraction, exponent - 25);
  return bits >> 15 ? -x : x;
}

/// A dtype such as "<f8": kind b i u f, and bytes an element.
struct Type {
  char kind;
  std::size_t size;
  bool big;

  double decode(const std::byte* p) const {
    const std::uint64_t u = big ? load_big(p, size) : load_little(p, size);
    switch (kind) {
      case 'b': return u != 0;
      case 'u': return static_cast<double>(u);
      case 'i': {
        const unsigned shift = static_cast<unsigned>(64 - 8 * size);
        return static_cast<double>(static_cast<std::int64_t>(u << shift) >> shift);
      }
      default: break;
    }
    const double x = size == 8   ? cast_bits<double>(u)
                     : size == 4 ? static_cast<double>(cast_bits<float>(static_cast<std::uint32_t>(u)))
                                 : half(u);
    return std::isnan(x) ? std::numeric_limits<double>::quiet_NaN() : x;
  }
};

std::optional<Type> type_of(std::string_view descr) {
  bool big = false;
  if (!descr.empty() && std::string_view("<>|=").find(descr[0]) != std::string_view::npos) {
    big = descr[0] == '>';
    descr.remove_prefix(1);
  }
  for (std::string_view known : {"f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "b1"})
    if (descr == known) return Type{known[0], static_cast<std::size_t>(known[1] - '0'), big};
  return std::nullopt;
}

/// Why a dtype is not a matrix of numbers, and what to save instead.
Error dtype_error(std::string_view name, const std::string& descr) {
  const std::size_t at = descr.find_first_not_of("<>|=");
  const char kind = at == std::string::npos ? ' ' : descr[at];
  const char* what = "is not a plain number";
  const char* remedy = "save it with a.astype('f8')";
  switch (kind) {
    case 'c': what = "is complex", remedy = "save its real part, a.real"; break;
    case 'O': what = "holds pickled Python objects, which are never executed"; break;
    case 'U': case 'S': case 'a': what = "holds text"; break;
    case 'V': what = "holds records"; remedy = "save one field, a['field'].astype('f8')"; break;
    case 'M': case 'm': what = "holds dates"; break;
    default: break;
  }
  return {std::string(name), "the dtype '" + descr.substr(0, 40) + "' " + what, remedy};
}

/// What the header says, and the bytes behind it, as many as it needs.
struct Layout {
  Header header;
  Type type;
  std::int64_t size = 1;
  Bytes body;
};

/// At most `most` numbers.
Result<Layout> layout_of(Bytes bytes, std::string_view name, std::int64_t most) {
  auto fail = [&](std::string what, std::string remedy) {
    return Error{std::string(name), std::move(what), std::move(remedy)};
  };
  const std::string again = "save it again with numpy.save";
  if (bytes.size() < 10 || std::memcmp(bytes.data(), magic.data(), magic.size()) != 0)
    return fail("is not a .npy file: it does not begin with \\x93NUMPY", again);
  const int version = std::to_integer<int>(bytes[6]);
  if (version < 1 || version > 3)
    return fail("has .npy version " + std::to_string(version), "versions 1, 2 and 3 are read; " + again);
  const std::size_t prefix = version == 1 ? 10 : 12;
  if (bytes.size() < prefix) return fail("ends within its header, at byte " + std::to_string(bytes.size()), again);
  const std::uint64_t length = load_little(&bytes[8], prefix - 8);
  if (length > bytes.size() - prefix)
    return fail("ends within its header, at byte " + std::to_string(bytes.size()), again);

  const Bytes body = bytes.subspan(prefix + length);
  Header h;
  if (!HeaderParser({reinterpret_cast<const char*>(bytes.data()) + prefix, static_cast<std::size_t>(length)}).parse(h))
    return fail("has a damaged header, bytes " + std::to_string(prefix) + " to " + std::to_string(prefix + length),
                again);
  if (!h.trouble.empty()) return fail(h.trouble, "save one plain array of numbers");
  const auto type = type_of(h.descr);
  if (!type) return dtype_error(name, h.descr);

  std::int64_t size = 1;
  for (std::int64_t n : h.shape) {
    if (n > most || (n != 0 && size > most / n))
      return fail("has more than " + std::to_string(most) + " numbers", "save a part of it");
    size *= n;
  }
  const std::uint64_t wanted = static_cast<std::uint64_t>(size) * type->size;
  if (body.size() != wanted)
    return fail("has " + std::to_string(body.size()) + " bytes of data where its shape needs " + std::to_string(wanted),
                again);
  return Layout{std::move(h), *type, size, body};
}

/// Everything before the data.
std::vector<std::byte> header_of(const std::string& type, bool fortran, const std::vector<std::int64_t>& dims) {
  std::string shape;
  for (std::int64_t n : dims) shape += (shape.empty() ? "" : ", ") + std::to_string(n);
  if (dims.size() == 1) shape += ",";
  std::string header = std::string("{'descr': '") + (type.ends_with('1') ? "|" : "<") + type + "', 'fortran_order': " +
                       (fortran ? "True" : "False") + ", 'shape': (" + shape + "), }";
  while ((10 + header.size() + 1) % 64 != 0) header += ' ';  // the data begin at a multiple of 64
  header += '\n';

  std::vector<std::byte> out;
  for (char c : magic) out.push_back(std::byte(static_cast<unsigned char>(c)));
  store_little(out, 1, 2);  // version 1.0
  store_little(out, header.size(), 2);
  for (char c : header) out.push_back(std::byte(static_cast<unsigned char>(c)));
  return out;
}

}  // namespace

Result<Dense> read_npy(Bytes bytes, std::string_view name) {
  const auto layout = layout_of(bytes, name, max_entries);
  if (!layout) return layout.error();
  const auto& [h, type, size, body] = *layout;
  Dense out{h.shape, std::vector<double>(static_cast<std::size_t>(size))};
  if (!h.fortran || h.shape.size() < 2) {
    for (std::size_t i = 0; i < out.data.size(); ++i) out.data[i] = type.decode(&body[i * type.size]);
    return out;
  }
  // Walk the output in row-major order, and the file with the strides of column-major order.
  const std::size_t dims = h.shape.size();
  std::vector<std::int64_t> index(dims, 0), stride(dims, 1);
  for (std::size_t d = 1; d < dims; ++d) stride[d] = stride[d - 1] * h.shape[d - 1];
  std::int64_t from = 0;
  for (double& x : out.data) {
    x = type.decode(&body[static_cast<std::size_t>(from) * type.size]);
    for (std::size_t d = dims; d-- > 0;) {
      from += stride[d];
      if (++index[d] < h.shape[d]) break;
      from -= stride[d] * h.shape[d];
      index[d] = 0;
    }
  }
  return out;
}

Result<RawArray> read_npy_raw(Bytes bytes, std::string_view name) {
  const auto layout = layout_of(bytes, name, kMostBytes);
  if (!layout) return layout.error();
  const Type type = layout->type;
  if (static_cast<std::int64_t>(layout->body.size()) > kMostBytes)
    return Error{std::string(name), "has more than " + std::to_string(kMostBytes) + " bytes", "save a part of it"};
  RawArray out{type.kind + std::to_string(type.size), layout->header.shape, layout->header.fortran, {}};
  out.bytes.assign(layout->body.begin(), layout->body.end());
  if (type.big)
    for (std::size_t i = 0; i < out.bytes.size(); i += type.size)
      std::reverse(out.bytes.begin() + static_cast<std::ptrdiff_t>(i),
                   out.bytes.begin() + static_cast<std::ptrdiff_t>(i + type.size));
  return out;
}

std::vector<std::byte> write_npy(const RawArray& array) {
  std::vector<std::byte> out = header_of(array.type, array.columns_first, array.shape);
  out.insert(out.end(), array.bytes.begin(), array.bytes.end());
  return out;
}

std::vector<std::byte> write_npy(const Dense& array, NpyType type) {
  assert(array.size() == static_cast<std::int64_t>(array.data.size()));
  std::vector<std::byte> out = header_of(type == NpyType::F8 ? "f8" : "u1", false, array.shape);
  out.reserve(out.size() + array.data.size() * 8);
  for (double x : array.data) {
    if (type == NpyType::F8) {
      store_little(out, cast_bits<std::uint64_t>(x), 8);
    } else {
      assert(x >= 0 && x <= 255 && x == std::floor(x));
      out.push_back(std::byte(static_cast<unsigned char>(x)));
    }
  }
  return out;
}

}  // namespace rankscope
