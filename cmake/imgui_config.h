// Dear ImGui's compile-time choices, for the archive and everything that includes their headers.
#pragma once

#define ImDrawIdx unsigned int  // a heat map has more than 65 536 vertices

// What the page does not use and would pay for in bytes.
#define IMGUI_DISABLE_OBSOLETE_FUNCTIONS
#define IMGUI_DISABLE_DEMO_WINDOWS
#define IMGUI_DISABLE_DEBUG_TOOLS
#define IMGUI_DISABLE_DEFAULT_FONT  // the frontend brings its own

#if defined(__EMSCRIPTEN__)
// The platform layer on the web is ours: no shell, no files, and a clipboard of its own.
#define IMGUI_DISABLE_DEFAULT_SHELL_FUNCTIONS
#define IMGUI_DISABLE_FILE_FUNCTIONS
#define IMGUI_DISABLE_TTY_FUNCTIONS
#endif
