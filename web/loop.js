// Drives a core in slices: the worker's loop, and the page's where module workers are missing.
const slice = 8;     // ms of stepping between two looks at the queue of commands: short, so that V8 can optimise
const posting = 16;  // ms between two batches of messages
// One batch is on its way at a time. The reader acknowledges it when it has drawn, so a slow screen gets fewer batches, and
// the steps get the time.

/**
 * `post(message, transfer)` takes { reply: text, id } | { batch: [Uint8Array...] } | { broken: text }. Returns receive(message) for
 * { command: text, id } | { put: name, bytes, id } | { ack: true } | { awake: bool }.
 */
export function drive(core, post) {
  let going = false, awake = true, underway = false, posted = 0, alarm = 0;
  const channel = new MessageChannel();
  channel.port1.onmessage = () => guarded(tick);

  function wake() {
    if (going || !awake) return;
    going = true;
    clearTimeout(alarm);
    channel.port2.postMessage(0);
  }

  function flush() {
    const batch = [];
    const moments = new Map();  // slot -> place of its latest moment: it replaces those before
    for (let bytes; (bytes = core.take());) {
      if (bytes[0] === 2) {
        const slot = new DataView(bytes.buffer).getUint32(1, true);
        if (moments.has(slot)) batch[moments.get(slot)] = null;
        moments.set(slot, batch.length);
      }
      batch.push(bytes);
    }
    const kept = batch.filter(Boolean);
    if (!kept.length) return;
    underway = true;
    posted = performance.now();
    post({ batch: kept }, kept.map((bytes) => bytes.buffer));
  }

  function tick() {
    going = false;
    const more = core.advance(slice);
    if (!underway && (!more || performance.now() - posted >= posting)) flush();
    if (!more) return;
    const rest = core.wait();  // a run with a speed limit sleeps between its steps
    if (rest > 1) alarm = setTimeout(wake, rest);
    else wake();
  }

  function guarded(work) {
    try {
      work();
    } catch (error) {
      awake = false;
      post({ broken: String(error?.message ?? error) });
    }
  }

  return (message) => guarded(() => {
    if ("ack" in message) underway = false;
    if ("awake" in message) awake = message.awake;
    if ("command" in message) {
      flush();  // what was so far comes before the reply, what the command brings about comes after it
      post({ reply: core.command(message.command), id: message.id });
    }
    if ("put" in message) post({ reply: core.put(message.put, message.bytes), id: message.id });
    wake();
  });
}
