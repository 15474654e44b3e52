// One quad from its corner number; `rect` in clip space (left, top, right, bottom), uv from the top left.
uniform vec4 rect;
out vec2 uv;

void main() {
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
  uv = corner;
  gl_Position = vec4(mix(rect.x, rect.z, corner.x), mix(rect.y, rect.w, corner.y), 0.0, 1.0);
}
