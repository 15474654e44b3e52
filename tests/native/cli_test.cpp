// The command line from outside: the binary is spawned, and its words, files and exit codes are looked at.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "io/json.h"
#include "io/npy.h"
#include "io/npz.h"

using namespace rankscope;
namespace fs = std::filesystem;

namespace {

struct Spoken {
  int code = -1;
  std::string out, err;
};

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void write(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

/// A folder of its own for each case, empty at first.
fs::path folder(const std::string& name) {
  const fs::path path = fs::path(RANKSCOPE_TEST_OUTPUT) / "cli" / name;
  fs::remove_all(path);
  fs::create_directories(path);
  return path;
}

/// `rankscope ARGUMENTS` in the folder, through a shell.
Spoken cli(const fs::path& in, const std::string& arguments) {
  const std::string command = "cd '" + in.string() + "' && '" RANKSCOPE_CLI "' " + arguments + " > .out 2> .err";
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128, read(in / ".out"), read(in / ".err")};
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

Json json(const std::string& text) {
  auto parsed = parse_json(text);
  INFO(text);
  REQUIRE(parsed);
  return *parsed;
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

const std::string quick =
    "run deep_matrix --set rows=12 --set cols=10 --set rank=2 --set observed=0.6 --steps 40 --every 10 ";

}  // namespace

TEST_CASE("native: version, list and show") {
  const auto dir = folder("list");
  CHECK(has(cli(dir, "--version").out, "rankscope "));
  CHECK(cli(dir, "--version").code == 0);
  const auto list = cli(dir, "list --json");
  CHECK(list.code == 0);
  const Json tables = json(list.out);
  for (const Json& s : *tables.find("systems")->array())
    for (const char* key : {"key", "title", "paper"}) CHECK(s.find(key)->text());
  REQUIRE(!tables.find("presets")->array()->empty());
  for (const Json& p : *tables.find("presets")->array()) {
    for (const char* key : {"key", "system", "title", "cite", "claim"}) CHECK(p.find(key)->text());
    const std::string key = *p.find("key")->text();
    CHECK(has(cli(dir, "list").out, key));
    const auto show = cli(dir, "show " + key + " --json");
    CHECK(show.code == 0);
    const Json preset = json(show.out);
    CHECK(preset.find("flops_per_step")->number() > 0);
    CHECK(!preset.find("params")->array()->empty());
    CHECK(!preset.find("views")->array()->empty());
    CHECK(has(cli(dir, "show " + key).out, "claim"));
  }
  const auto show = cli(dir, "show deep_matrix");
  CHECK(has(show.out, "step_size"));
  CHECK(has(show.out, "1e-7 to 100"));
}

TEST_CASE("native: ranks of a file, as a table and as JSON") {
  const auto dir = folder("ranks");
  Dense array{{3, 4, 5}, {}};  // two outer products
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 4; ++j)
      for (int k = 0; k < 5; ++k) array.data.push_back((i + 1.0) * (j - 1.5) * (k + 0.5) + (i - 1.0) * (j % 2 ? 1 : -1) * (k - 2.0) * 1e-4);
  const auto bytes = write_npy(array);
  write(dir / "t.npy", std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  const auto table = cli(dir, "ranks t.npy");
  CHECK(table.code == 0);
  CHECK(has(table.out, "t.npy: 3 x 4 x 5"));
  CHECK(has(table.out, "Tucker multirank         {1} 1  {2} 1  {3} 1"));
  CHECK(has(table.out, "Tensor-train ranks       {1} 1  {1,2} 1\n                         First modes against the rest"));
  CHECK(has(table.out, "CP rank, an estimate     1: 1 outer product fits to"));
  const auto fine = cli(dir, "ranks t.npy --threshold 1e-8 --tolerance 1e-6 --json");
  const Json ranks = json(fine.out);
  for (const Json& r : *ranks.find("notions")->find("tensor_train")->find("ranks")->array()) CHECK(*r.whole() == 2);
  CHECK(*ranks.find("notions")->find("tensor_train")->find("rows")->array()->at(1).array()->at(1).whole() == 2);  // {1,2}
  CHECK(*ranks.find("cp_rank")->find("lower")->whole() == 2);
  CHECK(*ranks.find("cp_rank")->find("upper")->whole() == 2);
  CHECK(!*json(cli(dir, "ranks t.npy --mean-square 1e-6 --json").out).find("cp_rank")->find("relative")->flag());
  CHECK(has(cli(dir, "ranks t.npy --tree \"((1,3),2)\"").out, "Hierarchical, as given   {1,3} 1  {2} 1  {1} 1  {3} 1\n                         At the nodes of ((1,3),2)"));
  CHECK(cli(dir, "ranks t.npy --tree \"((1,4),2)\"").err == "error: --tree: mode 4 is unknown (character 5) (the tensor has the modes 1 to 3)\n");
  CHECK(has(cli(dir, "ranks t.npy --tree \"\"").err, "error: --tree: is empty"));
  for (const char* wrong : {"ranks", "ranks t.npy --tree \"((1,2),3\"", "ranks none.npy", "ranks t.npy --tolerance 2", "ranks t.npy --starts 0", "ranks t.npy --threshold 3"}) {
    const auto refused = cli(dir, wrong);
    CAPTURE(wrong);
    CHECK(refused.code == 2);
    CHECK(has(refused.err, "error: "));
  }
}

TEST_CASE("native: what is wrong is said with the nearest known word, exit 2") {
  const auto dir = folder("wrong");
  const auto wrong = [&](const std::string& arguments, const std::string& part) {
    const auto said = cli(dir, arguments);
    INFO(arguments << ": " << said.err);
    CHECK(said.code == 2);
    CHECK(said.out.empty());
    CHECK(has(said.err, part));
  };
  wrong("", "subcommand");
  wrong("shwo", "did you mean 'show'?");
  wrong("run cloth --stpes 3", "did you mean '--steps'?");
  wrong("run clot", "did you mean 'cloth'?");
  wrong("run", "names nothing to run");
  wrong("show deep_matrx", "did you mean 'deep_matrix'?");
  wrong("run cloth --set depht=2", "did you mean 'depth'?");
  wrong("run cloth --set depth=99", "1 to 10");
  wrong("run cloth --set depth", "is not key=value");
  wrong("run cloth --set init=balancd", "did you mean 'balanced'?");
  wrong("run cloth --steps many", "steps");
  wrong("run cloth --steps -1", "steps");
  wrong("run cloth --seed -1", "seed");
  wrong("run cloth --every 0", "every");
  wrong("run cloth --input target=none.npy", "none.npy");
  wrong("run cloth --input taget=cloth", "did you mean 'target'?");
  wrong("run none.json", "none.json");
  wrong("run deep_matrix --study", "has no claim");
  write(dir / "bad.json", "{\n  \"study\": \"cloth\",\n  \"settings\": {\"stepsize\": 1}\n}\n");
  wrong("run bad.json", "bad.json:3: settings.stepsize");
  wrong("run bad.json", "did you mean 'step_size'?");
  write(dir / "bad.json", "{\n  \"study\": \"cloth\"\n  \"seed\": 1}");
  wrong("run bad.json", "bad.json:3:");
  write(dir / "t.csv", "1,2,3,4,5\n4,x,6,1,2\n");
  wrong("run deep_matrix --input target=t.csv", "t.csv:2");
  wrong("verify none.json", "none.json");
}

TEST_CASE("native: run writes what it says, and the same document gives the same files") {
  const auto dir = folder("run");
  const auto first = cli(dir, quick + "--out a");
  INFO(first.err);
  REQUIRE(first.code == 0);
  REQUIRE(lines(first.out).size() == 1);
  for (const char* part :
       {"deep_matrix: 40 steps in ", "training loss ", "effective rank ", "error on unseen entries "})
    CHECK(has(first.out, part));

  const Json document = json(read(dir / "a/run.json"));
  CHECK(*document.find("rankscope")->whole() == 2);
  CHECK(*document.find("settings")->find("rows")->whole() == 12);
  const auto series = lines(read(dir / "a/series.csv"));
  REQUIRE(series.size() == 6);
  CHECK(series[0].substr(0, 10) == "step,time,");
  CHECK(has(series[0], ",singular_values_1,"));
  CHECK(has(series[0], ",singular_values_10,"));
  CHECK(!has(series[0], "singular_values_11"));
  CHECK(series[5].substr(0, 3) == "40,");
  const std::string archive = read(dir / "a/arrays.npz");
  const auto names = npz_names(std::as_bytes(std::span(archive)), "arrays.npz");
  REQUIRE(names);
  for (const char* name : {"end_to_end", "target", "factor_1", "factor_3", "W_1"})
    CHECK(std::find(names->begin(), names->end(), name) != names->end());
  const auto end = read_npz(std::as_bytes(std::span(archive)), "arrays.npz", "end_to_end");
  REQUIRE(end);
  CHECK(end->shape == std::vector<std::int64_t>{12, 10});
  CHECK(lines(read(dir / "a/completion.csv")).size() == 12);

  const auto again = cli(dir, "run a/run.json --out b --json");
  REQUIRE(again.code == 0);
  for (const char* file : {"run.json", "series.csv", "arrays.npz", "completion.csv"})
    CHECK(read(dir / "a" / file) == read(dir / "b" / file));
  const Json outcome = json(again.out);
  CHECK(*outcome.find("status")->text() == "finished");
  CHECK(*outcome.find("steps")->whole() == 40);
  CHECK(outcome.find("views")->find("loss")->number() > 0);
  CHECK(outcome.find("views")->find("singular_values")->array()->size() == 10);
}

TEST_CASE("native: series.csv has the theory beside the run, in columns after all others") {
  const auto dir = folder("theory");
  const std::string run = "run cp --set sizes=4,4,4 --set components=6 --set init=balanced --set init_scale=0.2 --set observe=fraction --set observed=0.7 --set step_size=0.1 --every 20 --steps 100 ";
  REQUIRE(cli(dir, run + "--out a").code == 0);
  const auto table = lines(read(dir / "a/series.csv"));
  REQUIRE(table.size() == 7);
  const auto cells = [](const std::string& line) {
    std::vector<std::string> out;
    std::stringstream text(line);
    for (std::string cell; std::getline(text, cell, ',');) out.push_back(cell);
    return out;
  };
  const auto header = cells(table[0]), first = cells(table[1]), last = cells(table[6]);
  CHECK(header[2] == "component_norms_1");
  for (std::size_t k = 0; k < 6; ++k) {
    const std::size_t measured = 2 + k, theory = header.size() - 6 + k;
    CHECK(header[theory] == "component_norms_theory_" + std::to_string(k + 1));
    CHECK(first[theory] == first[measured]);  // it begins where the run does, and follows it
    CHECK(last[theory] != last[measured]);
    CHECK(std::stod(last[theory]) == doctest::Approx(std::stod(last[measured])).epsilon(0.01));
  }
  REQUIRE(cli(dir, "run tucker --set sizes=4,4,4 --every 20 --steps 100 --out without").code == 0);
  CHECK(!has(lines(read(dir / "without/series.csv"))[0], "theory"));
}

TEST_CASE("native: a folder keeps one document: again is nothing to do, another is an error, restart overwrites") {
  const auto dir = folder("folder");
  REQUIRE(cli(dir, quick + "--out a").code == 0);
  const auto again = cli(dir, quick + "--out a");
  CHECK(again.code == 0);
  CHECK(has(again.out, "complete already"));
  const auto other = cli(dir, quick + "--seed 7 --out a");
  CHECK(other.code == 2);
  CHECK(has(other.err, "--restart"));
  const std::string before = read(dir / "a/series.csv");
  CHECK(cli(dir, quick + "--seed 7 --out a --restart").code == 0);
  CHECK(read(dir / "a/series.csv") != before);
  fs::remove(dir / "a/arrays.npz");
  const auto incomplete = cli(dir, quick + "--seed 7 --out a");
  CHECK(incomplete.code == 0);
  CHECK(has(incomplete.err, "not completed"));
  CHECK(fs::exists(dir / "a/arrays.npz"));
  write(dir / "file", "");
  CHECK(cli(dir, quick + "--out file").code == 2);
}

TEST_CASE("native: inputs by sample, by path, by triplets, and taken away") {
  const auto dir = folder("inputs");
  write(dir / "m.csv", "1,2,3,4\n2,4,6,8\n3,6,,12\n");
  REQUIRE(cli(dir, "run deep_matrix --input target=m.csv --steps 5 --out a").code == 0);
  const Json target = *json(read(dir / "a/run.json")).find("inputs")->find("target");
  CHECK(*target.find("name")->text() == "m.csv");
  CHECK(target.find("hash")->text()->size() == 16);
  write(dir / "m.csv", "1,2,3,4\n2,4,6,8\n3,6,1,12\n");
  const auto changed = cli(dir, "run a/run.json");
  CHECK(changed.code == 2);
  CHECK(has(changed.err, "hash"));

  write(dir / "r.csv", "user,item,rating\nann,tea,1\nann,cake,2\nbob,tea,3\nbob,cake,4\ncy,tea,5\n");
  REQUIRE(cli(dir, "run deep_matrix --input target=r.csv --set observe=all --steps 5 --out t --quiet").code == 0);
  const auto completion = lines(read(dir / "t/completion.csv"));
  REQUIRE(completion.size() == 2);
  CHECK(completion[0] == "row_id,col_id,prediction");
  CHECK(completion[1].substr(0, 8) == "cy,cake,");

  CHECK(cli(dir, "run --input target=camera cloth --input mask= --set observe=fraction --steps 1").code == 0);
  CHECK(cli(dir, "run cloth --input target=m.csv --steps 1").code == 2);  // the mask does not fit
}

TEST_CASE("native: progress and errors go to stderr, results to stdout; quiet says only results") {
  const auto dir = folder("quiet");
  const auto quiet = cli(dir, quick + "--out a --quiet");
  CHECK(quiet.code == 0);
  CHECK(quiet.err.empty());
  CHECK(lines(quiet.out).size() == 1);
  CHECK(!has(cli(dir, "run clot").err, "\x1b["));
}

TEST_CASE("native: a run that diverges ends with 3, says what to lower, and leaves what it recorded") {
  const auto dir = folder("diverged");
  const auto said =
      cli(dir, quick + "--set step_size=90 --set alpha=1 --set optimizer=gd --set normalisation=sum --out a");
  INFO(said.out << said.err);
  CHECK(said.code == 3);
  CHECK(has(said.err, "step_size"));
  CHECK(has(read(dir / "a/series.csv"), "step,time,"));
}

TEST_CASE("native: Ctrl-C ends with 4 and writes what was recorded") {
  const auto dir = folder("interrupted");
  std::fflush(stdout);  // the child would say it again
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::signal(SIGINT, SIG_DFL);  // a shell's background has it off
    if (chdir(dir.c_str()) != 0) _exit(99);
    for (const char* file : {".out", ".err"})
      if (!std::freopen(file, "w", file[1] == 'o' ? stdout : stderr)) _exit(98);
    execl(RANKSCOPE_CLI, "rankscope", "run", "deep_matrix", "--steps", "1000000000", "--every", "50", "--out", "a",
          static_cast<char*>(nullptr));
    _exit(97);
  }
  for (int i = 0; i < 1200 && !fs::exists(dir / "a/run.json"); ++i) usleep(50000);
  usleep(200000);
  kill(child, SIGINT);
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 4);
  CHECK(has(read(dir / ".out"), "(interrupted)"));
  CHECK(lines(read(dir / "a/series.csv")).size() >= 2);
}

TEST_CASE("native: a study runs every variant into a folder each and evaluates the claim") {
  const auto dir = folder("study");
  // a single step cannot fulfil it
  const auto said = cli(dir, "run cloth --study --steps 1 --out a");
  INFO(said.err);
  CHECK(said.code == 1);
  CHECK(has(said.out, "FAILS"));
  for (const char* run : {"depth-1", "depth-2", "depth-3"}) CHECK(fs::exists(dir / "a" / run / "series.csv"));
  const auto outcome = cli(dir, "run cloth --study --steps 1 --json");
  CHECK(outcome.code == 1);
  CHECK(!*json(outcome.out).find("holds")->flag());
  CHECK(json(outcome.out).find("runs")->array()->size() == 3);
}

TEST_CASE("native: verify says each series' worst deviation, a line a file") {
  const auto dir = folder("verify");
  const std::string data = RANKSCOPE_TEST_DATA "/reference/";
  const auto good = cli(dir, "verify " + data + "regression_l4_d1.json " + data + "whitened_regression_d2.json");
  CHECK(good.code == 0);
  REQUIRE(lines(good.out).size() == 2);
  for (const char* part : {"regression_l4_d1.json", "loss ", "singular_values ", "ok"})
    CHECK(has(lines(good.out)[0], part));

  std::string text = read(data + "regression_l4_d1.json");
  const auto at = text.find("\"dmf\"");
  REQUIRE(at != std::string::npos);
  write(dir / "unknown.json", std::string(text).replace(at, 5, "\"xyz\""));
  const auto unknown = cli(dir, "verify unknown.json");
  CHECK(unknown.code == 1);
  CHECK(has(unknown.out, "model 'xyz' is not known"));
  const auto strict = cli(dir, "verify " + data + "whitened_regression_d2.json --tolerance 1e-18");
  CHECK(strict.code == 1);
  CHECK(has(strict.out, "FAILED"));
  write(dir / "broken.json", text.substr(0, text.size() / 2));
  const auto broken = cli(dir, "verify broken.json");
  CHECK(broken.code == 2);
  CHECK(has(broken.err, "broken.json:"));
}

TEST_CASE("native: a tensor of one's own is fitted by every factorization, as the README says") {
  const auto dir = folder("tensor");
  std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (4, 3, 5), }";
  header.append(117 - header.size(), ' ').append("\n");
  std::string npy = std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(header.size()) + std::string(1, '\0') + header;
  for (int k = 0; k < 60; ++k) {
    const double x = 1.0 / (1 + k % 7);
    npy.append(reinterpret_cast<const char*>(&x), sizeof x);
  }
  write(dir / "my.npy", npy);
  for (const std::string system : {"cp", "hierarchical", "tucker", "tensor_train"}) {
    INFO(system);
    const auto ran = cli(dir, "run " + system + " --input target=my.npy --steps 20 --every 10 --out " + system);
    INFO(ran.err);
    REQUIRE(ran.code == 0);
    const std::string archive = read(dir / system / "arrays.npz");
    const auto end = read_npz(std::as_bytes(std::span(archive)), "arrays.npz", "completed");
    REQUIRE(end);
    CHECK(end->shape == std::vector<std::int64_t>{4, 3, 5});
    CHECK(has(read(dir / system / "series.csv"), "singular_values_1"));
  }
  CHECK(has(read(fs::path(RANKSCOPE_TEST_DATA) / "../../README.md"), "rankscope run cp --input target=my.npy --out mine "));
  const auto shown = cli(dir, "show cp");
  CHECK(has(shown.out, " flops a step: the loss "));
  CHECK(has(shown.out, ", its gradient "));
}

TEST_CASE("native: a study of images takes any IDX files, packed or not, and refuses by name what does not fit") {
  const auto dir = folder("images");
  const auto idx = [&](const char* name, std::vector<unsigned> shape, const std::vector<int>& bytes) {
    std::string text{"\0\0\x08", 3};
    text += static_cast<char>(shape.size());
    for (const unsigned d : shape)
      for (int k = 24; k >= 0; k -= 8) text += static_cast<char>(d >> k & 255);
    for (const int b : bytes) text += static_cast<char>(b);
    write(dir / name, text);
  };
  // Ten labels; of each a picture of 6 x 5 grey values, in every image a few of them another way.
  std::vector<int> images, labels;
  unsigned draw = 1;
  const auto next = [&] { return static_cast<int>((draw = draw * 1664525u + 1013904223u) >> 24); };
  std::vector<int> pictures(10 * 30);
  for (int& p : pictures) p = next();
  for (int i = 0; i < 300; ++i) {
    labels.push_back(i % 10);
    for (int n = 0; n < 30; ++n) images.push_back(next() < 20 ? next() : pictures[static_cast<std::size_t>(i % 10 * 30 + n)]);
  }
  idx("images-idx3-ubyte", {300, 6, 5}, images);
  idx("labels-idx1-ubyte", {300}, labels);
  idx("test-images-idx3-ubyte", {100, 6, 5}, {images.begin() + 1500, images.begin() + 4500});
  idx("test-labels-idx1-ubyte", {100}, {labels.begin() + 50, labels.begin() + 150});
  const std::string run = "run mnist-rank-full --set step_size=0.01 --set batch=50 --set ranks=1,2 --set steps_per_rank=300 --steps 600 --every 300 --input test_images=test-images-idx3-ubyte "
                          "--input test_labels=test-labels-idx1-ubyte ";
  const std::string plain = "--input images=images-idx3-ubyte --input labels=labels-idx1-ubyte ";
  const auto first = cli(dir, run + plain + "--out plain");
  INFO(first.err);
  REQUIRE(first.code == 0);
  const auto table = lines(read(dir / "plain/series.csv"));
  REQUIRE(table.size() == 4);
  CHECK(table[0] == "step,time,train_error,test_error");
  CHECK(std::stod(table[3].substr(table[3].rfind(',') + 1)) < 0.02);  // a constant: 0.09
  REQUIRE(std::system(("cd '" + dir.string() + "' && gzip -k images-idx3-ubyte labels-idx1-ubyte").c_str()) == 0);
  REQUIRE(cli(dir, run + "--input images=images-idx3-ubyte.gz --input labels=labels-idx1-ubyte.gz --out packed").code == 0);
  for (const char* file : {"series.csv", "arrays.npz"}) CHECK(read(dir / "plain" / file) == read(dir / "packed" / file));

  const auto refused = [&](const std::string& inputs, const char* part) {
    const auto spoken = cli(dir, run + plain + inputs + " --out refused");
    CAPTURE(spoken.err);
    CHECK(spoken.code == 2);
    CHECK(has(spoken.err, part));
    CHECK(lines(spoken.err).size() == 1);
  };
  std::string swapped = read(dir / "images-idx3-ubyte");
  std::swap(swapped[0], swapped[3]), std::swap(swapped[1], swapped[2]);
  write(dir / "swapped-idx3-ubyte", swapped);
  refused("--input images=swapped-idx3-ubyte", "swapped-idx3-ubyte: is not an IDX file");
  write(dir / "cut-idx3-ubyte", read(dir / "images-idx3-ubyte").substr(0, 9000));
  refused("--input images=cut-idx3-ubyte", "cut-idx3-ubyte: has 8984 bytes of data where its shape needs 9000");
  idx("few", {200}, {labels.begin(), labels.begin() + 200});
  refused("--input labels=few", "labels: are not one number an image (images holds 300");
  refused("--input labels=images-idx3-ubyte", "labels: are not one number an image");
  idx("white", {300, 6, 5}, std::vector<int>(9000, 255));
  refused("--input images=white", "images: are all the same, as bits");
  idx("black", {300, 6, 5}, std::vector<int>(9000, 0));
  refused("--input images=black", "images: have no pixel above zero");
  idx("turned", {300, 5, 6}, images);
  refused("--input images=turned", "test_images: are of 6 x 5 pixels (images are of 5 x 6");
  idx("colour", {100, 6, 5, 3}, images);
  refused("--input images=colour", "images: are not images");
  refused("--set label=10", "labels: have no image of label 10");
  refused("--set pool=4", "pool: 6 x 5 pixels do not divide into squares of 4");
  refused("--input test_labels=", "test_labels: is not given");
}
