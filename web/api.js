// window.rankscope: what the page does, for scripts and tests. Answers are promises.
export function api(page) {
  const arrive = async (verb, rest) => {
    await page.ask(verb, rest);
    return page.stop();
  };
  return {
    /** Resolves when the first run is on the screen. */
    get ready() { return page.ready; },
    /** The complete document of the run on the screen. */
    document: async () => (await page.ask("document")).document,
    /** Opens a document or a link, paused; `{ study: KEY }` is enough. Resolves to the complete document. */
    set: async (document) => (await page.show(document)).document,
    /** The address that is this experiment, with all that stands beside it. */
    link: () => page.link(),
    undo: () => page.act("undo"),
    redo: () => page.act("redo"),
    /** The run stays beside itself, to be compared with what it becomes. */
    pin: () => page.act("pin"),
    play: async () => { await page.ask("play"); },
    pause: async () => { await page.ask("pause"); },
    /** Resolve to the step it stands at, once it is there. */
    step: (n = 1) => arrive("step", { n }),
    seek: (step) => arrive("seek", { step }),
    /** Hash of the whole state, 16 hexadecimal digits: equal bits, equal runs. */
    bits: async () => (await page.ask("bits")).bits,
    /** { shape, data, step }, measured now. */
    view: async (key) => {
      const { shape, data, step } = await page.ask("view", { key });
      return { shape, data, step };
    },
    /** The instruments as they stand: the data URL of a PNG. */
    picture: async () => {
      await page.ask("stats");  // what came before is on the canvas then
      return page.picture();
    },
    /** [{ key, label, unit, kind, ... }] of the run on the screen. */
    views: () => page.views,
    /** Since the last second or so; `bytes` is the memory of both modules, `firstFrameMs` since the page was asked for. */
    stats: async () => {
      const { step, stepsPerSecond, steppingShare } = await page.ask("stats");
      return {
        step, status: page.status, stepsPerSecond, draws: page.frames.draws, framesP95ms: page.frames.p95, steppingShare,
        bytes: page.bytes, firstFrameMs: page.firstFrame,
      };
    },
  };
}
