#include "ui/gl.h"

#include <algorithm>
#include <cassert>

#include "embedded/shaders.h"

namespace rankscope::ui {
namespace {

unsigned compile(GLenum kind, const std::string& file) {
  const auto body = embedded::shaders::find(file);
  const char* parts[] = {RANKSCOPE_GLSL, reinterpret_cast<const char*>(body.data())};
  const unsigned shader = glCreateShader(kind);
  glShaderSource(shader, 2, parts, nullptr);
  glCompileShader(shader);
  return shader;
}

}  // namespace

unsigned make_program(const std::string& name) {
  const unsigned vertex = compile(GL_VERTEX_SHADER, name + ".vert"), fragment = compile(GL_FRAGMENT_SHADER, name + ".frag");
  const unsigned program = glCreateProgram();
  glAttachShader(program, vertex), glAttachShader(program, fragment);
  glLinkProgram(program);
  glDeleteShader(vertex), glDeleteShader(fragment);
  int linked = 0;
  glGetProgramiv(program, GL_LINK_STATUS, &linked);
  assert(linked);
  return program;
}

bool scissor(const ImVec4& clip, const Rect& screen, float dpr) {
  const float height = screen.height * dpr;
  const float x0 = std::max(clip.x - screen.x, 0.f) * dpr, y0 = std::max(clip.y - screen.y, 0.f) * dpr, x1 = (clip.z - screen.x) * dpr,
              y1 = std::min((clip.w - screen.y) * dpr, height);
  if (x1 <= x0 || y1 <= y0) return false;
  glScissor(static_cast<int>(x0), static_cast<int>(height - y1), static_cast<int>(x1 - x0), static_cast<int>(y1 - y0));
  return true;
}

}  // namespace rankscope::ui
