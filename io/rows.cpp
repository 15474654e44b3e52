#include "io/rows.h"

namespace rankscope {

char sniff_separator(std::string_view text) {
  bool quoted = false, tab = false, semicolon = false, comma = false, any = false, comment = false;
  for (char c : text) {
    if (!quoted && (c == '\n' || c == '\r')) {
      if (any) break;
      comment = false;
      continue;
    }
    if (comment) continue;
    if (!any && c == '#') {
      comment = true;
      continue;
    }
    if (c == '"') quoted = !quoted;
    if (c != ' ' && c != '\t') any = true;
    if (quoted) continue;
    tab |= any && c == '\t';
    semicolon |= c == ';';
    comma |= c == ',';
  }
  return tab ? '\t' : semicolon ? ';' : comma ? ',' : ' ';
}

void Rows::end_line() {
  if (at_ < text_.size()) at_ += text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n' ? 2 : 1;
  ++next_line_;
}

bool Rows::next() {
  cells_.clear();
  unescaped_.clear();
  while (at_ < text_.size()) {
    const std::size_t start = at_;
    skip_runs();
    if (at_line_end()) {
      // A line of blanks; with tabs as separators that may be a row of gaps, but nobody can tell.
      end_line();
      continue;
    }
    if (text_[at_] == '#') {
      while (!at_line_end()) ++at_;
      end_line();
      continue;
    }
    if (separator_ != ' ') at_ = start;  // a leading tab is an empty cell
    line_ = next_line_;
    while (true) {
      if (!cell()) return false;
      if (at_line_end()) break;
      if (static_cast<std::int64_t>(cells_.size()) >= max_entries) {
        error_ = Error{std::string(name_) + ":" + std::to_string(line_),
                       "has more than " + std::to_string(max_entries) + " cells", "one row of the matrix a line"};
        return false;
      }
      if (separator_ == ' ') {
        skip_runs();
        if (at_line_end()) break;
      } else {
        ++at_;  // the separator
      }
    }
    end_line();
    return true;
  }
  return false;
}

bool Rows::cell() {
  const bool blanks = separator_ == ' ';
  if (!blanks) skip_blanks();
  if (at_ < text_.size() && text_[at_] == '"') {
    const std::int64_t opened = next_line_;
    std::size_t from = ++at_;
    std::string copy;
    bool copied = false;
    while (true) {
      if (at_ == text_.size()) {
        error_ = Error{std::string(name_) + ":" + std::to_string(opened), "a quote is opened and never closed",
                       "close it, or remove it"};
        return false;
      }
      if (text_[at_] == '"') {
        if (at_ + 1 == text_.size() || text_[at_ + 1] != '"') break;
        copy.append(text_.substr(from, at_ + 1 - from));
        copied = true;
        at_ += 2;
        from = at_;
        continue;
      }
      const bool crlf = text_.substr(at_, 2) == "\r\n";  // counted at its LF
      next_line_ += text_[at_] == '\n' || (text_[at_] == '\r' && !crlf);
      ++at_;
    }
    if (copied) {
      copy.append(text_.substr(from, at_ - from));
      unescaped_.push_back(std::move(copy));
      cells_.push_back(unescaped_.back());
    } else {
      cells_.push_back(text_.substr(from, at_ - from));
    }
    ++at_;  // the closing quote
    if (!blanks) skip_blanks();
    const bool ends = at_line_end() || text_[at_] == separator_ || (blanks && text_[at_] == '\t');
    if (!ends)
      error_ = Error{std::string(name_) + ":" + std::to_string(next_line_), "text follows a closing quote",
                     "quote the whole cell, and double the quotes in it"};
    return ends;
  }
  const std::size_t from = at_;
  while (!at_line_end() && (blanks ? text_[at_] != ' ' && text_[at_] != '\t' : text_[at_] != separator_)) ++at_;
  std::size_t to = at_;
  while (to > from && (text_[to - 1] == ' ' || text_[to - 1] == '\t')) --to;
  cells_.push_back(text_.substr(from, to - from));
  return true;
}

}  // namespace rankscope
