import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import { open, site } from "./harness.mjs";

const { load } = await import(pathToFileURL(join(site, "rankscope.js")));

test("rankscope.js in node: the same document, the same bits, and the document it gives back as well", async () => {
  const rs = await load();
  const { presets, systems } = rs.list();
  assert.ok(presets.length >= 3 && systems.some(({ key }) => key === "deep_matrix"));
  assert.equal(rs.show("cloth").key, "cloth");
  for (const key of [...presets.map(({ key }) => key), "own", "own-tensor"]) assert.ok(existsSync(join(site, "words", `${key}.html`)), `words for ${key}`);

  const first = rs.run({ study: "cloth" });
  assert.ok(first.views.some(({ key }) => key === "singular_values"));
  const start = first.bits();
  assert.deepEqual(first.step(40), { step: 40, status: "paused", trouble: "" });
  assert.notEqual(first.bits(), start);
  const spectrum = first.view("singular_values");
  assert.equal(spectrum.step, 40);
  assert.ok(spectrum.data[0] >= spectrum.data[1] && spectrum.data[0] > 0);

  const again = (await load()).run(first.document());
  again.step(15);
  again.step(25);
  assert.equal(again.bits(), first.bits());

  const other = rs.run({ study: "cloth", seed: 7 });
  other.step(40);
  assert.notEqual(other.bits(), first.bits());
});

test("rankscope.js refuses what is wrong, and says what would be right", async () => {
  const rs = await load();
  assert.throws(() => rs.run({ study: "clott" }), /cloth/);
  assert.throws(() => rs.run({ study: "cloth", settings: { dept: 2 } }), /depth/);
  assert.throws(() => rs.run({ study: "cloth", settings: { depth: 99 } }), /depth[^]*10/);
  const run = rs.run({ study: "cloth" });
  assert.throws(() => run.view("singular_value"), /singular_values/);
});

test("rankscope.js completes a matrix that it was given as a file", async () => {
  const rs = await load();
  const rows = Array.from({ length: 12 }, (_, i) => Array.from({ length: 12 }, (_, j) => (i + j) % 3 ? (i + 1) * (j + 1) / 20 : "").join(","));
  rs.put("mine.csv", new TextEncoder().encode(rows.join("\n")));
  const run = rs.run({ system: "deep_matrix", inputs: { target: "mine.csv" }, settings: { depth: 3, optimizer: "group_rmsprop", step_size: 0.01 }, steps: 4000 });
  run.step(4000);
  const [n, m] = run.view("completed").shape;
  assert.deepEqual([n, m], [12, 12]);
  const completed = run.view("completed").data;
  assert.ok(Math.abs(completed[0] - 1 / 20) < 0.05 && Math.abs(completed[143] - 144 / 20) < 0.5, `corners: ${completed[0]}, ${completed[143]}`);
});

test("rankscope.js: a link is the run, its array, its edits and its moments", async () => {
  const here = await load(), there = await load();
  const rows = Array.from({ length: 8 }, (_, i) => Array.from({ length: 8 }, (_, j) => (i + 2 * j) % 3 ? (i + 1) * (j + 1) / 4 : "").join(","));
  here.put("mine.csv", new TextEncoder().encode(rows.join("\n")));
  const run = here.run({ system: "deep_matrix", inputs: { target: "mine.csv" }, settings: { depth: 2 }, steps: 500 });
  run.step(20);
  assert.deepEqual(run.nudge("end_to_end", 3, 0.25), { step: 20, status: "paused", trouble: "" });
  assert.ok(Math.abs(run.view("end_to_end").data[3] - 0.25) < 1e-6);
  run.set("step_size", 0.001);
  run.step(20);

  const link = run.link();
  assert.match(link, /^#%7B/);
  const other = there.run(link);
  other.step(40);
  assert.equal(other.bits(), run.bits(), "nobody put mine.csv there");
  assert.equal(other.link(), link);
  assert.equal(there.run(decodeURIComponent(link.slice(1))).document().edits.length, 2);

  const late = run.bits();
  assert.equal(run.seek(20).step, 20);
  assert.equal(run.seek(40).step, 40);
  assert.equal(run.bits(), late, "there and back is the same state");
  assert.throws(() => run.nudge("loss", 0, 1), /taken hold of/);
  assert.throws(() => there.run("#study=clott"), /cloth/);
  assert.throws(() => there.run(`${link}x`), /line|JSON/);
});

test("window.rankscope: set, step, seek, view, and the same bits of numbers as in node", async () => {
  const session = await open();
  try {
    await session.ready();
    const { page } = session;
    const document = await page.evaluate(() => window.rankscope.set({ study: "cloth", seed: 3 }));
    assert.equal(document.seed, 3);
    assert.equal(await page.evaluate(() => window.rankscope.step(30)), 30);
    const there = await page.evaluate(() => window.rankscope.view("singular_values"));
    assert.equal(await page.evaluate(() => window.rankscope.step(10)), 40);
    assert.equal(await page.evaluate(() => window.rankscope.seek(30)), 30);
    const back = await page.evaluate(() => window.rankscope.view("singular_values"));
    assert.deepEqual(back.data, there.data, "going back gives the same numbers");

    const run = (await load()).run(document);
    run.step(30);
    assert.deepEqual(there.data, run.view("singular_values").data, "browser and node agree to the bit");

    assert.equal(await page.evaluate(() => window.rankscope.bits()), run.bits());
    const link = await page.evaluate(() => window.rankscope.link());
    assert.ok(link.startsWith(`${session.server.url}#`), link);
    await page.evaluate(() => window.rankscope.set({ study: "depth" }));
    const { page: shown, ...again } = await page.evaluate((to) => window.rankscope.set(to), link);
    assert.deepEqual(again, document, "a link opens as what it was taken of");
    assert.equal(shown.step, 30);

    assert.ok((await page.evaluate(() => window.rankscope.views())).some(({ key }) => key === "loss"));
    await assert.rejects(page.evaluate(() => window.rankscope.set({ study: "clott" })), /cloth/);
    const stats = await page.evaluate(() => window.rankscope.stats());
    for (const key of ["step", "stepsPerSecond", "draws", "framesP95ms", "steppingShare", "bytes"]) {
      assert.equal(typeof stats[key], "number", key);
    }
  } finally {
    await session.close();
  }
});
