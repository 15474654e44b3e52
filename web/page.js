// The page around the interface module: it is Module.host (ui/app.h's Host), runs the frames, places the words, moves
// files, and is window.rankscope.
import create from "./rankscope_page.js?v=0";
import { listen } from "./input.js?v=0";
import { Link } from "./link.js?v=0";
import { withBytes } from "./memory.js?v=0";

const encoder = new TextEncoder();
const byId = (id) => document.getElementById(id);
const flag = { frame: 1, modal: 2, text: 4, navigating: 8, cursor: 16 };

/** A ring of the last numbers, for percentiles. */
class Ring {
  #numbers = [];
  #next = 0;
  add(x) { this.#numbers[this.#next] = x; this.#next = (this.#next + 1) % 240; }
  percentile(share) {
    const sorted = [...this.#numbers].sort((a, b) => a - b);
    return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] : 0;
  }
}

export class Page {
  #module; #link; #input; #theme; #trouble;
  #canvas = byId("canvas"); #title = byId("title"); #words = byId("words");
  #titleHeight = 0; #wordsHeight = 0;
  #due = 0; #frame = 0; #state = 0; #drawing = false; #lost = false; #visible = true;
  #content = null; #clips = ["", ""];
  #situation = {}; #spoken = 0;
  #done = null; #asked = 0; #late = 0;  // the batch being drawn; when a frame was asked for, and how late frames come, in ms
  #draws = 0; #lastFrame = 0; #gaps = new Ring();
  #status = ""; #files = new Map(); #samples = new Map();
  #views = []; #opens = []; #arrivals = []; #waiting = [];
  #firstFrame = null;

  /** `instantiate` is emscripten's instantiateWasm; `theme` is { dark, choose(dark) }; `trouble(text, detail)` shows a message. */
  static async open({ instantiate, theme, trouble }) {
    const page = new Page();
    page.#theme = theme;
    page.#trouble = trouble;
    page.#link = new Link({
      onReply: (text, request) => page.#reply(text, request),
      onBatch: (batch, done) => page.#batch(batch, done),
      onBroken: (text) => trouble("The computation has stopped.", text),
    });
    page.#early = [];
    page.#module = await create({ instantiateWasm: instantiate, host: page.#host() });
    page.#start();
    return page;
  }

  #early = null;  // what the core said before the interface was there

  /** The instruments' own fonts, for the words: they are in the module already. */
  #fonts() {
    const module = this.#module;
    for (const [file, weight] of [["Inter-Regular.ttf", "400"], ["Inter-SemiBold.ttf", "600"]]) {
      const size = module._malloc(4);
      const place = withBytes(module, [encoder.encode(file)], (...name) => module._page_font(...name, size));
      const length = new Uint32Array(module.HEAPU8.buffer, size, 1)[0];
      module._free(size);
      document.fonts.add(new FontFace("Rankscope Inter", module.HEAPU8.slice(place, place + length), { weight }));
    }
  }

  #start() {
    this.#fonts();
    const { width, height, dpr } = this.#measure();
    if (!this.#module._page_start(width, height, dpr)) throw new Error("This browser gave no WebGL 2 context.");
    this.#input = listen({
      module: this.#module, canvas: this.#canvas, agent: byId("agent"),
      state: () => ({
        modal: !!(this.#state & flag.modal), text: !!(this.#state & flag.text), navigating: !!(this.#state & flag.navigating),
      }),
      touched: () => this.request(3),
      drawNow: () => { this.#draw(); this.#draw(); },
    });
    this.#watch();
    for (const again of this.#early) again();
    this.#early = null;
    this.#draw();
    this.request(2);
  }

  // --- Frames: drawn when something changed, never otherwise ---
  request(frames = 1) {
    this.#due = Math.max(this.#due, frames);
    if (this.#frame || !this.#visible || this.#lost) return;
    this.#asked = performance.now();
    this.#frame = requestAnimationFrame((now) => this.#onFrame(now));
  }

  #onFrame(now) {
    this.#frame = 0;
    if (this.#lost) return;
    if (now - this.#lastFrame < 250) this.#gaps.add(now - this.#lastFrame);
    this.#lastFrame = now;
    this.#late += 0.2 * (performance.now() - this.#asked - this.#late);
    --this.#due;
    this.#draw();
    if (this.#due > 0) this.request(this.#due);
    // Where drawing is slow (no graphics card), the steps need the time more: as long a rest as the frame was late.
    if (this.#done) setTimeout(this.#done, this.#late > 40 ? this.#late : 0);
    this.#done = null;
  }

  #draw() {
    if (this.#lost || this.#drawing) return;
    this.#drawing = true;
    this.#state = this.#module._page_draw(performance.now() / 1000, scrollY, this.#titleHeight, this.#wordsHeight,
      this.#theme.dark, matchMedia("(pointer: coarse)").matches);
    this.#drawing = false;
    ++this.#draws;
    this.#clip();
    this.#input?.cursor((this.#state >> 4) - 1);
    const touch = this.#state & flag.modal ? "none" : "pan-y pinch-zoom";
    if (this.#canvas.style.touchAction !== touch) this.#canvas.style.touchAction = touch;
    if (this.#state & flag.frame) this.request();
  }

  #measure(box) {
    const dpr = devicePixelRatio || 1, rect = this.#canvas.getBoundingClientRect();
    // The box is exact where rounding would be a pixel off; an emulated pixel ratio leaves it in CSS px.
    const exact = box && Math.abs(box.inlineSize - rect.width * dpr) < 2;
    const width = Math.max(1, exact ? box.inlineSize : Math.round(rect.width * dpr));
    const height = Math.max(1, exact ? box.blockSize : Math.round(rect.height * dpr));
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    return { width, height, dpr };
  }

  #resize(box) {
    const { width, height, dpr } = this.#measure(box);
    this.#module._page_resize(width, height, dpr);
    this.#draw();  // before the browser paints: setting a canvas' size has cleared it
    this.request(2);
  }

  // --- What the browser tells ---
  #watch() {
    const canvas = this.#canvas;
    const sizes = new ResizeObserver(([entry]) => this.#resize(entry.devicePixelContentBoxSize?.[0]));
    try {
      sizes.observe(canvas, { box: "device-pixel-content-box" });
    } catch {
      sizes.observe(canvas);
      addEventListener("resize", () => this.#resize());
    }
    new ResizeObserver(() => {
      this.#titleHeight = this.#title.offsetHeight;
      this.#wordsHeight = this.#words.offsetHeight;
      this.request(2);
    }).observe(this.#words);
    new ResizeObserver(() => {
      this.#titleHeight = this.#title.offsetHeight;
      this.request(2);
    }).observe(this.#title);

    addEventListener("scroll", () => { this.#clip(); this.request(); }, { passive: true });
    for (const query of ["(prefers-color-scheme: dark)", "(pointer: coarse)"]) {
      matchMedia(query).addEventListener("change", () => this.request(2));
    }

    canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();  // else it never comes back
      this.#lost = true;
    });
    canvas.addEventListener("webglcontextrestored", () => {
      this.#lost = false;
      this.#module._page_restore();
      this.request(3);
    });

    let onScreen = true;
    const seen = () => {
      const visible = onScreen && document.visibilityState === "visible";
      if (visible === this.#visible) return;
      this.#visible = visible;
      this.#link.awake(visible);
      if (visible) this.request(2);
    };
    document.addEventListener("visibilitychange", seen);
    new IntersectionObserver(([entry]) => { onScreen = entry.isIntersecting; seen(); }).observe(canvas);

    const drop = byId("drop"), chooser = byId("chooser");
    let depth = 0;
    const dragging = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    addEventListener("dragenter", (event) => { if (dragging(event) && ++depth) drop.hidden = false; });
    addEventListener("dragleave", (event) => { if (dragging(event) && --depth <= 0) drop.hidden = true; });
    addEventListener("dragover", (event) => dragging(event) && event.preventDefault());
    addEventListener("drop", (event) => {
      if (!dragging(event)) return;
      event.preventDefault();
      depth = 0;
      drop.hidden = true;
      this.#take(event.dataTransfer.files);
    });
    chooser.addEventListener("change", () => { this.#take(chooser.files); chooser.value = ""; });
  }

  async #take(files) {
    for (const file of files) {
      this.#link.put(file.name, new Uint8Array(await file.arrayBuffer()), { put: file.name, chosen: true });
    }
  }

  // --- ui/app.h's Host ---
  #host() {
    return {
      send: (text) => this.#link.send(text, { verb: JSON.parse(text).do }),
      fetch: (name) => this.#fetch(name),
      openFile: (accept) => {
        const chooser = byId("chooser");
        chooser.accept = accept;
        chooser.click();
      },
      saveFile: (name, text) => {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([text]));
        link.download = name;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10000);
      },
      content: (numbers, shown) => this.#place(numbers, shown),
      situation: (situation) => this.#situate(situation),
      scrollTo: (y) => scrollTo({ top: y }),
      theme: (dark) => { this.#theme.choose(dark); this.request(2); },
      copy: (text) => this.#input?.copied(text),
      caret: (shown, x, y, height) => this.#input?.caret(shown, x, y, height),
    };
  }

  async #fetch(name) {
    try {
      const file = this.#samples.get(name);
      if (!file) throw new Error("it is no sample, and the file was not given to this page");
      if (!this.#files.has(file)) {  // two samples may stand in one file
        this.#files.set(file, fetch(new URL(`samples/${file}?v=0`, import.meta.url)).then((response) => {
          if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
          return response.arrayBuffer();
        }));
      }
      const bytes = await this.#files.get(file);
      this.#link.put(name, new Uint8Array(bytes.slice(0)), { put: name });
    } catch (error) {
      this.#files.clear();
      this.#answer(JSON.stringify({
        do: "put", name, error: { where: name, what: `could not be loaded: ${error.message}`, remedy: "try again with a connection" },
      }));
    }
  }

  #place(numbers, shown) {
    const [height, top, bottom, titleX, titleY, titleWidth, , wordsX, wordsY, wordsWidth] = numbers;
    byId("document").style.height = `${height}px`;
    const style = (element, x, y, width) => Object.assign(element.style, { left: `${x}px`, top: `${y}px`, width: `${width}px` });
    style(this.#title, titleX, titleY, titleWidth);
    style(this.#words, wordsX, wordsY, wordsWidth);
    this.#title.hidden = !(titleWidth > 0);
    this.#words.hidden = !(wordsWidth > 0);
    document.body.classList.toggle("covered", !shown);
    this.#content = { top, bottom };
  }

  /** The words go under the top bar and the run bar, which are drawn and cannot lie over HTML. */
  #clip() {
    if (!this.#content) return;
    [this.#title, this.#words].forEach((element, i) => {
      const box = element.getBoundingClientRect();
      const above = Math.max(0, this.#content.top - box.top), below = Math.max(0, box.bottom - innerHeight + this.#content.bottom);
      const clip = above || below ? `inset(${above}px -8px ${below}px -8px)` : "";
      if (clip !== this.#clips[i]) element.style.clipPath = this.#clips[i] = clip;
    });
  }

  async #situate(situation) {
    const before = this.#situation;
    this.#situation = situation;
    const now = performance.now();
    if (situation.status !== before.status || situation.study !== before.study || now - this.#spoken > 10000) {
      byId("situation").textContent = situation.summary;  // read aloud, so not with every step
      this.#spoken = now;
    }
    if (situation.title && situation.title !== before.title) {
      this.#title.textContent = situation.title;
      document.title = `${situation.title} · Rankscope`;
    }
    if (situation.status !== "loading") this.#arrived();
    if (situation.study === before.study || situation.status === "loading") return;
    const name = situation.study || "own";
    if (this.#words.dataset.study === name) return;
    this.#words.dataset.study = name;
    try {
      const response = await fetch(new URL(`words/${name}.html?v=0`, import.meta.url));
      if (this.#words.dataset.study === name) this.#words.innerHTML = response.ok ? await response.text() : "";
    } catch {
      this.#words.innerHTML = "";
    }
  }

  /** Resolves once the first run is on the screen. */
  get ready() {
    return this.#firstFrame ? Promise.resolve() : new Promise((resolve) => this.#arrivals.push(resolve));
  }

  #arrived() {
    if (this.#firstFrame) return;
    requestAnimationFrame(() => {
      this.#firstFrame ??= performance.now();
      this.#arrivals.splice(0).forEach((resolve) => resolve());
    });
  }

  // --- The core's answers ---
  #answer(text) {
    this.#call("_page_reply", encoder.encode(text));
    this.request();
  }

  #reply(text, request) {
    if (this.#early) return this.#early.push(() => this.#reply(text, request));
    if (request.resolve) {
      const reply = JSON.parse(text);
      return reply.error ? request.reject(refused(reply.error)) : request.resolve(reply);
    }
    if (request.verb === "list") this.#samples = new Map(JSON.parse(text).samples.map(({ name, file }) => [name, file]));
    if (request.verb === "open") this.#opened(JSON.parse(text));
    this.#answer(request.chosen ? `{"chosen":true,${text.slice(1)}` : text);
  }

  #opened(reply) {
    if (reply.needs || reply.slot !== 0) return;
    const waiting = this.#opens.splice(0);
    if (reply.error) return waiting.forEach(({ reject }) => reject(refused(reply.error)));
    this.#views = reply.show?.views ?? [];
    waiting.forEach(({ resolve }) => resolve(reply.document));
  }

  #batch(batch, done) {
    if (this.#early) return this.#early.push(() => this.#batch(batch, done));
    for (const bytes of batch) {
      this.#call("_page_message", bytes);
      if (bytes[0] !== 3 || new DataView(bytes.buffer).getUint32(1, true) !== 0) continue;
      const notice = JSON.parse(new TextDecoder().decode(bytes.subarray(5)));
      this.#status = notice.status;
      if (notice.status !== "running") this.#waiting.splice(0).forEach((resolve) => resolve(notice.step));
    }
    if (!(this.#module._page_state() & flag.frame) || !this.#visible || this.#lost) return done();
    this.#done = done;
    this.request();
  }

  #call(name, bytes, ...rest) {
    withBytes(this.#module, [bytes], (place, size) => this.#module[name](place, size, ...rest));
  }

  #ask(verb, rest = {}) {
    return new Promise((resolve, reject) => {
      this.#link.send(JSON.stringify({ do: verb, slot: 0, ...rest }), { resolve, reject });
    });
  }

  /** window.rankscope: what the page does, for scripts and tests. Answers are promises. */
  api() {
    const page = this;
    const arrive = async (verb, rest) => {
      await page.#ask(verb, rest);
      return new Promise((resolve) => page.#waiting.push(resolve));
    };
    return {
      get ready() { return page.ready; },
      /** The complete document of the run on the screen. */
      document: async () => (await page.#ask("document")).document,
      /** Opens a document, paused; `{ study: KEY }` is enough. Resolves to the complete one. */
      set(document) {
        return new Promise((resolve, reject) => {
          page.#opens.push({ resolve, reject });
          page.#call("_page_open", encoder.encode(JSON.stringify(document)), 0);
          page.request();
        });
      },
      play: () => page.#ask("play"),
      pause: () => page.#ask("pause"),
      /** Resolves to the step it stands at, once it is there. */
      step: (n = 1) => arrive("step", { n }),
      seek: (step) => arrive("seek", { step }),
      /** { shape, data, step }, measured now. */
      view: (key) => page.#ask("view", { key }),
      views: () => page.#views,
      async stats() {
        const core = await page.#ask("stats");
        return {
          step: core.step,
          status: page.#status,
          stepsPerSecond: core.stepsPerSecond,
          draws: page.#draws,
          framesP95ms: page.#gaps.percentile(0.95),
          steppingShare: core.steppingShare,
          bytes: page.#link.memory + page.#module.HEAPU8.length,
          firstFrameMs: page.#firstFrame,
        };
      },
    };
  }
}

function refused({ where, what, remedy }) {
  return new Error((where ? `${where}: ${what}` : what) + (remedy ? ` (${remedy})` : ""));
}
