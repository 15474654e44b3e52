// Delimited text, cell by cell: the grammar of .csv and .tsv. What the cells mean is table.h's matter.
#pragma once
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "io/bytes.h"
#include "lab/result.h"

namespace rankscope {

/// The first of tab, semicolon and comma that stands outside of quotes in the first row, else ' ': runs of blanks.
char sniff_separator(std::string_view text);

/// Walks over the rows. Blank lines and lines that begin with # are skipped; a line ends with LF, CRLF or CR; cells are
/// trimmed of blanks; a cell in double quotes may hold separators, line ends and doubled quotes.
class Rows {
 public:
  Rows(std::string_view text, char separator, std::string_view name)
      : text_(text), separator_(separator), name_(name) {}

  /// The next row, or false: at the end, or where the text is malformed (then error() says where).
  bool next();
  const std::vector<std::string_view>& cells() const { return cells_; }  ///< valid until next()
  std::int64_t line() const { return line_; }                           ///< 1-based, where the row begins
  Result<void> error() const { return error_; }

 private:
  bool cell();
  void end_line();
  bool at_line_end() const { return at_ == text_.size() || text_[at_] == '\n' || text_[at_] == '\r'; }
  void skip_blanks() {
    while (at_ < text_.size() && text_[at_] != separator_ && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  void skip_runs() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }

  std::string_view text_;
  char separator_;
  std::string_view name_;
  std::size_t at_ = 0;
  std::int64_t line_ = 0, next_line_ = 1;
  std::vector<std::string_view> cells_;
  std::deque<std::string> unescaped_;  ///< cells that held doubled quotes
  Result<void> error_;
};

}  // namespace rankscope
