// The first screen with eight runs pinned beside its own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { busy } from "./busy.mjs";
import { open } from "./harness.mjs";

/** What 95 of 100 frames keep to of the main thread's processor time, ms. */
async function frames(session) {
  const times = [];
  for (let i = 0; i < 6 && times.length < 30; ++i) times.push(...await busy(session, 3));
  assert.ok(times.length >= 8, `only ${times.length} frames were drawn`);
  return times.sort((a, b) => a - b)[Math.floor(0.95 * (times.length - 1))];
}

const stats = (page) => page.evaluate(() => window.rankscope.stats());

test("eight pinned runs beside the first screen's keep the page alive: all run, in bounded memory, and a pause and a seek arrive", async () => {
  const session = await open();
  try {
    await session.ready();
    const { page } = session;
    await page.evaluate(() => window.rankscope.set({ study: "cloth", steps: 100000 }));  // it does not end meanwhile
    await page.evaluate(() => window.rankscope.play());
    await page.waitForTimeout(2000);
    const alone = await frames(session), bytes = (await stats(page)).bytes;
    for (let i = 0; i < 8; ++i) {
      await page.mouse.click(680, 24);  // Pin
      await page.waitForTimeout(500);
    }
    await page.mouse.move(640, 400);
    await page.waitForTimeout(1000);
    const step = (await stats(page)).step, together = await frames(session), now = await stats(page);
    await session.screenshot("eight-runs");
    console.log(`a frame keeps the main thread busy for (95 of 100) ${alone.toFixed(1)} ms with one run, ${together.toFixed(1)} ms with nine; ${(bytes / 2 ** 20).toFixed(0)} and ${(now.bytes / 2 ** 20).toFixed(0)} MB`, now);
    assert.ok(now.step > step, "they run");
    assert.ok(together < 12, `a frame with nine runs takes ${together.toFixed(1)} ms of the main thread`);
    const link = String(await page.evaluate(() => window.rankscope.link()));
    assert.equal(JSON.parse(decodeURIComponent(link.slice(link.indexOf("#") + 1))).page.beside.length, 8);
    assert.ok(now.bytes - bytes < 9 * 2 ** 25, `nine runs take ${(now.bytes - bytes) / 2 ** 20} MB more`);

    let began = Date.now();
    await page.keyboard.press("Space");
    await page.waitForFunction(async () => (await window.rankscope.stats()).status === "paused", undefined, { timeout: 5000 });
    console.log(`paused after ${Date.now() - began} ms`);
    began = Date.now();
    const back = Math.floor((await stats(page)).step / 2);
    assert.equal(await page.evaluate((to) => window.rankscope.seek(to), back), back, "a seek arrives");
    console.log(`back at step ${back} after ${Date.now() - began} ms`);
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});
