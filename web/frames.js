// When to draw: when something changed and somebody can see it, never otherwise.

/** The last 240 numbers, for percentiles. */
class Ring {
  #numbers = [];
  #next = 0;
  add(x) {
    this.#numbers[this.#next] = x;
    this.#next = (this.#next + 1) % 240;
  }
  percentile(share) {
    const sorted = [...this.#numbers].sort((a, b) => a - b);
    return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] : 0;
  }
}

export class Frames {
  #canvas; #draw; #resize; #restore; #seen;
  #due = 0; #handle = 0; #started = false; #drawing = false; #lost = false; #visible = true;
  #asked = 0; #late = 0;  // when the frame was asked for; how late frames come on the average, ms
  #after = [];
  #last = 0; #gaps = new Ring();

  draws = 0;

  /**
   * `draw()` draws and says whether it wants another frame; `resize(width, height, dpr)` in device pixels; `restore()` after
   * the graphics context came back; `seen(visible)` when the page comes into or goes out of sight.
   */
  constructor(canvas, { draw, resize, restore, seen }) {
    [this.#canvas, this.#draw, this.#resize, this.#restore, this.#seen] = [canvas, draw, resize, restore, seen];
  }

  get able() {
    return this.#started && this.#visible && !this.#lost;
  }

  /** The 95th percentile of the time between two frames that follow each other, ms. */
  get p95() {
    return this.#gaps.percentile(0.95);
  }

  /** At least so many more frames; `after()` is called when the next one is drawn and the machine has had a rest. */
  request(frames = 1, after = null) {
    this.#due = Math.max(this.#due, frames);
    if (after) this.#after.push(after);
    if (this.#handle || !this.able) return;
    this.#asked = performance.now();
    this.#handle = requestAnimationFrame((now) => this.#frame(now));
  }

  /** At once, while the browser counts this as the reader's doing. */
  now() {
    if (this.#lost || this.#drawing) return;
    this.#drawing = true;
    try {
      ++this.draws;
      if (this.#draw()) this.request();
    } finally {
      this.#drawing = false;
    }
  }

  #frame(now) {
    this.#handle = 0;
    if (this.#lost) return;
    if (now - this.#last < 250) this.#gaps.add(now - this.#last);
    this.#last = now;
    this.#late += 0.2 * (performance.now() - this.#asked - this.#late);
    --this.#due;
    this.now();
    if (this.#due > 0) this.request(this.#due);
    // Where drawing is slow (no graphics card), the steps need the time more: as long a rest as the frame was late.
    for (const after of this.#after.splice(0)) setTimeout(after, this.#late > 40 ? this.#late : 0);
  }

  /** The canvas's size in device pixels, set on it; `box` is a ResizeObserver's. */
  measure(box) {
    const dpr = devicePixelRatio || 1, canvas = this.#canvas, rect = canvas.getBoundingClientRect();
    // The box is exact where rounding would be a pixel off; an emulated pixel ratio leaves it in CSS px.
    const exact = box && Math.abs(box.inlineSize - rect.width * dpr) < 2;
    const width = Math.max(1, exact ? box.inlineSize : Math.round(rect.width * dpr));
    const height = Math.max(1, exact ? box.blockSize : Math.round(rect.height * dpr));
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    return [width, height, dpr];
  }

  /** Starts drawing, and from now on follows the canvas's size, pixel ratio, visibility and graphics context. */
  watch() {
    const canvas = this.#canvas;
    this.#started = true;
    const fit = (box) => {
      this.#resize(...this.measure(box));
      this.now();  // before the browser paints: setting a canvas's size has cleared it
      this.request(2);
    };
    const sizes = new ResizeObserver(([entry]) => fit(entry.devicePixelContentBoxSize?.[0]));
    try {
      sizes.observe(canvas, { box: "device-pixel-content-box" });
    } catch {
      sizes.observe(canvas);
      addEventListener("resize", () => fit());
    }

    canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();  // else it never comes back
      this.#lost = true;
    });
    canvas.addEventListener("webglcontextrestored", () => {
      this.#lost = false;
      this.#restore();
      this.request(3);
    });

    let onScreen = true;
    const look = () => {
      const visible = onScreen && document.visibilityState === "visible";
      if (visible === this.#visible) return;
      this.#visible = visible;
      this.#seen(visible);
      if (visible) this.request(2);
    };
    document.addEventListener("visibilitychange", look);
    new IntersectionObserver(([entry]) => {
      onScreen = entry.isIntersecting;
      look();
    }).observe(canvas);
  }
}
