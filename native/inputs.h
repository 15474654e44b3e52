// Inputs by name: shipped samples, else files.
#pragma once
#include <map>
#include <string>

#include "lab/data.h"
#include "lab/document.h"
#include "lab/result.h"

namespace rankscope {

/// A sample's name or a path, which may end in options (photo.png?channel=red). What the reader did besides goes to
/// stderr unless `quiet`. `beside` is the folder a path may also be relative to; may be empty.
Result<Data> load(const std::string& name, const std::string& beside, bool quiet);

/// All of a document's; `arrays` travelled in it, by their names.
Result<Inputs> load_inputs(const Document& document, const std::string& beside, bool quiet, const std::map<std::string, Data>& arrays = {});

}  // namespace rankscope
