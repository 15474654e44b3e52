// One core in this thread: text and bytes in and out of the WebAssembly module. Used by the worker, by the page where
// there is no worker, and by rankscope.js.
import create from "./rankscope_core.js?v=0";
import { withBytes } from "./memory.js?v=0";

const encoder = new TextEncoder(), decoder = new TextDecoder();

/** `options` go to the module: `{ wasmBinary }` in node, nothing in a browser. */
export async function openCore(options = {}) {
  const wasm = new URL("rankscope_core.wasm?v=0", import.meta.url).href;
  const module = await create({ locateFile: () => wasm, ...options });

  /** The bytes that an Answer points to: a view of the module's memory, good until the next call. */
  function answer(place) {
    const [data, size] = new Uint32Array(module.HEAPU8.buffer, place, 2);
    return data ? module.HEAPU8.subarray(data, data + size) : null;
  }
  const text = (place) => decoder.decode(answer(place));

  return {
    /** One command of io/session.h as JSON text; returns its reply as JSON text. */
    command: (json) => text(withBytes(module, [encoder.encode(json)], module._rs_command)),
    /** A file's bytes (Uint8Array) by its name; returns the reply as JSON text. */
    put: (name, bytes) => text(withBytes(module, [encoder.encode(name), bytes], module._rs_put)),
    /** Steps what plays for about `ms` milliseconds; false when nothing is left to do. */
    advance: (ms) => module._rs_advance(ms) !== 0,
    /** After advance() has said true: milliseconds until a step is due. */
    wait: () => module._rs_wait(),
    /** The oldest outgoing message as a new Uint8Array, or null. */
    take: () => answer(module._rs_take())?.slice() ?? null,
    /** Bytes of memory the core holds. */
    bytes: () => module.HEAPU8.length,
  };
}
