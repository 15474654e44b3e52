#include "native/inputs.h"

#include <filesystem>

#include "io/file.h"
#include "io/json.h"
#include "io/read.h"
#include "io/samples.h"
#include "lab/settings.h"
#include "native/terminal.h"

namespace rankscope {

Result<Data> load(const std::string& name, const std::string& beside, bool quiet) {
  if (const Sample* sample = find_sample(name)) return read_sample(*sample);
  namespace fs = std::filesystem;
  const std::string path(path_of(name));
  if (!is_utf8(path) || path.find('\0') != std::string::npos)
    return Error{path, "the name is not text in UTF-8, and no document could hold it", "rename the file"};
  std::string found = path;
  std::error_code none;
  if (!fs::exists(path, none)) {
    const fs::path other = fs::path(beside) / path;
    if (!beside.empty() && !fs::path(path).is_absolute() && fs::exists(other, none)) {
      found = other.string();
    } else {
      std::vector<std::string> known;
      for (const Sample& s : samples()) known.emplace_back(s.name);
      std::string all;
      for (const std::string& k : known) all += (all.empty() ? "" : ", ") + k;
      const std::string near = nearest(name, known);
      return Error{path, "there is no such file or sample",
                   near.empty() ? "samples: " + all : "did you mean the sample '" + near + "'?"};
    }
  }
  auto bytes = read_file(found);
  if (!bytes) return bytes.error();
  Notes notes;
  auto data = read_data(name, *bytes, {}, &notes);
  if (!quiet)
    for (const std::string& n : notes) note(n);
  return data;
}

Result<Inputs> load_inputs(const Document& document, const std::string& beside, bool quiet, const std::map<std::string, Data>& arrays) {
  Inputs inputs;
  for (const auto& [key, ref] : document.inputs) {
    // an input named on the command line has no hash yet: then a file is meant
    if (const auto array = arrays.find(ref.name); array != arrays.end() && !ref.hash.empty()) {
      inputs[key] = array->second;
      continue;
    }
    auto data = load(ref.name, beside, quiet);
    if (!data) return Error{"input " + key + ": " + data.error().where, data.error().what, data.error().remedy};
    inputs[key] = *data;
  }
  return inputs;
}

}  // namespace rankscope
