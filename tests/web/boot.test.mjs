import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./harness.mjs";

const budget = 600_000;  // bytes over the wire up to the first frame, the font included

test("the page boots without an error, and its first frame costs at most 600 kB", async () => {
  const session = await open();
  try {
    await session.ready();
    const first = await session.page.evaluate(async () => performance.timeOrigin + (await window.rankscope.stats()).firstFrameMs);
    const before = session.server.sent.filter(({ at }) => at <= first), bytes = before.reduce((sum, answer) => sum + answer.bytes, 0);
    await session.screenshot("boot");
    const list = before.map(({ path, bytes: size }) => `${size}\t${path}`).join("\n");
    assert.match(list, /rankscope_first.wasm[^]*samples/, "the first frame is of a run");
    console.log(`${bytes} bytes to the first frame, ${budget - bytes} left:\n${list}`);
    assert.deepEqual(session.errors, []);
    assert.doesNotMatch(list, /rankscope_core/, "the core with everything is not for the first frame");
    assert.ok(bytes <= budget, `${bytes} bytes were sent before the first frame, the budget is ${budget}:\n${list}`);
    assert.doesNotMatch(list, /catalog|Inter-More|keep/, "these may wait");
    await session.page.waitForFunction(() => [...document.fonts].some(({ family }) => family.includes("Inter More")), undefined, { timeout: 20000 });
    assert.ok(["/catalog.json", "/keep.js"].every((path) => session.server.sent.some((answer) => answer.path === path)), "and come after it");
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});
