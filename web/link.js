// The page's end of the core: commands out; replies and batches of messages in, from a worker or from this thread.
function moduleWorkers() {
  let asked = false;
  try {
    const options = { get type() { asked = true; return "module"; } };
    new Worker("data:,", options).terminate();
  } catch { /* asked says what we want to know */ }
  return asked;
}

export class Link {
  /**
   * `name` is the module's (core.js). `onReply(text, request)`, `onBatch([Uint8Array...], done)`, `onBroken(text)`; `request` is what
   * send() or put() was given. `onProgress(share)` while it loads, `onOpen()` when it is there.
   */
  constructor({ name, onReply, onBatch, onBroken, onProgress, onOpen, worker = moduleWorkers() }) {
    this.name = name;
    this.open = false;
    this.requests = new Map();
    this.next = 0;
    this.memory = 0;
    const receive = (message) => {
      if (this.closed) return;
      if (message.memory) this.memory = message.memory;
      if (message.reply !== undefined) {
        const request = this.requests.get(message.id);
        this.requests.delete(message.id);
        onReply(message.reply, request);
      } else if (message.batch) {
        onBatch(message.batch, () => this.post({ ack: true }));
      } else if (message.broken) {
        onBroken(message.broken);
      } else if (message.loaded) {
        onProgress?.(message.loaded);
      } else if (message.open) {
        this.open = true;
        onOpen?.();
      }
    };
    if (worker) {
      this.worker = new Worker(new URL("worker.js?v=0", import.meta.url), { type: "module", name });
      this.worker.onmessage = (event) => receive(event.data);
      this.worker.onerror = (event) => receive({ broken: event.message || "The core's worker did not load." });
      this.post = (message, transfer = []) => this.worker.postMessage(message, transfer);
    } else {
      const early = [], progress = (share) => receive({ loaded: share });
      this.post = (message) => early.push(message);
      Promise.all([import("./core.js?v=0"), import("./loop.js?v=0")]).then(async ([{ openCore }, { drive }]) => {
        const core = await openCore({ name, progress });
        const deliver = (message) => setTimeout(() => receive({ ...message, memory: core.bytes() }));
        this.post = drive(core, deliver);
        early.forEach(this.post);
        deliver({ open: true });
      }).catch((error) => receive({ broken: String(error?.message ?? error) }));
    }
  }

  /** One command as JSON text. */
  send(text, request) {
    this.requests.set(++this.next, request);
    this.post({ command: text, id: this.next });
  }

  /** A file: `bytes` is a Uint8Array, which is given away. */
  put(name, bytes, request) {
    this.requests.set(++this.next, request);
    this.post({ put: name, bytes, id: this.next }, [bytes.buffer]);
  }

  close() {
    this.closed = true;
    if (this.worker) this.worker.terminate();
    else this.awake(false);
  }

  /** Runs stand still while nobody can see them. */
  awake(on) {
    this.post({ awake: on });
  }
}
