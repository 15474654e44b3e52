// OpenGL 3.3 or ES 3.0, whichever this build has.
#pragma once
#if defined(__EMSCRIPTEN__)
#include <GLES3/gl3.h>
#define RANKSCOPE_GLSL "#version 300 es\n"
#else
#define GL_GLEXT_PROTOTYPES
#include <GL/gl.h>
#include <GL/glext.h>
#define RANKSCOPE_GLSL "#version 330 core\n"
#endif
#include <imgui.h>

#include <string>

#include "ui/app.h"

namespace rankscope::ui {

/// Of shaders/NAME.vert and .frag, to be deleted by whoever asked for it.
unsigned make_program(const std::string& name);
/// For a callback in a draw list: nothing is drawn outside of its command's clip rectangle. `screen` is the viewport in CSS px; false: all of
/// it is outside.
bool scissor(const ImVec4& clip, const Rect& screen, float dpr);

}  // namespace rankscope::ui
