// The interface module comes in two parts (second_part.txt): the first draws the first screen, the second comes after the first frame. Functions
// that the first lacks are placeholders in its table until the second has put its own there.
import { address, streamed } from "./wasm.js?v=0";

/** Browsers before 2023 compile no more than 4 kB while the page waits. */
function compilesAtOnce() {
  const idle = new Uint8Array(5000);  // a module with nothing but a long section of its own
  idle.set([0, 97, 115, 109, 1, 0, 0, 0, 0, 0x80 | (4989 & 127), 4989 >> 7]);
  try {
    return Boolean(new WebAssembly.Module(idle));
  } catch {
    return false;
  }
}

/**
 * Begins to load the first part: { instantiate, rest }. `instantiate` is emscripten's instantiateWasm; rest() resolves once the second part is
 * there, rejects when it does not come, and may be called again. `progress(share)` and `failed(error)` are streamed()'s; it has failed
 * too when a placeholder was called and its function cannot be had.
 */
export function inTwo(name, progress, failed) {
  const begin = streamed(name, progress, failed), more = `${name}_more`;
  let primary = null, coming = null;

  function rest() {
    return coming ??= new Promise((resolve, reject) => streamed(more, () => {}, reject)({ primary }, resolve)).catch((error) => {
      coming = null;
      throw error;
    });
  }

  /** The second part, while the page waits: for a press in the moment before it is there. */
  function restNow() {
    const request = new XMLHttpRequest();
    request.open("GET", address(more), false);
    request.overrideMimeType("text/plain; charset=x-user-defined");  // a character a byte: such a request gives nothing but text
    request.send();
    if (request.status !== 200) throw new Error(`${more}.wasm: ${request.status} ${request.statusText}`);
    const bytes = Uint8Array.from(request.responseText, (character) => character.charCodeAt(0));
    new WebAssembly.Instance(new WebAssembly.Module(bytes), { primary });
  }

  const placeholder = new Proxy({}, {
    get: (_, entry) => (...given) => {
      performance.mark(`rankscope: waited for ${entry}`);
      try {
        restNow();
      } catch (error) {
        failed(error);
        throw error;
      }
      return Object.values(primary).find((item) => item instanceof WebAssembly.Table).get(Number(entry))(...given);
    },
  });
  return {
    rest,
    instantiate: (imports, done) => begin({ ...imports, placeholder }, async (instance, module) => {
      primary = instance.exports;
      if (!compilesAtOnce()) await rest().catch(failed);
      done(instance, module);
    }),
  };
}
