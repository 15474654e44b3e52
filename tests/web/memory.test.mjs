// A long run's past stays within its budget: the page's memory levels off while the run goes on, and its beginning can still be gone back to.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./harness.mjs";

const document = {
  rankscope: 2, system: "deep_matrix", settings: { rows: 24, cols: 24, rank: 2, depth: 3, observed: 0.6, step_size: 0.001 },
  steps: 50_000_000, every: 1, page: { speed: 3 },
};
const budget = 128 * 2 ** 20;  // io/slot.h: kMostPast

test("the memory of a page whose run goes on and on levels off", async () => {
  const session = await open({ path: "#" + encodeURIComponent(JSON.stringify(document)) });
  try {
    await session.ready();
    const { page } = session, stats = () => page.evaluate(() => window.rankscope.stats());
    const begun = await stats(), seen = [begun];
    const grown = (from) => seen.at(-1).bytes - seen.at(from).bytes;
    for (const end = Date.now() + 180_000; Date.now() < end && !(seen.length > 10 && grown(-9) === 0 && seen.at(-1).step > 20_000);) {
      await page.waitForTimeout(2000);
      seen.push(await stats());
    }
    console.log(seen.map(({ step, bytes }) => `${step}: ${Math.round(bytes / 2 ** 20)}`).join(", ") + " MiB");
    assert.equal(seen.at(-1).status, "running");
    assert.equal(grown(-9), 0, "it still grows");
    assert.ok(grown(0) > budget / 4, "much was kept");
    // What is kept, its frames once more for the curves, and gaps: a module's memory grows by a fifth at a time and never shrinks.
    assert.ok(grown(0) < 3 * budget, `${grown(0)} bytes more than at the start`);
    await page.evaluate(() => window.rankscope.pause());
    await page.evaluate(() => window.rankscope.seek(7));
    await page.waitForFunction(async () => (await window.rankscope.stats()).step === 7, undefined, { timeout: 20_000 });
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});
