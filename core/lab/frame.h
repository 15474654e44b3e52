// What a run shows: kinds of view, and Frames, plain data that panels, records, exports, workers and the JS API read.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lab/settings.h"

namespace rankscope {

/// A panel knows these kinds and never a system.
enum class Kind {
  Scalar,    ///< one number over time
  Spectrum,  ///< a descending list over time: lines, and bars now
  Matrix,    ///< a heat map
  Image,     ///< a matrix that is a picture: square pixels, its own range, gaps marked
  Landscape, ///< a function of two coordinates as a grid, and where the run stands on it: contours, surface, trajectory
  Claim,     ///< the two sides of a theorem over time, and its hypotheses
  Tensor,    ///< an array of any order: a volume, or slices along chosen axes
  Tree,      ///< a mode tree (of a tensor train a chain, of a Tucker form a star): bars at its nodes, spectra on its edges
  Components,  ///< a sum of outer products: beams as thick as the components' norms, made of one vector a mode
};

/// What a Claim says, for its labels; the numbers are in the Frames.
struct ClaimInfo {
  std::string left, right;  ///< the two sides in words: "loss", "bound"
  bool at_most = true;      ///< left <= right; false: left >= right
  double slack = 0;         ///< absolute, for what the numbers themselves are uncertain by: an integrator's tolerance
  std::vector<std::string> hypotheses;  ///< "square loss", "balanced start"; Part::Hypotheses says which of them hold
};

struct ViewInfo {
  std::string key, label, help, unit;
  Kind kind = Kind::Scalar;
  Scale axis = Scale::Linear;
  bool theory = false;    ///< Frames carry a Theory part beside it
  bool signed_ = false;   ///< values of both signs: zero-centred diverging colours
  double flops = 0;       ///< cost of one measurement, roughly
  ClaimInfo claim{};      ///< of a Claim
  std::string x{}, y{};   ///< of a Landscape: what its coordinates are
  bool grasp = false;     ///< its entries can be taken hold of: System::nudge moves the weights until one has another value
  std::string edits{};    ///< of a Tree that can be redrawn: the parameter that takes it in brackets, "((1,2),(3,4))"
  std::string baseline{};  ///< of a Scalar whose Target is no truth but what another predictor gets: which one, "a constant"
};

/// What a series is of its view. The parts of a spectrum are aligned: element i of each belongs to the i-th largest value, and
/// Lines[i] names its line; Theory, Lines and Forecast may be shorter than Measured.
enum class Part : std::uint32_t {
  Measured,  ///< the run itself
  Theory,    ///< the prediction, integrated beside the run from the start, or the last push, and the measured driving force
  Lines,     ///< which line each sorted value belongs to: identity over time
  Forecast,  ///< the step at which it is predicted to take off, from the current state; NaN: it has, or will not
  Target,    ///< the truth's value, constant
  Bound,       ///< of a Claim: its right side; Measured is its left. A side that is not a number has nothing to compare. Of a Spectrum, {k, 2}: lower and upper edge of the theory's band
  Hypotheses,  ///< of a Claim, {k} in the order of ClaimInfo::hypotheses: 1 holds now, 0 does not
  Baseline,    ///< of a scalar, {2}: certified lower and upper bound of the best value there is, such as the least nuclear norm
  Extent,   ///< of a Landscape, {4}: x at the first and last column, y at the first and last row
  Point,    ///< of a Landscape, {2}: x, y of the run now
  Ellipse,  ///< of a Landscape, {3}: the symmetric matrix xx, xy, yy that multiplies the gradient there, the preconditioner
  Marks,    ///< of a Landscape, {k, 3}: x, y, and 0 a minimum, 1 a saddle
  Route,    ///< of a Landscape, {k, 2}: a given path, such as the loop that is integrated along
  Observed,  ///< of a Tensor, its shape: 1 where the entry is observed, 0 elsewhere
  Parents,   ///< of a Tree, {n}: each node's parent, -1 the root's. Measured {n, k}: the bars at each node, largest first; Target {n, m}: the truth's edges
  Modes,     ///< of a Tree, {n}: the 0-based mode of a leaf, -1 elsewhere
  Edges,     ///< of a Tree, {n, m}: singular values of the matricization by the modes under each node. Rows of a Tree end in NaN where they are shorter
  Vectors,   ///< of Components, {k, d_1 + ... + d_N}: of each component (Measured {k}: norms, largest first) one unit vector a mode, one after the other
  Sizes,     ///< of Components, {N}: d_1 ... d_N
};
constexpr Part kLastPart = Part::Sizes;

/// Number of axes of a series of this kind of view and part, what `shape` must have; -1: the kind has no such part; kAnyAxes: any number.
constexpr int kAnyAxes = -2;
int axes_of(Kind kind, Part part);

struct Series {
  std::uint32_t view = 0;  ///< index into the run's list of views
  Part part = Part::Measured;
  std::vector<std::int64_t> shape;  ///< {} scalar and claim, {k} spectrum, {rows, cols} matrix and landscape; row-major
  std::vector<double> data;
};

struct Frame {
  std::int64_t step = 0;
  double time = 0;  ///< on the system's time axis: the sum of step sizes for descent
  std::vector<Series> values;

  const Series* find(std::uint32_t view, Part part = Part::Measured) const;
};

/// Little-endian bytes: i64 step, f64 time, u32 count, then per series u32 view, u32 part, u32 dims, i64 shape..., f64 data...
std::vector<std::byte> encode(const Frame& frame);
/// std::nullopt when the bytes are not a Frame.
std::optional<Frame> decode(std::span<const std::byte> bytes);

}  // namespace rankscope
