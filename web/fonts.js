// The instruments' fonts for the words: what both say is in the interface module already, other characters are a file of their own.
import { withBytes } from "./memory.js?v=0";

const encoder = new TextEncoder();

export function loadFonts(module) {
  for (const [file, weight] of [["Inter-Regular.ttf", "400"], ["Inter-SemiBold.ttf", "600"]]) {
    const size = module._malloc(4);
    const place = withBytes(module, [encoder.encode(file)], (...name) => module._page_font(...name, size));
    const [length] = new Uint32Array(module.HEAPU8.buffer, size, 1);
    module._free(size);
    document.fonts.add(new FontFace("Rankscope Inter", module.HEAPU8.slice(place, place + length), { weight }));
  }
}

/** The letters of other languages and rarer signs, for both; false when they do not come: then names with them have gaps. */
export async function loadMore(module) {
  try {
    const response = await fetch(new URL("fonts/Inter-More.ttf?v=0", import.meta.url));
    if (!response.ok) return false;
    const bytes = new Uint8Array(await response.arrayBuffer());
    withBytes(module, [bytes], module._page_more_font);
    document.fonts.add(new FontFace("Rankscope Inter More", bytes));
    return true;
  } catch {
    return false;
  }
}
