#include "io/table.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>
#include <tuple>

#include "io/ids.h"
#include "io/rows.h"
#include "lab/number.h"

namespace rankscope {
namespace {

enum class Cell { Number, Gap, Word };

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

Cell read_cell(std::string_view text, char separator, double& value) {
  value = std::numeric_limits<double>::quiet_NaN();
  if (text.empty()) return Cell::Gap;
  std::optional<double> number = to_double(text);
  if (!number && separator != ',' && text.size() <= 64 && text.find('.') == std::string_view::npos) {
    std::string point(text);  // a decimal comma
    if (const auto comma = point.find(','); comma != std::string::npos) point[comma] = '.';
    number = to_double(point);
  }
  if (number && std::isfinite(*number)) {
    value = *number;
    return Cell::Number;
  }
  if (number || text.size() > 9) return Cell::Word;
  const std::string word = lower(text);
  for (const char* gap :
       {"na", "n/a", "nan", "-nan", "null", "none", "?", "inf", "-inf", "+inf", "infinity", "-infinity"})
    if (word == gap) return Cell::Gap;
  return Cell::Word;
}

/// How an error quotes a cell: short, and printable.
std::string quoted(std::string_view text) {
  std::string out(text.substr(0, 30));
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 32) c = ' ';
  return "\"" + out + (text.size() > 30 ? "...\"" : "\"");
}

class Table {
 public:
  Table(std::string_view text, std::string_view name, Notes* notes)
      : text_(text), name_(name), separator_(sniff_separator(text)), notes_(notes) {}

  Result<void> scan();
  Result<std::variant<Dense, Triplets>> read(Form form);

 private:
  struct Column {
    std::int64_t words = 0, numbers = 0, wholes = 0, times = 0;  ///< cells of each sort; times are wholes >= 1e8
  };
  struct Width {
    std::size_t cells = 0;
    std::int64_t line = 0;
    bool last_empty = true;  ///< in every row of this width
  };

  Error error(std::int64_t line, std::string what, std::string remedy) const {
    return {name_ + (line ? ":" + std::to_string(line) : ""), std::move(what), std::move(remedy)};
  }
  void note(std::string sentence) const {
    if (notes_) notes_->push_back(name_ + ": " + sentence);
  }
  Result<void> settle_width(const std::vector<Width>& widths);
  Error ragged(const Width& usual, const Width& odd) const;
  bool pandas() const { return first_empty_ && counting_cols_ + 1 >= width_ && counting_rows_ == body(); }
  std::int64_t body() const { return rows_ - 1; }  ///< rows below the first
  bool named() const;
  bool looks_like_ratings() const;
  Result<std::variant<Dense, Triplets>> dense() const;
  Result<Triplets> triplets() const;

  std::string_view text_;
  std::string name_;
  char separator_;
  Notes* notes_;

  std::int64_t rows_ = 0;
  std::size_t width_ = 0;
  std::array<Column, 4> below_{};             ///< of the first four columns, below the first row
  std::array<Column, 4> first_{};             ///< the same of the first row
  std::array<std::string, 4> first_cells_{};
  bool first_word_beyond_ = false;            ///< a word in the first row, not in its first cell
  bool first_empty_ = false;
  std::size_t counting_cols_ = 0;             ///< how many cells of the first row after its first read 0, 1, 2 ...
  std::int64_t counting_rows_ = 0;            ///< the same down the first column
};

Result<void> Table::scan() {
  Rows rows(text_, separator_, name_);
  std::vector<Width> widths;
  while (rows.next()) {
    const auto& cells = rows.cells();
    auto width = std::find_if(widths.begin(), widths.end(), [&](const Width& w) { return w.cells == cells.size(); });
    if (width == widths.end()) {
      if (widths.size() == 2)
        return ragged(widths[0], settle_width(widths) ? Width{cells.size(), rows.line()} : widths[1]);
      width = widths.insert(widths.end(), {cells.size(), rows.line()});
    }
    width->last_empty &= cells.back().empty();
    const bool first = rows_ == 0;
    for (std::size_t j = 0; j < cells.size(); ++j) {
      if (!first && j >= below_.size()) break;
      double value;
      const Cell kind = read_cell(cells[j], separator_, value);
      if (first && j > 0) {
        first_word_beyond_ |= kind == Cell::Word;
        if (counting_cols_ + 1 == j && cells[j] == std::to_string(j - 1)) counting_cols_ = j;
      }
      if (j >= below_.size()) continue;
      if (first) first_cells_[j] = cells[j].substr(0, 64);
      Column& column = (first ? first_ : below_)[j];
      column.words += kind == Cell::Word;
      column.numbers += kind == Cell::Number;
      column.wholes += is_whole(cells[j]);
      column.times += is_whole(cells[j]) && value >= 1e8;
    }
    if (first) first_empty_ = cells[0].empty();
    else if (counting_rows_ == rows_ - 1 && cells[0] == std::to_string(counting_rows_)) ++counting_rows_;
    if (++rows_ > max_entries + 1)  // a header and more rows than any matrix may have
      return error(rows.line(), "has more than " + std::to_string(max_entries) + " rows", "save a part of it");
  }
  if (auto malformed = rows.error(); !malformed) return malformed;
  if (rows_ == 0) return error(0, "holds no rows", "one row of numbers a line");
  return settle_width(widths);
}

Result<void> Table::settle_width(const std::vector<Width>& widths) {
  const Width& a = widths[0];
  if (widths.size() == 1) {
    width_ = a.cells > 1 && a.last_empty && separator_ != ' ' ? a.cells - 1 : a.cells;
    return {};
  }
  const Width& b = widths[1];
  const auto& [narrow, wide] = std::minmax(a, b, [](const Width& x, const Width& y) { return x.cells < y.cells; });
  if (narrow.cells + 1 == wide.cells && wide.last_empty) {
    width_ = narrow.cells;
    return {};
  }
  return ragged(a, b);
}

Error Table::ragged(const Width& usual, const Width& odd) const {
  return error(odd.line, "has " + std::to_string(odd.cells) + (odd.cells == 1 ? " cell" : " cells") + " where line " +
                             std::to_string(usual.line) + " has " + std::to_string(usual.cells),
               "give every row the same number of cells, with an empty cell or nan for a gap");
}

bool Table::named() const {
  static const std::vector<std::string> names[3] = {
      {"row", "rows", "i", "r", "user", "users", "userid", "uid", "reader", "readerid", "customer", "customerid",
       "source"},
      {"col", "cols", "column", "columns", "j", "c", "item", "items", "itemid", "iid", "movie", "movieid", "product",
       "productid", "book", "bookid", "target"},
      {"value", "values", "val", "v", "rating", "ratings", "score", "stars", "weight", "entry"}};
  for (std::size_t k = 0; k < 3; ++k) {
    std::string word = lower(first_cells_[k]);
    std::erase_if(word, [](unsigned char c) { return !std::isalnum(c); });
    if (std::find(names[k].begin(), names[k].end(), word) == names[k].end()) return false;
  }
  return true;
}

/// What can be told from the counts; places and their number are told when the triplets have been read.
bool Table::looks_like_ratings() const {
  auto all = [&](std::int64_t Column::*sort, std::size_t j) { return first_[j].*sort + below_[j].*sort == rows_; };
  return all(&Column::wholes, 0) && all(&Column::wholes, 1) && all(&Column::numbers, 2) &&
         (width_ == 3 || all(&Column::times, 3));
}

Result<std::variant<Dense, Triplets>> Table::read(Form form) {
  const bool possible = width_ == 3 || width_ == 4;
  if (form == Form::Triplets && !possible)
    return error(0, "has " + std::to_string(width_) + " columns",
                 "triplets have row,col,value, and perhaps a fourth that is ignored");
  if (form == Form::Dense || !possible) return dense();

  const bool sure = form == Form::Triplets || named();
  const bool words = 2 * below_[1].words > body() && below_[2].words == 0;
  if (sure || words || looks_like_ratings()) {
    auto read = triplets();
    const auto entries = read ? static_cast<std::int64_t>(read->value.size()) : 0;
    if (!sure && !words && (!read || entries < read->rows + read->cols)) return dense();
    if (!read) return read.error();
    if (!sure)
      note("read as row,col,value triplets: " + std::to_string(entries) + " entries of a matrix of " +
           std::to_string(read->rows) + " x " + std::to_string(read->cols) +
           " (form=dense if it is a table of numbers)");
    if (width_ == 4)
      note("the fourth column" + (first_[2].words ? " (" + first_cells_[3] + ")" : std::string()) + " is ignored");
    return std::variant<Dense, Triplets>(std::move(*read));
  }
  return dense();
}

Result<std::variant<Dense, Triplets>> Table::dense() const {
  const bool header = first_word_beyond_ || (width_ == 1 && first_[0].words) || pandas();
  const bool words = below_[0].words == body() && (header ? body() > 0 : first_[0].words == 1);
  const bool labels = width_ > 1 && (words || (header && first_empty_));
  const std::size_t skip = labels ? 1 : 0, cols = width_ - skip;
  const std::int64_t count = rows_ - (header ? 1 : 0);
  if (count == 0) return error(0, "has a header and no rows", "one row of numbers a line");
  if (count > max_entries / static_cast<std::int64_t>(cols))
    return error(0, "has " + std::to_string(count) + " x " + std::to_string(cols) + " numbers",
                 "at most " + std::to_string(max_entries) + " are read: save a part of it");

  Dense out{{count, static_cast<std::int64_t>(cols)}, {}};
  out.data.reserve(static_cast<std::size_t>(count) * cols);
  Rows rows(text_, separator_, name_);
  if (header) rows.next();
  while (rows.next()) {
    for (std::size_t j = skip; j < width_; ++j) {
      double value;
      if (read_cell(rows.cells()[j], separator_, value) == Cell::Word)
        return error(rows.line(),
                     "column " + std::to_string(j + 1) + " holds " + quoted(rows.cells()[j]) +
                         ", which is not a finite number",
                     "write a number, or nothing, NA, nan or ? for a gap");
      out.data.push_back(value);
    }
  }
  if (labels) note("the first column holds labels and is left out");
  return std::variant<Dense, Triplets>(std::move(out));
}

Result<Triplets> Table::triplets() const {
  const bool header = first_[2].words > 0;
  if (rows_ - header > max_entries)
    return error(0, "has " + std::to_string(rows_ - header) + " entries",
                 "at most " + std::to_string(max_entries) + " are read: save a part of it");
  Triplets out;
  Ids row_ids, col_ids;
  std::vector<std::int64_t> lines;
  Rows rows(text_, separator_, name_);
  if (header) rows.next();
  while (rows.next()) {
    const auto& cells = rows.cells();
    for (std::size_t side = 0; side < 2; ++side)
      if (cells[side].empty())
        return error(rows.line(), std::string("the ") + (side ? "column" : "row") + " id is empty",
                     "give it a word or a number");
    double value;
    const Cell kind = read_cell(cells[2], separator_, value);
    if (kind == Cell::Word)
      return error(rows.line(), "the value is " + quoted(cells[2]) + ", which is not a finite number",
                   "write a number in the third column");
    const std::int64_t i = row_ids.place(cells[0]), j = col_ids.place(cells[1]);
    if (kind == Cell::Gap) continue;
    out.row.push_back(i);
    out.col.push_back(j);
    out.value.push_back(value);
    lines.push_back(rows.line());
  }
  if (out.value.empty()) return error(0, "holds no values", "one row,col,value a line");
  row_ids.settle(out.row, out.row_ids, out.rows);
  col_ids.settle(out.col, out.col_ids, out.cols);

  // The same place twice: the earliest line that repeats one.
  std::vector<std::size_t> order(out.value.size());
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
  auto key = [&](std::size_t k) { return std::tuple(out.row[k], out.col[k]); };
  auto before = [&](std::size_t a, std::size_t b) { return std::tuple(key(a), a) < std::tuple(key(b), b); };
  std::sort(order.begin(), order.end(), before);
  std::size_t repeat = 0, original = 0;
  for (std::size_t k = 1; k < order.size(); ++k)
    if (key(order[k - 1]) == key(order[k]) && (repeat == 0 || order[k] < repeat))
      repeat = order[k], original = order[k - 1];
  if (repeat)
    return error(lines[repeat], "gives the place of line " + std::to_string(lines[original]) + " again",
                 "keep one value of the two");
  return out;
}

}  // namespace

Result<std::variant<Dense, Triplets>> read_table(Bytes bytes, std::string_view name, Form form, Notes* notes) {
  auto fail = [&](std::string what, std::string remedy) {
    return Error{std::string(name), std::move(what), std::move(remedy)};
  };
  if (bytes.size() > max_file_bytes) return fail("has more than 256 MiB", "save a part of it");
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) return fail("is UTF-16 text", "save it as UTF-8");
  if (const auto zero = text.find('\0'); zero != std::string_view::npos)
    return fail("is not text: byte " + std::to_string(zero) + " is 0", "give a .csv or .tsv in UTF-8");
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  Table table(text, name, notes);
  if (auto malformed = table.scan(); !malformed) return malformed.error();
  return table.read(form);
}

}  // namespace rankscope
