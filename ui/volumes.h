// Order-3 tensors on the GPU: one texture a tensor, its cells drawn as cubes by shaders/volume.* from a callback in ImGui's
// draw list.
#pragma once
#include <imgui.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "lab/frame.h"
#include "ui/app.h"
#include "ui/box.h"
#include "ui/heatmaps.h"

namespace rankscope::ui {

/// Of a map with zero in its middle the volume uses this much on both sides: its ends are too dark for a dark ground.
inline constexpr double kVolumeReach = 0.36;

class Volumes {
 public:
  explicit Volumes(unsigned colors) : colors_(colors) {}  ///< a HeatMaps' colours
  ~Volumes();
  Volumes(const Volumes&) = delete;
  Volumes& operator=(const Volumes&) = delete;

  /// How it is drawn: a cell of `full` in size is opaque.
  struct Look {
    double full = 1;
    bool both_signs = false;
    ImU32 mark = 0;  ///< edges of the observed cells
    ColorMap map = ColorMap::Cividis;
  };
  /// Draws a tensor {n1, n2, n3} with its middle at `middle` (CSS px, on screen), `scale` px to Box's unit; `observed` may be nullptr.
  /// Uploads both when `version` is new for this name.
  void draw(ImDrawList* list, const std::string& name, const Series& tensor, const Series* observed, std::uint64_t version, const Box& box, const Cut& cut,
            ImVec2 middle, float scale, const Look& look);
  /// Forgets what was not drawn since the last call.
  void sweep();

 private:
  struct Texture {
    unsigned id = 0;
    std::uint64_t version = 0;
    std::vector<std::int64_t> shape;
    bool used = true;
  };

  unsigned program_ = 0, faces_ = 0, colors_;  ///< the first two are made when the first volume is drawn
  std::map<std::string, Texture> textures_;
};

}  // namespace rankscope::ui
