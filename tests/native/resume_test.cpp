// Interrupted runs: killed at random moments, they end with the same files to the byte as an undisturbed one.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "io/json.h"
#include "io/npz.h"

using namespace rankscope;
namespace fs = std::filesystem;

namespace {

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void write(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

fs::path folder(const std::string& name) {
  const fs::path path = fs::path(RANKSCOPE_TEST_OUTPUT) / "resume" / name;
  fs::remove_all(path);
  fs::create_directories(path);
  return path;
}

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

/// `rankscope ARGUMENTS` in the folder, in the background; its words go to .out and .err there.
pid_t start(const fs::path& in, const std::string& arguments) {
  std::vector<std::string> list = words(arguments);
  list.insert(list.begin(), "rankscope");
  std::vector<char*> argv;
  for (std::string& word : list) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child != 0) return child;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_DFL);  // a shell's background has some of them off
  if (chdir(in.c_str()) != 0) _exit(99);
  const int out = open(".out", O_WRONLY | O_CREAT | O_TRUNC, 0644), err = open(".err", O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (dup2(out, 1) < 0 || dup2(err, 2) < 0) _exit(98);
  execv(RANKSCOPE_CLI, argv.data());
  _exit(97);
}

/// Its exit code; minus the signal when one ended it.
int finish(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int cli(const fs::path& in, const std::string& arguments) { return finish(start(in, arguments)); }

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

constexpr const char* kFiles[] = {"run.json", "series.csv", "arrays.npz", "completion.csv"};

void check_same(const fs::path& a, const fs::path& b) {
  for (const char* file : kFiles) {
    CAPTURE(file);
    CHECK(!read(a / file).empty());
    CHECK(read(a / file) == read(b / file));
  }
  CHECK(!fs::exists(b / "checkpoint.npz"));
  CHECK(!fs::exists(b / "lock"));
}

const std::string kRun = "run deep_matrix --set rows=12 --set cols=10 --set rank=2 --set observed=0.6 ";

/// Kills a run of about `seconds` at random moments until it is through, `kills` times at most. How long a run takes differs from time to time: of one that
/// was through before its signal came, it is made less.
int survive(const fs::path& dir, const std::string& command, int kills, double& seconds, std::mt19937& random) {
  constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP, SIGKILL};
  int hit = 0;
  for (int i = 0; i < kills; ++i) {
    const pid_t child = start(dir, command);
    usleep(static_cast<useconds_t>(1e6 * seconds * static_cast<double>(random() % 1000) / 1000));
    const int signal = kSignals[random() % 4];
    kill(child, signal);
    const int code = finish(child);
    CAPTURE(signal);
    CAPTURE(read(dir / ".err"));
    const bool expected = code == 0 || code == 4 || code == -signal;  // before main() has begun, any signal ends it
    CHECK(expected);
    if (code == 4) CHECK(has(read(dir / ".err"), "the same command goes on from there"));
    if (code == 0) {
      seconds *= 0.7;
      break;
    }
    ++hit;
  }
  const int code = cli(dir, command);
  CAPTURE(read(dir / ".err"));
  CHECK(code == 0);
  return hit;
}

/// Ctrl-C after about `wait` seconds, sooner or later where the run was through already or had not begun: how long a run takes
/// differs from time to time. The last exit code.
int interrupt(const fs::path& dir, const std::string& command, const std::string& out, double wait) {
  int code = 0;
  for (int i = 0; i < 20 && code != 4; ++i) {
    fs::remove_all(dir / out);
    const pid_t child = start(dir, command);
    usleep(static_cast<useconds_t>(1e6 * wait));
    kill(child, SIGINT);
    code = finish(child);
    wait *= code < 0 ? 1.5 : 0.6;
  }
  return code;
}

double seconds_of(const fs::path& dir, const std::string& command) {
  const auto begin = std::chrono::steady_clock::now();
  CHECK(cli(dir, command) == 0);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// One optimizer: the undisturbed run, then `runs` of them killed up to three times each.
void torture(const std::string& name, const std::string& command, int runs, std::uint32_t seed) {
  CAPTURE(name);
  const auto dir = folder(name);
  double seconds = seconds_of(dir, command + " --out whole --quiet");
  std::mt19937 random(seed);
  int hit = 0;
  for (int i = 0; i < runs || (hit == 0 && i < runs + 20); ++i) {
    const std::string out = "run" + std::to_string(i);
    hit += survive(dir, command + " --checkpoint 0.05 --out " + out, 1 + i % 3, seconds, random);
    check_same(dir / "whole", dir / out);
  }
  CHECK(hit > 0);
}

}  // namespace

TEST_CASE("native: Ctrl-C leaves a checkpoint and says so; the same command ends with the same files") {
  const auto dir = folder("interrupt");
  const std::string command = kRun + "--steps 40000 --every 500 ";
  const double seconds = seconds_of(dir, command + "--out whole --quiet");
  REQUIRE(interrupt(dir, command + "--out a", "a", seconds / 2) == 4);
  CHECK(has(read(dir / ".err"), "the same command goes on from there"));
  CHECK(has(read(dir / ".out"), "(interrupted)"));
  CHECK(fs::exists(dir / "a/checkpoint.npz"));
  CHECK(has(read(dir / "a/series.csv"), "\n500,"));
  CHECK(has(read(dir / "a/series.csv"), ",singular_values_theory_10\n"));
  CHECK(!fs::exists(dir / "a/arrays.npz"));

  const std::string saved = read(dir / "a/checkpoint.npz");
  CHECK(cli(dir, command + "--seed 9 --out a") == 2);  // another document
  CHECK(read(dir / "a/checkpoint.npz") == saved);
  CHECK(cli(dir, command + "--out a") == 0);
  CHECK(has(read(dir / ".err"), "a: resuming at step "));
  check_same(dir / "whole", dir / "a");
}

TEST_CASE("native: without --out an interrupted run says that nothing is kept, and a second Ctrl-C ends at once") {
  const auto dir = folder("nothing");
  pid_t child = start(dir, kRun + "--steps 1000000000");
  usleep(1000000);
  kill(child, SIGTERM);
  CHECK(finish(child) == 4);
  CHECK(has(read(dir / ".err"), "nothing is kept"));
  CHECK(has(read(dir / ".err"), "--out"));
  // A step of this one takes long: it is in the middle of it when the second signal comes.
  child = start(dir, "run deep_matrix --set rows=700 --set cols=700 --steps 100 --every 100");
  usleep(1500000);
  kill(child, SIGINT);
  usleep(100000);  // two that are both pending would be one
  kill(child, SIGINT);
  CHECK(finish(child) == -SIGINT);
}

TEST_CASE("native: a checkpoint that is broken or of another run is put aside, and the run starts from the beginning") {
  const auto dir = folder("broken");
  const std::string command = kRun + "--steps 3000 --every 100 ";
  REQUIRE(cli(dir, command + "--out whole --quiet") == 0);
  for (const std::string& content : {std::string("no archive at all"), read(dir / "whole/arrays.npz")}) {
    fs::remove_all(dir / "a");
    fs::create_directories(dir / "a");
    fs::copy(dir / "whole/run.json", dir / "a/run.json");
    write(dir / "a/checkpoint.npz", content);
    CHECK(cli(dir, command + "--out a") == 0);
    CHECK(has(read(dir / ".err"), "a/checkpoint.npz: is no "));
    CHECK(read(dir / "a/checkpoint.broken.npz") == content);
    check_same(dir / "whole", dir / "a");
  }
  write(dir / "a/checkpoint.npz", "x");
  CHECK(cli(dir, command + "--seed 3 --restart --out a") == 0);
  CHECK(read(dir / "a/series.csv") != read(dir / "whole/series.csv"));
}

TEST_CASE("native: of two processes on one folder the second is refused, and a killed one leaves it free") {
  const auto dir = folder("two");
  const std::string command = kRun + "--steps 1000000000 --every 1000000 --out a";
  const pid_t child = start(dir, command);
  for (int i = 0; i < 100 && !fs::exists(dir / "a/run.json"); ++i) usleep(20000);
  fs::create_directories(dir / "second");
  CHECK(cli(dir / "second", kRun + "--steps 1000000000 --every 1000000 --out ../a") == 2);
  CHECK(has(read(dir / "second/.err"), "another process writes here, " + std::to_string(child)));
  kill(child, SIGKILL);
  finish(child);
  CHECK(cli(dir / "second", kRun + "--steps 10 --out ../a --restart") == 0);
}

TEST_CASE("native: killed at random moments by four signals, once to three times: the same files to the byte") {
  torture("group_rmsprop", kRun + "--set optimizer=group_rmsprop --steps 20000 --every 100", 3, 1);
  torture("batches", kRun + "--set optimizer=adam --set batch=16 --steps 10000 --every 100", 2, 3);
  torture("flow", kRun + "--set optimizer=flow --set tolerance=1e-10 --steps 4000 --every 20", 2, 2);
}

TEST_CASE("native: a study that was interrupted goes on with the run it was at") {
  const auto dir = folder("study");
  const std::string command = "run cloth --study --steps 60 --every 30 ";
  const auto begin = std::chrono::steady_clock::now();
  CHECK(cli(dir, command + "--out whole --json") == 1);  // so few steps cannot fulfil the claim
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const std::string verdict = read(dir / ".out");
  CHECK(interrupt(dir, command + "--out a --checkpoint 0.1", "a", seconds * 0.6) == 4);
  CHECK(cli(dir, command + "--out a --json") == 1);
  for (const char* run : {"depth-1", "depth-2", "depth-3"}) {
    for (const char* file : {"run.json", "series.csv", "arrays.npz"}) CHECK(read(dir / "whole" / run / file) == read(dir / "a" / run / file));
    CHECK(!fs::exists(dir / "a" / run / "checkpoint.npz"));
  }
  const auto line = [](const std::string& text) { return text.substr(text.find("\"verdict\"")); };
  CHECK(line(read(dir / ".out")) == line(verdict));
}

TEST_CASE("native: the study of images goes on in the middle of a rank, with the same curves to the byte") {
  const auto dir = folder("images");
  const std::string command = "run mnist-rank-full --study --set ranks=1,2 --set steps_per_rank=200 --steps 400 --every 200 ";
  const double begin = static_cast<double>(std::chrono::steady_clock::now().time_since_epoch().count());
  CHECK(cli(dir, command + "--out whole --quiet") == 1);  // the claim asks for fifteen ranks
  const double seconds = (static_cast<double>(std::chrono::steady_clock::now().time_since_epoch().count()) - begin) * 1e-9;
  constexpr const char* kRuns[] = {"original", "random-images", "random-labels"};
  bool within = false;  // a run, not while the next one is opened
  for (int i = 0; i < 20 && !within; ++i) {
    REQUIRE(interrupt(dir, command + "--out a", "a", seconds * (0.5 + 0.02 * i)) == 4);
    CHECK(has(read(dir / ".err"), "the same command goes on from there"));
    for (const char* run : kRuns) within |= fs::exists(dir / "a" / run / "checkpoint.npz");
  }
  REQUIRE(within);
  CHECK(cli(dir, command + "--out a") == 1);
  CHECK(has(read(dir / ".err"), ": resuming at step "));
  for (const char* run : kRuns) {
    CAPTURE(run);
    for (const char* file : {"run.json", "series.csv", "arrays.npz"}) {
      CHECK(!read(dir / "whole" / run / file).empty());
      CHECK(read(dir / "whole" / run / file) == read(dir / "a" / run / file));
    }
    CHECK(!fs::exists(dir / "a" / run / "checkpoint.npz"));
  }
}

TEST_CASE("native: the stop rules: which one ended the run, that the steps were over before, wall time over interruptions") {
  const auto dir = folder("until");
  const auto outcome = [&] {
    auto parsed = parse_json(read(dir / ".out"));
    REQUIRE(parsed);
    return *parsed;
  };
  REQUIRE(cli(dir, kRun + "--set step_size=0.01 --until-time 0.5 --steps 1000 --json --out t") == 0);
  CHECK(*outcome().find("ended_by")->text() == "time");
  CHECK(*outcome().find("steps")->whole() == 50);
  REQUIRE(cli(dir, kRun + "--set step_size=0.01 --until-time 0.5 --steps 1000 --out t") == 0);
  CHECK(has(read(dir / ".out"), "complete already"));
  REQUIRE(cli(dir, kRun + "--set step_size=0.01 --until-time 0.5 --steps 20") == 0);
  CHECK(has(read(dir / ".err"), "time 0.5 was not reached (0.2); raise --steps"));
  REQUIRE(cli(dir, kRun + "--until-loss 1e3 --steps 20") == 0);
  CHECK(has(read(dir / ".out"), "(until loss 1000)"));
  CHECK(cli(dir, kRun + "--steps 20 --json") == 0);
  CHECK(*outcome().find("ended_by")->text() == "steps");

  const std::string timed = kRun + "--until-seconds 3 --steps 1000000000 --every 1000000 --json --out s";
  const pid_t child = start(dir, timed);
  usleep(2000000);
  kill(child, SIGINT);
  REQUIRE(finish(child) == 4);
  const double first = outcome().find("seconds")->number();
  CHECK(first < 3);
  const auto begin = std::chrono::steady_clock::now();
  REQUIRE(cli(dir, timed) == 0);
  const double second = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  CHECK(*outcome().find("ended_by")->text() == "seconds");
  CHECK(outcome().find("seconds")->number() >= 3);
  CHECK(second < 3 - first + 1.2);  // the rest, not all of it again
}

TEST_CASE("native: --from starts from a file's factors and the optimiser's arrays, and run.json repeats it") {
  const auto dir = folder("from");
  const std::string momentum = kRun + "--set optimizer=momentum --set depth=2 ";
  REQUIRE(cli(dir, momentum + "--steps 200 --every 100 --out a") == 0);
  // On from where a ended: with its velocity, the next 100 steps are the steps 201 to 300 of one run.
  REQUIRE(cli(dir, momentum + "--steps 300 --every 100 --out whole") == 0);
  REQUIRE(cli(dir, momentum + "--from a/arrays.npz --steps 100 --every 100 --out b") == 0);
  for (const char* part : {"W_1", "W_2", "optimizer.velocity"}) {
    const auto of = [&](const char* run) {
      const std::string archive = read(dir / run / "arrays.npz");
      auto array = read_npz(std::as_bytes(std::span(archive)), run, part);
      REQUIRE(array);
      return array->data;
    };
    CHECK(of("b") == of("whole"));
    CHECK(of("b") != of("a"));
  }
  CHECK(has(read(dir / "b/run.json"), "\"a/arrays.npz?array=*\""));
  REQUIRE(cli(dir, "run b/run.json --out c") == 0);
  for (const char* file : kFiles) CHECK(read(dir / "b" / file) == read(dir / "c" / file));

  // Another optimizer says that it starts afresh; another depth follows the file.
  REQUIRE(cli(dir, kRun + "--set depth=5 --from a/arrays.npz --steps 10 --out d") == 0);
  CHECK(has(read(dir / ".err"), "The optimiser starts afresh"));
  // What NumPy saved is such a file too.
  REQUIRE(cli(dir, "run deep_matrix --set rows=5 --set cols=4 --set rank=1 --set optimizer=momentum --set step_size=1e-5 --from "
                   RANKSCOPE_TEST_DATA "/checkpoint/factors.npz --steps 10") == 0);
  CHECK(cli(dir, "run deep_matrix --set rows=5 --set cols=5 --set rank=1 --from " RANKSCOPE_TEST_DATA "/checkpoint/factors.npz") == 2);
  CHECK(has(read(dir / ".err"), "W_1 is 3 x 4, 3 x 5 is needed"));
  const auto refused = [&](const std::vector<NamedArray>& arrays, const char* part) {
    const auto bytes = write_npz(arrays);
    write(dir / "wrong.npz", std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    CHECK(cli(dir, "run deep_matrix --set rows=2 --set cols=2 --set rank=1 --set optimizer=momentum --from wrong.npz") == 2);
    CAPTURE(read(dir / ".err"));
    CHECK(has(read(dir / ".err"), part));
  };
  const Dense square{{2, 2}, {1, 2, 3, 4}};
  refused({{"W_1", square}, {"W_3", square}}, "start: holds W_3 and no W_2");
  refused({{"W_2", square}}, "start: holds no W_1");
  refused({{"W_1", {{2, 2}, {1, 2, std::nan(""), 4}}}}, "start: W_1 has entries that are not finite");
  refused({{"W_1", square}, {"optimizer.velocity", {{4}, {1, 2, std::nan(""), 4}}}}, "optimizer.velocity has entries that are not finite");
  CHECK(cli(dir, kRun + "--input target=a/arrays.npz?array=*") == 2);
  CHECK(has(read(dir / ".err"), "target: holds arrays by their names"));
  CHECK(cli(dir, kRun + "--input start=a/arrays.npz?array=W_1") == 2);
  CHECK(has(read(dir / ".err"), "a whole .npz"));
  CHECK(cli(dir, "run cloth --study --from a/arrays.npz") == 2);
}

TEST_SUITE("long") {
  TEST_CASE("native, long: every optimizer, killed at random moments") {
    std::uint32_t seed = 10;
    for (const char* optimizer : {"gd", "momentum", "adam", "group_rmsprop"})
      torture(std::string("long_") + optimizer, kRun + "--steps 100000 --every 400 --set optimizer=" + optimizer, 12, ++seed);
    torture("long_flow", kRun + "--steps 20000 --every 80 --set optimizer=flow --set tolerance=1e-11", 12, ++seed);
  }
}
