// The command line given what it should refuse: each time a line that names the place and the remedy, exit 2, and nothing
// half-written that looks whole.
#include <doctest/doctest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "io/memory.h"

using namespace rankscope;
namespace fs = std::filesystem;

namespace {

const std::string data = RANKSCOPE_TEST_DATA "/io/";
const std::string quick = "run deep_matrix --set rows=12 --set cols=10 --set rank=2 --set observed=0.6 --steps 400 --every 1 ";

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void write(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// A folder of its own, empty at first.
struct Folder {
  explicit Folder(const std::string& name) : path(fs::path(RANKSCOPE_TEST_OUTPUT) / "hostile" / name) {
    fs::remove_all(path);
    fs::create_directories(path);
  }
  /// A shell's line in it, with $R for the program; its exit code. stderr goes to `said`, unless the line says where to.
  int shell(const std::string& line) {
    const int status = std::system(("cd '" + path.string() + "' && R='" RANKSCOPE_CLI "' && { " + line + " ; } 2> .err > .out").c_str());
    said = read(path / ".err");
    out = read(path / ".out");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  }
  void refused(const std::string& arguments, std::string_view part) {
    const int code = shell("\"$R\" " + arguments);
    INFO(arguments << ": " << said);
    CHECK(code == 2);
    CHECK(has(said, part));
    CHECK(has(said, "("));  // what to do
    CHECK(out.empty());
  }
  fs::path path;
  std::string said, out;
};

}  // namespace

TEST_CASE("native: files that are not there, cut short, of the wrong kind, or that do not fit") {
  Folder f("files");
  const auto target = [](const std::string& file) { return "run deep_matrix --steps 1 --input target=" + file; };
  f.refused(target("none.npy"), "none.npy: there is no such file or sample");
  f.refused(target("."), "name a file in the folder");
  fs::create_directories(f.path / "folder.json");
  f.refused("run folder.json", "name a file in the folder");
  f.refused("verify .", "name a file in the folder");
  write(f.path / "cut.npy", read(data + "f8.npy").substr(0, 100));
  f.refused(target("cut.npy"), "cut.npy: ends within its header, at byte 100");
  write(f.path / "cut.npy", read(data + "f8.npy").substr(0, 170));
  f.refused(target("cut.npy"), "has 42 bytes of data where its shape needs 48");
  f.refused(target(data + "complex.npy"), "the dtype '<c16' is complex (save its real part, a.real)");
  f.refused(target(data + "objects.npy"), "pickled Python objects");
  std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1073741824, 1073741824), }";
  write(f.path / "huge.npy", std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(header.size()) + '\0' + header);
  f.refused(target("huge.npy"), "huge.npy: has more than 16777216 numbers");
  write(f.path / "word.csv", "1,2\n3,x\n");
  f.refused(target("word.csv"), "word.csv:2: column 2 holds \"x\"");
  write(f.path / "ragged.csv", "1,2\n3\n");
  f.refused(target("ragged.csv"), "ragged.csv:2: has 1 cell where line 1 has 2");
  write(f.path / "gaps.csv", "nan,inf\nNA,\n");
  f.refused(target("gaps.csv"), "target: has no finite entry");
  write(f.path / "m.csv", "1,2\n3,4\n");
  write(f.path / "none.csv", "0,0\n0,0\n");
  f.refused(target("m.csv") + " --input mask=none.csv", "mask: observes no known entry");
  write(f.path / "odd.csv", "1,1,1\n1,1,0\n");
  f.refused(target("m.csv") + " --input mask=odd.csv", "mask: is 2 x 3 (the target is 2 x 2)");
  write(f.path / "x\xff.csv", "1,2\n3,4\n");
  f.refused(target("$(printf 'x\\377.csv')"), "the name is not text in UTF-8");

  // what only looks odd is read: column-major, big-endian
  CHECK(f.shell("\"$R\" " + target(data + "fortran.npy") + " --quiet") == 0);
  CHECK(f.shell("\"$R\" " + target(data + "fortran_3d_big.npy") + " --quiet") == 2);  // three axes
  CHECK(has(f.said, "has the shape 2 x 3 x 4 (a matrix is needed)"));
}

TEST_CASE("native: documents that are newer, nested 10^5 deep, twofold, or of unknown keys") {
  Folder f("documents");
  const auto refused = [&](const std::string& text, std::string_view part) {
    write(f.path / "d.json", text);
    f.refused("run d.json", part);
  };
  refused(R"({"rankscope": 99, "study": "cloth"})", "made by a newer program");
  refused(std::string(100000, '['), "d.json:1:65: is nested deeper than 64 levels");
  refused("{\"study\": \"cloth\",\n\"study\": \"depth\"}", "the key \"study\" is given twice");
  refused(R"({"study": "cloth", "sede": 1})", "did you mean 'seed'?");
  refused(R"({"study": "cloth", "settings": {"alpha": 1e999}})", "number too big");
  refused(R"({"study": "cloth", "settings": {"alpha": 1e300}})", "out of range");
  refused(R"({"study": "cloth", "inputs": {"target": ""}})", "names no file and no sample");
  refused("{\"study\": \"cl\xff\"}", "d.json:1:");
  refused("", "d.json:1:1: not JSON");
}

TEST_CASE("native: a run that needs more memory than there is says so before it takes any") {
  Folder f("memory");
  CHECK(available_memory() > 1e7);
  CHECK(available_memory() < 1e15);
  // 10 layers of 4096 x 4096 and their gradients: 5 GB. The address space is held to 2 GB, so that taking it would fail.
#ifndef __SANITIZE_ADDRESS__  // which takes 20 TB of it
  const std::string large = "run deep_matrix --set rows=4096 --set cols=4096 --set depth=10 --steps 1";
  CHECK(f.shell("ulimit -v 2000000; \"$R\" " + large) == 2);
  CHECK(has(f.said, "memory: the run needs about "));
  CHECK(has(f.said, " GB are free ("));
  CHECK(f.shell("ulimit -v 2000000; \"$R\" " + quick + "--quiet") == 0);
#endif
}

TEST_CASE("native: a folder that cannot be written, a full disk, a limit of file size") {
  Folder f("unwritable");
  write(f.path / "file", "");
  f.refused(quick + "--quiet --out file", "file: the folder cannot be made");
  f.refused(quick + "--quiet --out file/a", "file/a: the folder cannot be made");
  f.refused(quick + "--quiet --out /proc/none", "/proc/none: the folder cannot be made");

  // a file may have 4 blocks: run.json fits, series.csv does not
  CHECK(f.shell("ulimit -f 4; \"$R\" " + quick + "--quiet --out full") == 2);
  INFO(f.said);
  CHECK(has(f.said, "cannot be written: File too large; it has "));
  CHECK(has(f.said, "ulimit -f"));
  CHECK(!fs::exists(f.path / "full/series.csv"));
  for (const auto& file : fs::directory_iterator(f.path / "full")) CHECK(file.path().extension() != ".part");
  CHECK(f.shell("\"$R\" " + quick + "--quiet --out full") == 0);  // and with room again it is whole
  CHECK(fs::exists(f.path / "full/arrays.npz"));
}

TEST_CASE("native: streams that are closed, full, or not read to the end") {
  Folder f("streams");
  CHECK(f.shell("\"$R\" list > /dev/full") == 2);
  CHECK(has(f.said, "stdout: cannot be written: No space left on device"));
  CHECK(f.shell("\"$R\" " + quick + "--quiet --out a <&- >&- 2>&-") == 0);
  CHECK(read(f.path / "a/run.json").starts_with("{\n"));
  CHECK(f.shell("\"$R\" " + quick + "--quiet --out b") == 0);
  for (const char* file : {"run.json", "series.csv", "arrays.npz", "completion.csv"})
    CHECK(read(f.path / "a" / file) == read(f.path / "b" / file));  // no word went into a file
  CHECK(f.shell("\"$R\" list | head -n 1") == 0);
  CHECK(has(f.out, "systems"));
  CHECK(f.said.empty());
}

TEST_CASE("native: an output folder that vanishes during the run is said, with what could not be written") {
  Folder f("vanished");
  const std::string long_run = "run deep_matrix --set rows=40 --set cols=40 --steps 100000000 --every 10000 --quiet --out a";
  CHECK(f.shell("\"$R\" " + long_run + " & p=$!; i=0; while [ ! -e a/run.json ] && [ $i -lt 300 ]; do sleep 0.1; i=$((i+1)); done; "
                "mv a gone; kill -TERM $p; wait $p") != 0);
  INFO(f.said);
  CHECK(has(f.said, "cannot be written"));
  CHECK(has(f.said, "a/"));
}
