// The page around the interface module: wires it to the core, the frames, the words and the files, as its Module.host
// (ui/app.h's Host).
import { follow, readAddress } from "./address.js?v=0";
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
  #back = null;        // what the tab had open and is being opened again: keep.js's record
  #hushed = new Set(); // slots that are not to play although the interface says so: they were paused
  #view = { views: [], rate: 1 };  // of slot 0, as the interface asked for it last
  #address = readAddress();
  #runs = new Map();   // study -> the first of its runs; the first study is the first in here
  #figure = this.#address.figure ? 1 + this.#address.parameters : 0;  // page.cpp's
  #lens = null;        // a command for the rank lens that waits for the core that has one
  #asking = false;     // the interface is about to open what the address asks for, as the first thing
  #all = false;        // the interface knows all studies
  #notice = {};        // the last one of slot 0
  #opens = []; #stops = []; #arrivals = [];  // who waits for an open's reply, for slot 0 to stand still, for the first frame

  frames;
  status = "";         // of slot 0
  views = [];          // of slot 0
  firstFrame = null;   // ms since the page was asked for

  /** `instantiate` is emscripten's instantiateWasm; `theme` is { dark, choose(dark) }; `trouble(title, detail)` shows a message. */
  static async open({ instantiate, theme, trouble }) {
    const page = new Page();
    [page.#theme, page.#trouble] = [theme, trouble];
    [page.#module] = await Promise.all([create({ instantiateWasm: instantiate, host: page.#host() }), page.#begin()]);
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
    const { document: asked, figure } = this.#address;
    if (figure) this.#words.drop();
    else await this.#remember();
    const held = this.#back && [...this.#back.slots.values()].map(({ document: kept }) => kept);
    if (asked && held && (held[0].study !== asked.study || (asked.variant && held[0].variant !== asked.variant))) this.#back = null;
    const documents = (this.#back && held) ?? [asked].filter(Boolean);
    if (documents.length) this.#words.expect(documents[0].study);
    this.#cores = new Cores(documents, {
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
    if (this.#back) this.#reopen(this.#back);
    else if (this.#address.document) {
      this.#asking = true;
      this.#openAddress(this.#address);
      this.#asking = false;
    }
    addEventListener("hashchange", () => {
      const said = readAddress();
      if (said.figure !== this.#address.figure) location.reload();
      else if (said.document) this.#openAddress(said);
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
      const { Keeper } = await import("./keep.js?v=0");
      ({ keeper: this.#keeper, record: this.#back } = await Keeper.begin(!this.#address.document));
      if (this.#back) this.#files = new Map(this.#back.files);
    } catch { /* the page starts afresh */ }
  }

  #reopen({ slots, views, rate }) {
    const { document, status } = slots.get(0);
    const paces = [0.25, 1, 4], steps = Math.max(1, Math.round(document.steps / 10));  // ui/model.h's
    const off = (pace) => Math.abs(Math.log(pace * steps / rate));
    const pace = rate > 0 ? paces.indexOf([...paces].sort((a, b) => off(a) - off(b))[0]) : paces.length;
    withBytes(this.#module, [encoder.encode(JSON.stringify(document)), encoder.encode(views.join("\n"))],
      (...places) => this.#module._page_reopen(...places, pace, status === "running", slots.size > 1));
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
      this.#keeper ??= (await (await import("./keep.js?v=0")).Keeper.begin(!this.#address.document)).keeper;
      this.#keeper.watch({ ask: (verb, rest) => this.ask(verb, rest), files: this.#files, status: () => this.status, view: () => ({ ...this.#view, scroll: scrollY }) });
    } catch { /* nothing is kept */ }
  }

  // --- The address ---
  #openAddress({ document, views }) {
    const play = !this.#address.figure, bytes = encoder.encode(JSON.stringify(document));
    if (!views.length) return this.#call("_page_open", bytes, play);
    withBytes(this.#module, [bytes, encoder.encode(views.join("\n"))], (...places) => this.#module._page_reopen(...places, 1, play, false));
  }

  #openFirst() {
    const [study] = this.#runs.keys();
    this.#call("_page_open", encoder.encode(JSON.stringify({ study })), !this.#address.figure);
  }

  /** The reply to what the address asked for; true when there is no such thing and the first study is opened instead. */
  #misled({ error }) {
    if (!error || this.#address.figure) return false;
    this.#say(`There is nothing at this address: ${error.what} (${error.remedy}). The page starts with its first study.`);
    this.#openFirst();
    return true;
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
    this.#files.delete(name);
    if (bytes.length <= mostKept) this.#files.set(name, bytes.slice());
    this.#keeper?.replaced(name);
    this.#cores.put(name, bytes, { chosen: true });
  }

  /** What the interface sends; what it opens goes on from where it was, as long as there is something to restore. */
  #send(text) {
    const command = JSON.parse(text), slot = command.slot ?? 0, held = this.#back?.slots.get(slot);
    if (command.do === "look" && slot === 0) this.#view.views = command.views;
    if (command.do === "speed" && slot === 0) this.#view.rate = command.steps_per_second;
    if (command.do === "play" && this.#hushed.delete(slot)) return;
    if (command.do === "lens" && !this.#cores.full) return this.#toLens(text, command);
    if (command.do !== "open") this.#cores.send(text, { verb: command.do });
    else if (held) this.#openAgain(slot, held);
    else this.#cores.open(text, command, { verb: "open", asked: this.#asking });
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
    this.#back = { ...this.#view, slots };
    const opened = new Promise((resolve) => this.#opens.push(resolve));
    this.#reopen(this.#back);
    await opened;
    if (this.#lens) this.#cores.send(this.#lens, { verb: "lens" });
    this.#lens = null;
  }

  #openAgain(slot, held) {
    const from = held.bytes && `kept in slot ${slot}`, { document, whole } = held;
    if (from) this.#cores.put(from, held.bytes.slice(), { silent: true });
    const command = { do: "open", slot, document, whole, ...(from && { from }) };
    this.#cores.open(JSON.stringify(command), command, { verb: "open", held, slot });
  }

  /** The reply to it; false when it is not for the interface. */
  #openedAgain({ error, needs }, { held, slot }) {
    if (needs) return true;
    if (error && held.bytes) {
      held.bytes = null;  // the document alone repeats the run
      this.#openAgain(slot, held);
      return false;
    }
    this.#back.slots.delete(slot);
    if (error) {
      this.#say(`What was open could not be restored: ${error.where}: ${error.what}. The page starts afresh.`);
      if (slot === 0) this.#openFirst();
      return slot !== 0;
    }
    if (held.status === "running" && held.bytes) return true;
    // The interface plays what it compares, and what was playing; without a checkpoint it comes back paused where it was.
    if (slot > 0 || held.status === "running") this.#hushed.add(slot);
    if (!held.bytes || held.status === "paused") this.#cores.send(JSON.stringify({ do: "seek", slot, step: held.step }), { silent: true });
    return true;
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
          const dropped = this.#files.get(name) ?? this.#files.get(name.replace(/\?[a-z][^?]*$/i, ""));
          this.#cores.put(name, dropped?.slice() ?? await this.#samples.bytes(name), {});
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
        if (!this.#address.figure) follow(situation, this.#runs);
        if (situation.status !== "loading" && this.firstFrame === null) {
          this.firstFrame = performance.now();
          requestAnimationFrame(() => this.#arrivals.splice(0).forEach((resolve) => resolve()));
        }
      },
      scrollTo: (y) => scrollTo({ top: y }),
      theme: (dark) => { this.#theme.choose(dark); this.frames.request(2); },
      copy: (text) => this.#input?.copied(text),
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
    if (request.held && !this.#openedAgain(JSON.parse(text), request)) return;
    if (request.verb === "list") {
      const { samples, presets } = JSON.parse(text);
      this.#samples.know(samples);
      this.#runs = new Map(presets.map(({ key, runs }) => [key, runs[0]]));
    }
    if (request.asked && this.#misled(JSON.parse(text))) return;
    if (["open", "set", "reset", "seed", "close"].includes(request.verb)) this.#keeper?.reply(JSON.parse(text));
    if (request.verb === "open") this.#opened(JSON.parse(text));
    this.#answer(request.chosen ? `{"chosen":true,${text.slice(1)}` : text);
  }

  #opened(reply) {
    if (reply.needs || reply.slot !== 0) return;
    if (!reply.error) [this.views, this.#notice] = [reply.show.views, {}];
    this.#opens.splice(0).forEach((settle) => settle(reply));
  }

  /** What was to be opened did not come: what is on the screen goes on, and the interface has to be told so. */
  #lost(what) {
    const error = { where: "document", what, remedy: "try again with a connection" };
    this.#opens.splice(0).forEach((settle) => settle({ error }));
    if (this.#lens) this.#answer(JSON.stringify({ do: "lens", slot: 0, error: { ...error, where: "the rank lens" } }));
    this.#lens = null;
    const notice = encoder.encode(JSON.stringify({ status: "paused", ...this.#notice, events: [] }));
    this.#call("_page_message", new Uint8Array([3, 0, 0, 0, 0, ...notice]));
    this.frames.request(2);
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

  /** The interface opens a document, paused; resolves to the reply. */
  show(document) {
    return this.#promise((settle) => {
      this.#opens.push(settle);
      this.#call("_page_open", encoder.encode(JSON.stringify(document)), 0);
      this.frames.request();
    });
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
