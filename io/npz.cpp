#include "io/npz.h"

#include <algorithm>

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

std::vector<std::byte> write_npz(const std::vector<NamedArray>& arrays) {
  std::vector<ZipFile> files;
  for (const NamedArray& a : arrays) files.push_back({a.name + std::string(suffix), write_npy(a.array, a.type)});
  return write_zip(files);
}

}  // namespace rankscope
