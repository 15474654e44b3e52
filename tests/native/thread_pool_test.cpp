#include "native/thread_pool.h"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "math/product.h"
#include "math/rng.h"

using namespace rankscope;

namespace {

Matrix gaussian(Eigen::Index rows, Eigen::Index cols, Rng& rng) {
  Matrix m(rows, cols);
  for (Eigen::Index k = 0; k < m.size(); ++k) m.data()[k] = rng.normal();
  return m;
}

}  // namespace

TEST_CASE("native: every part of a task runs once, whatever the number of threads") {
  for (int threads : {1, 2, 3, 7}) {
    const UseThreads use(threads);
    CHECK(rankscope::threads() == threads);
    for (int round = 0; round < 200; ++round)
      for (int parts : {0, 1, 2, 5, 40}) {
        std::vector<int> times(static_cast<std::size_t>(parts), 0);
        for_each_part(parts, [&](int part) { ++times[static_cast<std::size_t>(part)]; });
        REQUIRE(times == std::vector<int>(static_cast<std::size_t>(parts), 1));
      }
  }
  CHECK(parallel() == nullptr);  // taken away with the pool
}

TEST_CASE("native: more than one thread works") {
  const UseThreads use(2);
  // Each part waits for the other: one thread alone would never end.
  std::atomic<int> met{0};
  for_each_part(2, [&](int) {
    ++met;
    while (met < 2) std::this_thread::yield();
  });
  CHECK(met == 2);
}

TEST_CASE("native: a task within a task and tasks from several threads run, without waiting for themselves") {
  const UseThreads use(3);
  std::atomic<int> count{0};
  const auto nested = [&] {
    for_each_part(4, [&](int) { for_each_part(5, [&](int) { for_each_part(2, [&](int) { ++count; }); }); });
  };
  std::vector<std::thread> others;
  for (int i = 0; i < 4; ++i)
    others.emplace_back([&] {
      for (int round = 0; round < 50; ++round) nested();
    });
  for (std::thread& other : others) other.join();
  CHECK(count == 4 * 50 * 4 * 5 * 2);
}

TEST_CASE("native: products have the same bits for 1, 2, 3 and 7 threads, every transposition, odd sizes") {
  Rng rng(1);
  for (const auto& [m, k, n] : {std::array<Eigen::Index, 3>{75, 77, 79}, {101, 97, 103}, {131, 301, 67}, {1001, 41, 11}})
    for (Op oa : {Op::None, Op::Transpose})
      for (Op ob : {Op::None, Op::Transpose}) {
        const Matrix a = oa == Op::None ? gaussian(m, k, rng) : gaussian(k, m, rng);
        const Matrix b = ob == Op::None ? gaussian(k, n, rng) : gaussian(n, k, rng);
        Matrix whole(m, n);
        multiply(whole, a, b, oa, ob);
        for (int threads : {1, 2, 3, 7}) {
          const UseThreads use(threads);
          for (int round = 0; round < 3; ++round) {
            Matrix c = Matrix::Constant(m, n, 1e30);
            multiply(c, a, b, oa, ob);
            CHECK(std::memcmp(c.data(), whole.data(), sizeof(double) * static_cast<std::size_t>(m * n)) == 0);
          }
        }
      }
}

TEST_CASE("native: run --threads writes the same bytes for any number") {
  const std::string out = std::string(RANKSCOPE_TEST_OUTPUT) + "/threads_";
  const auto series = [&](const std::string& threads) {
    std::filesystem::remove_all(out + threads);
    const std::string command = std::string(RANKSCOPE_CLI) + " run cloth --steps 20 --every 5 --quiet --threads " + threads + " --out " + out + threads;
    REQUIRE(std::system(command.c_str()) == 0);
    std::ifstream file(out + threads + "/series.csv", std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string one = series("1");
  CHECK(one.size() > 100);
  CHECK(series("3") == one);
}
