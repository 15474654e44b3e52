import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./harness.mjs";
import { likeness, pictures } from "./pictures.mjs";
import { decodePng } from "./png.mjs";

const targets = [84.49, 67.59, 51.90, 37.42, 24.14];  // the cloth's singular values

test("the first screen plays unasked: five singular values rise within ten seconds, and the cloth is whole at the end", async () => {
  const session = await open({ colorScheme: "dark" });
  try {
    await session.ready();
    const { page } = session;
    assert.equal((await page.evaluate(() => window.rankscope.document())).study, "cloth");

    const began = Date.now();
    let values = [], risen = 0;
    while (risen < 5 && Date.now() - began < 10_000) {
      values = (await page.evaluate(() => window.rankscope.view("singular_values"))).data;
      risen = targets.filter((target, r) => values[r] > 0.3 * target).length;
      await page.waitForTimeout(100);
    }
    const stats = await page.evaluate(() => window.rankscope.stats());
    await session.screenshot("first-screen-rising");
    console.log(`five values after ${((Date.now() - began) / 1000).toFixed(1)} s, first frame after ${stats.firstFrameMs.toFixed(0)} ms`, stats);
    assert.equal(risen, 5, `after ten seconds ${risen} values have risen: ${values.slice(0, 6)} at step ${stats.step}, ${stats.stepsPerSecond} steps/s`);

    await page.evaluate(async () => window.rankscope.seek((await window.rankscope.document()).steps));
    const spectrum = (await page.evaluate(() => window.rankscope.view("singular_values"))).data;
    targets.forEach((target, r) => assert.ok(Math.abs(spectrum[r] - target) < 0.01 * target, `sigma_${r + 1} is ${spectrum[r]}, the cloth's is ${target}`));
    assert.ok(spectrum[5] < 0.01 * spectrum[0], `a sixth value has risen: ${spectrum[5]}`);

    const truth = await page.evaluate(() => window.rankscope.view("target"));
    await page.waitForTimeout(1000);
    const png = decodePng(await session.screenshot("first-screen-end"));
    const [sees, believes, shown] = pictures(png);
    assert.ok(sees && believes && shown, "three pictures stand on the screen");
    assert.ok(likeness(png, shown, truth) > 0.95, `the third picture is the truth: ${likeness(png, shown, truth)}`);
    assert.ok(likeness(png, believes, truth) > 0.95, `the second picture has become the truth: ${likeness(png, believes, truth)}`);
    assert.ok(likeness(png, sees, truth) < 0.9, "the first one shows a third of it");
    let worst = 0, sum = 0, n = 0;
    for (let i = 1; i < 64; ++i) {
      for (let j = 1; j < 64; ++j, ++n) {
        const at = ({ x, y, size }) => png.at(x + Math.floor(size * j / 64), y + Math.floor(size * i / 64));
        const [a, b] = [at(believes), at(shown)];
        const d = Math.max(...a.map((v, k) => Math.abs(v - b[k])));
        worst = Math.max(worst, d);
        sum += d;
      }
    }
    console.log(`believed against truth: mean difference ${(sum / n).toFixed(2)} of 255, worst ${worst}`);
    assert.ok(sum / n < 3, `the believed picture differs from the truth by ${sum / n} of 255 a pixel`);
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});
