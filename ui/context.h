// What a panel is given: the model, the widgets, the maps, and what the reader has switched.
#pragma once
#include <array>
#include <map>
#include <string>
#include <vector>

#include "ui/heatmaps.h"
#include "ui/layout.h"
#include "ui/model.h"
#include "ui/prediction.h"
#include "ui/projection.h"
#include "ui/volumes.h"
#include "ui/widgets.h"

namespace rankscope::ui {

enum class Overlay { None, Gallery, Data, Words, Lens, Runs, Share };

/// A landscape's function as it is drawn.
struct Relief {
  std::vector<double> values, heights;  ///< as the Frame has them; their shares of the range
  std::vector<Segment> lines;
  Series smooth;                        ///< of the heights, from the top
  std::uint64_t version = 0;
};

/// How a tensor is looked at.
struct Slicing {
  bool slices = false;                       ///< of an order-3 tensor: not as a volume
  int rows = 0, cols = 1;                    ///< modes that are rows and columns of each slice
  std::array<float, 3> kept = {1, 1, 1};     ///< of a volume: the share of each mode that is not cut away
  bool marked = true;                        ///< the cells are that are observed, or those that are not
  bool observed_only = false;                ///< of slices too small for marks: the rest is left out
  Series sheet;                              ///< all slices in one matrix, gaps between them
  std::uint64_t made_of = 0, version = 0;    ///< the moment the sheet shows; its own count
};

/// A leaf of a mode tree that is being dragged.
struct HeldLeaf {
  std::string view;  ///< key; empty: none
  int node = -1;
};

/// Of the rank lens.
struct LensHold {
  int notion = -1;             ///< under the pointer
  int floor = -3;              ///< of the spectra's axes: they stand still while the threshold is dragged
  std::vector<float> heights;  ///< of the rows
};

/// The scrub bar while it is held, and a run on its way.
struct TimeHold {
  std::int64_t target = -1;              ///< step under the held knob; -1: it is not held
  std::int64_t goal = -1, began = 0;     ///< where the run goes, and the step from which it computes
};

/// An entry of a view of the first run in the reader's hand, and the one that was let go last.
struct Grasp {
  std::string hand;                      ///< key of the view that is taken hold of; empty: none
  std::int64_t entry = -1;               ///< held now; -1: none
  double from = 0, value = 0;            ///< as it was, and where the hand has it
  float y = 0;                           ///< where the pointer took hold
  std::string moved;                     ///< key of the view whose entry was let go
  std::int64_t mark = -1;
  bool pending = false;                  ///< it is not told the run yet
  double moved_to = 0, until = 0;        ///< its value then; seconds until which it is marked
};

/// Curves that the reader draws before the run does.
struct Predicting {
  std::string view;                      ///< key; empty: none
  std::map<int, Prediction> lines;       ///< by identity of the line
  int line = 0;                          ///< that the pointer draws
  std::int64_t from = 0;                 ///< where the run stood
  bool drawing = false;
  double step = 0, value = 0;            ///< where the pointer was
};

/// Where the pointer is on some chart, for all of them, and on whose name.
struct Pointed {
  double x = 0;                          ///< on the charts' x axis
  bool by_time = false;                  ///< which that is
  unsigned chart = 0;
  bool kept = false;                     ///< a finger has pointed there and was lifted: it stays until the next press
  int frame = -2, lane_frame = -2;       ///< the last ones in which a chart, a run's name was pointed at
  int lane = -1;                         ///< of the run whose name it was
  int kept_lane = -1;                    ///< of the run that stays in front; -1: none
};

/// Of the sheet of runs.
struct RunsHold {
  int renaming = -1;                     ///< lane of the run whose name is being typed
  bool focus = false;
  char name[96] = {};
  bool others = false;                   ///< all parameters that a ladder can be made of are listed
};

/// Of the sheet that hands the experiment on.
struct ShareHold {
  bool moment = false;                   ///< the step goes with it
  std::int64_t step = 0;                 ///< as it was when the sheet was opened
  std::string copied;                    ///< what was copied last
};

/// What the reader has switched; lives as long as the App.
struct State {
  Overlay overlay = Overlay::None;
  float sheet_height = 400;                 ///< what the overlay's content needs
  bool all_parameters = false;              ///< on a phone
  std::map<std::string, bool> open_groups;  ///< of parameters, where the reader has said so
  std::string held;                         ///< key of the parameter that is dragged, where the run restarts with it
  Value held_value;
  std::string typing;  ///< key of the parameter whose value is being typed
  char typed[256] = {};
  bool focus_typing = false;
  bool named = false;                       ///< the panel's window has a bar with its name
  TimeHold time;
  Grasp grasp;
  Predicting predicting;
  std::string input;                        ///< which input a chosen file becomes
  std::map<std::string, double> deviation;  ///< of theory, by view, at `deviation_version`
  std::uint64_t deviation_version = 0;
  std::map<std::string, Relief> reliefs;    ///< of landscapes, by view
  std::map<std::string, bool> surfaces;     ///< landscapes that are shown as one
  std::map<std::string, Turn> turns;
  std::map<std::string, Slicing> slicings;  ///< of tensors, by view
  Pointed pointed;
  RunsHold runs;
  ShareHold sharing;
  HeldLeaf leaf;
  LensHold lens;
  bool gripped = false;                     ///< what is dragged in a sheet is no page to scroll
  std::vector<Rect> grips;                  ///< on screen, where a drag in any direction is ours; made anew each frame
};

struct Context {
  Host& host;
  Model& model;
  HeatMaps& maps;
  Volumes& volumes;
  Widgets& w;
  State& state;
  const Input& input;

  const Theme& theme() const { return w.theme(); }
};

}  // namespace rankscope::ui
