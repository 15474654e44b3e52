// The page in a frame of another page: the instruments alone, at rest until they are told to play.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./harness.mjs";
import { decodePng } from "./png.mjs";

const stats = (page) => page.evaluate(() => window.rankscope.stats());

async function until(what, condition, ms = 20000) {
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((r) => setTimeout(r, 100))) {
    if (await condition()) return;
  }
  assert.fail(`in ${ms} ms it did not come to this: ${what}`);
}

/** How many different colours a picture has, up to a hundred. */
function colours(png) {
  const seen = new Set();
  for (let y = 0; y < png.height && seen.size < 100; y += 3) for (let x = 0; x < png.width; x += 3) seen.add(String(png.at(x, y)));
  return seen.size;
}

for (const [width, extra] of [[640, ""], [360, ""], [640, "&parameters"]]) {
  test(`a figure of ${width} x 420${extra} stands still at its first frame, keeps nothing, and plays when it is pressed`, async () => {
    const session = await open({ width, height: 420, path: `#study=cloth&figure${extra}`, colorScheme: "dark" });
    try {
      await session.ready();
      const { page, server } = session;
      await page.waitForTimeout(2000);
      assert.equal((await stats(page)).step, 0);
      assert.notEqual((await stats(page)).status, "running");
      assert.ok(colours(decodePng(await session.screenshot(`figure-${width}${extra.replace("&", "-")}`))) > 40, "the instruments are drawn");
      const seen = await page.evaluate(() => ({ words: !!document.getElementById("words"), title: !!document.getElementById("title"),
        keys: Object.keys(localStorage).length, wide: document.documentElement.scrollWidth, high: document.documentElement.scrollHeight }));
      assert.deepEqual([seen.words, seen.title, seen.keys, seen.wide], [false, false, 0, width]);
      if (!extra) assert.equal(seen.high, 420, "nothing scrolls");
      assert.deepEqual(server.sent.filter(({ path }) => /words[/]|keep|rankscope_core/.test(path)), []);
      await page.focus("#canvas");
      await page.keyboard.press("Space");
      await until("it plays", async () => (await stats(page)).step > 20);
      await session.screenshot(`figure-${width}${extra.replace("&", "-")}-playing`);
      await page.reload();
      await session.ready();
      assert.equal((await stats(page)).step, 0, "a reload starts anew");
      assert.deepEqual(session.errors, []);
    } finally {
      await session.close();
    }
  });
}

test("a page around it hears that it is ready, plays and pauses it, takes its picture, and frees its graphics by taking it away", async () => {
  const session = await open({ path: "words/own.html" });
  try {
    const { page } = session;
    await page.evaluate(() => new Promise((resolve) => {
      addEventListener("message", ({ data }) => data.rankscope === "ready" && resolve());
      const frame = Object.assign(document.createElement("iframe"), { src: "../index.html#study=cloth&figure", width: 640, height: 420 });
      document.body.append(frame);
    }));
    const inside = (f, argument) => page.evaluate(([body, x]) => new Function("frame", "x", `return (${body})(frame, x)`)(document.querySelector("iframe"), x), [String(f), argument]);
    const still = await inside((frame) => frame.contentWindow.rankscope.picture());
    await inside((frame) => frame.contentWindow.postMessage({ rankscope: "play" }, "*"));
    const step = () => inside(async (frame) => (await frame.contentWindow.rankscope.stats()).step);
    await until("it plays", async () => await step() > 200);
    await inside((frame) => frame.contentWindow.postMessage({ rankscope: "pause" }, "*"));
    await page.waitForTimeout(500);
    const at = await step();
    await page.waitForTimeout(500);
    assert.equal(await step(), at, "it has stopped");
    const moved = await inside((frame) => frame.contentWindow.rankscope.picture());
    const pictures = [still, moved].map((address) => decodePng(Buffer.from(address.split(",")[1], "base64")));
    for (const png of pictures) assert.deepEqual([png.width, png.height], [640, 420]);
    assert.ok(pictures.every((png) => colours(png) > 40), "they are pictures of the instruments");
    assert.notEqual(still, moved);
    const lost = await inside(async (frame) => {
      const context = frame.contentDocument.getElementById("canvas").getContext("webgl2");
      frame.remove();
      await new Promise((resolve) => setTimeout(resolve, 300));
      return context.isContextLost();
    });
    assert.ok(lost);
    assert.deepEqual(session.errors.filter((text) => !text.includes("404")), []);  // the page around it has no icon
  } finally {
    await session.close();
  }
});
