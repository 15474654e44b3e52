// What is drawn on an offscreen context and looked at, part by part; pictures go to a folder.
#pragma once
#include <cstddef>
#include <string>

#include "ui_test/stage.h"

namespace rankscope::ui {

/// Where pictures go; empty: nowhere.
extern std::string folder;
extern int failures;

void check(bool holds, const std::string& what);
/// Different colours in the part of a picture: a blank one has one.
std::size_t colors(const Picture& p, const Rect& part);
/// Whether two pictures differ in a part of them.
bool differ(const Picture& a, const Picture& b, const Rect& part);
Rect whole(const Picture& p);
/// A picture of now, kept under this name.
Picture keep(Stage& stage, const std::string& name);
/// Nothing was refused.
void fine(const Stage& stage, const std::string& name);
/// Words get the room that a page would give them.
void start(Stage& stage);

// screens_tensors.cpp
void tensors();
void gestures();
void cells();
void tensors_compared();
void lenses();
// screens_time.cpp
void times();
void predictions();
// screens_runs.cpp
void runs_of_a_desktop();
void runs_of_a_phone();
void sharing();

}  // namespace rankscope::ui
