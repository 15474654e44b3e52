// Order-3 tensors on the GPU: the cells of each that can be seen, drawn as cubes by shaders/volume.* from a callback in ImGui's
// draw list.
#pragma once
#include <imgui.h>

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "lab/frame.h"
#include "ui/app.h"
#include "ui/box.h"
#include "ui/heatmaps.h"

namespace rankscope::ui {

/// What a cell is painted with, and so the volume's colour bar: of its value's share of the largest, in [-1, 1] of a map with zero in its middle, else in [0, 1]. The
/// opacity grows with the power 3/2 of the magnitude from a twentieth of the largest on, so that what is far smaller is no fog before it.
ImU32 cell_shade(ColorMap map, double share);

class Volumes {
 public:
  Volumes() = default;
  ~Volumes();
  Volumes(const Volumes&) = delete;
  Volumes& operator=(const Volumes&) = delete;

  /// How it is drawn: a cell of `full` in size is opaque.
  struct Look {
    double full = 1;
    ColorMap map = ColorMap::Cividis;
    const Series* observed = nullptr;  ///< not 0 where an entry is: these have marks; nullptr: none has
    ImU32 ink = 0, ground = 0;         ///< of the marks, as opaque as their cells, and what is behind it all
    float faint = 0;                   ///< least opacity of a mark on a face of the box in front
    bool rings = false;                ///< what is not observed is marked
  };
  /// Draws a tensor {n1, n2, n3}, of at most 65536 in a mode, with its middle at `middle` (CSS px, on screen), `scale` px to Box's unit.
  /// `version` counts what it has been under this name.
  void draw(ImDrawList* list, const std::string& name, const Series& tensor, std::uint64_t version, const Box& box, const Cut& cut, ImVec2 middle, float scale,
            const Look& look);
  /// Forgets what was not drawn since the last call.
  void sweep();

 private:
  /// What the list of a tensor's cells was made of: it lasts while the tensor turns, until another side of it is near.
  struct Shown {
    std::uint64_t version = 0;
    std::vector<std::int64_t> shape;
    std::array<int, 3> low{}, high{};
    std::array<bool, 3> near{};
    ColorMap map = ColorMap::Cividis;
    ImU32 ink = 0;

    bool operator==(const Shown&) const = default;
  };
  struct Cells {
    unsigned list = 0;
    int count = 0;
    Shown shown;
    bool used = true;
  };

  unsigned program_ = 0, faces_ = 0;  ///< made when the first volume is drawn
  std::map<std::string, Cells> cells_;
};

}  // namespace rankscope::ui
