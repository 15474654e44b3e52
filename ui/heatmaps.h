// Matrices as colours on the GPU: one texture a matrix, drawn by shaders/heatmap.* from a callback in ImGui's draw
// list.
#pragma once
#include <imgui.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "lab/frame.h"
#include "ui/app.h"

namespace rankscope::ui {

/// The first ones run from low to high, the last one from negative over zero to positive.
enum class ColorMap { Cividis, Viridis, Inferno, Grey, Diverging };
inline constexpr int kColorMaps = 5;
/// What a reader may choose for values from low to high, by name: the first is as usual. Each of them grows lighter all the way, so that readers with any
/// colour vision, and a grey print, keep the order.
inline constexpr const char* kMaps[] = {"cividis", "viridis", "inferno", "grey"};
/// Of a name of kMaps; the usual one for any other.
ColorMap map_named(std::string_view name);

struct Colors {
  ColorMap map = ColorMap::Cividis;
  double low = 0, high = 1;     ///< values at the ends
  float unseen[3] = {0, 0, 0};  ///< colour of gaps
};

class HeatMaps {
 public:
  HeatMaps();
  ~HeatMaps();
  HeatMaps(const HeatMaps&) = delete;
  HeatMaps& operator=(const HeatMaps&) = delete;

  /// Draws a matrix {rows, cols} into `place` (CSS px, on screen); uploads it when `version` is new for this name.
  void draw(ImDrawList* list, const std::string& name, const Series& matrix, std::uint64_t version, const Rect& place,
            const Colors& colors, float radius);
  /// Forgets what was not drawn since the last call.
  void sweep();

 private:
  struct Texture {
    unsigned id = 0;
    std::uint64_t version = 0;
    std::int64_t rows = 0, cols = 0;
    bool used = true;
  };

  unsigned program_ = 0, colors_ = 0;
  std::map<std::string, Texture> textures_;
};

/// The colour of a share in [0, 1] of a map, for legends and tests.
ImU32 color_at(ColorMap map, double share);

}  // namespace rankscope::ui
