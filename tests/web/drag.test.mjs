// A run at rest follows the hand: the initial scale of a small cp is dragged, and what is on the screen is the same step of another run, many times a second.
import assert from "node:assert/strict";
import { test } from "node:test";
import { busy } from "./busy.mjs";
import { open } from "./harness.mjs";

const document = { study: "cp-order3", settings: { sizes: [6, 6, 6], components: 12 }, steps: 600 };
const left = 18, right = 273, below = 187;  // of the slider of the initial scale: its ends, and how far it is under the words
const numbers = { x: 304, y: 60, width: 300, height: 90 };  // the card of the error
const step = { x: 240, y: 752, width: 66, height: 40 };     // "step 600"

/** Keeps what the core says of the moments: [step, relative error]. */
function listen(page) {
  return page.addInitScript(() => {
    window.moments = [];
    const Own = window.Worker;
    window.Worker = class extends Own {
      constructor(...rest) {
        super(...rest);
        this.addEventListener("message", ({ data }) => {
          for (const bytes of data.batch ?? []) if (bytes[0] === 2 && window.errorView !== undefined) window.moments.push(read(bytes));
        });
      }
    };
    function read(bytes) {
      const view = new DataView(bytes.buffer, bytes.byteOffset + 5);
      let at = 20;
      for (let left = view.getUint32(16, true); left > 0; --left) {
        const [index, part, axes] = [0, 4, 8].map((k) => view.getUint32(at + k, true));
        let count = 1;
        at += 12;
        for (let k = 0; k < axes; ++k, at += 8) count *= Number(view.getBigInt64(at, true));
        if (index === window.errorView && part === 0) return [Number(view.getBigInt64(0, true)), view.getFloat64(at, true)];
        at += 8 * count;
      }
      return [NaN, NaN];
    }
  });
}

const setting = (page) => page.evaluate(async () => (await window.rankscope.document()).settings.init_scale);
const stats = (page) => page.evaluate(() => window.rankscope.stats());

/** Until nothing comes any more. */
async function rest(page) {
  await page.waitForFunction(async () => {
    const before = window.moments.length;
    await new Promise((resolve) => setTimeout(resolve, 700));
    return window.moments.length === before;
  }, undefined, { timeout: 60000 });
  await page.waitForTimeout(300);
}

test("the initial scale is dragged: the error at the same step changes under the hand, frames stay short, and one undo takes it back", async () => {
  const session = await open({ prepare: listen });
  try {
    await session.ready();
    const { page } = session;
    await page.evaluate((d) => window.rankscope.set(d), document);
    await page.waitForFunction(() => Promise.resolve(window.rankscope.views()).then((v) => v.some((x) => x.key === "component_norms")), undefined, { timeout: 60000 });
    await page.evaluate(() => window.rankscope.seek(600));
    await page.evaluate(async () => { window.errorView = (await window.rankscope.views()).findIndex((v) => v.key === "reconstruction_error"); });
    await page.waitForTimeout(1000);
    const first = await setting(page), bits = await page.evaluate(() => window.rankscope.bits());
    const y = await page.evaluate(() => document.getElementById("words").getBoundingClientRect().bottom) + below;
    const x = (share) => left + share * (right - left);

    // By hand, looking now and then.
    await page.mouse.move(x(0.5), y);
    await page.mouse.down();
    const seen = new Set(), steps = new Set();
    for (let i = 0; i <= 8; ++i) {
      await page.mouse.move(x(0.5 + 0.04 * i), y);
      await page.waitForTimeout(400);
      seen.add((await page.screenshot({ clip: numbers })).toString("base64"));
      steps.add((await page.screenshot({ clip: step })).toString("base64"));
      if (i === 2 || i === 5) await session.screenshot(`drag-${i}`);
    }
    await page.mouse.up();
    await rest(page);
    assert.notEqual(await setting(page), first, "the slider is where the test looks for it");
    assert.ok(seen.size > 3, `the error on the screen has had ${seen.size} values in one drag`);
    assert.equal(steps.size, 1, "at the same step");
    assert.equal((await stats(page)).step, 600);
    assert.equal((await stats(page)).status, "finished");

    // As fast as a hand goes, back and forth: three seconds, more where the machine is busy with other things.
    await page.evaluate(() => { window.moments = []; });
    await page.mouse.move(x(0.82), y);
    await page.mouse.down();
    const hand = async (seconds) => {
      for (let i = 0, until = Date.now() + 1000 * seconds; Date.now() < until; ++i) {
        await page.mouse.move(x(0.6 + 0.15 * Math.cos(i / 3)), y);
        await page.waitForTimeout(12);
      }
    };
    const times = [], values = new Set(), began = Date.now();
    for (let turn = 0; turn < 10 && values.size < 4; ++turn) {
      await hand(3);
      for (const [at, error] of await page.evaluate(() => window.moments)) if (at === 600) values.add(error);
    }
    const seconds = (Date.now() - began) / 1000;
    for (let turn = 0; turn < 10 && times.length < 8; ++turn) {
      const watched = busy(session, 3);
      await hand(3);
      times.push(...await watched);
    }
    times.sort((a, b) => a - b);
    await page.mouse.move(x(0.7), y);
    await session.screenshot("drag");
    await page.mouse.up();
    await rest(page);
    const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))];
    console.log(`${(values.size / seconds).toFixed(1)} values a second; ${times.length} frames: median ${at(0.5).toFixed(1)} ms, 95th percentile ${at(0.95).toFixed(1)} ms of the main thread`);
    assert.ok(values.size > 3, `${values.size} values came in ${seconds} seconds`);
    assert.ok(times.length >= 8, `only ${times.length} frames were drawn`);
    assert.ok(at(0.95) < 12, `a frame takes ${at(0.95).toFixed(1)} ms of the main thread`);

    // Where it was let go the run is that of the value, and all of it is one change.
    const last = await setting(page);
    assert.equal((await stats(page)).step, 600);
    const dragged = await page.evaluate(() => window.rankscope.bits());
    await page.evaluate(() => window.rankscope.undo());
    await rest(page);
    assert.equal(await setting(page), first);
    assert.equal((await stats(page)).step, 600);
    assert.equal(await page.evaluate(() => window.rankscope.bits()), bits);
    await page.evaluate((d) => window.rankscope.set(d), { ...document, settings: { ...document.settings, init_scale: last } });
    await page.evaluate(() => window.rankscope.seek(600));
    assert.equal(await page.evaluate(() => window.rankscope.bits()), dragged);
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});
