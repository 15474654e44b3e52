#include "ui/heatmaps.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

#include "ui/gl.h"
#include "ui/widgets.h"

namespace rankscope::ui {
namespace {

constexpr int kColors = 256;
constexpr float kNoValue = 3e38f;
constexpr std::int64_t kWidest = 2048;  // texels: every GL has them, few screens have more; wider matrices skip entries

/// Cividis (Nunez, Anderton, Renslow 2018) by the polynomial of d3-scale-chromatic.
void cividis(double t, double rgb[3]) {
  rgb[0] = -4.54 - t * (35.34 - t * (2381.73 - t * (6402.7 - t * (7024.72 - t * 2710.57))));
  rgb[1] = 32.49 + t * (170.73 + t * (52.82 - t * (131.46 - t * (176.58 - t * 67.37))));
  rgb[2] = 81.24 + t * (442.36 - t * (2482.43 - t * (6167.24 - t * (6614.94 - t * 2475.67))));
}

/// Between stops that stand at equal distances.
void between(std::span<const unsigned> stops, double t, double rgb[3]) {
  const auto last = static_cast<int>(stops.size()) - 1;
  const double at = t * last;
  const int i = std::clamp(static_cast<int>(at), 0, last - 1);
  for (int c = 0; c < 3; ++c) {
    const int shift = 16 - 8 * c;
    const double a = (stops[static_cast<std::size_t>(i)] >> shift) & 255, b = (stops[static_cast<std::size_t>(i) + 1] >> shift) & 255;
    rgb[c] = a + (at - i) * (b - a);
  }
}

/// Viridis and inferno (Smith and van der Walt 2015, CC0), ten stops each.
constexpr unsigned kViridis[] = {0x440154, 0x482878, 0x3e4a89, 0x31688e, 0x26828e, 0x1f9e89, 0x35b779, 0x6ece58, 0xb5de2b, 0xfde725};
constexpr unsigned kInferno[] = {0x000004, 0x1b0c41, 0x4a0c6b, 0x781c6d, 0xa52c60, 0xcf4446, 0xed6925, 0xfb9b06, 0xf7d13d, 0xfcffa4};
constexpr unsigned kGrey[] = {0x101010, 0xf4f4f4};
/// ColorBrewer's RdBu from blue (negative) over white to red.
constexpr unsigned kDiverging[] = {0x053061, 0x2166ac, 0x4393c3, 0x92c5de, 0xd1e5f0, 0xf7f7f7, 0xfddbc7, 0xf4a582, 0xd6604d, 0xb2182b, 0x67001f};

/// A map's row in the texture of the colours, as a texture coordinate.
float row_of(ColorMap map) { return (static_cast<float>(map) + 0.5f) / kColorMaps; }

unsigned make_texture(GLint filter) {
  unsigned id = 0;
  glGenTextures(1, &id);
  glBindTexture(GL_TEXTURE_2D, id);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, filter);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, filter);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
  return id;
}

/// What the callback needs; copied into the draw list.
struct Call {
  unsigned program, values, colors;
  Rect screen, place;  ///< the viewport that is drawn; a panel may stand in a window of its own
  Colors shades;
  float dpr, radius;
};

void render(const ImDrawList*, const ImDrawCmd* command) {
  Call call;
  std::memcpy(&call, command->UserCallbackData, sizeof call);
  const Rect& screen = call.screen;
  const float dpr = call.dpr;
  if (!scissor(command->ClipRect, screen, dpr)) return;
  glUseProgram(call.program);  // it reads no attributes: the backend's own vertex array, which is bound, will do
  const auto at = [&](const char* name) { return glGetUniformLocation(call.program, name); };
  const auto clip_x = [&](float x) { return 2 * (x - screen.x) / screen.width - 1; };
  const auto clip_y = [&](float y) { return 1 - 2 * (y - screen.y) / screen.height; };
  const Rect& p = call.place;
  glUniform4f(at("rect"), clip_x(p.x), clip_y(p.y), clip_x(p.x + p.width), clip_y(p.y + p.height));
  glUniform2f(at("range"), static_cast<float>(call.shades.low), static_cast<float>(call.shades.high));
  glUniform1f(at("map"), row_of(call.shades.map));
  glUniform4f(at("unseen"), call.shades.unseen[0], call.shades.unseen[1], call.shades.unseen[2], 1);
  glUniform2f(at("size"), p.width * dpr, p.height * dpr);
  glUniform1f(at("radius"), call.radius * dpr);
  glUniform1i(at("values"), 0);
  glUniform1i(at("colors"), 1);
  glBindSampler(0, 0), glBindSampler(1, 0);  // the backend's linear sampler cannot read a one-channel float texture
  glActiveTexture(GL_TEXTURE1);
  glBindTexture(GL_TEXTURE_2D, call.colors);
  glActiveTexture(GL_TEXTURE0);
  glBindTexture(GL_TEXTURE_2D, call.values);
  glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
}

}  // namespace

ColorMap map_named(std::string_view name) {
  const auto it = std::find(std::begin(kMaps), std::end(kMaps), name);
  return it == std::end(kMaps) ? ColorMap::Cividis : static_cast<ColorMap>(it - std::begin(kMaps));
}

ImU32 color_at(ColorMap map, double share) {
  double rgb[3];
  switch (map) {
    case ColorMap::Cividis:
      cividis(share, rgb);
      break;
    case ColorMap::Viridis:
      between(kViridis, share, rgb);
      break;
    case ColorMap::Inferno:
      between(kInferno, share, rgb);
      break;
    case ColorMap::Grey:
      between(kGrey, share, rgb);
      break;
    case ColorMap::Diverging:
      between(kDiverging, share, rgb);
      break;
  }
  const auto byte = [](double x) { return static_cast<int>(std::clamp(x + 0.5, 0.0, 255.0)); };
  return IM_COL32(byte(rgb[0]), byte(rgb[1]), byte(rgb[2]), 255);
}

HeatMaps::HeatMaps() {
  program_ = make_program("heatmap");
  std::vector<ImU32> pixels;
  for (int map = 0; map < kColorMaps; ++map)
    for (int i = 0; i < kColors; ++i) pixels.push_back(color_at(static_cast<ColorMap>(map), i / (kColors - 1.0)));
  colors_ = make_texture(GL_LINEAR);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, kColors, kColorMaps, 0, GL_RGBA, GL_UNSIGNED_BYTE, pixels.data());
}

HeatMaps::~HeatMaps() {
  for (const auto& [name, texture] : textures_) glDeleteTextures(1, &texture.id);
  glDeleteTextures(1, &colors_);
  glDeleteProgram(program_);
}

void HeatMaps::draw(ImDrawList* list, const std::string& name, const Series& matrix, std::uint64_t version,
                    const Rect& place, const Colors& colors, float radius) {
  if (matrix.shape.size() != 2 || matrix.data.empty()) return;
  Texture& t = textures_[name];
  t.used = true;
  if (!t.id) t.id = make_texture(GL_NEAREST), t.version = version + 1;
  if (t.version != version || t.rows != matrix.shape[0] || t.cols != matrix.shape[1]) {
    t.version = version, t.rows = matrix.shape[0], t.cols = matrix.shape[1];
    const std::int64_t stride = std::max(t.rows, t.cols) / (kWidest + 1) + 1;
    const std::int64_t rows = (t.rows + stride - 1) / stride, cols = (t.cols + stride - 1) / stride;
    std::vector<float> values;
    values.reserve(static_cast<std::size_t>(rows * cols));
    for (std::int64_t i = 0; i < t.rows; i += stride)
      for (std::int64_t j = 0; j < t.cols; j += stride) {
        const double x = matrix.data[static_cast<std::size_t>(i * t.cols + j)];
        values.push_back(std::isfinite(x) ? static_cast<float>(x) : kNoValue);
      }
    glBindTexture(GL_TEXTURE_2D, t.id);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_R32F, static_cast<int>(cols), static_cast<int>(rows), 0, GL_RED, GL_FLOAT,
                 values.data());
  }
  const ImGuiViewport& v = *ImGui::GetWindowViewport();
  Call call{program_, t.id, colors_, screen_of(v), place, colors, v.FramebufferScale.x, radius};
  list->AddCallback(render, &call, sizeof call);
  list->AddCallback(ImGui::GetPlatformIO().DrawCallback_ResetRenderState);
}

void HeatMaps::sweep() {
  for (auto it = textures_.begin(); it != textures_.end();) {
    const bool used = std::exchange(it->second.used, false);
    if (!used) glDeleteTextures(1, &it->second.id);
    it = used ? std::next(it) : textures_.erase(it);
  }
}

}  // namespace rankscope::ui
