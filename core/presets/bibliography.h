// The papers that the tables name, as far as the tables name them.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rankscope {

struct Paper {
  const char* id;       ///< arXiv's
  const char* key;      ///< of its BibTeX entry
  const char* authors;  ///< family names, as BibTeX separates them
  const char* title;
  int year;
};

/// One for each arXiv id in the tables, ascending in id.
std::span<const Paper> bibliography();

/// The ids that a text names as "arXiv 1905.13655", in order, each once.
std::vector<std::string> arxiv_ids(std::string_view text);

}  // namespace rankscope
