// Bytes into a WebAssembly module's memory.

/** Calls `f` with (address, length) of each Uint8Array, copied into the module's memory, and frees them. */
export function withBytes(module, arrays, f) {
  const places = [];
  try {
    for (const bytes of arrays) {
      const place = module._malloc(bytes.length + 1);
      if (!place) throw new Error("out of memory: this file is too large for the page");
      module.HEAPU8.set(bytes, place);
      places.push(place, bytes.length);
    }
    return f(...places);
  } finally {
    for (let i = 0; i < places.length; i += 2) module._free(places[i]);
  }
}
