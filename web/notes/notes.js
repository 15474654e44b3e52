// Makes the pictures of studies live, a few at a time, and gives the exercises their forms. Without it the page reads as well.
const LIVE_AT_ONCE = 3;  // a browser has sixteen WebGL contexts for all of its tabs, and each figure computes
const PATIENCE = 60000;  // ms until a figure that has not come up counts as failed

const theme = document.documentElement.dataset.theme;
if (theme) for (const source of document.querySelectorAll("figure source")) source.media = theme === "dark" ? "screen" : "not all";

// A figure starts by itself, once, when most of it is in view: at its first step it is empty and says less than the picture it replaces.
// Not where the reader has asked for less motion or fewer bytes, nor on a phone, where it needs more height than the picture has.
const startsAlone = () => !matchMedia("(prefers-reduced-motion: reduce), (max-width: 36rem)").matches && !navigator.connection?.saveData;
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

const live = [];  // the figures that have a frame, the least recently seen first

class Figure {
  #address; #title; #screen; #button; #says; #frame = null; #api = null; #picture = null;
  #document = null;  // what it showed when it gave up its frame
  #resume = false;  // was running when it left the view
  visible = false; #tried = false;

  constructor(element) {
    this.#address = `../index.html#${new URLSearchParams({ ...element.dataset, figure: "" })}`;
    this.#title = `The study ${element.dataset.study}, running`;
    this.#screen = element.querySelector(".screen");
    this.#button = Object.assign(document.createElement("button"), { type: "button", textContent: "Run it here" });
    this.#says = Object.assign(document.createElement("span"), { role: "status" });
    this.#button.addEventListener("click", () => this.start());
    element.querySelector(".controls").prepend(this.#button, this.#says);
    new IntersectionObserver(([{ isIntersecting }]) => this.#see(isIntersecting), { threshold: 0.6 }).observe(this.#screen);
  }

  #see(visible) {
    this.visible = visible;
    if (this.#api) {
      if (visible) this.#touch();
      this.#attend();
    } else if (visible && !this.#tried && startsAlone()) {
      setTimeout(() => this.visible && !this.#tried && this.start(), 300);  // not for one who only scrolls past
    }
  }

  #touch() {
    live.push(...live.splice(live.indexOf(this), 1));
  }

  /** Out of view it stands still; in view it goes on. */
  async #attend() {
    const { status } = await this.#api.stats();
    if (!this.visible && status === "running") {
      this.#resume = true;
      await this.#api?.pause();
    } else if (this.visible && this.#resume) {
      this.#resume = false;
      await this.#api?.play();
    }
  }

  async start() {
    if (this.#frame) return;
    this.#tried = true;
    live.push(this);
    while (live.length > LIVE_AT_ONCE) await (live.find((figure) => figure !== this && !figure.visible) ?? live[0]).release();
    const pressed = document.activeElement === this.#button;
    this.#button.hidden = true;  // the frame has buttons of its own
    this.#says.textContent = "Loading…";
    const frame = this.#frame = Object.assign(document.createElement("iframe"), { title: this.#title, src: this.#address });
    this.#screen.classList.add("live", "loading");
    this.#screen.append(frame);
    try {
      const api = await this.#opened(frame);
      if (this.#document) await api.set(this.#document);
      if (this.#frame !== frame) return;
      this.#api = api;
      this.#screen.classList.remove("loading");
      this.#says.textContent = "";
      if (pressed) frame.focus();
      await api.play();
      if (!this.visible) await this.#attend();
    } catch {
      if (this.#frame !== frame) return;
      this.#drop();
      this.#says.textContent = "It could not be started here; the picture shows what it would do.";
    }
  }

  async #opened(frame) {
    const until = performance.now() + PATIENCE;
    while (!frame.contentWindow?.rankscope) {
      const trouble = frame.contentDocument?.getElementById("trouble");
      if (performance.now() > until || this.#frame !== frame || (trouble && !trouble.hidden)) throw new Error("no figure");
      await wait(100);
    }
    await frame.contentWindow.rankscope.ready;
    return frame.contentWindow.rankscope;
  }

  /** Gives up the frame and shows its last picture. */
  async release() {
    live.splice(live.indexOf(this), 1);
    const api = this.#api;
    try {
      if (api) {
        const [picture, kept] = await Promise.race([Promise.all([api.picture(), api.document()]), wait(2000).then(() => [])]);
        if (picture) {
          this.#document = kept;
          this.#picture?.remove();
          this.#picture = Object.assign(document.createElement("img"), { className: "last", alt: "", src: picture });
          this.#screen.append(this.#picture);
        }
      }
    } catch { /* then the picture of the page stands there again */ }
    this.#drop();
    this.#button.textContent = "Wake it";
  }

  #drop() {
    this.#frame?.remove();
    this.#frame = this.#api = null;
    this.#resume = false;
    this.#screen.classList.remove("live", "loading");
    const place = live.indexOf(this);
    if (place >= 0) live.splice(place, 1);
    this.#button.hidden = false;
  }
}

for (const element of document.querySelectorAll("figure[data-study]")) new Figure(element);

// A formula that is too wide scrolls in its own box, and a keyboard must reach what scrolls.
const boxes = document.querySelectorAll(".formula");
const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const wide = target.scrollWidth > target.clientWidth;
    for (const [name, value] of [["tabindex", "0"], ["role", "group"], ["aria-label", "Formula"]]) {
      if (wide) target.setAttribute(name, value);
      else target.removeAttribute(name);
    }
  }
});
for (const box of boxes) sizes.observe(box);

if (document.querySelector("[data-check]")) import("./exercises.js?v=0").then(({ furnish }) => furnish(document));
