import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./harness.mjs";

const screens = [
  { name: "desktop-dark", width: 1280, height: 800, dpr: 1, colorScheme: "dark" },
  { name: "desktop-light-2x", width: 1280, height: 800, dpr: 2, colorScheme: "light" },
  { name: "desktop-dark-1.5x", width: 1100, height: 760, dpr: 1.5, colorScheme: "dark" },
  { name: "phone-light", width: 390, height: 844, dpr: 2, touch: true, colorScheme: "light" },
];

for (const screen of screens) {
  test(`${screen.name}: boots without an error, sharp, with its words in place`, async () => {
    const session = await open(screen);
    try {
      await session.ready();
      await session.page.waitForTimeout(2500);
      await session.screenshot(`screen-${screen.name}`);
      const seen = await session.page.evaluate(() => {
        const canvas = document.getElementById("canvas"), box = canvas.getBoundingClientRect();
        const title = document.getElementById("title").getBoundingClientRect(), words = document.getElementById("words");
        return {
          pixels: [canvas.width, canvas.height], css: [box.width, box.height], title: [title.left, title.right],
          words: words.getBoundingClientRect().width, text: words.innerText, math: !!words.querySelector("math"),
          wide: document.documentElement.scrollWidth, poster: !!document.getElementById("poster"),
        };
      });
      assert.deepEqual(seen.pixels, [Math.round(screen.width * screen.dpr), Math.round(screen.height * screen.dpr)]);
      assert.ok(seen.title[0] >= 0 && seen.title[1] <= screen.width, "the title is on the screen");
      assert.ok(seen.words > 200 && seen.words <= screen.width && seen.text.length > 100 && seen.math, "the words are there");
      assert.ok(seen.wide <= screen.width, `nothing scrolls sideways: ${seen.wide}`);
      assert.equal(seen.poster, false);
      assert.deepEqual(session.errors, []);
      if (screen.touch) {
        await session.page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
        await session.page.waitForTimeout(800);
        await session.screenshot(`screen-${screen.name}-words`);
      }
    } finally {
      await session.close();
    }
  });
}
