// Values as colours: one texel an entry, square and sharp, averaged where entries are smaller than pixels.
precision highp float;
precision highp sampler2D;

uniform sampler2D values;   // one channel; above `gap` there is no value
uniform sampler2D colors;   // a row of colours for each map
uniform vec2 range;         // values at the ends of the colours
uniform float map;          // which row, as a texture coordinate
uniform vec4 unseen;        // where there is no value
uniform vec2 size;          // of the quad in pixels
uniform float radius;       // of its corners in pixels

in vec2 uv;
out vec4 color;

const float gap = 1e37;

vec3 shade(vec2 at) {
  ivec2 count = textureSize(values, 0);
  ivec2 place = clamp(ivec2(floor(at * vec2(count))), ivec2(0), count - 1);
  float value = texelFetch(values, place, 0).r;
  if (value > gap) return unseen.rgb;
  float share = clamp((value - range.x) / max(range.y - range.x, 1e-30), 0.0, 1.0);
  return texture(colors, vec2(mix(0.5 / 256.0, 255.5 / 256.0, share), map)).rgb;
}

void main() {
  vec2 pixel = vec2(1.0) / size;
  vec3 sum = vec3(0.0);
  for (int j = 0; j < 2; ++j)
    for (int i = 0; i < 2; ++i) sum += shade(uv + (vec2(float(i), float(j)) * 0.5 - 0.25) * pixel);
  vec2 from_corner = abs((uv - 0.5) * size) - (size * 0.5 - radius);
  float outside = length(max(from_corner, vec2(0.0))) - radius;
  color = vec4(sum * 0.25, clamp(0.5 - outside, 0.0, 1.0));
}
