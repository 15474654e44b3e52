// A face of a cell, with its edges drawn where the cell is observed.
precision highp float;

uniform vec4 mark;  // of the edges

flat in vec4 tint;
flat in float observed;
in vec2 face;
out vec4 color;

void main() {
  vec2 from_edge = min(face, 1.0 - face), pixel = fwidth(face);
  vec2 edge = clamp(0.5 + (0.05 - from_edge) / pixel, 0.0, 1.0);
  color = mix(tint, mark, observed * max(edge.x, edge.y));
}
