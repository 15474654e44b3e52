// The window from outside: started on a screen of our own, driven by real keys and pointer, and looked at.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

#include "screen.h"

using namespace rankscope::desktop;
namespace fs = std::filesystem;

namespace {

// The picture came out the same to the bit with Mesa's vectors of 128, 256 and 512 bits. Another version of Mesa or of
// the compiler may round an edge's colour or a curve's last digit differently: a hundred pixels of a million are let
// off.
constexpr int kSlack = 8;
constexpr double kShare = 0.0001;

const Place kWindow{0, 0, 1280, 800};

Screen& screen() {
  static Screen one;
  return one;
}

fs::path fresh(const std::string& name) {
  const fs::path folder = fs::path(RANKSCOPE_TEST_OUTPUT) / "desktop" / name;
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A configuration in which the window stands at the top left, 1280 x 800.
fs::path config(const fs::path& folder) {
  write(folder / "config/rankscope/window.json",
        "{\"rankscope_window\":1,\"x\":0,\"y\":0,\"width\":1280,\"height\":800,\"maximized\":false,\"dark\":true}");
  return folder / "config";
}

std::vector<std::string> environment(const fs::path& config) {
  return {"DISPLAY=" + screen().display(), "XDG_CONFIG_HOME=" + config.string(), "LIBGL_ALWAYS_SOFTWARE=1",
          "WAYLAND_DISPLAY", "PATH=/nowhere"};
}

std::vector<std::string> command(std::vector<std::string> words) {
  words.insert(words.begin(), RANKSCOPE_DESKTOP);
  return words;
}

/// The window of a program that has just started, once it is there and at rest.
unsigned long window_of(Program& program) {
  REQUIRE_MESSAGE(until(20, [&] { return screen().windows().size() == 1 || !program.running(); }), program.err());
  REQUIRE_MESSAGE(program.running(), program.err());
  const unsigned long window = screen().windows().front();
  REQUIRE(until(20, [&] { return screen().title(window).find(" – Rankscope") != std::string::npos; }));
  return window;
}

void leave(Program& program, unsigned long window) {
  screen().close(window);
  CHECK(program.wait() == 0);
  CHECK(until(5, [] { return screen().windows().empty(); }));
}

/// That `act` changes more than this share of a part of the screen, and that it comes to rest again.
template <class F>
void changes(const char* what, const Place& part, double share, F act) {
  INFO(what);
  screen().point(640, 738);  // between panels and run bar
  const Picture before = screen().rest(part);
  act();
  CHECK(until(15, [&] { return difference(before, screen().shoot(part), kSlack) > share; }));
  screen().rest(part);
}

/// That the screen comes to look like this; what it looks like instead goes to the folder.
void looks_like(const Picture& wanted, const Place& part, const fs::path& picture) {
  screen().point(640, 738);
  const auto apart = [&] { return difference(wanted, screen().shoot(part), kSlack); };
  until(20, [&] { return apart() <= kShare; });
  const double share = apart();
  write_png(picture, screen().rest(part));
  CHECK_MESSAGE(share <= kShare, picture.string());
}

}  // namespace

TEST_CASE("what is wrong is said before a window opens") {
  const fs::path folder = fresh("refused");
  const auto refused = [&](const std::vector<std::string>& words, const std::string& what,
                           std::vector<std::string> env = {}) {
    Program program(command(words), env, folder);
    CHECK(program.wait() == 2);
    CHECK_MESSAGE(program.err().find(what) != std::string::npos, program.err());
  };
  refused({"cloth"}, "use `rankscope run`, or set DISPLAY", {"DISPLAY", "WAYLAND_DISPLAY"});
  refused({"cloth"}, "use `rankscope run`, or set DISPLAY", {"DISPLAY=:4711"});
  const auto here = environment(config(folder));
  refused({"clot"}, "cloth", here);
  refused({"cloth", "--set", "dept=3"}, "depth", here);
  refused({"cloth", "--set", "depth=300"}, "depth", here);
  refused({"missing.json"}, "missing.json", here);
  refused({"cloth", "--input", "target=missing.csv"}, "missing.csv", here);
  refused({"--nonsense"}, "--nonsense", here);
  std::vector<std::string> old = here;
  old.push_back("MESA_GL_VERSION_OVERRIDE=2.1");
  refused({"cloth"}, "OpenGL 3.3", old);
  Program version(command({"--version"}), {}, folder);
  CHECK(version.wait() == 0);
  CHECK(version.out().find("rankscope-desktop ") == 0);
}

TEST_CASE("the window is as it was, and hears keys and pointer") {
  const fs::path folder = fresh("driven"), configuration = config(folder);
  Program program(command({"cloth", "--paused"}), environment(configuration), folder);
  const unsigned long window = window_of(program);
  screen().rest(kWindow);
  const Place believed{520, 56, 190, 220}, steps{236, 760, 80, 24}, menu{100, 44, 300, 300};
  changes("right is a step", steps, 0.005, [] { screen().key("Right"); });
  screen().press(394, 772);  // on the track: a sixth of the run, at full speed
  looks_like(read_png(fs::path(RANKSCOPE_TEST_DATA) / "desktop/paused.png"), kWindow, folder / "paused.png");

  changes("space plays and pauses", steps, 0.01, [&] {
    screen().key("space");
    until(20, [&, before = screen().shoot(believed)] {
      return difference(before, screen().shoot(believed), kSlack) > 0.05;
    });
    screen().key("space");
  });
  const Picture paused = screen().rest(kWindow);
  const double before = program.seconds();
  CHECK(!until(1.5, [&] { return !(screen().shoot(kWindow) == paused); }));
  CHECK(program.seconds() - before < 0.1);  // nothing is drawn, and nothing computed, while nothing changes
  changes("R resets", believed, 0.05, [] { screen().key("r"); });
  changes("the play button plays", steps, 0.01, [&] { screen().press(35, 772); });
  changes("a parameter is dragged", {18, 420, 262, 130}, 0.005, [] { screen().drag(80, 493, 180, 493); });
  screen().key("space");
  changes("a menu opens", menu, 0.1, [] { screen().press(124, 22); });
  changes("and closes", menu, 0.1, [] { screen().key("Escape"); });
  changes("F1 shows the keys", kWindow, 0.3, [] { screen().key("F1"); });
  changes("Escape closes them", kWindow, 0.3, [] { screen().key("Escape"); });
  screen().key("F11");
  CHECK(until(10, [&] { return screen().place(window).width == Screen::kWidth; }));
  screen().key("F11");
  CHECK(until(10, [&] { return screen().place(window).width == 1280; }));
  leave(program, window);
}

TEST_CASE("panels are pulled out, and remembered") {
  const fs::path folder = fresh("layout"), configuration = config(folder);
  const Place all{0, 0, Screen::kWidth, Screen::kHeight};
  Picture first, before;
  {
    Program program(command({"cloth", "--paused"}), environment(configuration), folder);
    const unsigned long window = window_of(program);
    screen().point(640, 738);
    first = screen().rest(kWindow);
    changes("the singular values leave their place", kWindow, 0.005, [] { screen().drag(450, 310, 1350, 850); });
    CHECK(until(10, [] { return screen().windows().size() == 2; }));  // for a window of their own
    screen().point(640, 738);
    before = screen().rest(all);
    leave(program, window);
  }
  Program program(command({"cloth", "--paused"}), environment(configuration), folder);
  REQUIRE(until(20, [&] { return screen().windows().size() == 2; }));
  looks_like(before, all, folder / "remembered.png");
  screen().press(223, 22);
  screen().rest(kWindow);
  screen().press(250, 303);  // View, Reset layout
  CHECK(until(10, [] { return screen().windows().size() == 1; }));
  screen().point(640, 738);
  looks_like(first, kWindow, folder / "reset.png");
  leave(program, screen().windows().front());
}

TEST_CASE("other panels stand as usual; another study, too: opened later, or in a window that remembers the panels of the one before; and the first as it was left") {
  const fs::path folder = fresh("studies"), seen = config(folder / "seen");
  const Place panels{0, 44, 1280, 690};  // the bars say that something can be undone
  Picture wanted, moved;
  for (const fs::path& configuration : {config(folder / "never"), seen}) {
    CAPTURE(configuration);
    if (configuration == seen) {
      write(folder / "htf.json", R"({"rankscope":2,"study":"htf"})");
      write(folder / "images.json", R"({"rankscope":2,"study":"mnist-rank"})");
      Program program(command({"htf", "--paused"}), environment(configuration), folder);
      const unsigned long window = window_of(program);
      screen().point(640, 738);
      const Picture usual = screen().rest(panels);
      const auto numbers = [] {  // View, Numbers
        screen().press(223, 22);
        screen().rest(kWindow);
        screen().press(237, 108);
      };
      changes("the numbers go, and leave their room to all", kWindow, 0.1, numbers);
      numbers();
      looks_like(usual, panels, folder / "numbers.png");
      changes("the column of words is made wider", kWindow, 0.05, [] { screen().drag(305, 500, 380, 500); });
      screen().point(640, 738);
      moved = screen().rest(panels);
      CHECK(screen().drop(window, folder / "images.json"));
      looks_like(wanted, panels, folder / "opened.png");
      CHECK(screen().drop(window, folder / "htf.json"));
      looks_like(moved, panels, folder / "left.png");
      leave(program, window);
    }
    Program program(command({"mnist-rank", "--paused"}), environment(configuration), folder);
    const unsigned long window = window_of(program);
    screen().point(640, 738);
    if (configuration == seen) looks_like(wanted, panels, folder / "remembered.png");
    else wanted = screen().rest(panels);
    leave(program, window);
  }
}

TEST_CASE("a document has the panels where they stood, on a desk that never saw them there") {
  const fs::path folder = fresh("places");
  const Place all{0, 44, Screen::kWidth, Screen::kHeight - 44};  // the bar says for a while what was saved
  Picture before;
  {
    Program program(command({"cloth", "--paused", "--out", (folder / "out").string()}), environment(config(folder / "one")), folder);
    const unsigned long window = window_of(program);
    screen().point(640, 738);
    screen().rest(kWindow);
    screen().key("ctrl+s");
    CHECK(until(10, [&] { return fs::exists(folder / "out/cloth.rankscope.json"); }));
    CHECK(read(folder / "out/cloth.rankscope.json").find("layout") == std::string::npos);  // they stand as usual
    fs::remove(folder / "out/cloth.rankscope.json");
    changes("the singular values leave their place", kWindow, 0.005, [] { screen().drag(450, 310, 1350, 850); });
    CHECK(until(10, [] { return screen().windows().size() == 2; }));
    changes("the column of words is made wider", kWindow, 0.05, [] { screen().drag(298, 500, 380, 500); });
    screen().point(640, 738);
    before = screen().rest(all);
    screen().key("ctrl+s");
    CHECK(until(10, [&] { return fs::exists(folder / "out/cloth.rankscope.json"); }));
    leave(program, window);
  }
  CHECK(read(folder / "out/cloth.rankscope.json").find("layout") != std::string::npos);
  Program program(command({(folder / "out/cloth.rankscope.json").string(), "--paused"}), environment(config(folder / "two")), folder);
  CHECK(until(20, [&] { return screen().windows().size() == 2 || !program.running(); }));
  REQUIRE_MESSAGE(program.running(), program.err());
  looks_like(before, all, folder / "again.png");
  leave(program, screen().windows().front());

  write(folder / "wrong.json", R"({"rankscope":2,"study":"cloth","page":{"layout":"x5000(study,"}})");
  Program wrong(command({(folder / "wrong.json").string(), "--paused"}), environment(config(folder / "three")), folder);
  const unsigned long window = window_of(wrong);
  const auto said = [] {  // in the accent's blue, where the study's name is grey
    const Picture bar = screen().shoot({600, 4, 360, 36});
    for (std::size_t i = 0; i + 2 < bar.rgb.size(); i += 3)
      if (bar.rgb[i + 2] > bar.rgb[i] + 60) return true;
    return false;
  };
  CHECK(until(20, said));
  CHECK(until(20, [&] { return !said(); }));
  leave(wrong, window);
}

TEST_CASE("files are dropped: data asks what it is, a run document is opened") {
  const fs::path folder = fresh("drop");
  write(folder / "small.csv", "1,2,3,4\n2,4,,8\n3,6,9,12\n4,8,12,16\n");
  write(folder / "run.json", "{\"rankscope\":1,\"study\":\"depth\",\"steps\":50}");
  write(folder / "broken.json", "{\"rankscope\":1,\"study\":\"dept\"}");
  Program program(command({"cloth", "--paused"}), environment(config(folder)), folder);
  const unsigned long window = window_of(program);
  const std::string title = screen().title(window);
  changes("the dialogue dims the rest", kWindow, 0.3, [&] { CHECK(screen().drop(window, folder / "small.csv")); });
  changes("Escape closes it", kWindow, 0.3, [] { screen().key("Escape"); });
  changes("a banner says what is wrong", {300, 600, 980, 140}, 0.05,
          [&] { CHECK(screen().drop(window, folder / "broken.json")); });
  CHECK(screen().title(window) == title);
  CHECK(screen().drop(window, folder / "run.json"));
  CHECK(until(10, [&] { return screen().title(window) != title; }));
  leave(program, window);
}

// PATH=/nowhere: where there is no dialog program, it saves without asking
TEST_CASE("a document is saved where --out says") {
  const fs::path folder = fresh("saved");
  Program program(command({"cloth", "--paused", "--seed", "7", "--out", (folder / "out").string()}),
                  environment(config(folder)), folder);
  const unsigned long window = window_of(program);
  screen().key("ctrl+s");
  CHECK(until(10, [&] { return fs::exists(folder / "out") && !fs::is_empty(folder / "out"); }));
  for (const auto& file : fs::directory_iterator(folder / "out"))
    CHECK(read(file.path()).find("\"seed\":7") != std::string::npos);
  screen().key("ctrl+q");
  CHECK(program.wait() == 0);
  CHECK(until(5, [] { return screen().windows().empty(); }));
  (void)window;
}

TEST_CASE("a screen of twice the density") {
  const fs::path folder = fresh("density"), configuration = config(folder);
  screen().density(192);
  Program program(command({"cloth", "--paused"}), environment(configuration), folder);
  const unsigned long window = window_of(program);
  const Place menu{200, 88, 400, 300};
  changes("the File menu is twice as far from the corner", menu, 0.1, [] { screen().press(248, 44); });
  changes("and closes", menu, 0.1, [] { screen().key("Escape"); });
  write_png(folder / "twice.png", screen().rest(kWindow));
  leave(program, window);
  screen().density(96);
}

TEST_CASE("a broken or unwritable memory is said and ignored") {
  const fs::path folder = fresh("memory");
  const auto says = [&](const fs::path& configuration, const std::string& what) {
    Program program(command({"cloth", "--paused"}), environment(configuration), folder);
    const unsigned long window = window_of(program);
    leave(program, window);
    CHECK_MESSAGE(program.err().find(what) != std::string::npos, program.err());
  };
  write(folder / "a/rankscope/window.json", "{\"rankscope_window\":1,\"x\":\"far\"}");
  write(folder / "a/rankscope/layout.ini",
        "; rankscope layout 1 0123456789abcdef\n[Docking][Data]\nDockNode ID=0x1 Parent=0x1\n");
  says(folder / "a", "window.json is not what this program wrote");
  write(folder / "b/rankscope/layout.ini",
        "; rankscope layout 1 0123456789abcdef\n[Docking][Data]\nDockNode ID=0x1 Parent=0x1\n");
  says(folder / "b", "layout.ini is not what this program wrote");
  write(folder / "c", "a file where the folder should be");
  says(folder / "c", "will not be remembered");
}

TEST_CASE("it installs") {
  const fs::path folder = fresh("installed"), prefix = folder / "usr";
  Program install({RANKSCOPE_CMAKE, "--install", RANKSCOPE_BUILD, "--prefix", prefix.string()}, {}, folder);
  REQUIRE_MESSAGE(install.wait(30) == 0, install.err());
  const fs::path share = prefix / "share", entry = share / "applications/rankscope.desktop";
  for (const fs::path& file :
       {prefix / "bin/rankscope", prefix / "bin/rankscope-desktop", entry,
        share / "icons/hicolor/scalable/apps/rankscope.svg", share / "icons/hicolor/48x48/apps/rankscope.png",
        share / "icons/hicolor/256x256/apps/rankscope.png", share / "doc/rankscope/LICENSE",
        share / "doc/rankscope/THIRD_PARTY.md", share / "doc/rankscope/OFL.txt"})
    CHECK_MESSAGE(fs::is_regular_file(file), file.string());
  const std::string text = read(entry);
  CHECK(text.find("[Desktop Entry]\n") == 0);
  for (const char* line :
       {"\nType=Application\n", "\nName=Rankscope\n", "\nExec=rankscope-desktop\n", "\nIcon=rankscope\n"})
    CHECK_MESSAGE(text.find(line) != std::string::npos, line);
  Program program({(prefix / "bin/rankscope-desktop").string(), "cloth", "--paused"}, environment(config(folder)),
                  folder);
  const unsigned long window = window_of(program);
  leave(program, window);
}
