// The pixels of a PNG as a browser's screenshot writes it: 8 bit RGB or RGBA, not interlaced.
import { inflateSync } from "node:zlib";

/** { width, height, at(x, y) } with at() giving [red, green, blue]. */
export function decodePng(bytes) {
  let width, height, channels;
  const parts = [];
  for (let p = 8; p < bytes.length;) {
    const length = bytes.readUInt32BE(p), type = bytes.toString("latin1", p + 4, p + 8), data = bytes.subarray(p + 8, p + 8 + length);
    if (type === "IHDR") {
      width = data.readUInt32BE(0);
      height = data.readUInt32BE(4);
      channels = { 2: 3, 6: 4 }[data[9]];
      if (data[8] !== 8 || !channels || data[12]) throw new Error("not a plain 8 bit RGB or RGBA PNG");
    }
    if (type === "IDAT") parts.push(data);
    p += length + 12;
  }
  const raw = inflateSync(Buffer.concat(parts)), stride = width * channels;
  const pixels = new Uint8Array(height * stride);
  for (let y = 0; y < height; ++y) {
    const filter = raw[y * (stride + 1)];
    for (let i = 0; i < stride; ++i) {
      const left = i < channels ? 0 : pixels[y * stride + i - channels];
      const up = y ? pixels[(y - 1) * stride + i] : 0;
      const corner = y && i >= channels ? pixels[(y - 1) * stride + i - channels] : 0;
      const guess = left + up - corner, a = Math.abs(guess - left), b = Math.abs(guess - up), c = Math.abs(guess - corner);
      const paeth = a <= b && a <= c ? left : b <= c ? up : corner;
      pixels[y * stride + i] = raw[y * (stride + 1) + 1 + i] + [0, left, up, (left + up) >> 1, paeth][filter];
    }
  }
  return { width, height, at: (x, y) => [...pixels.subarray(y * stride + x * channels, y * stride + x * channels + 3)] };
}
