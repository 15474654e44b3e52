import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./harness.mjs";

/** Until the page draws no more: what the last event brought about is on the screen. */
async function settled(page) {
  const draws = async () => (await page.evaluate(() => window.rankscope.stats())).draws;
  for (let before = -1, now = await draws(); now !== before; before = now, now = await draws()) await page.waitForTimeout(200);
}

test("a text field takes typing, and the clipboard both ways", async () => {
  const session = await open();
  try {
    await session.ready();
    const { page } = session;
    await page.evaluate(() => window.rankscope.pause());
    // A text field among the parameters, found as a reader finds it: by clicking where a hand says that something can be,
    // below the heading (which would fold its group).
    const canvas = () => page.evaluate(() => document.getElementById("canvas").style.cursor);
    const typing = () => page.evaluate(() => document.activeElement.id === "agent");
    const below = await page.evaluate(() => document.getElementById("words").getBoundingClientRect().bottom);
    for (let y = Math.ceil(below) + 64; y < 730 && !await typing(); y += 10) {
      await page.mouse.move(146, y);
      await settled(page);
      if (await canvas() !== "pointer") continue;
      await page.mouse.click(146, y);
      await settled(page);
    }
    assert.ok(await typing(), "a text field has the keyboard");
    const hidden = (await page.evaluate(() => window.rankscope.document())).settings.depth - 1;
    const list = (width) => Array(hidden).fill(width).join(",");
    await page.keyboard.press("Control+a");
    await page.keyboard.type(list(40));
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Control+c");
    await settled(page);
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), list(40));

    await page.evaluate((text) => navigator.clipboard.writeText(text), list(24));
    await page.keyboard.press("Control+v");
    await settled(page);
    await session.screenshot("text-field");
    await page.keyboard.press("Enter");
    let widths;
    for (const until = Date.now() + 5000; Date.now() < until && `${widths}` !== list(24); await page.waitForTimeout(100)) {
      widths = (await page.evaluate(() => window.rankscope.document())).settings.widths;
    }
    assert.equal(`${widths}`, list(24));
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});
