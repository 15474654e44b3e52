// A face of a cell: small and very many, so there is nothing to do here.
precision mediump float;

flat in highp vec4 tint;
out vec4 color;

void main() { color = tint; }
