// What is copied by a press reaches the clipboard in both browsers, and the reader hears of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openFirefox } from "./firefox.mjs";
import { open } from "./harness.mjs";

/** A button that copies as the interface does, and a field to paste into. */
const prepare = (page) => page.evaluate(async () => {
  const { listen } = await import("./input.js?of=the-test");
  const place = (name, more) => Object.assign(document.body.appendChild(document.createElement(name)), more);
  const memory = new Uint8Array(1000), module = new Proxy({}, { get: (_, name) => name === "HEAPU8" ? memory : () => 1 });
  const input = listen({ module, canvas: document.createElement("canvas"), agent: document.createElement("textarea"), state: () => ({}), touched() {}, drawNow() {} });
  place("button", { id: "copying", style: "position:fixed;top:0;left:0;z-index:9", onpointerup: async () => { window.copied = await input.copied("of the test"); } });
  place("input", { id: "pasting", style: "position:fixed;top:40px;left:0;z-index:9" });
});

for (const browser of [open, openFirefox]) {
  test(`${browser.name}: a press copies`, async () => {
    const session = await browser();
    try {
      await session.ready();
      const { page } = session;
      await page.evaluate(() => window.rankscope.pause());
      await prepare(page);
      await page.click("#copying");
      await page.waitForFunction(() => window.copied !== undefined);
      assert.equal(await page.evaluate(() => window.copied), true);
      await page.click("#pasting");
      await page.keyboard.down("Control");
      await page.keyboard.press("v");
      await page.keyboard.up("Control");
      await page.waitForFunction(() => document.getElementById("pasting").value === "of the test");
      assert.deepEqual(session.errors, []);
    } finally {
      await session.close();
    }
  });
}
