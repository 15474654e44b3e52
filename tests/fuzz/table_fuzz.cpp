// In all three forms, and written again: numbers to the bit, entries by their ids.
#include "fuzz/fuzz.h"
#include "io/rows.h"
#include "io/table.h"

namespace rankscope::fuzz {
namespace {

std::string id(const std::vector<std::string>& ids, std::int64_t at) {
  return ids.empty() ? std::to_string(at) : ids[static_cast<std::size_t>(at)];
}

Bytes bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

void check(const Dense& d, char separator) {
  promise(d.shape.size() == 2 && d.size() == static_cast<std::int64_t>(d.data.size()), "a matrix has its numbers");
  const auto again = read_table(bytes_of(write_table(d, {}, separator)), "again.csv", Form::Dense);
  const Dense* e = again ? std::get_if<Dense>(&*again) : nullptr;
  promise(e && e->shape == d.shape && same(e->data, d.data), "a written matrix reads back");
}

void check(const Triplets& t, char separator) {
  promise(t.row.size() == t.value.size() && t.col.size() == t.value.size() && !t.value.empty(), "every entry has its place");
  promise(t.row_ids.empty() || static_cast<std::int64_t>(t.row_ids.size()) == t.rows, "every row has its id");
  promise(t.col_ids.empty() || static_cast<std::int64_t>(t.col_ids.size()) == t.cols, "every column has its id");
  for (std::size_t k = 0; k < t.value.size(); ++k)
    promise(t.row[k] >= 0 && t.row[k] < t.rows && t.col[k] >= 0 && t.col[k] < t.cols, "every place is in the matrix");
  const auto again = read_table(bytes_of(write_table(t, separator)), "again.csv", Form::Triplets);
  const Triplets* u = again ? std::get_if<Triplets>(&*again) : nullptr;
  promise(u && same(u->value, t.value), "written triplets read back");
  for (std::size_t k = 0; k < t.value.size(); ++k)
    promise(id(t.row_ids, t.row[k]) == id(u->row_ids, u->row[k]) && id(t.col_ids, t.col[k]) == id(u->col_ids, u->col[k]),
            "written ids read back");
}

}  // namespace

const std::vector<std::string>& places() {
  static const std::vector<std::string> all = {"separator ,", "separator ;", "separator \t", "separator  ", "a gap", "dense",
                                               "triplets", "ids", "quoted", "a mark", "CRLF", "CR", "a note", "four columns"};
  return all;
}

bool accepts(Bytes input) {
  bool accepted = false;
  const std::string_view text = text_of(input);
  const char separator = sniff_separator(text);
  for (const Form form : {Form::Auto, Form::Dense, Form::Triplets}) {
    Notes notes;
    const auto table = read_table(input, "x.csv", form, &notes);
    if (!table) continue;
    accepted = true;
    for (const char to : {',', ';', '\t'}) std::visit([&](const auto& read) { check(read, to); }, *table);
    if (form != Form::Auto) continue;
    reached(std::string("separator ") + separator);
    if (const Dense* d = std::get_if<Dense>(&*table)) {
      reached("dense");
      for (const double x : d->data)
        if (x != x) reached("a gap");
    } else {
      reached("triplets");
      if (!std::get<Triplets>(*table).row_ids.empty()) reached("ids");
    }
    if (text.find("\"\"") != std::string_view::npos) reached("quoted");
    if (text.starts_with("\xef\xbb\xbf")) reached("a mark");
    if (const auto end = text.find('\r'); end != std::string_view::npos) reached(text.substr(end + 1, 1) == "\n" ? "CRLF" : "CR");
    for (const std::string& note : notes) reached(note.find("fourth") == std::string::npos ? "a note" : "four columns");
  }
  return accepted;
}

}  // namespace rankscope::fuzz
