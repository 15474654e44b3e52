#include "ui/volumes.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
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

/// A cell as the GPU has it, see shaders/volume.vert.
struct Cell {
  std::uint16_t place[3], size;
  ImU32 shade;
};
constexpr std::uint16_t kCube = 90, kMark = 26, kHole = 14;  // percent of a cell: gaps show that there are cells

/// What the callback needs; copied into the draw list.
struct Call {
  unsigned program, faces, list;
  int count;
  Rect screen;
  float dpr;
  int near[3];
  float origin[2], axes[6];  ///< on screen, CSS px
};

void render(const ImDrawList*, const ImDrawCmd* command) {
  Call call;
  std::memcpy(&call, command->UserCallbackData, sizeof call);
  const Rect& screen = call.screen;
  if (!scissor(command->ClipRect, screen, call.dpr)) return;
  glUseProgram(call.program);
  const auto at = [&](const char* name) { return glGetUniformLocation(call.program, name); };
  glUniform3iv(at("near"), 1, call.near);
  glUniform2f(at("origin"), 2 * (call.origin[0] - screen.x) / screen.width - 1, 1 - 2 * (call.origin[1] - screen.y) / screen.height);
  float axes[6];
  for (int i = 0; i < 6; ++i) axes[i] = i % 2 ? -2 * call.axes[i] / screen.height : 2 * call.axes[i] / screen.width;
  glUniform2fv(at("axes"), 3, axes);
  unsigned vertices = 0;  // made here: windows share all but these; the backend binds its own again
  glGenVertexArrays(1, &vertices);
  glBindVertexArray(vertices);
  glBindBuffer(GL_ARRAY_BUFFER, call.list);
  glVertexAttribIPointer(0, 4, GL_UNSIGNED_SHORT, sizeof(Cell), nullptr);
  glVertexAttribPointer(1, 4, GL_UNSIGNED_BYTE, GL_TRUE, sizeof(Cell), reinterpret_cast<const void*>(offsetof(Cell, shade)));
  for (const unsigned i : {0u, 1u}) glEnableVertexAttribArray(i), glVertexAttribDivisor(i, 1);
  glBindBuffer(GL_ELEMENT_ARRAY_BUFFER, call.faces);
  glBufferData(GL_ELEMENT_ARRAY_BUFFER, sizeof kFaces, kFaces, GL_STREAM_DRAW);
  glDrawElementsInstanced(GL_TRIANGLES, static_cast<int>(std::size(kFaces)), GL_UNSIGNED_SHORT, nullptr, call.count);
  glDeleteVertexArrays(1, &vertices);
}

/// The cells that can be seen, from far to near, each with its mark behind it in the list.
std::vector<Cell> cells_of(const Series& tensor, const Box& box, const Cut& cut, const Volumes::Look& look) {
  std::vector<Cell> out;
  const bool marked = look.observed && look.observed->data.size() == tensor.data.size();
  std::array<std::uint16_t, 3> at;
  const auto mode = [&](int m, auto&& inside) {
    const auto k = static_cast<std::size_t>(m);
    for (int n = cut.low[k]; n < cut.high[k]; ++n) at[k] = static_cast<std::uint16_t>(box.high_is_near(m) ? n : cut.low[k] + cut.high[k] - 1 - n), inside();
  };
  const auto front = [&](std::size_t k) { return at[k] == (box.high_is_near(static_cast<int>(k)) ? cut.high[k] - 1 : cut.low[k]); };
  const auto add = [&] {
    const auto i = static_cast<std::size_t>((at[0] * tensor.shape[1] + at[1]) * tensor.shape[2] + at[2]);
    const double x = tensor.data[i];
    const ImU32 shade = cell_shade(look.map, std::isfinite(x) ? std::clamp(x / look.full, -1.0, 1.0) : 0);
    const auto put = [&](std::uint16_t size, ImU32 color) { out.push_back({{at[0], at[1], at[2]}, size, color}); };
    float opacity = static_cast<float>(shade >> IM_COL32_A_SHIFT) / 255;
    if (opacity > 0) put(kCube, shade);
    if (!marked || (look.observed->data[i] != 0) == look.rings) return;
    if (front(0) || front(1) || front(2)) opacity = std::max(opacity, look.faint);
    if (opacity == 0) return;
    put(kMark, with_alpha(look.ink, opacity));
    if (look.rings) put(kHole, with_alpha(look.ground, opacity));
  };
  mode(0, [&] { mode(1, [&] { mode(2, add); }); });
  return out;
}

}  // namespace

Volumes::~Volumes() {
  for (const auto& [name, cells] : cells_) glDeleteBuffers(1, &cells.list);
  if (program_) glDeleteProgram(program_), glDeleteBuffers(1, &faces_);
}

ImU32 cell_shade(ColorMap map, double share) {
  constexpr double kReach = 0.36;  // of a map with zero in its middle on both sides: its ends are too dark for a dark ground
  constexpr double kLeast = 0.05;  // of the largest: what is smaller is nothing
  const double size = std::abs(share), more = std::max(size - kLeast, 0.0) / (1 - kLeast), opacity = more * std::sqrt(more);
  return with_alpha(color_at(map, map == ColorMap::Diverging ? 0.5 + kReach * share : size), static_cast<float>(opacity));
}

void Volumes::draw(ImDrawList* list, const std::string& name, const Series& tensor, std::uint64_t version, const Box& box, const Cut& cut, ImVec2 middle, float scale,
                   const Look& look) {
  if (tensor.shape.size() != 3 || tensor.data.empty()) return;
  if (!program_) {
    program_ = make_program("volume");
    glGenBuffers(1, &faces_);
  }
  Cells& mine = cells_[name];
  mine.used = true;
  const Shown shown{version, tensor.shape, cut.low, cut.high, {box.high_is_near(0), box.high_is_near(1), box.high_is_near(2)}, look.map, look.observed ? look.ink : 0};
  if (!mine.list || !(mine.shown == shown)) {
    mine.shown = shown;
    const std::vector<Cell> cells = cells_of(tensor, box, cut, look);
    mine.count = static_cast<int>(cells.size());
    if (!mine.list) glGenBuffers(1, &mine.list);
    glBindBuffer(GL_ARRAY_BUFFER, mine.list);
    glBufferData(GL_ARRAY_BUFFER, static_cast<GLsizeiptr>(cells.size() * sizeof(Cell)), cells.data(), GL_DYNAMIC_DRAW);
  }
  if (mine.count == 0) return;
  const ImGuiViewport& v = *ImGui::GetWindowViewport();
  Call call{program_, faces_, mine.list, mine.count, screen_of(v), v.FramebufferScale.x, {}, {}, {}};
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
  for (auto it = cells_.begin(); it != cells_.end();) {
    const bool used = std::exchange(it->second.used, false);
    if (!used) glDeleteBuffers(1, &it->second.list);
    it = used ? std::next(it) : cells_.erase(it);
  }
}

}  // namespace rankscope::ui
