#include <doctest/doctest.h>

#include <numeric>

#include "lab/frame.h"
#include "math/tensor.h"

using namespace rankscope;

namespace {

const Shape kShape{2, 3, 4, 2};

std::vector<double> counted(const Shape& shape) {
  std::vector<double> out(static_cast<std::size_t>(entries(shape)));
  std::iota(out.begin(), out.end(), 0.0);
  return out;
}

}  // namespace

TEST_CASE("tensor: a matricization holds the entry of every index, row-major on both sides") {
  const auto w = counted(kShape);
  const Matrix m = matricize(w, kShape, std::vector<int>{2, 0});
  REQUIRE(m.rows() == 8);
  REQUIRE(m.cols() == 6);
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 4; ++k)
        for (int l = 0; l < 2; ++l) CHECK(m(k * 2 + i, j * 2 + l) == ((i * 3 + j) * 4 + k) * 2 + l);
}

TEST_CASE("tensor: a layout takes the tensor to a matrix and back, entry by entry") {
  const Layout layout{kShape, {2, 0, 3, 1}, 2};
  CHECK(layout.cols() == 8);
  CHECK(layout.rows() == 6);
  CHECK_FALSE(layout.natural());
  const auto w = counted(kShape);
  std::vector<double> stored(w.size()), back(w.size());
  layout.from_natural(w, stored);
  layout.to_natural(stored, back);
  CHECK(back == w);
  for (std::size_t at = 0; at < w.size(); ++at) CHECK(stored[static_cast<std::size_t>(layout.place(static_cast<std::int64_t>(at)))] == w[at]);
  // the columns of W are the leading modes of its order, the rows the others: the transpose of that matricization
  const Eigen::Map<const Matrix> matrix(stored.data(), 6, 8);
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 4; ++k)
        for (int l = 0; l < 2; ++l) CHECK(matrix(l * 3 + j, k * 2 + i) == ((i * 3 + j) * 4 + k) * 2 + l);
}

TEST_CASE("tensor: the usual matricizations are named by their modes, each once") {
  const auto names = [](int order) {
    std::string out;
    for (const auto& rows : usual_matricizations(order)) out += name_of(rows);
    return out;
  };
  CHECK(names(2) == "{1}");
  CHECK(names(3) == "{1}{2}{3}");
  CHECK(names(4) == "{1}{2}{3}{4}{1,2}{1,3}{1,4}");
  CHECK(names(6) == "{1}{2}{3}{4}{5}{6}{1,2}{1,2,3}{1,3,5}");
  CHECK(key_of(std::vector<int>{0, 2}) == "1_3");
}
