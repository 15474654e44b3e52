// One core in this thread: text and bytes in and out of the WebAssembly module. Used by the worker, by the page where
// there is no worker, and by rankscope.js.
import { withBytes } from "./memory.js?v=0";
import { streamed } from "./wasm.js?v=0";

const encoder = new TextEncoder(), decoder = new TextDecoder();

/**
 * `name` is rankscope_core, which has everything, or rankscope_first, which has what the page begins with. `progress(share)` is told
 * as it is loaded; `wasmBinary`: its bytes, in node.
 */
export async function openCore({ name = "rankscope_core", progress = () => {}, wasmBinary } = {}) {
  const module = await new Promise((resolve, reject) => {
    const options = wasmBinary ? { wasmBinary } : { instantiateWasm: streamed(name, progress, reject) };
    import(`./${name}.js?v=0`).then(({ default: create }) => create(options)).then(resolve, reject);
  });

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
