// A WebAssembly module as it comes over the wire.
const sizes = { rankscope_page: 0, rankscope_page_more: 0, rankscope_first: 0, rankscope_core: 0 };  // in bytes, filled in when the site is assembled

export const address = (name) => new URL(`${name}.wasm?v=0`, import.meta.url);

/** Begins to load a module of this site: emscripten's instantiateWasm. `progress(share)` as it comes, `failed(error)` if it does not. */
export function streamed(name, progress, failed) {
  const url = address(name);
  let got = 0;
  const counted = new TransformStream({
    transform(chunk, controller) {
      got += chunk.length;
      progress(Math.min(1, got / (sizes[name] || got)));
      controller.enqueue(chunk);
    },
  });
  const compiled = fetch(url).then((response) => {
    if (!response.ok) throw new Error(`${url.pathname}: ${response.status} ${response.statusText}`);
    // Our own type: a server that does not know .wasm would otherwise cost the streaming.
    return WebAssembly.compileStreaming(new Response(response.body.pipeThrough(counted), { headers: { "Content-Type": "application/wasm" } }));
  });
  compiled.catch(failed);
  return (imports, done) => {
    compiled.then(async (module) => done(await WebAssembly.instantiate(module, imports), module)).catch(failed);
    return {};
  };
}
