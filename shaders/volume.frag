// A face of a cell, with its edges drawn where the cell is observed.
precision highp float;

uniform vec4 mark;  // of the edges

flat in vec4 tint;
flat in float observed;
in vec2 face;
out vec4 color;

void main() {
  vec2 from_edge = min(face, 1.0 - face);
  bool edge = observed > 0.5 && min(from_edge.x, from_edge.y) < 0.07;
  color = edge ? mark : tint;
}
