#include "io/npz.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "io/zip.h"
#include "lab/settings.h"

namespace rankscope {
namespace {

constexpr std::string_view suffix = ".npy";

std::vector<ZipMember> arrays_of(std::vector<ZipMember> members) {
  std::erase_if(members, [](const ZipMember& m) { return !m.name.ends_with(suffix); });
  for (ZipMember& m : members) m.name.resize(m.name.size() - suffix.size());
  return members;
}

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 12;
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), shown); ++i) out += (i ? ", " : "") + names[i];
  return names.size() > shown ? out + " and " + std::to_string(names.size() - shown) + " more" : out;
}

}  // namespace

Result<std::vector<std::string>> npz_names(Bytes bytes, std::string_view name) {
  auto members = zip_members(bytes, name);
  if (!members) return members.error();
  std::vector<std::string> names;
  for (const ZipMember& m : arrays_of(std::move(*members))) names.push_back(m.name);
  return names;
}

Result<Dense> read_npz(Bytes bytes, std::string_view name, std::string_view array) {
  auto all = zip_members(bytes, name);
  if (!all) return all.error();
  const std::vector<ZipMember> members = arrays_of(std::move(*all));
  std::vector<std::string> names;
  for (const ZipMember& m : members) names.push_back(m.name);
  if (members.empty())
    return Error{std::string(name), "holds no array (no member that ends in .npy)", "save it with numpy.savez"};
  if (array.empty() && members.size() > 1)
    return Error{std::string(name), "holds several arrays: " + listed(names),
                 "name one, as in " + std::string(name) + "?array=" + names[0]};
  const auto wanted = [&](const ZipMember& m) { return array.empty() || m.name == array; };
  const auto found = std::find_if(members.begin(), members.end(), wanted);
  if (found == members.end()) {
    const std::string near = nearest(array, names);
    return Error{std::string(name), "holds no array " + std::string(array),
                 (near.empty() ? "" : "did you mean " + near + "? ") + ("it holds " + listed(names))};
  }
  const auto content = unzip(*found, name);
  if (!content) return content.error();
  return read_npy(*content, std::string(name) + "?array=" + found->name);
}

Result<std::vector<NamedRaw>> read_npz_raw(Bytes bytes, std::string_view name) {
  auto all = zip_members(bytes, name);
  if (!all) return all.error();
  std::vector<NamedRaw> out;
  std::size_t size = 0;
  for (const ZipMember& m : arrays_of(std::move(*all))) {
    if (m.size > max_file_bytes - size)
      return Error{std::string(name), "holds more than 256 MiB of arrays", "save some of them"};
    size += m.size;
    if (std::any_of(out.begin(), out.end(), [&](const NamedRaw& a) { return a.name == m.name; }))
      return Error{std::string(name), "holds the array " + m.name + " twice", "save it again with numpy.savez"};
    const auto content = unzip(m, name);
    if (!content) return content.error();
    auto array = read_npy_raw(*content, std::string(name) + "?array=" + m.name);
    if (!array) return array.error();
    out.push_back({m.name, std::move(*array)});
  }
  return out;
}

NamedRaw raw_of(const Field& field) {
  constexpr const char* kTypes[] = {"f8", "i8", "u8", "i4"};  // in the order of Field::Type
  return {field.name, {kTypes[static_cast<int>(field.type)], field.shape, field.columns_first, field.bytes}};
}

std::optional<Field> field_of(NamedRaw array) {
  RawArray& a = array.array;
  for (const Field::Type type : {Field::Type::F64, Field::Type::I64, Field::Type::U64, Field::Type::I32})
    if (a.type == raw_of({{}, type, {}, false, {}}).array.type)
      return Field{std::move(array.name), type, std::move(a.shape), a.columns_first, std::move(a.bytes)};
  return std::nullopt;
}

namespace {

/// Floating point of fewer bits as doubles, smaller whole numbers as 64 bits.
Result<RawArray> widened(const RawArray& array, const std::string& place) {
  const auto numbers = read_npy(write_npy(array), place);
  if (!numbers) return numbers.error();
  RawArray out{array.type[0] == 'f' ? "f8" : "i8", array.shape, false, {}};
  for (const double x : numbers->data) {
    std::uint64_t bits = 0;
    if (array.type[0] == 'f') std::memcpy(&bits, &x, sizeof bits);
    else bits = static_cast<std::uint64_t>(static_cast<std::int64_t>(x));
    store_little(out.bytes, bits, 8);
  }
  return out;
}

/// A matrix that was kept row by row, column by column.
void turn(Field& f) {
  if (f.shape.size() != 2 || f.columns_first) return;
  const auto rows = static_cast<std::size_t>(f.shape[0]), cols = static_cast<std::size_t>(f.shape[1]);
  const std::size_t width = rows > 0 && cols > 0 ? f.bytes.size() / (rows * cols) : 0;
  std::vector<std::byte> turned(f.bytes.size());
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < cols; ++j)
      std::memcpy(&turned[(j * rows + i) * width], &f.bytes[(i * cols + j) * width], width);
  f.bytes = std::move(turned);
  f.columns_first = true;
}

}  // namespace

Result<State> read_state(Bytes bytes, std::string_view name) {
  auto arrays = read_npz_raw(bytes, name);
  if (!arrays) return arrays.error();
  State state;
  for (NamedRaw& a : *arrays) {
    const std::string& type = a.array.type;
    if (type == "u1" || type == "b1") continue;
    if (type == "f4" || type == "f2" || type == "i1" || type == "i2" || type == "u2" || type == "u4") {
      auto wide = widened(a.array, std::string(name) + "?array=" + a.name);
      if (!wide) return wide.error();
      a.array = std::move(*wide);
    }
    auto field = field_of(std::move(a));
    assert(field);  // all the types that are read are named above
    turn(*field);
    state.push_back(std::move(*field));
  }
  if (state.empty()) return Error{std::string(name), "holds no array of numbers", "save it with numpy.savez"};
  std::sort(state.begin(), state.end(), [](const Field& a, const Field& b) { return a.name < b.name; });
  return state;
}

std::vector<std::byte> write_npz(const std::vector<NamedArray>& arrays, const std::vector<NamedRaw>& raw) {
  std::vector<ZipFile> files;
  for (const NamedArray& a : arrays) files.push_back({a.name + std::string(suffix), write_npy(a.array, a.type)});
  for (const NamedRaw& a : raw) files.push_back({a.name + std::string(suffix), write_npy(a.array)});
  return write_zip(files);
}

}  // namespace rankscope
