// How long a frame keeps the page's main thread busy, with every view open while a 128 x 128 run plays.
import assert from "node:assert/strict";
import { test } from "node:test";
import { busy } from "./busy.mjs";
import { open } from "./harness.mjs";
import { decodePng } from "./png.mjs";

const document = {
  system: "deep_matrix", settings: { rows: 128, cols: 128, depth: 3, rank: 5, alpha: 0.1 }, steps: 3000, every: 10,
};

test("with every view open at n = 128 a frame keeps the main thread busy for less than 12 ms, 95 times of 100", async () => {
  const session = await open({ width: 1280, height: 3600, colorScheme: "dark" });  // so tall that the whole menu is in sight
  try {
    await session.ready();
    const { page } = session;
    await page.evaluate((d) => window.rankscope.set(d), document);
    await page.waitForTimeout(500);
    const views = await page.evaluate(() => window.rankscope.views());
    const shown = await openEveryView(session, views);
    assert.equal(shown, views.length, "every view is shown");
    await page.setViewportSize({ width: 1280, height: 800 });  // what is out of sight is not drawn
    await page.mouse.wheel(0, 500);                            // curves and matrices
    await page.evaluate(() => window.rankscope.play());
    await page.waitForTimeout(2000);
    const times = [];
    for (let i = 0; i < 8 && times.length < 60; ++i) times.push(...await busy(session, 5));
    times.sort((a, b) => a - b);
    const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))];
    const stats = await page.evaluate(() => window.rankscope.stats());
    await session.screenshot("every-view");
    console.log(`${shown} views; ${times.length} frames: median ${at(0.5).toFixed(1)} ms, 95th percentile ${at(0.95).toFixed(1)} ms, longest ${at(1).toFixed(1)} ms;`, stats);
    assert.ok(times.length >= 8, `only ${times.length} frames were drawn`);
    assert.ok(at(0.95) < 12, `a frame takes ${at(0.95).toFixed(1)} ms of the main thread`);
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});

test("two cores that wait for the same frame are both told of it", async () => {
  const session = await open();
  try {
    await session.ready();
    const told = await session.page.evaluate(async () => {
      const { Frames } = await import(new URL("frames.js", location.href).href);
      const canvas = document.body.appendChild(document.createElement("canvas"));
      const frames = new Frames(canvas, { draw: () => false, resize: () => {}, restore: () => {}, seen: () => {} });
      frames.watch();
      const out = [];
      const both = new Promise((resolve) => {
        for (const name of ["one", "other"]) frames.request(1, () => out.push(name) === 2 && resolve());
      });
      await Promise.race([both, new Promise((resolve) => setTimeout(resolve, 5000))]);
      return out;
    });
    assert.deepEqual(told, ["one", "other"]);
  } finally {
    await session.close();
  }
});

const accent = ([r, g, b]) => b > 180 && b - r > 80;  // of the dark theme: a tick

/** Presses every row of the Views menu that has no tick yet; returns how many rows have one then. */
async function openEveryView({ page }, views) {
  const middle = (i) => 66 + 32 * i;
  await page.mouse.click(1040, 24);
  await page.mouse.move(640, 24);
  await page.waitForTimeout(400);
  const ticked = async () => {
    const png = decodePng(await page.screenshot());
    return views.map((_, i) => {
      for (let y = middle(i) - 8; y < middle(i) + 8; ++y)
        for (let x = 800; x < 1066; ++x)  // the ticks stand at the left of the menu, which ends under its button
          if (accent(png.at(x, y))) return true;
      return false;
    });
  };
  const before = await ticked();
  for (let i = 0; i < views.length; ++i) {
    if (before[i]) continue;
    await page.mouse.click(1000, middle(i));
    await page.waitForTimeout(60);
  }
  await page.mouse.move(640, 24);
  await page.waitForTimeout(400);
  const after = await ticked();
  await page.keyboard.press("Escape");
  return after.filter(Boolean).length;
}
