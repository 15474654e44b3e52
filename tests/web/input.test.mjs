import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./harness.mjs";

const stats = (page) => page.evaluate(() => window.rankscope.stats());
const status = async (page, wanted) => {
  const until = Date.now() + 5000;
  let now;
  while ((now = (await stats(page)).status) !== wanted && Date.now() < until) await page.waitForTimeout(50);
  assert.equal(now, wanted);
};

test("a page that nothing changes draws nothing, and wakes up again", async () => {
  const session = await open();
  try {
    await session.ready();
    const { page } = session;
    await page.evaluate(() => window.rankscope.pause());
    await page.mouse.move(700, 400);
    await page.waitForTimeout(2500);
    const before = (await stats(page)).draws;
    await page.waitForTimeout(3000);
    assert.equal((await stats(page)).draws, before, "draws in three idle seconds");
    await page.mouse.move(720, 410);
    await page.waitForTimeout(500);
    assert.ok((await stats(page)).draws > before, "a moving mouse is drawn");
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});

test("keys: Space pauses and plays, Escape gives the keyboard back, the browser's own keys stay its own", async () => {
  const session = await open();
  try {
    await session.ready();
    const { page } = session;
    await status(page, "running");
    await page.keyboard.press("Space");
    await status(page, "paused");
    assert.equal(await page.evaluate(() => scrollY), 0, "Space did not scroll");
    await page.focus("#canvas");
    await page.keyboard.press("Space");
    await status(page, "running");
    await page.keyboard.press("Escape");
    assert.equal(await page.evaluate(() => document.activeElement === document.body), true, "Escape leaves the canvas");

    await page.focus("#canvas");
    const swallowed = await page.evaluate(() => {
      const sent = [["KeyW", "w", 1], ["KeyT", "t", 1], ["KeyR", "r", 1], ["KeyL", "l", 1], ["KeyF", "f", 1], ["F5", "F5", 0], ["F12", "F12", 0]];
      return sent.filter(([code, key, ctrl]) => !document.getElementById("canvas").dispatchEvent(
        new KeyboardEvent("keydown", { code, key, ctrlKey: !!ctrl, bubbles: true, cancelable: true }))).map(([code]) => code);
    });
    assert.deepEqual(swallowed, []);
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});

test("keys of time: arrows step on and back, Ctrl+Z takes back and Ctrl+Y does again, with and without the focus on the canvas", async () => {
  const session = await open();
  try {
    await session.ready();
    const { page } = session;
    await page.evaluate(() => window.rankscope.pause());
    const value = (what) => page.evaluate(async (name) => name === "seed" ? (await window.rankscope.document()).seed : (await window.rankscope.stats()).step, what);
    const becomes = async (what, wanted) => {
      const until = Date.now() + 8000;
      let now;
      while ((now = await value(what)) !== wanted && Date.now() < until) await page.waitForTimeout(50);
      assert.equal(now, wanted, what);
    };
    for (const focused of [false, true]) {
      if (focused) await page.focus("#canvas");
      const at = await value("step"), seed = await value("seed");
      await page.keyboard.press("ArrowRight");
      await becomes("step", at + 1);
      await page.keyboard.press("ArrowLeft");
      await becomes("step", at);
      await page.keyboard.press("n");
      await becomes("seed", seed + 1);
      await page.keyboard.press("Control+z");
      await becomes("seed", seed);
      await becomes("step", at);
      await page.keyboard.press("Control+y");
      await becomes("seed", seed + 1);
      await page.keyboard.press("Control+z");
      await becomes("seed", seed);
      await becomes("step", at);
    }
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});

test("the wheel over the canvas scrolls the page, and the words scroll under the bars", async () => {
  const session = await open();
  try {
    await session.ready();
    const { page } = session;
    await page.mouse.move(800, 400);
    await page.mouse.wheel(0, 300);
    await page.waitForFunction(() => scrollY > 100);
    await page.waitForTimeout(300);
    const clip = await page.evaluate(() => getComputedStyle(document.getElementById("title")).clipPath);
    assert.notEqual(clip, "none", "the title is clipped at the top bar");
    await session.screenshot("scrolled");
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});

test("a finger scrolls the page over the canvas and presses nothing on its way", async () => {
  const session = await open({ width: 390, height: 844, dpr: 2, touch: true });
  try {
    await session.ready();
    const { page, context } = session;
    const before = await page.evaluate(() => window.rankscope.document());
    const client = await context.newCDPSession(page);
    const touch = (type, y) => client.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x: 195, y }] });
    for (const from of [700, 600, 640]) {
      await touch("touchStart", from);
      for (let y = from; y > from - 400; y -= 40) await touch("touchMove", y);
      await touch("touchEnd");
      await page.waitForTimeout(300);
    }
    assert.ok(await page.evaluate(() => scrollY) > 200, "the page has scrolled");
    const after = await page.evaluate(() => window.rankscope.document());
    assert.deepEqual(after.settings, before.settings, "no slider was moved");
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});

test("a lost graphics context comes back, and the run has gone on", async () => {
  const session = await open();
  try {
    await session.ready();
    const { page } = session;
    const lost = await page.evaluate(async () => {
      const extension = document.getElementById("canvas").getContext("webgl2").getExtension("WEBGL_lose_context");
      extension.loseContext();
      await new Promise((resolve) => setTimeout(resolve, 500));
      const { step } = await window.rankscope.stats();
      extension.restoreContext();
      return step;
    });
    await page.waitForTimeout(1500);
    await session.screenshot("context-restored");
    const now = await stats(page);
    assert.ok(now.step > lost, "the run goes on");
    const draws = now.draws;
    await page.waitForTimeout(1000);
    assert.ok((await stats(page)).draws > draws, "and is drawn");
  } finally {
    await session.close();
  }
});
