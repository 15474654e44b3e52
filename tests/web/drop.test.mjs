import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./harness.mjs";
import { decodePng } from "./png.mjs";

const accent = [0x56, 0xb4, 0xe9];  // the dark theme's, of the button to press

/** The middle of the dialogue's filled button on a screenshot, or null. */
function filledButton(png, { x0, x1, y0, y1 }) {
  for (let y = y0; y < y1; ++y) {
    for (let x = x0, run = 0; x < x1; ++x) {
      run = png.at(x, y).every((v, k) => Math.abs(v - accent[k]) < 4) ? run + 1 : 0;
      if (run > 40) return { x: x - 20, y: y + 10 };
    }
  }
  return null;
}

test("a dropped .csv with gaps is completed in the page", async () => {
  const session = await open({ colorScheme: "dark" });
  try {
    await session.ready();
    const { page } = session;
    await page.evaluate(() => window.rankscope.pause());
    // Rank 1, a third of the entries missing.
    const truth = (i, j) => (1 + i % 5) * (j % 7 - 2.5) / 4;
    const text = Array.from({ length: 20 }, (_, i) => Array.from({ length: 20 }, (__, j) => (i + 2 * j) % 3 ? truth(i, j) : "").join(",")).join("\n");
    await page.evaluate((csv) => {
      const data = new DataTransfer();
      data.items.add(new File([csv], "mine.csv", { type: "text/csv" }));
      for (const type of ["dragenter", "dragover"]) document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
      if (document.getElementById("drop").hidden) throw new Error("nothing says that a file may be dropped here");
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }, text);
    await page.waitForTimeout(1500);
    const button = filledButton(decodePng(await session.screenshot("dropped")), { x0: 340, x1: 940, y0: 60, y1: 720 });
    assert.ok(button, "the dialogue shows a filled button");
    await page.mouse.click(button.x, button.y);
    let document;
    for (const until = Date.now() + 5000; Date.now() < until && document?.inputs.target?.name !== "mine.csv"; await page.waitForTimeout(100)) {
      document = await page.evaluate(() => window.rankscope.document());
    }
    assert.equal(document.inputs.target?.name, "mine.csv", "the run is of the dropped matrix");
    await page.evaluate((n) => window.rankscope.seek(n), document.steps);
    const { shape, data } = await page.evaluate(() => window.rankscope.view("completed"));
    await page.waitForTimeout(800);
    await session.screenshot("dropped-completed");
    assert.deepEqual(shape, [20, 20]);
    let error = 0, size = 0;
    for (let i = 0; i < 20; ++i) {
      for (let j = 0; j < 20; ++j) {
        error += (data[i * 20 + j] - truth(i, j)) ** 2;
        size += truth(i, j) ** 2;
      }
    }
    console.log(`relative error of the completion: ${Math.sqrt(error / size).toExponential(2)}`);
    assert.ok(Math.sqrt(error / size) < 0.05, `the completion is off by ${Math.sqrt(error / size)} of the matrix`);
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});
