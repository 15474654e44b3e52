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
