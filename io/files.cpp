#include "io/files.h"

#include "io/samples.h"

namespace rankscope {

Result<Data> Files::put(std::string_view name, Bytes bytes, Notes* notes) {
  const Sample* sample = find_sample(name);
  auto data = sample ? read_sample(*sample, bytes) : read_data(name, bytes, {}, notes);
  // an archive of several arrays is no input by itself, but its arrays are, by name?array=KEY
  if (!data && (sample || std::string_view(name).ends_with(".npz") == false)) return data.error();
  File& file = files_[std::string(name)];
  file = {data ? *data : Data(), {}};
  if (!sample) file.bytes.assign(bytes.begin(), bytes.end());
  return data;
}

Result<Data> Files::find(const std::string& name) const {
  if (const auto it = files_.find(name); it != files_.end() && it->second.data) return it->second.data;
  const std::string path(path_of(name));
  if (const auto it = files_.find(path); path != name && it != files_.end()) return read_data(name, it->second.bytes);
  if (const Sample* sample = find_sample(name); sample && !sample_bytes(*sample).empty()) return read_sample(*sample);
  return Data();
}

}  // namespace rankscope
