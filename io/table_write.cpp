#include <cassert>
#include <cmath>

#include "io/table.h"
#include "lab/number.h"

namespace rankscope {
namespace {

/// A word as a cell that reads back as itself.
std::string cell(const std::string& word, char separator) {
  const bool plain = !word.empty() && word.front() != ' ' && word.back() != ' ' && word.front() != '#' &&
                     word.find_first_of(std::string("\"\r\n\t;,") + separator) == std::string::npos;
  if (plain) return word;
  std::string out = "\"";
  for (char c : word) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

std::string number(double x) { return std::isfinite(x) ? shortest(x) : "nan"; }

}  // namespace

std::string write_table(const Dense& matrix, std::span<const std::string> header, char separator) {
  assert(matrix.shape.size() <= 2 && matrix.size() == static_cast<std::int64_t>(matrix.data.size()));
  const std::size_t cols = matrix.shape.size() == 2 ? static_cast<std::size_t>(matrix.shape[1]) : 1;
  assert(header.empty() || header.size() == cols);
  std::string out;
  auto after = [&](std::size_t i) { return (i + 1) % cols == 0 ? '\n' : separator; };
  for (std::size_t j = 0; j < header.size(); ++j) out += cell(header[j], separator) + after(j);
  for (std::size_t i = 0; i < matrix.data.size(); ++i) out += number(matrix.data[i]) + after(i);
  return out;
}

std::string write_table(const Triplets& t, char separator) {
  std::string out = std::string("row") + separator + "col" + separator + "value\n";
  auto id = [&](const std::vector<std::string>& ids, std::int64_t at) {
    return ids.empty() ? std::to_string(at) : cell(ids[static_cast<std::size_t>(at)], separator);
  };
  for (std::size_t k = 0; k < t.value.size(); ++k)
    out += id(t.row_ids, t.row[k]) + separator + id(t.col_ids, t.col[k]) + separator + number(t.value[k]) + '\n';
  return out;
}

}  // namespace rankscope
