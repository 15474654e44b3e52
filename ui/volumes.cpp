#include "ui/volumes.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <utility>

#include "ui/gl.h"
#include "ui/widgets.h"

namespace rankscope::ui {
namespace {

/// The near faces of a cube. Vertex n is the corner whose bits, n + 1, say at which modes' near ends it is; each face's triangles end with the
/// corner that is of this face only.
constexpr unsigned short kFaces[] = {6, 2, 0, 4, 6, 0, 6, 5, 1, 2, 6, 1, 6, 4, 3, 5, 6, 3};

/// What the callback needs; copied into the draw list.
struct Call {
  unsigned program, faces, values, colors;
  Rect screen;
  float dpr;
  Cut cut;
  int near[3];
  float origin[2], axes[6];  ///< on screen, CSS px
  float scale, reach, map;
  ImVec4 mark;
};

void render(const ImDrawList*, const ImDrawCmd* command) {
  Call call;
  std::memcpy(&call, command->UserCallbackData, sizeof call);
  const Rect& screen = call.screen;
  if (!scissor(command->ClipRect, screen, call.dpr)) return;
  glUseProgram(call.program);  // it reads no attributes: the backend's own vertex array, which is bound, will do
  const auto at = [&](const char* name) { return glGetUniformLocation(call.program, name); };
  glUniform3iv(at("low"), 1, call.cut.low.data());
  glUniform3iv(at("high"), 1, call.cut.high.data());
  glUniform3iv(at("near"), 1, call.near);
  glUniform2f(at("origin"), 2 * (call.origin[0] - screen.x) / screen.width - 1, 1 - 2 * (call.origin[1] - screen.y) / screen.height);
  float axes[6];
  for (int i = 0; i < 6; ++i) axes[i] = i % 2 ? -2 * call.axes[i] / screen.height : 2 * call.axes[i] / screen.width;
  glUniform2fv(at("axes"), 3, axes);
  glUniform1f(at("scale"), call.scale);
  glUniform1f(at("reach"), call.reach);
  glUniform1f(at("map"), call.map);
  glUniform4f(at("mark"), call.mark.x, call.mark.y, call.mark.z, call.mark.w);
  glUniform1i(at("values"), 0);
  glUniform1i(at("colors"), 1);
  glBindSampler(0, 0), glBindSampler(1, 0);  // the backend's linear sampler cannot read a float texture
  glActiveTexture(GL_TEXTURE1);
  glBindTexture(GL_TEXTURE_2D, call.colors);
  glActiveTexture(GL_TEXTURE0);
  glBindTexture(GL_TEXTURE_3D, call.values);
  const auto& [low, high] = call.cut;
  glBindBuffer(GL_ELEMENT_ARRAY_BUFFER, call.faces);  // only here a vertex array is bound that can hold it
  glBufferData(GL_ELEMENT_ARRAY_BUFFER, sizeof kFaces, kFaces, GL_STREAM_DRAW);
  glDrawElementsInstanced(GL_TRIANGLES, static_cast<int>(std::size(kFaces)), GL_UNSIGNED_SHORT, nullptr, (high[0] - low[0]) * (high[1] - low[1]) * (high[2] - low[2]));
}

}  // namespace

Volumes::~Volumes() {
  for (const auto& [name, texture] : textures_) glDeleteTextures(1, &texture.id);
  if (program_) glDeleteProgram(program_), glDeleteBuffers(1, &faces_);
}

void Volumes::draw(ImDrawList* list, const std::string& name, const Series& tensor, const Series* observed, std::uint64_t version, const Box& box, const Cut& cut,
                   ImVec2 middle, float scale, const Look& look) {
  if (tensor.shape.size() != 3 || tensor.data.empty()) return;
  if (!program_) {
    program_ = make_program("volume");
    glGenBuffers(1, &faces_);
  }
  Texture& t = textures_[name];
  t.used = true;
  if (!t.id) {
    glGenTextures(1, &t.id);
    glBindTexture(GL_TEXTURE_3D, t.id);
    for (const auto what : {GL_TEXTURE_MIN_FILTER, GL_TEXTURE_MAG_FILTER}) glTexParameteri(GL_TEXTURE_3D, static_cast<GLenum>(what), GL_NEAREST);
  }
  if (t.version != version || t.shape != tensor.shape) {
    t.version = version, t.shape = tensor.shape;
    const bool marked = observed && observed->data.size() == tensor.data.size();
    std::vector<float> texels;
    texels.reserve(2 * tensor.data.size());
    for (std::size_t i = 0; i < tensor.data.size(); ++i) {
      const double x = tensor.data[i];
      texels.push_back(std::isfinite(x) ? static_cast<float>(x) : 0.f);
      texels.push_back(marked && observed->data[i] != 0 ? 1.f : 0.f);
    }
    glBindTexture(GL_TEXTURE_3D, t.id);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
    const auto size = [&](std::size_t mode) { return static_cast<int>(tensor.shape[mode]); };
    glTexImage3D(GL_TEXTURE_3D, 0, GL_RG32F, size(2), size(1), size(0), 0, GL_RG, GL_FLOAT, texels.data());
  }
  const ImGuiViewport& v = *ImGui::GetWindowViewport();
  Call call{program_, faces_, t.id, colors_, screen_of(v), v.FramebufferScale.x, cut, {}, {}, {}, static_cast<float>(1 / look.full), look.both_signs ? static_cast<float>(kVolumeReach) : 0.f,
            row_of(look.both_signs ? ColorMap::Diverging : look.map), ImGui::ColorConvertU32ToFloat4(look.mark)};
  const Box::Point origin = box.place(0, 0, 0);
  call.origin[0] = middle.x + scale * origin.right, call.origin[1] = middle.y - scale * origin.up;
  for (int m = 0; m < 3; ++m) {
    call.near[m] = box.high_is_near(m);
    call.axes[2 * m] = scale * box.along(m).right, call.axes[2 * m + 1] = -scale * box.along(m).up;
  }
  list->AddCallback(render, &call, sizeof call);
  list->AddCallback(ImGui::GetPlatformIO().DrawCallback_ResetRenderState);
}

void Volumes::sweep() {
  for (auto it = textures_.begin(); it != textures_.end();) {
    const bool used = std::exchange(it->second.used, false);
    if (!used) glDeleteTextures(1, &it->second.id);
    it = used ? std::next(it) : textures_.erase(it);
  }
}

}  // namespace rankscope::ui
