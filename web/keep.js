// What is open outlives the tab: a reload, a crash or a closed tab goes on where it was. Loaded after the first frame, or before
// it when there is something to restore.
//
// A tab's record is in two parts, under an id that the tab keeps in its sessionStorage:
//   localStorage   "rankscope.tab.ID": { version, at, slots: [{ slot, document, step, status }], page, address, home, scroll }, small, written
//                  every few seconds and at the last moment (pagehide); page: how the runs are shown, as a document has it
//   IndexedDB      "ID/slot/0" ...: checkpoints; "ID/file/NAME": dropped files. Every few seconds while something moves
// A document alone repeats its run, so the small part is enough to come back; the checkpoint saves the time, and the files are
// the reader's own. A tab holds a lock named by its id while it lives: a new tab takes up the latest record that no living
// tab holds, and two tabs never write the same one. Without locks (an address without https) only a reload restores.
// Bounds: 32 MiB of dropped files, the oldest dropped first; 64 MiB of checkpoints, those of compared runs dropped first; four
// tabs, the oldest dropped first.
import { say } from "./say.js?v=0";

const version = 2, stored = 1, every = 2000, mostFiles = 2 ** 25, mostSaved = 2 ** 26, mostTabs = 4;
const prefix = "rankscope.tab.", mine = "rankscope.tab";

/** Of this or an earlier tab; small, for page.js to ask before anything is loaded. */
const recordOf = (id) => JSON.parse(localStorage.getItem(prefix + id));

function database() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("rankscope", stored);
    asked.onupgradeneeded = () => asked.result.createObjectStore("bytes");
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = asked.onblocked = () => reject(asked.error ?? new Error("another tab holds the storage"));
  });
}

/** `work(store)` in one transaction; resolves to what its request gave. */
function transact(db, mode, work) {
  return new Promise((resolve, reject) => {
    const transaction = db.transaction("bytes", mode);
    const request = work(transaction.objectStore("bytes"));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error("the storage is full"));
  });
}

/** Holds the lock until the tab ends; false when another tab has it. */
function hold(id) {
  if (!navigator.locks) return Promise.resolve(sessionStorage.getItem(mine) === id);
  return new Promise((resolve, reject) => {
    navigator.locks.request(prefix + id, { ifAvailable: true }, (lock) => {
      resolve(Boolean(lock));
      return lock && new Promise(() => {});
    }).catch(reject);
  });
}

/**
 * What was open as one document for the interface: { text, slots, play }. The slots are numbered as the interface will open them, `play`: they are to play
 * once they all stand there.
 */
export function together({ page = {}, slots }) {
  const held = [...slots].sort(([a], [b]) => a - b).map(([, one]) => one), [first, ...others] = held;
  const saved = held.every(({ bytes }) => bytes), atRest = first.status === "paused" || !saved || others.length > 0;
  const beside = others.map(({ document }, i) => ({ ...page.beside?.[i], document }));
  const text = JSON.stringify({ ...first.document, page: { ...page, step: atRest ? first.step : undefined, beside } });
  return { text, slots: new Map(held.entries()), play: saved && first.status === "running" };
}

const ids = () => Object.keys(localStorage).filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));

export class Keeper {
  #id; #db = null; #page; #timer = 0; #busy = false; #told = false;
  #slots = new Map();  // slot -> { document, step, status, saved: what the last checkpoint was of, bytes }
  #arrival = null;        // who waits for a checkpoint: { slot, resolve }
  #last = Promise.resolve();  // once the last checkpoint that was asked for is there
  #stored = new Set();  // names of files that are in the storage
  #gone = new Set();    // slots whose checkpoint is to leave it

  /**
   * The tab's id and, if there is one, the record to restore: { slots: Map, page, address, home, scroll, files: Map }. `others`: a closed
   * tab's too.
   */
  static async begin(others) {
    const keeper = new Keeper();
    let record = null;
    try {
      record = await keeper.#claim(others);
      keeper.#db = await database();
      if (record) record = await keeper.#load(record);
    } catch (error) {
      keeper.#refused(error);
      record = null;
    }
    return { keeper, record };
  }

  async #claim(taking) {
    const own = sessionStorage.getItem(mine);
    const others = navigator.locks && taking ? ids().filter((id) => id !== own).sort((a, b) => (recordOf(b)?.at ?? 0) - (recordOf(a)?.at ?? 0)) : [];
    for (const id of own ? [own, ...others] : others) {
      if (!localStorage.getItem(prefix + id) || !(await hold(id))) continue;  // a duplicated tab has the original's id, and not its lock
      this.#id = id;
      break;
    }
    if (!this.#id) {
      this.#id = crypto.getRandomValues(new Uint32Array(2)).join("-");
      await hold(this.#id);
    }
    sessionStorage.setItem(mine, this.#id);
    const text = localStorage.getItem(prefix + this.#id);
    if (!text) return null;
    let record;
    try {
      record = JSON.parse(text);
    } catch { /* said below */ }
    if (record?.version === version && Array.isArray(record.slots) && record.slots.length && record.slots[0].slot === 0) return record;
    localStorage.removeItem(prefix + this.#id);
    say(`What was open could not be restored: its record is ${{ 1: "an older page's", [-1]: "a newer page's" }[Math.sign(version - record?.version)] ?? "damaged"}. The page starts afresh.`);
    return null;
  }

  async #load(record) {
    const slots = new Map(), files = new Map(), start = `${this.#id}/`;
    const range = IDBKeyRange.bound(start, `${start}\uffff`);
    const keys = await transact(this.#db, "readonly", (store) => store.getAllKeys(range));
    const values = await transact(this.#db, "readonly", (store) => store.getAll(range));
    keys.forEach((key, i) => {
      const [, kind, ...name] = key.split("/");
      if (kind === "file") files.set(name.join("/"), values[i]), this.#stored.add(name.join("/"));
    });
    for (const { slot, ...rest } of record.slots) slots.set(slot, { ...rest, bytes: values[keys.indexOf(`${start}slot/${slot}`)] });
    return { ...record, slots, files };
  }

  /** From now on what changes is kept; `page` is { ask(verb, rest), files: Map, status(), view() -> { page, address, home, scroll } }. */
  watch(page) {
    this.#page = page;
    // What was said before is not known here: a run that stands still says nothing more.
    page.ask("document", { slot: 0 }).then(async ({ document }) => {
      this.#know(0, { document, status: page.status() });
      const { step } = await page.ask("stats", { slot: 0 });
      this.#know(0, { step });
    }).catch(() => {});
    this.#timer = setTimeout(() => this.#turn(), every);
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.#save());
    addEventListener("pagehide", () => this.#note());
  }

  #know(slot, more) {
    this.#slots.set(slot, { step: 0, status: "paused", ...this.#slots.get(slot), ...more });
  }

  /** Each reply of the core. */
  reply({ do: verb, slot = 0, error, document, needs }) {
    if (error || needs) return;
    if (document && verb !== "reset" && verb !== "seed") this.#know(slot, { document, ...(verb !== "set" && verb !== "nudge" && { saved: null }) });
    if (verb === "close") this.#slots.delete(slot), this.#gone.add(slot);
    if (verb === "reset" || verb === "seed") this.#page?.ask("document", { slot }).then((reply) => this.#know(slot, reply), () => {});
  }

  /** A file of this name was dropped anew. */
  replaced(name) {
    this.#stored.delete(name);
  }

  /** Each message of the core; true when it was the keeper's own. */
  message(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset), slot = view.getUint32(1, true);
    if (bytes[0] === 4) {
      if (this.#arrival?.slot === slot) this.#arrival.resolve(bytes.slice(5));
      return true;
    }
    if (this.#slots.has(slot) && bytes[0] < 4) {
      if (bytes[0] === 3) {
        const { step, status } = JSON.parse(new TextDecoder().decode(bytes.subarray(5)));
        this.#know(slot, { step, status });
      } else {
        this.#know(slot, { step: Number(view.getBigInt64(5, true)) });
      }
    }
    return false;
  }

  async #turn() {
    const began = performance.now();
    await this.#save();
    // A large state is written less often: a twentieth of the time at most goes into it.
    this.#timer = setTimeout(() => this.#turn(), Math.max(every, 20 * (performance.now() - began)));
  }

  async #save() {
    if (this.#busy || !this.#db) return this.#note();
    this.#busy = true;
    try {
      const fresh = new Map();
      let room = mostSaved;
      for (const [slot, held] of [...this.#slots].sort(([a], [b]) => a - b)) {
        const state = JSON.stringify([held.step, held.status, held.document]);
        const bytes = held.saved === state ? null : await this.#checkpoint(slot);
        held.size = bytes?.length ?? held.size ?? 0;
        room -= held.size;
        if (room < 0) this.#gone.add(slot);  // the document alone repeats it
        else if (bytes) fresh.set(slot, bytes), this.#gone.delete(slot), (held.saved = state);
      }
      const files = this.#keptFiles(), gone = [...this.#gone].map((slot) => `slot/${slot}`);
      for (const name of this.#stored) if (!files.has(name)) gone.push(`file/${name}`);
      const missing = [...files].filter(([name]) => !this.#stored.has(name));
      if (fresh.size || missing.length || gone.length) {
        await transact(this.#db, "readwrite", (store) => {
          for (const key of gone) store.delete(`${this.#id}/${key}`);
          for (const [slot, bytes] of fresh) store.put(bytes, `${this.#id}/slot/${slot}`);
          for (const [name, bytes] of missing) store.put(bytes, `${this.#id}/file/${name}`);
        });
        this.#gone.clear();
        this.#stored = new Set(files.keys());
      }
      this.#note();
      await this.#sweep();
    } catch (error) {
      this.#refused(error);
    } finally {
      this.#busy = false;
    }
  }

  /** What was dropped last, as much as there is room for. */
  #keptFiles() {
    const out = new Map();
    let room = mostFiles;
    for (const [name, bytes] of [...this.#page.files].reverse()) {
      room -= bytes.length;
      if (room >= 0) out.set(name, bytes);
    }
    return out;
  }

  /** What is open, as a record's slots have it. */
  async open() {
    const out = new Map();
    for (const [slot, held] of this.#slots) out.set(slot, { ...held, bytes: await this.#checkpoint(slot) });
    return out;
  }

  /** Its bytes, or null. One after another: what is asked for while another is on its way would get that one's message. */
  #checkpoint(slot) {
    return this.#last = this.#last.then(() => new Promise((resolve) => {
      this.#arrival = { slot, resolve };
      this.#page.ask("save", { slot }).catch(() => resolve(null));
      this.#page.ask("stats", { slot }).catch(() => {});  // what comes before a reply is flushed before it, asleep or not
      setTimeout(resolve, 5000, null);
    }));
  }

  /** The small part, at once. */
  #note() {
    if (!this.#id || !this.#slots.get(0)?.document) return;
    const slots = [...this.#slots].map(([slot, { document, step, status }]) => ({ slot, document, step, status }));
    try {
      localStorage.setItem(prefix + this.#id, JSON.stringify({ version, at: Date.now(), slots, ...this.#page.view() }));
    } catch (error) {
      this.#refused(error);
    }
  }

  /** Records of the oldest tabs go, those of living ones excepted. */
  async #sweep() {
    if (!navigator.locks) return;
    const old = ids().filter((id) => id !== this.#id).sort((a, b) => (recordOf(b)?.at ?? 0) - (recordOf(a)?.at ?? 0)).slice(mostTabs - 1);
    for (const id of old) {
      await navigator.locks.request(prefix + id, { ifAvailable: true }, async (lock) => {
        if (!lock) return;
        localStorage.removeItem(prefix + id);
        await transact(this.#db, "readwrite", (store) => store.delete(IDBKeyRange.bound(`${id}/`, `${id}/\uffff`)));
      });
    }
  }

  #refused(error) {
    if (this.#told) return;
    this.#told = true;
    say(`This browser keeps nothing for this page (${error?.message || error}): a reload starts afresh.`);
  }
}
