// Cells of a volume as cubes, an instance each, from far to near, and their marks as small ones in their middles. Of a cube only the three faces are
// drawn that are seen.
layout(location = 0) in uvec4 cell;  // its place, and the length of the cube in percent
layout(location = 1) in vec4 shade;  // colour and opacity

uniform ivec3 near;    // 1: the viewer sees a mode's high end
uniform vec2 origin;   // of cell 0, in clip space
uniform vec2 axes[3];  // one cell along each mode, in clip space

flat out vec4 tint;  // of the face: what the last vertex of its triangles says

const float light[3] = float[3](1.0, 0.74, 0.88);

void main() {
  ivec3 bits = (ivec3(gl_VertexID + 1) >> ivec3(0, 1, 2)) & 1;
  int side = min(bits.y + 2 * bits.z, 2);  // of the vertices that decide, each of one face only
  float size = float(cell.w) * 0.01;
  vec3 place = vec3(cell.xyz) + 0.5 + (1.0 - 2.0 * vec3(1 - near)) * (vec3(bits) - 0.5) * size;
  tint = vec4(shade.rgb * (size > 0.5 ? light[side] : 1.0), shade.a);  // a mark is flat
  gl_Position = vec4(origin + place.x * axes[0] + place.y * axes[1] + place.z * axes[2], 0.0, 1.0);
}
