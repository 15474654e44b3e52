// The page around the interface module: wires it to the core, the frames, the words and the files, as its Module.host
// (ui/app.h's Host).
import { arrive, depart, documentOf, follow, readAddress, rememberHome, whereabouts } from "./address.js?v=0";
import { Cores } from "./cores.js?v=0";
import create from "./rankscope_page.js?v=0";
import { loadFonts, loadMore } from "./fonts.js?v=0";
import { Frames } from "./frames.js?v=0";
import { Samples, receiveFiles, saveFile } from "./files.js?v=0";
import { listen } from "./input.js?v=0";
import { withBytes } from "./memory.js?v=0";
import { Words } from "./words.js?v=0";

const encoder = new TextEncoder(), decoder = new TextDecoder();
const byId = (id) => document.getElementById(id);
const mostKept = 2 ** 25;  // bytes of a dropped file that outlives the tab (keep.js)
const flag = { frame: 1, modal: 2, text: 4, navigating: 8 };  // page.cpp's; above them ImGui's cursor + 1

export class Page {
  #module; #cores; #input; #theme; #choose; #trouble;
  #state = 0;
  #samples = new Samples();
  #words = new Words(() => this.frames.request(2));
  #early = [];  // what the core said before the interface was there; null since
  #keeper = null;      // keep.js, from the first frame on
  #files = new Map();  // dropped ones, for the keeper
  #back = null;        // what the tab had open and is being opened again: keep.js's together()
  #look = {};          // how the runs are shown, as the interface told it last: a document's "page"
  #address = readAddress();
  #runs = [];          // the keys of all studies
  #figure = this.#address.figure ? 1 + this.#address.parameters : 0;  // page.cpp's
  #lens = null;        // a command for the rank lens that waits for the core that has one
  #asked = null;       // who asks for what the interface is about to open: { from: "address" or a file's name, supplied: [files...] }
  #again = null;       // { document, asked } that the interface will open again, once its files are there
  #missing = null;     // missing.js, while a file is waited for
  #all = false;        // the interface knows all studies
  #notice = {};        // the last one of slot 0
  #opens = []; #stops = []; #arrivals = [];  // who waits for an open's reply, for slot 0 to stand still, for the first frame

  frames;
  status = "";         // of slot 0
  views = [];          // of slot 0
  firstFrame = null;   // ms since the page was asked for

  /** `instantiate` and `rest` are parts.js's; `theme` is { dark, choose(dark) }; `trouble(title, detail)` shows a message. */
  static async open({ instantiate, rest, theme, trouble }) {
    const page = new Page();
    [page.#theme, page.#trouble] = [theme, trouble];
    [page.#module] = await Promise.all([create({ instantiateWasm: instantiate, host: page.#host() }), page.#begin()]);
    if (page.#back || page.#address.text) await rest();  // not the first screen
    page.#start();
    page.ready.then(() => page.#watch());
    if (page.#address.figure) (await import("./figure.js?v=0")).embed(page);
    return page;
  }

  constructor() {
    this.frames = new Frames(byId("canvas"), {
      draw: () => this.#draw(),
      resize: (...size) => this.#module._page_resize(...size),
      restore: () => this.#module._page_restore(),
      seen: (visible) => this.#cores.awake(visible),
    });
  }

  /** Finds out what to open, and starts the core for it. */
  async #begin() {
    const { text, figure } = this.#address;
    if (figure) this.#words.drop();
    else await this.#remember();
    const opens = this.#back?.text ?? text;
    if (opens) this.#words.expect(documentOf(opens).study);
    this.#cores = new Cores(opens ? [opens] : [], {
      reply: (text, request) => this.#reply(text, request),
      batch: (batch, done) => this.#batch(batch, done),
      files: () => this.#files,
      lost: (what) => this.#lost(what),
      broken: (text, began) => began ? this.#trouble("The computation has stopped", text)
        : this.#trouble("The computation could not be loaded", "Check the connection and reload.", [text]),
    });
  }

  #start() {
    const module = this.#module, canvas = byId("canvas");
    loadFonts(module);
    if (!module._page_start(...this.frames.measure())) throw new Error("This browser gave no WebGL 2 context.");
    const has = (bit) => (this.#state & bit) !== 0;
    this.#input = listen({
      module, canvas, agent: byId("agent"),
      state: () => ({ modal: has(flag.modal), text: has(flag.text), navigating: has(flag.navigating) }),
      touched: () => this.frames.request(3),
      drawNow: () => { this.frames.now(); this.frames.now(); },  // ImGui hears a press and a release in two frames
    });
    this.#choose = receiveFiles((name, bytes) => this.#take(name, bytes), (name, what, remedy) => this.#refuse(name, what, remedy));
    addEventListener("scroll", () => { this.#words.clip(); this.frames.request(); }, { passive: true });
    for (const query of ["(prefers-color-scheme: dark)", "(pointer: coarse)"]) {
      matchMedia(query).addEventListener("change", () => this.frames.request(2));
    }
    this.frames.watch();
    if (this.#back) rememberHome(this.#back.home), this.#open(this.#back.text, false);
    else if (this.#address.text) this.#openAddress(this.#address);
    addEventListener("hashchange", () => {
      const said = readAddress();
      if (said.figure !== this.#address.figure) location.reload();
      else if (said.text) this.#openAddress(said);
      else if (location.hash === "") this.#openFirst({ from: "address" });
    });
    const early = this.#early;
    this.#early = null;
    for (const again of early) again();
    this.frames.now();
    this.frames.request(2);
  }

  // --- What outlives the tab: keep.js ---
  /** Loads what this tab, or one that was closed, had open. */
  async #remember() {
    let known = false;
    try {
      known = Object.keys(localStorage).some((key) => key.startsWith("rankscope.tab."));
    } catch { /* refused: nothing was kept */ }
    if (!known) return;
    try {
      const { Keeper, together } = await import("./keep.js?v=0");
      const { keeper, record } = await Keeper.begin(!this.#address.text);
      this.#keeper = keeper;
      const again = performance.getEntriesByType("navigation")[0]?.type === "reload";  // then the address may lag behind what was open
      if (!record || (this.#address.text && !again && record.address !== location.hash)) return;
      this.#files = new Map(record.files);
      this.#back = { ...record, ...together(record) };
    } catch { /* the page starts afresh */ }
  }

  /** After the first frame. */
  async #watch() {
    if (this.#back?.scroll) scrollTo({ top: this.#back.scroll });
    await new Promise((resolve) => setTimeout(resolve, 500));  // the first frames come first
    this.#list();
    if (!this.#address.figure) this.#keep();
    if (await loadMore(this.#module)) this.frames.request(2);
  }

  async #keep() {
    try {
      this.#keeper ??= (await (await import("./keep.js?v=0")).Keeper.begin(!this.#address.text)).keeper;
      this.#keeper.watch({ ask: (verb, rest) => this.ask(verb, rest), files: this.#files, status: () => this.status, view: () => ({ page: this.#look, ...whereabouts(), scroll: scrollY }) });
    } catch { /* nothing is kept */ }
  }

  // --- What is opened, and what is wrong with it ---
  /** The interface opens a document or a link; with `asked` the page tells the reader what is wrong with it. */
  #open(text, play, asked = null) {
    this.#asked = asked;
    this.#call("_page_open", encoder.encode(text), play);
    this.#asked = null;
    this.frames.request();
  }

  #openAddress({ text, figure }) {
    this.#open(text, !figure, { from: "address" });
  }

  #openFirst(asked = { from: "home" }) {
    this.#open(JSON.stringify({ study: this.#runs[0] }), !this.#address.figure, asked);
  }

  /** What was asked for is not opened: what is on the screen goes on, and the interface is told so; where there is nothing yet, the first study comes. */
  #unopened(asked) {
    if (!this.views.length) return this.#openFirst(asked ?? undefined);
    arrive("here");
    const notice = encoder.encode(JSON.stringify({ status: "paused", ...this.#notice, events: [] }));
    this.#call("_page_message", new Uint8Array([3, 0, 0, 0, 0, ...notice]));
    this.frames.request(2);
  }

  /** The reply to it; true when the page tells the reader. */
  #misled({ error: { where, what, remedy } }, { from, supplied }, document) {
    const words = (where ? `${where}: ${what}` : what) + (remedy ? ` (${remedy})` : "");
    if (supplied && (/^inputs/.test(where) || where in Object(documentOf(document).inputs))) return this.#lack(document, supplied, `${words}.`, { from });
    if (this.#address.figure) return false;
    const first = this.views.length ? "" : " The page starts with its first study.";
    this.#say(`${from === "address" ? "There is nothing at this address" : from}: ${words}.${first}`);
    this.#unopened(null);
    return true;
  }

  /** What is to be opened needs files that are not here; true when the page sees to it. */
  #lack(document, names, why, asked) {
    if (this.#address.figure) return false;
    const error = { where: "inputs", what: `needs ${names.join(", ")}`, remedy: "drop the file on this page" };
    this.#opens.splice(0).forEach((settle) => settle({ error }));
    this.#missing?.close();
    this.#missing = import("./missing.js?v=0").then(({ Missing }) => this.#missing = new Missing(document, names, {
      choose: () => this.#choose(""),
      put: (name, bytes) => this.#promise((settle) => this.#put(name, bytes, { settle })),
      open: (text, supplied) => this.#open(text, true, { from: asked?.from ?? names[0], supplied }),
    }, why));
    this.#unopened(asked?.from === "address" ? asked : null);
    return true;
  }

  async #copy(text) {
    const copied = await this.#input.copied(text);
    if (copied !== null) this.#say(copied ? "Copied." : "This browser lets nothing be copied by a press: select the text and press Ctrl+C.");
  }

  async #say(text) {
    (await import("./say.js?v=0")).say(text);
  }

  /** Every study there is, for the gallery: the first core knows a few. */
  async #list() {
    if (this.#all || this.#cores.full) return;
    this.#all = true;
    try {
      const response = await fetch(new URL("catalog.json?v=0", import.meta.url));
      if (!response.ok) throw new Error(response.statusText);
      this.#reply(await response.text(), { verb: "list" });
    } catch {
      this.#all = false;  // asked for again when the gallery is opened
    }
  }

  #take(name, bytes) {
    if (/\.json$/i.test(name)) return this.#open(decoder.decode(bytes), true, { from: name });
    const wanted = this.#missing?.takes?.(name);
    if (wanted) this.#missing.take(wanted, bytes);
    else this.#put(name, bytes, { chosen: true });
  }

  #put(name, bytes, request) {
    this.#files.delete(name);
    if (bytes.length <= mostKept) this.#files.set(name, bytes.slice());
    this.#keeper?.replaced(name);
    this.#cores.put(name, bytes, request);
  }

  /** A dropped file that an input is, perhaps an array of it. */
  #dropped(name) {
    return this.#files.get(name) ?? this.#files.get(name.replace(/\?[a-z][^?]*$/i, ""));
  }

  /** What the interface sends; what it opens goes on from where it was, as long as there is something to restore. */
  #send(text) {
    const command = JSON.parse(text), slot = command.slot ?? 0;
    if (command.do === "lens" && !this.#cores.full) return this.#toLens(text, command);
    if (command.do !== "open") return this.#cores.send(text, { verb: command.do });
    const held = this.#back?.slots.get(slot), { document } = command;
    if (held) held.sent = true;
    if (slot === 0) depart();
    if (slot === 0 && !held) this.#lens = null;  // asked for anew of what is opened now
    const again = slot === 0 && this.#again?.document === document ? this.#again.asked : null;
    this.#again = null;
    if (held) this.#openAgain(command, held);
    else this.#cores.open(text, command, { verb: "open", slot, document, asked: slot === 0 ? this.#asked ?? again : null });
  }

  /** The first core has no rank lens: what is open moves to the other one, as it stands. */
  async #toLens(text, { view, file }) {
    const underway = this.#lens !== null;
    this.#lens = view || file ? text : null;
    if (underway || !this.#lens) return;
    await this.#cores.whole();
    const slots = await this.#keeper?.open() ?? new Map();
    if (!slots.get(0)?.document) slots.set(0, { ...await this.ask("document"), status: this.status, step: this.#notice.step ?? 0 });
    for (const held of slots.values()) held.whole = true;
    this.#back = (await import("./keep.js?v=0")).together({ page: this.#lookNow(), slots });
    const opened = new Promise((resolve) => this.#opens.push(resolve));
    this.#open(this.#back.text, false);
    await opened;
    if (this.#lens) this.#cores.send(this.#lens, { verb: "lens" });
    this.#lens = null;
  }

  #openAgain({ slot = 0, ...rest }, held) {
    const from = held.bytes && `kept in slot ${slot}`, { whole } = held;
    if (from) this.#cores.put(from, held.bytes.slice(), { silent: true });
    const command = { slot, ...rest, whole, ...(from && { from }) };
    this.#cores.open(JSON.stringify(command), command, { verb: "open", held, slot, command });
  }

  /** The reply to it; false when it is not for the interface. */
  #openedAgain({ error, needs }, { held, slot, command: { from, ...command } }) {
    if (needs) return true;
    if (error && held.bytes) {
      held.bytes = null;  // the document alone repeats the run
      this.#openAgain(command, held);
      return false;
    }
    this.#back.slots.delete(slot);
    if (!error) return true;
    this.#say(`What was open could not be restored: ${error.where}: ${error.what}. The page starts afresh.`);
    if (slot > 0) return true;
    this.#back = null;
    this.#openFirst();
    return false;
  }

  /** All that was open is open again. */
  #goOn() {
    if (this.#back.play) this.#cores.send('{"do":"play","slot":-1}', { silent: true });
    this.#back = null;
  }

  #draw() {
    const { title, words } = this.#words.heights;
    this.#state = this.#module._page_draw(performance.now() / 1000, scrollY, title, words, this.#theme.dark,
      matchMedia("(pointer: coarse)").matches, this.#figure);
    this.#words.clip();
    this.#input?.cursor(this.#state >> 4);
    const touch = this.#state & flag.modal ? "none" : "pan-y pinch-zoom", { style } = byId("canvas");
    if (style.touchAction !== touch) style.touchAction = touch;
    return (this.#state & flag.frame) !== 0;
  }

  #host() {
    return {
      send: (text) => this.#send(text),
      fetch: async (name) => {
        try {
          this.#cores.put(name, this.#dropped(name)?.slice() ?? await this.#samples.bytes(name), {});
        } catch ({ what, remedy }) {
          this.#refuse(name, what, remedy);
        }
      },
      openFile: (accept) => this.#choose(accept),
      saveFile,
      content: (numbers, shown) => {
        this.#words.place(numbers, shown);
        if (!shown && this.firstFrame !== null) this.#list();  // it may be the gallery that covers them
      },
      situation: (situation) => {
        this.#words.tell(situation);
        if (situation.status !== "loading" && this.firstFrame === null) {
          this.firstFrame = performance.now();
          requestAnimationFrame(() => this.#arrivals.splice(0).forEach((resolve) => resolve()));
        }
      },
      scrollTo: (y) => scrollTo({ top: y }),
      theme: (dark) => { this.#theme.choose(dark); this.frames.request(2); },
      address: (link, leaf) => {
        this.#look = documentOf(link).page ?? {};
        if (!this.#address.figure) follow(link, leaf);
      },
      say: (text) => this.#say(text),
      copy: (text) => this.#copy(text.startsWith("#") ? location.href.split("#")[0] + text : text),
      caret: (...place) => this.#input?.caret(...place),
    };
  }

  /** Resolves once the first run is on the screen. */
  get ready() {
    return this.firstFrame !== null ? Promise.resolve() : new Promise((resolve) => this.#arrivals.push(resolve));
  }

  /** Bytes of memory of both modules. */
  get bytes() {
    return this.#cores.memory + this.#module.HEAPU8.length;
  }

  // --- The core's answers ---
  #call(name, bytes, ...rest) {
    withBytes(this.#module, [bytes], (place, size) => this.#module[name](place, size, ...rest));
  }

  /** A file that never reached the core, in the core's words. */
  #refuse(name, what, remedy) {
    this.#answer(JSON.stringify({ do: "put", name, error: { where: name, what, remedy } }));
  }

  #answer(text) {
    this.#call("_page_reply", encoder.encode(text));
    this.frames.request();
  }

  #reply(text, request) {
    if (this.#early) return this.#early.push(() => this.#reply(text, request));
    if (request.silent) return;
    if (request.settle) return request.settle(JSON.parse(text));
    if (request.verb === "list") {
      const { samples, presets } = JSON.parse(text);
      this.#samples.know(samples);
      this.#runs = presets.map(({ key }) => key);
    }
    if (request.verb === "open" && !this.#mayOpen(JSON.parse(text), request)) return;
    if (["open", "set", "reset", "seed", "close", "fork", "revise", "nudge", "swap"].includes(request.verb)) this.#keeper?.reply(JSON.parse(text));
    if (request.verb === "open") this.#opened(JSON.parse(text));
    this.#answer(request.chosen ? `{"chosen":true,${text.slice(1)}` : text);
    if (this.#back && ![...this.#back.slots.values()].some(({ sent }) => sent)) this.#goOn();
  }

  /** Whether the reply to an "open" is for the interface. */
  #mayOpen(reply, request) {
    const { held, slot, document, asked } = request;
    if (held) return this.#openedAgain(reply, request) && (slot > 0 || (arrive("here"), true));
    if (slot !== 0) return true;
    const lacking = reply.needs?.filter((name) => !this.#dropped(name) && !this.#samples.has(name)) ?? [];
    if (lacking.length) return !this.#lack(document, lacking, "", asked);
    if (reply.needs) this.#again = { document, asked };
    else if (reply.error && asked && asked.from !== "home") return !this.#misled(reply, asked, document);
    else arrive(reply.error ? "here" : asked?.from === "address" ? "arrived" : this.views.length && asked?.from !== "home" ? "new" : "home");
    return true;
  }

  #opened(reply) {
    if (reply.needs || reply.slot !== 0) return;
    if (!reply.error) [this.views, this.#notice] = [reply.show.views, {}];
    this.#opens.splice(0).forEach((settle) => settle(reply));
  }

  /** The core for what was to be opened did not come. */
  #lost(what) {
    const error = { where: "document", what, remedy: "try again with a connection" };
    this.#opens.splice(0).forEach((settle) => settle({ error }));
    if (this.#lens) this.#answer(JSON.stringify({ do: "lens", slot: 0, error: { ...error, where: "the rank lens" } }));
    this.#lens = null;
    if (this.views.length) this.#unopened(null);
  }

  #batch(batch, done) {
    if (this.#early) return this.#early.push(() => this.#batch(batch, done));
    for (const bytes of batch) {
      if (this.#keeper?.message(bytes)) continue;
      this.#call("_page_message", bytes);
      if (bytes[0] !== 3 || new DataView(bytes.buffer).getUint32(1, true) !== 0) continue;
      this.#notice = JSON.parse(decoder.decode(bytes.subarray(5)));
      const { status, step } = this.#notice;
      this.status = status;
      if (status !== "running") this.#stops.splice(0).forEach((resolve) => resolve(step));
    }
    if ((this.#module._page_state() & flag.frame) && this.frames.able) this.frames.request(1, done);
    else done();
  }

  // --- For window.rankscope ---
  /** The canvas as it stands, as a PNG's address. */
  picture() {
    this.frames.now();  // what is drawn can be read until this task ends
    return byId("canvas").toDataURL();
  }

  /** A command to slot 0; resolves to its reply. */
  ask(verb, rest = {}) {
    return this.#promise((settle) => this.#cores.send(JSON.stringify({ do: verb, slot: 0, ...rest }), { settle }));
  }

  /** The interface opens a document or a link, paused; resolves to the reply. */
  show(document) {
    return this.#promise((settle) => {
      this.#opens.push(settle);
      this.#open(typeof document === "string" ? document : JSON.stringify(document), false);
    });
  }

  /** How the runs are shown, as a document's "page". */
  #lookNow() {
    const bytes = this.#module.HEAPU8, start = this.#module._page_look();
    return JSON.parse(decoder.decode(bytes.subarray(start, bytes.indexOf(0, start))));
  }

  /** Of what is open, with how it is shown: resolves to the whole address. */
  async link() {
    let look = this.#lookNow();
    for (; look.beside?.some(({ document: { study, system } }) => !study && !system); look = this.#lookNow()) {
      await new Promise((resolve) => setTimeout(resolve, 50));  // until those beside are open
    }
    const { link } = await this.ask("share", { page: look, arrays: true });
    return new URL(link, location.href).href;
  }

  /** "undo", "redo" or "pin", as the interface does it; resolves once the core has heard of it. */
  async act(what) {
    this.#module[`_page_${what}`]();
    this.frames.request();
    await this.ask("stats");
  }

  /** Resolves to the step where slot 0 stands still next. */
  stop() {
    return new Promise((resolve) => this.#stops.push(resolve));
  }

  #promise(begin) {
    return new Promise((resolve, reject) => begin((reply) => {
      if (!reply.error) return resolve(reply);
      const { where, what, remedy } = reply.error;
      reject(new Error((where ? `${where}: ${what}` : what) + (remedy ? ` (${remedy})` : "")));
    }));
  }
}
