// A run handed on: the text of its document, a link, a command line, and what to cite.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "io/document.h"
#include "lab/run.h"
#include "lab/study.h"

namespace rankscope {

struct Shared {
  std::string text;     ///< the document as a link holds it
  std::string link;     ///< "#" and the text, percent-encoded
  std::string command;  ///< "rankscope run ...", quoted for a POSIX shell; without what only the page shows
  std::string bibtex;
  std::vector<std::string> left_out;  ///< inputs that come from files and do not travel: whoever opens the link must have them
};

/// What a run beside names is asked of this; null: it is not there.
using FindData = std::function<Data(const std::string& name)>;

/// `page`: as Document::page, instead of the run's own. With `arrays` the small inputs that came from files travel, the smallest first.
Shared share(const Run& run, const Tables& tables, const std::string& page, bool arrays, const FindData& find);

/// Those of the run's own inputs that travel.
ArrayTexts array_texts(const Run& run);

/// "rankscope run KEY --set ..." where that says all, else with the document.
std::string command_line(const Document& document, const Tables& tables, const std::string& text);
/// A word of a POSIX shell.
std::string shell_quoted(std::string_view text);

}  // namespace rankscope
