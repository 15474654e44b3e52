// The cells of a volume from far to near, a cube an instance: of a cube only the three faces are drawn that are seen.
uniform highp sampler3D values;  // value, and 1 where it is observed
uniform highp sampler2D colors;  // a row of colours for each map
uniform ivec3 low, high;         // cells [low, high) of each mode are shown
uniform ivec3 near;              // 1: the viewer sees a mode's high end
uniform vec2 origin;             // of cell 0, in clip space
uniform vec2 axes[3];            // one cell along each mode, in clip space
uniform float scale;             // 1 / the value of full opacity
uniform float reach;             // of the map on both sides of its middle, for values of both signs; else 0
uniform float map;               // which row, as a texture coordinate

flat out vec4 tint;  // of the face: what the last vertex of its triangles says
flat out float observed;
out vec3 corner;     // in the cube, 1 at its near ends

const float light[3] = float[3](1.0, 0.74, 0.88);
const float size = 0.9;  // of a cube in its cell

void main() {
  ivec3 count = high - low;
  int n = gl_InstanceID;
  ivec3 cell = ivec3(n / (count.y * count.z), n / count.z % count.y, n % count.z);
  cell = low + near * cell + (1 - near) * (count - 1 - cell);
  vec2 entry = texelFetch(values, cell.zyx, 0).rg;
  float signed_share = clamp(entry.r * scale, -1.0, 1.0), share = abs(signed_share);
  observed = entry.g;
  if (share < 0.02 && observed < 0.5) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    return;
  }
  ivec3 bits = ivec3(gl_VertexID + 1) >> ivec3(0, 1, 2) & 1;
  int side = bits.y + 2 * bits.z;  // of the vertices that decide, each of one face only
  corner = vec3(bits);
  vec3 place = vec3(cell) + 0.5 + (1.0 - 2.0 * vec3(1 - near)) * (corner - 0.5) * size;
  float along = reach > 0.0 ? 0.5 + reach * signed_share : share;
  vec3 color = textureLod(colors, vec2(mix(0.5 / 256.0, 255.5 / 256.0, along), map), 0.0).rgb;
  tint = vec4(color * light[min(side, 2)], share * sqrt(share));  // so that what is far smaller than the largest is no fog before it
  gl_Position = vec4(origin + place.x * axes[0] + place.y * axes[1] + place.z * axes[2], 0.0, 1.0);
}
