// Which core runs what is open. The page begins with a small one, and moves to the one with everything when something is opened that
// the first does not know: that core is loaded beside it, and takes over once the document is open there. Until then, and if it
// never comes, what is on the screen goes on.
import { documentOf } from "./address.js?v=0";
import { Link } from "./link.js?v=0";

const first = { studies: [], systems: [] };  // what rankscope_first knows, filled in when the site is assembled
const byId = (id) => document.getElementById(id);

/** What the first core does not know, the other may. */
const knownAlone = ({ study, system }) => study ? first.studies.includes(study) : first.systems.includes(system);
const known = (text) => {
  const document = documentOf(text), beside = document.page?.beside;
  return knownAlone(document) && [beside ?? []].flat().every((run) => knownAlone(run?.document ?? {}));
};

export class Cores {
  #on; #link = null;
  #full = null;    // the other core's link, while it is not #link
  #to = null;      // where the last document was opened
  #wanted = null;  // what waits for the other core, such as an "open"
  #what = "";      // that in words
  #awake = true;

  /**
   * `documents` are what will be opened first, as text. `on` is { reply(text, request), batch(messages, done), broken(text, began),
   * files() -> [[name, bytes]...], lost(what) }: lost() when a document is not opened because the core for it did not come.
   */
  constructor(documents, on) {
    this.#on = on;
    this.#to = this.#link = this.#connect(documents.every(known) ? "rankscope_first" : "rankscope_core", {
      onBroken: (text) => on.broken(text, this.#link.open),
    });
  }

  #connect(name, more) {
    const link = new Link({
      name,
      onReply: (text, request) => this.#replied(link, text, request),
      onBatch: (batch, done) => link === this.#link ? this.#on.batch(batch, done) : done(),
      ...more,
    });
    link.awake(this.#awake);
    return link;
  }

  get #all() {
    return this.#full?.open ? [this.#link, this.#full] : [this.#link];
  }

  /** Bytes of memory. */
  get memory() {
    return this.#all.reduce((sum, link) => sum + link.memory, 0);
  }

  /** Whether what runs now knows every study. */
  get full() {
    return this.#link.name === "rankscope_core";
  }

  awake(on) {
    this.#awake = on;
    for (const link of this.#all) link.awake(on);
  }

  /** A command, but for "open", as JSON text. */
  send(text, request) {
    this.#link.send(text, request);
  }

  /** A file, to every core; the reply is that of the one it is needed in. */
  put(name, bytes, request) {
    for (const link of this.#all) if (link !== this.#to) link.put(name, bytes.slice(), { silent: true });
    this.#to.put(name, bytes, request);
  }

  /** The command "open", as JSON text and parsed. */
  open(text, { slot, document, whole }, request) {
    if (slot > 0) return this.#link.send(text, request);  // beside what runs already
    this.#wanted = null;
    byId("loading").hidden = true;
    if (this.full || (!whole && known(document))) {
      this.#to = this.#link;
      return this.#link.send(text, request);
    }
    this.#want("this study", () => {
      this.#to = this.#full;
      this.#full.send(text, request);
    });
  }

  /** Resolves once the core with everything is there, beside this one until a command "open" with `whole` goes to it. */
  whole() {
    return new Promise((resolve) => this.#want("the rank lens", resolve));
  }

  #want(what, then) {
    this.#what = what;
    this.#wanted = () => {
      byId("loading").hidden = true;
      then();
    };
    if (this.#full?.open) return this.#wanted();
    this.#tell(`Loading ${what}`, 0);
    if (!this.#full) this.#load();
  }

  #load() {
    const full = this.#full = this.#connect("rankscope_core", {
      onProgress: (share) => { byId("loading").querySelector("progress").value = share; },
      onOpen: () => {
        for (const [name, bytes] of this.#on.files()) full.put(name, bytes.slice(), { silent: true });
        full.send('{"do":"list"}', { verb: "list" });
        this.#wanted?.();
      },
      onBroken: (text) => full.open ? this.#on.broken(text, true) : this.#failed(text),
    });
  }

  #failed(text) {
    this.#full.close();
    this.#full = null;
    if (!this.#wanted) return;
    this.#on.lost(`could not be loaded: ${text}`);
    this.#tell(`Could not load ${this.#what}: ${text}. Is there a connection?`, null, () => {
      this.#tell(`Loading ${this.#what}`, 0);
      this.#load();
    });
  }

  /** A line over the run bar: how far it is, or what went wrong and `again`. */
  #tell(text, share, again = null) {
    const line = byId("loading"), bar = line.querySelector("progress"), [retry, leave] = line.querySelectorAll("button");
    line.querySelector("p").textContent = text;
    bar.hidden = share === null;
    bar.value = share ?? 0;
    retry.hidden = !again;
    retry.onclick = again;
    leave.onclick = () => {
      line.hidden = true;
      this.#wanted = null;
      this.#on.lost("was not waited for");
    };
    line.hidden = false;
  }

  #replied(link, text, request) {
    if (request.verb === "open" && link !== this.#link) {
      if (link !== this.#to) return;  // something else was opened meanwhile
      const { error, needs } = JSON.parse(text);
      if (!error && !needs) this.#change(link);
    }
    if (request.last) link.close();
    else if (link === this.#link || link === this.#full || request.settle) this.#on.reply(text, request);
  }

  /** The core before answers what it was asked, and ends. */
  #change(link) {
    this.#link.send('{"do":"close","slot":-1}', { last: true });
    this.#link = link;
    this.#full = null;
  }
}
