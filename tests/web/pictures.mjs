// What the first screen's pictures show, read from a screenshot.
const card = [0x1b, 0x1f, 0x26];  // the dark theme's ground under pictures

/** The pictures that stand side by side on the cards of a dark screenshot: [{ x, y, size }], left to right. */
export function pictures(png) {
  const isCard = (x, y) => png.at(x, y).every((v, k) => v === card[k]);
  /** Stretches [from, to) of a line that are no card, and long enough to be a picture. */
  function stretches(length, on) {
    const out = [];
    for (let i = 0, from = 0; i <= length; ++i) {
      if (i < length && !on(i)) continue;
      if (i - from > 120 && i < length) out.push([from, i]);
      from = i + 1;
    }
    return out;
  }
  for (let y = 120; y < 300; ++y) {
    const across = stretches(png.width - 292, (i) => isCard(292 + i, y)).map(([from, to]) => [from + 292, to + 292]);
    const found = across.map(([x, right]) => {
      const [down] = stretches(330, (i) => isCard((x + right) >> 1, i)).filter(([from, to]) => from < y && y < to);
      return { x, y: down?.[0], size: right - x };
    });
    if (found.length >= 3 && found.every(({ y: top }) => top !== undefined)) return found;
  }
  return [];
}

/** Correlation of a picture's brightness with the matrix that it should show. */
export function likeness(png, { x, y, size }, { shape: [rows, cols], data }) {
  let n = 0, sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
  for (let i = 2; i < rows; i += 3) {
    for (let j = 2; j < cols; j += 3, ++n) {
      const [r, g, b] = png.at(Math.floor(x + (j + 0.5) * size / cols), Math.floor(y + (i + 0.5) * size / rows));
      const light = r + g + b, value = data[i * cols + j];
      sx += light, sy += value, sxx += light * light, syy += value * value, sxy += light * value;
    }
  }
  return (sxy - sx * sy / n) / Math.sqrt((sxx - sx * sx / n) * (syy - sy * sy / n));
}
