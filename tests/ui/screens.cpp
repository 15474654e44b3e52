#include <cstdio>
#include <string>
#include <cstdlib>
#include "ui_test/stage.h"
using namespace rankscope::ui;
int main(int argc, char** argv) {
  const std::string out = argc > 1 ? argv[1] : ".";
  const std::string mode = argc > 2 ? argv[2] : "desk";
  const float w = argc > 3 ? atof(argv[3]) : 1280, h = argc > 4 ? atof(argv[4]) : 800, dpr = argc > 5 ? atof(argv[5]) : 1;
  const bool dark = argc > 6 ? atoi(argv[6]) : 1;
  const int step = argc > 7 ? atoi(argv[7]) : 1200;
  const float scroll = argc > 8 ? atof(argv[8]) : 0;
  Stage s(w, h, dpr, dark, w < 600);
  s.input.title_height = w < 600 ? 40 : 50;
  s.input.words_height = 230;
  for (int i = 0; i < 5; ++i) s.frame();
  s.run_to(step);
  s.input.scroll = scroll;
  s.key(525 /*space*/);
  for (int i = 0; i < 5; ++i) s.frame();
  if (argc > 10) { s.point(atof(argv[9]), atof(argv[10])); for (int i = 0; i < 40; ++i) s.frame(); }
  if (argc > 11) { s.press(atof(argv[9]), atof(argv[10])); s.run_to(atoi(argv[11])); for (int i = 0; i < 40; ++i) s.frame(); }
  write_png(out + "/" + mode + ".png", s.shoot());
  std::printf("%s | %s | frames to settle %d, height %g, wants %d\n", s.said.summary.c_str(), s.said.status.c_str(), s.settle(), s.told.height, s.app().wants_frame());
  for (auto& r : s.refused) std::printf("refused: %s\n", r.c_str());
}
