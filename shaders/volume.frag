// A face of a cell, with its edges drawn where the cell is observed.
precision highp float;

uniform vec4 mark;  // of the edges

flat in vec4 tint;
flat in float observed;
in vec3 corner;
out vec4 color;

void main() {
  vec3 from_end = min(corner, 1.0 - corner);  // 0 along the face's own mode: the second smallest is the way to an edge
  float lowest = min(from_end.x, min(from_end.y, from_end.z)), highest = max(from_end.x, max(from_end.y, from_end.z));
  float from_edge = from_end.x + from_end.y + from_end.z - lowest - highest;
  float edge = clamp(0.5 + (0.05 - from_edge) / fwidth(from_edge), 0.0, 1.0);
  color = mix(tint, mark, observed * edge);
}
