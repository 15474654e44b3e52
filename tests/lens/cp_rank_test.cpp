#include "lens/cp_rank.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <ctime>
#include <numeric>

#include "lab/hash.h"
#include "math/rng.h"
#include "sum_of_products.h"

using namespace rankscope;
using namespace rankscope::lens;
using rankscope::test::sum_of_products;

namespace {

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

TEST_CASE("components that cancel each other are told of: their length") {
  const Dense w{{2, 2, 2}, {0, 1, 1, 0, 1, 0, 0, 0}};
  const CpRank near = estimate(w, {.tolerance = 1e-2});  // two products where three are needed: near the limit, not at it
  CHECK(near.upper == 2);
  CHECK(near.longest > 2);
  CHECK(estimate(w, {.tolerance = 1e-5}).longest < 2);   // the three themselves
  Dense diagonal{{4, 4, 4}, std::vector<double>(64, 0.0)};
  for (int i = 0; i < 4; ++i) diagonal.data[static_cast<std::size_t>(21 * i)] = 4 - i;
  const CpRank d = estimate(diagonal, {.tolerance = 1e-6});
  CHECK(d.upper == 4);
  CHECK(d.longest == doctest::Approx(4 / std::sqrt(30.0)).epsilon(1e-4));
}

TEST_CASE("no certified bound is above a known rank, no fit is below it, and most estimates are it") {
  struct Known {
    std::string name;
    Dense array;
    std::int64_t rank;
    bool met;  ///< by the search: 7 products of 2 x 3 x 2 x 3 x 2 are found as 11, the generic rank there is 9
  };
  std::vector<Known> all;
  for (const auto& [shape, ranks] : std::vector<std::pair<Shape, std::vector<int>>>{{{3, 3, 3}, {1, 2, 3, 4}}, {{4, 3, 5}, {2, 4}}, {{3, 4, 2, 3}, {1, 3, 6}}, {{2, 3, 2, 3, 2}, {1, 2, 4, 7}}, {{1, 5, 1, 4}, {3}}})
    for (const int rank : ranks)
      for (std::uint64_t seed = 1; seed <= 2; ++seed)  // generic sums so far below the generic rank have no fewer products
        all.push_back({"random of order " + std::to_string(shape.size()) + ", rank " + std::to_string(rank) + ", seed " + std::to_string(seed), sum_of_products(shape, rank, seed), rank, rank < 7});
  Dense diagonal{{3, 3, 3, 3}, std::vector<double>(81, 0.0)};
  for (const std::size_t i : {0, 40, 80}) diagonal.data[i] = 1;
  all.push_back({"diagonal", diagonal, 3, true});
  all.push_back({"W", {{2, 2, 2}, {0, 1, 1, 0, 1, 0, 0, 0}}, 3, true});
  Dense w4{{2, 2, 2, 2}, std::vector<double>(16, 0.0)};
  for (const std::size_t i : {1, 2, 4, 8}) w4.data[i] = 1;
  all.push_back({"W of four", w4, 4, true});
  all.push_back({"2 x 2 x 2 with no real eigenvalue", {{2, 2, 2}, {1, 0, 0, 1, 0, 1, -1, 0}}, 3, true});  // [I, rotation]: complex rank 2, real rank 3
  Dense product{{4, 4, 4}, std::vector<double>(64, 0.0)};  // of two 2 x 2 matrices: seven multiplications, Strassen
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < 2; ++j)
      for (std::size_t k = 0; k < 2; ++k) product.data[(i * 2 + j) * 16 + (j * 2 + k) * 4 + (k * 2 + i)] = 1;
  all.push_back({"matrix product", product, 7, true});
  for (const Known& known : all) {
    CAPTURE(known.name);
    const CpRank r = estimate(known.array, {.tolerance = 1e-6});
    CHECK(r.lower >= 1);
    CHECK(r.lower <= known.rank);
    CHECK(r.upper >= known.rank);
    if (known.met) CHECK(r.upper == known.rank);
    CHECK(r.upper >= r.lower);
  }
}

TEST_CASE("noise counts as soon as the tolerance is below it") {
  Dense a = sum_of_products({5, 5, 5}, 2, 3);
  Rng rng(8);
  double signal = 0, noise = 0;
  std::vector<double> extra;
  for (const double x : a.data) signal += x * x, extra.push_back(rng.normal()), noise += extra.back() * extra.back();
  for (std::size_t i = 0; i < extra.size(); ++i) a.data[i] += 1e-3 * std::sqrt(signal / noise) * extra[i];  // a thousandth of the norm
  std::int64_t last = 0;
  for (const double tolerance : {0.5, 1e-1, 1e-2, 2e-3, 5e-4, 1e-4}) {
    CAPTURE(tolerance);
    const CpRank r = estimate(a, {.tolerance = tolerance});
    if (tolerance < 0.2 && tolerance > 1.5e-3) CHECK(r.upper == 2);
    if (tolerance < 1e-3) CHECK(r.upper > 2);
    CHECK(r.lower <= r.upper);
    CHECK(r.upper >= last);
    last = r.upper;
  }
  CHECK(estimate(a, {.tolerance = 1e-4}).lower == 5);  // of every matricization all five values are of the noise at least
}

TEST_CASE("arrays whose squares are too large or too small for a number have the same rank") {
  const Dense a = sum_of_products({4, 4, 4}, 2, 7);
  for (const double scale : {1e250, 1e-300, 1e-200}) {
    CAPTURE(scale);
    Dense scaled = a;
    for (double& x : scaled.data) x *= scale;
    const CpRank r = estimate(scaled, {.tolerance = 1e-6});
    CHECK(r.lower == 2);
    CHECK(r.upper == 2);
  }
}

TEST_CASE("a seed says what is found, another seed is another search") {
  const Dense noise = [] {
    Rng rng(4);
    Dense out{{4, 4, 4}, {}};
    for (int i = 0; i < 64; ++i) out.data.push_back(rng.normal());
    return out;
  }();
  const CpRank once = estimate(noise, {.tolerance = 1e-2, .starts = 2, .seed = 5}), again = estimate(noise, {.tolerance = 1e-2, .starts = 2, .seed = 5});
  CHECK(once.found);
  CHECK(once.upper == again.upper);
  CHECK(once.error == again.error);
  CHECK(estimate(noise, {.tolerance = 1e-2, .starts = 2, .seed = 6}).error != once.error);
}

TEST_CASE("no slice of a search is long, so that cancelling is at once: as large and as many products as there can be") {
  Rng rng(2);
  Dense large{{50, 51, 51}, {}};
  for (std::int64_t i = 0; i < entries(large.shape); ++i) large.data.push_back(rng.normal());
  const double norm = std::sqrt(std::accumulate(large.data.begin(), large.data.end(), 0.0, [](double s, double x) { return s + x * x; }));
  for (double& x : large.data) x /= norm;
  CpAls fit(large.data, large.shape, kMostCpRank, 1, 1);
  double longest = 0;
  for (bool swept = false; !swept;) {
    const std::clock_t from = std::clock();  // of this process: others on the machine do not count
    swept = fit.advance(1e-3);
    longest = std::max(longest, static_cast<double>(std::clock() - from) / CLOCKS_PER_SEC);
  }
  MESSAGE("longest slice " << longest << " s");
#if defined(NDEBUG) && !defined(__EMSCRIPTEN__)  // there it is wall time, and the machine's other work counts
  CHECK(longest < 0.08);
#endif
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
