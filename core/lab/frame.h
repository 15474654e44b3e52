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
};

struct ViewInfo {
  std::string key, label, help, unit;
  Kind kind = Kind::Scalar;
  Scale axis = Scale::Linear;
  bool theory = false;    ///< Frames carry a Theory part beside it
  bool signed_ = false;   ///< values of both signs: zero-centred diverging colours
  double flops = 0;       ///< cost of one measurement, roughly
};

/// What a series is of its view. The parts of a spectrum are aligned: element i of each belongs to the i-th largest value, and
/// Lines[i] names its line; Theory, Lines and Forecast may be shorter than Measured.
enum class Part : std::uint32_t {
  Measured,  ///< the run itself
  Theory,    ///< the prediction, integrated beside the run from the start and the measured driving force
  Lines,     ///< which line each sorted value belongs to: identity over time
  Forecast,  ///< the step at which it is predicted to take off, from the current state; NaN: it has, or will not
  Target,    ///< the truth's value, constant
};

struct Series {
  std::uint32_t view = 0;  ///< index into the run's list of views
  Part part = Part::Measured;
  std::vector<std::int64_t> shape;  ///< {} scalar, {k} spectrum, {rows, cols} matrix; row-major
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
