#include "io/files.h"

#include "io/samples.h"

namespace rankscope {

Result<Data> Files::put(std::string_view name, Bytes bytes, Notes* notes) {
  const Sample* sample = find_sample(name);
  auto data = sample ? read_sample(*sample, bytes) : read_data(name, bytes, {}, notes);
  File file{data ? *data : Data(), {}};
  if (!data) {
    // An archive of several arrays is none by itself, but its arrays are, by name?array=KEY, and name?array=* is a state.
    auto state = sample ? data : read_data(std::string(name) + "?array=*", bytes);
    if (!state) return data.error();
    data = std::move(state);
  }
  if (!sample) file.bytes.assign(bytes.begin(), bytes.end());
  files_[std::string(name)] = std::move(file);
  return data;
}

Bytes Files::bytes(const std::string& name) const {
  const auto it = files_.find(name);
  return it == files_.end() ? Bytes() : Bytes(it->second.bytes);
}

Result<Data> Files::find(const std::string& name) const {
  if (const auto it = files_.find(name); it != files_.end() && it->second.data) return it->second.data;
  const std::string path(path_of(name));
  if (const auto it = files_.find(name); it != files_.end()) return read_data(name, it->second.bytes);  // says what it is
  if (const auto it = files_.find(path); path != name && it != files_.end()) return read_data(name, it->second.bytes);
  if (const Sample* sample = find_sample(name); sample && !sample_bytes(*sample).empty()) return read_sample(*sample);
  return Data();
}

}  // namespace rankscope
