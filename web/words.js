// The words beside the instruments: real HTML, placed where the interface leaves room for it.
const byId = (id) => document.getElementById(id);

export class Words {
  #title = byId("title"); #words = byId("words"); #live = byId("situation");
  #heights = { title: 0, words: 0 };
  #bars = null;  // CSS px of the viewport that the top bar and the run bar cover
  #clips = ["", ""];
  #situation = {}; #spoken = 0;

  /** `changed()` is called when the words need more or less room. */
  constructor(changed) {
    const sizes = new ResizeObserver(() => {
      this.#heights = { title: this.#title.offsetHeight, words: this.#words.offsetHeight };
      changed();
    });
    sizes.observe(this.#title);
    sizes.observe(this.#words);
  }

  /** What they need at the widths they were given, CSS px. */
  get heights() {
    return this.#heights;
  }

  /** ui::Content, number by number in its order. */
  place([height, top, bottom, titleX, titleY, titleWidth, , wordsX, wordsY, wordsWidth], shown) {
    byId("document").style.height = `${height}px`;
    for (const [element, x, y, width] of [[this.#title, titleX, titleY, titleWidth], [this.#words, wordsX, wordsY, wordsWidth]]) {
      Object.assign(element.style, { left: `${x}px`, top: `${y}px`, width: `${width}px` });
      element.hidden = !(width > 0);
    }
    document.body.classList.toggle("covered", !shown);
    this.#bars = { top, bottom };
  }

  /** They go under the two bars, which are drawn on the canvas and cannot lie over HTML. */
  clip() {
    if (!this.#bars) return;
    [this.#title, this.#words].forEach((element, i) => {
      const box = element.getBoundingClientRect();
      const above = Math.max(0, this.#bars.top - box.top), below = Math.max(0, box.bottom - innerHeight + this.#bars.bottom);
      const clip = above || below ? `inset(${above}px -8px ${below}px -8px)` : "";
      if (clip !== this.#clips[i]) element.style.clipPath = this.#clips[i] = clip;
    });
  }

  /** In a frame there are none. */
  drop() {
    this.#title.remove();
    this.#words.remove();
  }

  /** What will be open: not always the study whose words came with the page. */
  expect(study) {
    if (study === this.#words.dataset.study) return;
    document.title = "Rankscope";
    this.#title.textContent = this.#words.textContent = this.#words.dataset.study = "";
  }

  /** ui::Situation: the title, the study's words, and for those who see no canvas one sentence with the numbers. */
  async tell(situation) {
    const before = this.#situation, now = performance.now();
    this.#situation = situation;
    if (situation.status !== before.status || situation.study !== before.study || now - this.#spoken > 10000) {
      this.#live.textContent = situation.summary;  // is read aloud, so not with every step
      this.#spoken = now;
    }
    if (situation.title && situation.title !== before.title) {
      this.#title.textContent = situation.title;
      document.title = `${situation.title} · Rankscope`;
    }
    const name = situation.words;
    if (situation.status === "loading" || !name || this.#words.dataset.study === name || !this.#words.isConnected) return;
    this.#words.dataset.study = name;
    let text = "";
    try {
      const response = await fetch(new URL(`words/${name}.html?v=0`, import.meta.url));
      if (response.ok) text = await response.text();
    } catch { /* no connection: the instruments go on without words */ }
    if (this.#words.dataset.study === name) this.#words.innerHTML = text;
  }
}
