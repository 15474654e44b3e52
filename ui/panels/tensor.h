// The two forms of a tensor's card, and what they share: the array, its mask, the foot with the colours.
#pragma once
#include "ui/context.h"
#include "ui/heatmaps.h"

namespace rankscope::ui {

constexpr std::size_t kMostEntries = 200000;  ///< that are drawn at once
constexpr float kFoot = 34;                   ///< px of tensor_foot, with the room above it

/// As a reader counts, from 1.
inline std::string mode_name(int mode) { return "mode " + std::to_string(mode + 1); }

/// The tensor of a Frame, of order 2 at least: a vector is a row.
struct TensorArray {
  const Series* values;
  const Series* observed;  ///< nullptr: the view does not say
  std::vector<std::int64_t> shape;

  int order() const { return static_cast<int>(shape.size()); }
  std::int64_t size(int mode) const { return shape[static_cast<std::size_t>(mode)]; }
  std::size_t offset(const std::vector<std::int64_t>& at) const {
    std::size_t out = 0;
    for (std::size_t m = 0; m < shape.size(); ++m) out = out * static_cast<std::size_t>(shape[m]) + static_cast<std::size_t>(at[m]);
    return out;
  }
  /// The largest magnitude, or 1.
  double reach() const;
  /// "(2, 0, 5)"
  std::string place_of(std::size_t offset) const;
  /// "(2, 0, 5)" and its value, and whether it is observed.
  std::string entry(const std::vector<std::int64_t>& at) const;
};

/// How a mask is shown: by marks on the fewer cells, dots on those that are observed or rings on those that are not.
struct TensorMask {
  bool marks = false, rings = false;
  std::string words;  ///< for the legend; empty: the view does not say
};

TensorMask mask_of(const TensorArray& a);
/// A dot, or a ring.
void tensor_mark(ImDrawList* list, ImVec2 middle, float radius, bool ring, ImU32 ink);
/// Colours on the left, what the marks mean on the right, along the foot of the card. The words switch what they name.
void tensor_foot(Context& c, const Colors& colors, const Rect& r, bool volume, const TensorMask& mask, bool* on, const char* tip);

/// An order-3 tensor as a volume to turn, to cut and to read entry by entry.
void draw_volume(Context& c, const std::string& key, const ViewInfo& info, const TensorArray& a, Slicing& look, const Rect& r);
/// A tensor of any order as a sheet of slices along two chosen modes.
void draw_slices(Context& c, const std::string& key, const ViewInfo& info, const TensorArray& a, Slicing& look, const Rect& r);

}  // namespace rankscope::ui
