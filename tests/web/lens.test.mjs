import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./harness.mjs";
import { decodePng } from "./png.mjs";

const accent = [0x56, 0xb4, 0xe9];  // the dark theme's, of the button to press

/** The right end of the dialogue's filled button on a screenshot, or null. */
function filledButton(png) {
  for (let y = 60; y < 720; ++y) {
    for (let x = 340, run = 0, last = 0; x < 940; ++x) {
      run = png.at(x, y).every((v, k) => Math.abs(v - accent[k]) < 4) ? run + 1 : 0;
      if (run > 40) last = x;
      if (last && run === 0) return { x: last, y: y + 12 };
    }
  }
  return null;
}

/** A .npy of version 1.0. */
function npy(shape, values) {
  const head = `{'descr': '<f8', 'fortran_order': False, 'shape': (${shape.join(", ")},), }`;
  const text = head.padEnd(Math.ceil((head.length + 11) / 64) * 64 - 11) + "\n";
  const bytes = new Uint8Array(10 + text.length + 8 * values.length);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, text.length & 255, text.length >> 8]);
  bytes.set(new TextEncoder().encode(text), 10);
  new Float64Array(values).forEach((x, i) => new DataView(bytes.buffer).setFloat64(10 + text.length + 8 * i, x, true));
  return bytes;
}

/** What the page says to readers that see no canvas, once it says this: every ten seconds, and only when something has changed, so a step is made. */
async function said(page, part) {
  for (const until = Date.now() + 60000; Date.now() < until;) {
    const text = await page.evaluate(() => document.getElementById("situation").textContent);
    if (text.includes(part)) return text;
    await page.waitForTimeout(2000);
    await page.evaluate(() => window.rankscope.step(1));
  }
  throw new Error(`the page does not say "${part}"`);
}

test("a dropped tensor's ranks are read through the lens, and the run goes on in the core that has one", async () => {
  const session = await open({ colorScheme: "dark" });
  try {
    await session.ready();
    const { page } = session;
    await page.evaluate(async () => { await window.rankscope.pause(); await window.rankscope.seek(60); });
    const before = await page.evaluate(() => window.rankscope.stats());
    // 5 x 4 x 6, a sum of two outer products
    const values = [];
    for (let i = 0; i < 5; ++i) for (let j = 0; j < 4; ++j) for (let k = 0; k < 6; ++k) values.push((i + 1) * (j - 1.2) * (k + 0.3) + (i % 2 - 0.4) * (j * j - 3) * (k % 3 - 1));
    await page.evaluate((bytes) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], "mine.npy"));
      for (const type of ["dragenter", "dragover", "drop"]) document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
    }, [...npy([5, 4, 6], values)]);
    let start = null;
    for (const until = Date.now() + 20000; !start && Date.now() < until;) {
      await page.waitForTimeout(1500);
      start = filledButton(decodePng(await session.screenshot("lens-dropped")));
    }
    assert.ok(start, "the dialogue shows a filled button");
    await page.mouse.click(start.x + 90, start.y);  // "Look at its ranks", right of it
    await page.waitForTimeout(3000);
    await session.screenshot("lens-ranks");
    const after = await page.evaluate(() => window.rankscope.stats());
    assert.equal(after.step, before.step, "the run stands where it stood, in the other core");
    const ranks = await said(page, "Ranks of mine.npy");
    assert.match(ranks, /Tucker multirank 2, 2, 2; Tensor-train ranks 2, 2; Hierarchical ranks 2, 2, 2, 2/);
    assert.match(ranks, /CP rank, an estimate, 2\./);
    const there = (await page.evaluate(() => window.rankscope.stats())).step;
    await page.evaluate(() => window.rankscope.step(2));
    assert.equal((await page.evaluate(() => window.rankscope.stats())).step, there + 2, "and goes on there");
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});

test("another study opened while the core with the lens is on its way: its ranks are read once that is there", async () => {
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  const prepare = (page) => page.route("**/rankscope_core.wasm*", async (route) => { await held; await route.continue(); });
  const session = await open({ colorScheme: "dark", prepare });
  try {
    await session.ready();
    const { page } = session;
    await page.evaluate(() => window.rankscope.pause());
    await page.mouse.click(877, 24);  // "Ranks"
    await page.waitForTimeout(1500);
    await session.screenshot("lens-waiting");
    await page.evaluate(() => { location.hash = "study=photograph"; });
    await page.waitForTimeout(1500);
    release();
    assert.match(await said(page, "Ranks of"), /Tucker multirank/);
    assert.equal((await page.evaluate(() => window.rankscope.document())).study, "photograph");
    assert.deepEqual(session.errors, []);
  } finally {
    release();
    await session.close();
  }
});
