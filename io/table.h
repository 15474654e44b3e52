// Matrices as text: .csv and .tsv, dense or as row,col,value triplets such as ratings.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "io/bytes.h"
#include "lab/data.h"
#include "lab/result.h"

namespace rankscope {

enum class Form { Auto, Dense, Triplets };

/// Reads text in UTF-8 (see rows.h for the grammar; the separator is found from the first row).
///
/// A cell is a *number* (decimal point; a decimal comma too where the separator is not a comma), a *gap* (empty, NA,
/// N/A, nan, null, none, ?, or an infinity; in any case) or a *word*. Every row has as many cells as the first, but a
/// separator at the end of every row is ignored.
///
/// Dense: the first row is a header when a cell other than its first is a word, or when its only cell is; also when its
/// first cell is empty and the others count 0, 1, 2 ... as does the first column below (pandas). The first column is
/// dropped as labels when all its cells are words or the header has no name for it. Everything else is a number or a
/// gap.
///
/// Triplets: three columns row,col,value, or four, of which the last (a timestamp) is ignored. The first row is a
/// header when its value is a word. Ids are any words; if a side's ids are all whole numbers they are put in ascending
/// order, and if they are exactly 0..n-1 they are the places themselves; otherwise places are in order of first
/// appearance. A value that is a gap makes no entry. An empty id or a place given twice is an error.
///
/// Form::Auto reads triplets when there are three or four columns and one of these holds, else a dense matrix:
///  1. the header names them: row, user, source ... then col, item, movie ... then value, rating, weight ...;
///  2. below the first row more than half of the second column are words, and none of the third;
///  3. without a header: the first two columns are whole numbers without a sign, no place comes twice, nothing is
///     missing, there are at least as many entries as distinct rows and columns together, and a fourth column, if
///     there is one, is of whole numbers >= 1e8 (seconds since 1970).
/// Guesses 2 and 3, and every column that is dropped, are said in `notes`.
///
/// At most max_file_bytes, max_entries numbers or entries. Error: name:line, what is wrong there, and what to do.
Result<std::variant<Dense, Triplets>> read_table(Bytes bytes, std::string_view name, Form form = Form::Auto,
                                                 Notes* notes = nullptr);

/// Numbers in their shortest form that reads back as the same double, gaps as nan; a vector becomes a column. At most
/// two dimensions. Without a header, a matrix of three or four columns of whole numbers should be read back as
/// Form::Dense.
std::string write_table(const Dense& matrix, std::span<const std::string> header = {}, char separator = ',');

/// row,col,value, with the ids of the file it came from.
std::string write_table(const Triplets& triplets, char separator = ',');

}  // namespace rankscope
