#include "lens/cp_rank.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <numeric>

#include "lab/hash.h"
#include "math/rng.h"

using namespace rankscope;
using namespace rankscope::lens;

namespace {

/// A sum of outer products of independent normal vectors.
Dense sum_of_products(const Shape& shape, int rank, std::uint64_t seed) {
  Rng rng(seed);
  Dense out{shape, std::vector<double>(static_cast<std::size_t>(entries(shape)), 0.0)};
  for (int r = 0; r < rank; ++r) {
    std::vector<double> product = {1};
    for (const std::int64_t d : shape) {
      std::vector<double> u, next;
      for (std::int64_t i = 0; i < d; ++i) u.push_back(rng.normal());
      for (const double x : product)
        for (const double y : u) next.push_back(x * y);
      product = std::move(next);
    }
    for (std::size_t i = 0; i < product.size(); ++i) out.data[i] += product[i];
  }
  return out;
}

CpRankSearch search_of(const Dense& array, const CpOptions& options) {
  const Table table = table_of(array.shape);
  std::vector<std::vector<double>> spectra;
  for (const Matricization& m : table.matricizations) spectra.push_back(spectrum(array, m));
  return CpRankSearch(array, table, spectra, options);
}

CpRank estimate(const Dense& array, const CpOptions& options = {}) {
  CpRankSearch job = search_of(array, options);
  int slices = 0;
  while (job.advance([] { return false; })) REQUIRE(++slices < 2000000);
  CHECK(job.progress().share == 1);
  return job.best();
}

}  // namespace

TEST_CASE("the CP rank of a sum of random outer products is found, of order 3 and 4") {
  for (const Shape& shape : {Shape{6, 5, 7}, Shape{4, 5, 3, 4}})
    for (int rank = 1; rank <= 5; ++rank)
      for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        CAPTURE(rank);
        CAPTURE(seed);
        const CpRank r = estimate(sum_of_products(shape, rank, seed), {.tolerance = 1e-5});
        CHECK(r.found);
        CHECK(r.upper == rank);
        CHECK(r.lower <= rank);
        CHECK(r.error <= 1e-5);
      }
}

TEST_CASE("a rank above every side is found by the search: matricizations only bound it from below") {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const CpRank r = estimate(sum_of_products({4, 4, 4}, 5, seed), {.tolerance = 1e-3});
    CHECK(r.lower == 4);
    CHECK(r.upper == 5);
    CHECK(r.found);
  }
}

TEST_CASE("of a matrix the CP rank is the rank, and of zero it is 0") {
  const CpRank matrix = estimate(sum_of_products({9, 7}, 4, 3), {.tolerance = 1e-8});
  CHECK(matrix.lower == 4);
  CHECK(matrix.upper == 4);
  CHECK(matrix.found);
  const CpRank zero = estimate({{3, 4, 5}, std::vector<double>(60, 0.0)});
  CHECK(zero.lower == 0);
  CHECK(zero.upper == 0);
  CHECK(zero.found);
}

TEST_CASE("the tensor e1 e1 e2 + e1 e2 e1 + e2 e1 e1 of rank 3 is a limit of tensors of rank 2, and a tolerance cannot tell the two apart") {
  const Dense w{{2, 2, 2}, {0, 1, 1, 0, 1, 0, 0, 0}};
  // Two components n, -n long come within O(1/n): the fit gets as near as its sweeps last, so the tolerance decides.
  const CpRank loose = estimate(w, {.tolerance = 1e-1});
  CHECK(loose.lower == 2);
  CHECK(loose.upper == 2);
  const CpRank tight = estimate(w, {.tolerance = 1e-5});
  CHECK(tight.lower == 2);
  CHECK(tight.upper == 3);
}

TEST_CASE("both kinds of tolerance: a share of the norm, and the mean square error of an entry") {
  Dense a = sum_of_products({6, 6, 6}, 2, 5);
  const Dense small = sum_of_products({6, 6, 6}, 1, 6);
  for (std::size_t i = 0; i < a.data.size(); ++i) a.data[i] += 1e-4 * small.data[i];
  CHECK(estimate(a, {.tolerance = 1e-2}).upper == 2);
  CHECK(estimate(a, {.tolerance = 1e-6}).upper == 3);
  CHECK(estimate(a, {.tolerance = 1e-6, .relative = false}).upper == 2);  // 1e-8 is what is left
  for (double& x : a.data) x *= 1e3;                                       // the one is of the scale's, the other is not
  CHECK(estimate(a, {.tolerance = 1e-2}).upper == 2);
  CHECK(estimate(a, {.tolerance = 1e-6, .relative = false}).upper == 3);
  for (double& x : a.data) x *= 1e-12;
  CHECK(estimate(a, {.tolerance = 1e-6, .relative = false}).upper == 0);
}

TEST_CASE("a search is sliced, says how far it is, and ends when it is destroyed") {
  const Dense noise = [] {
    Rng rng(1);
    Dense out{{6, 6, 6, 6}, {}};
    for (int i = 0; i < 1296; ++i) out.data.push_back(rng.normal());
    return out;
  }();
  auto job = std::make_unique<CpRankSearch>(search_of(noise, {.tolerance = 1e-3}));
  CHECK(job->best().lower == 36);
  CHECK(job->best().upper == 216);  // known without a fit
  CHECK_FALSE(job->best().found);
  int asked = 0;
  CHECK(job->advance([&] { return ++asked < 5000; }));
  CHECK(asked == 5000);
  CHECK(job->progress().share > 0);
  CHECK(job->progress().share < 1);
  CHECK(job->progress().text.rfind("36 components, start 1 of 5, sweep ", 0) == 0);
  job.reset();
}

TEST_CASE("options out of range and arrays that are too large are refused by name") {
  const Dense small{{2, 2, 2}, std::vector<double>(8, 1.0)}, large{{64, 64, 64}, std::vector<double>(64 * 64 * 64, 1.0)};
  CHECK(bool(CpRankSearch::check(small, {}, "x")));
  CHECK(CpRankSearch::check(large, {}, "x").error().text() == "x: has 262144 entries (the CP rank is searched for up to 131072; its other ranks are shown)");
  CHECK(CpRankSearch::check(small, {.tolerance = 0}, "x").error().where == "tolerance");
  CHECK(CpRankSearch::check(small, {.tolerance = std::nan("")}, "x").error().where == "tolerance");
  CHECK(CpRankSearch::check(small, {.starts = 0}, "x").error().where == "starts");
  CHECK(CpRankSearch::check(small, {.sweeps = 0}, "x").error().where == "sweeps");
}

#ifdef RANKSCOPE_BIT_EXACT
TEST_CASE("the fit has the same bits in every such build") {
  const Dense a = sum_of_products({5, 4, 6, 3}, 3, 9);
  double norm = 0;
  std::vector<double> unit = a.data;
  for (const double x : unit) norm += x * x;
  for (double& x : unit) x /= std::sqrt(norm);
  CpAls fit(unit, a.shape, 4, 7, 1);
  std::uint64_t bits = 0;
  for (int sweeps = 0; sweeps < 20;)
    if (fit.advance(1e-6)) {
      ++sweeps;
      const double e = fit.error();
      std::uint64_t word;
      std::memcpy(&word, &e, sizeof word);
      bits = bits * 31 + word;
    }
  CHECK(bits == 2041413330812611643u);
}
#endif
