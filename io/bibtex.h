// What to cite for what is shown.
#pragma once
#include <span>
#include <string>

#include "lab/study.h"

namespace rankscope {

/// One BibTeX entry for each paper that the documents' studies and systems name by its arXiv id, each once, then Rankscope's own.
std::string bibtex(std::span<const Document> documents, const Tables& tables);

}  // namespace rankscope
