// Dear ImGui's platform on a canvas: the WebGL 2 context, events in, cursor, caret and clipboard out.
#pragma once

namespace rankscope::web {

/// Creates the WebGL 2 context on `canvas` (a CSS selector), ImGui's context and its OpenGL backend; false: no WebGL 2.
bool start_platform(const char* canvas);

/// After the browser gave a lost context back: everything on the graphics card is gone and is made anew.
void restore_graphics();

/// The canvas: device pixels, and how many of them make a CSS pixel.
void resize(int device_width, int device_height, float dpr);

void new_frame(double now);  ///< seconds, any origin
void present();              ///< renders ImGui's draw data over a transparent canvas

}  // namespace rankscope::web
