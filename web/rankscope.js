// The core without the frontend, in this thread: for pages, workers and node.
//
//   import { load } from "./rankscope.js";
//   const rs = await load();
//   const run = rs.run({ study: "cloth" });      // a run document, its text, or a link; what is left out is the study's own
//   run.step(1000);
//   run.view("singular_values").data[0];
import { openCore } from "./core.js?v=0";

/** What io/session.h refused: `where`, `what` and `remedy` apart, and as one sentence in `message`. */
export class RankscopeError extends Error {
  constructor({ where, what, remedy }) {
    super((where ? `${where}: ${what}` : what) + (remedy ? ` (${remedy})` : ""));
    Object.assign(this, { name: "RankscopeError", where, what, remedy });
  }
}

function parsed(text) {
  const reply = JSON.parse(text);
  if (reply.error) throw new RankscopeError(reply.error);
  return reply;
}

/** A file beside this module, as bytes: by fetch, or in node by fs. */
async function beside(path) {
  const url = new URL(path, import.meta.url);
  if (url.protocol === "file:") {
    const [{ readFile }, { fileURLToPath }] = await Promise.all([import("node:fs/promises"), import("node:url")]);
    return new Uint8Array(await readFile(fileURLToPath(url)));
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}

class Run {
  #core;
  #slot;
  #state;

  constructor(core, slot, reply) {
    this.#core = core;
    this.#slot = slot;
    /** The views it has: `{ key, label, unit, kind, ... }`. */
    this.views = reply.show.views;
    this.#state = { status: "paused", trouble: "" };
    this.#settle();
  }

  /** `n` more steps, at most to the stop rule's; returns { step, status, trouble }. */
  step(n = 1) {
    this.#do("step", { n });
    return this.#settle();
  }

  /** To that step, also back: the numbers there are the same as on the way; returns { step, status, trouble }. */
  seek(step) {
    this.#do("seek", { step });
    return this.#settle();
  }

  /** Moves the weights until an entry of a view (row-major; a view with `grasp`) has this value; the document notes it as an edit. */
  nudge(view, entry, value) {
    this.#do("nudge", { view, entry, value });
    return this.#settle();
  }

  /** A view measured now: { shape, data, step }; data in row-major order. */
  view(key) {
    return this.#do("view", { key });
  }

  /** Changes a parameter; one that is not live builds the run anew, at step 0. */
  set(key, value) {
    this.#do("set", { key, value });
    return this.#settle();
  }

  /** The complete document of this run, which gives the same run anywhere. */
  document() {
    return this.#do("document").document;
  }

  /** "#..." to put behind the page's address; small arrays that were put travel in it. */
  link() {
    return this.#do("share").link;
  }

  /** The run as it stands, as a Uint8Array (an .npz that NumPy reads): resume() takes it up again with the same bits. */
  save() {
    this.#do("save");
    let saved = null;
    for (let bytes; (bytes = this.#core.take());) if (bytes[0] === 4) saved = bytes.slice(5);
    return saved;
  }

  /** Hash of the whole state, 16 hexadecimal digits: equal bits, equal runs. */
  bits() {
    return this.#do("bits").bits;
  }

  close() {
    this.#do("close");
  }

  #do(verb, rest) {
    return parsed(this.#core.command(JSON.stringify({ do: verb, slot: this.#slot, ...rest })));
  }

  #settle() {
    while (this.#core.advance(8));
    for (let bytes; (bytes = this.#core.take());) {
      const view = new DataView(bytes.buffer);
      if (bytes[0] !== 3 || view.getUint32(1, true) !== this.#slot) continue;
      const { status, trouble = "" } = JSON.parse(new TextDecoder().decode(bytes.subarray(5)));
      this.#state = { status, trouble };
    }
    return { step: this.#do("stats").step, ...this.#state };
  }
}

/** Options: `wasmBinary`, the bytes of rankscope_core.wasm, where they cannot be fetched from beside this module. */
export async function load({ wasmBinary } = {}) {
  if (!wasmBinary && import.meta.url.startsWith("file:")) wasmBinary = await beside("rankscope_core.wasm");
  const core = await openCore(wasmBinary ? { wasmBinary } : {});
  const ask = (command) => parsed(core.command(JSON.stringify(command)));
  const put = (name, bytes) => parsed(core.put(name, bytes));
  const list = ask({ do: "list" });
  const files = new Map(list.samples.map(({ file }) => [file, beside(`samples/${file}`)]));
  for (const { name, file } of list.samples) put(name, await files.get(file));  // small; and so run() can answer at once

  let slots = 0;
  return {
    /** { version, systems, presets, samples, formats } */
    list: () => list,
    /** Parameters, inputs, views, cost and claim of a system or preset. */
    show: (key) => ask({ do: "show", key }),
    /** A file by its name (.npy, .csv, ...) as a Uint8Array, for documents whose inputs name it. */
    put,
    /** A run from a document, its JSON, or a link; what is wrong with it is thrown. */
    run: (document) => open({ document }),
    /** A run from the bytes of Run.save(), at the step it was saved at. */
    resume(bytes) {
      const from = "saved";
      core.put(from, bytes);
      return open({ from });
    },
  };

  function open(what) {
    const reply = ask({ do: "open", slot: slots, ...what });
    if (reply.needs) {
      throw new RankscopeError({ where: "inputs", what: `no file named ${reply.needs.join(", ")}`, remedy: "put() it first" });
    }
    return new Run(core, slots++, reply);
  }
}
