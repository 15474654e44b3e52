// Links: a document's JSON as what follows a page's "#", and back (docs/links.md).
#pragma once
#include <string>
#include <string_view>

#include "lab/result.h"

namespace rankscope {

/// "#" and the text as encodeURIComponent writes it.
std::string link_of_json(std::string_view json);

/// Whether the text is a link and not a document's own JSON.
bool is_link(std::string_view text);

/// The document's JSON that a link holds. Takes a whole address (what follows its first "#"), what follows alone, percent-encoded or as people's programs
/// decode it, and study=KEY&variant=NAME&view=KEY,KEY; `figure` and `parameters` say how a figure is framed, and no more. Error: it holds none, or its percent
/// signs are damaged. Whether the JSON is a document is for receive() to say.
Result<std::string> json_of_link(std::string_view link);

}  // namespace rankscope
