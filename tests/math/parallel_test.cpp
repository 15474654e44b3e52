#include "math/parallel.h"

#include <doctest/doctest.h>

#include <array>
#include <cstring>
#include <vector>

#include "math/product.h"
#include "math/rng.h"

using namespace rankscope;

namespace {

/// Runs parts in line, the last one first, and counts them.
class Backwards final : public Parallel {
 public:
  explicit Backwards(int threads) : threads_(threads) { set_parallel(this); }
  ~Backwards() override { set_parallel(nullptr); }
  int threads() const override { return threads_; }
  void run(int parts, Task task, const void* context) override {
    most = std::max(most, parts);
    for (int part = parts; part-- > 0;) task(context, part);
  }
  int most = 0;

 private:
  int threads_;
};

Matrix gaussian(Eigen::Index rows, Eigen::Index cols, Rng& rng) {
  Matrix m(rows, cols);
  for (Eigen::Index k = 0; k < m.size(); ++k) m.data()[k] = rng.normal();
  return m;
}

}  // namespace

TEST_CASE("math: work is done part by part, by whoever is there to do it") {
  std::vector<int> order;
  for_each_part(3, [&](int part) { order.push_back(part); });
  CHECK(order == std::vector<int>{0, 1, 2});
  CHECK(threads() == 1);
  Backwards other(4);
  CHECK(threads() == 4);
  for_each_part(3, [&](int part) { order.push_back(part); });
  CHECK(order == std::vector<int>{0, 1, 2, 2, 1, 0});
  for_each_part(0, [&](int) { FAIL("no part"); });
}

TEST_CASE("math: a product in parts has the bits of the whole, for every transposition and number of parts") {
  Rng rng(1);
  int most = 0;
  for (const auto& [m, k, n] : {std::array<Eigen::Index, 3>{75, 74, 73}, {101, 97, 103}, {311, 90, 75}, {203, 301, 67}, {1001, 41, 11}, {9, 300, 305}})
    for (Op oa : {Op::None, Op::Transpose})
      for (Op ob : {Op::None, Op::Transpose}) {
        const Matrix a = oa == Op::None ? gaussian(m, k, rng) : gaussian(k, m, rng);
        const Matrix b = ob == Op::None ? gaussian(k, n, rng) : gaussian(n, k, rng);
        Matrix whole(m, n);
        multiply(whole, a, b, oa, ob);
        for (int threads : {2, 3, 7, 16}) {
          Matrix parts = Matrix::Constant(m, n, 1e30);
          Backwards other(threads);
          multiply(parts, a, b, oa, ob);
          most = std::max(most, other.most);
          CHECK(std::memcmp(parts.data(), whole.data(), sizeof(double) * static_cast<std::size_t>(m * n)) == 0);
        }
      }
#if defined(EIGEN_DONT_VECTORIZE)
  CHECK(most == 0);  // the plain loop stays whole
#else
  CHECK(most > 7);  // or nothing was tested
#endif
}

TEST_CASE("math: a small product is not worth other threads") {
  Rng rng(2);
  const Matrix a = gaussian(50, 50, rng), b = gaussian(50, 50, rng);
  Matrix c(50, 50);
  Backwards other(8);
  multiply(c, a, b);
  CHECK(other.most == 0);
}
