import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { open, site } from "./harness.mjs";
import { decodePng } from "./png.mjs";

const { load } = await import(pathToFileURL(join(site, "rankscope.js")));

/** Drops a file of this name and text on the page. */
const dropped = (page, name, text) => page.evaluate(([title, content]) => {
  const data = new DataTransfer();
  data.items.add(new File([content], title));
  document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}, [name, text]);

async function until(what, condition, ms = 20000) {
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((r) => setTimeout(r, 100))) {
    if (await condition()) return;
  }
  assert.fail(`in ${ms} ms it did not come to this: ${what}`);
}

const lines = (page) => page.evaluate(() => document.getElementById("kept")?.textContent ?? "");
const standing = (page) => page.evaluate(async () => ({ document: await window.rankscope.document(), ...await window.rankscope.stats() }));

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

test("a dropped file of 500 MB and a dropped folder are refused before they are read", async () => {
  const session = await open({ colorScheme: "dark" });
  try {
    await session.ready();
    const { page } = session;
    await page.evaluate(() => window.rankscope.pause());
    const said = await page.evaluate(async () => {
      const said = [];
      const { receiveFiles } = await import("./files.js?of=the-test");  // a second listener beside the page's own
      receiveFiles((name, bytes) => said.push({ name, read: bytes.length }), (name, what, remedy) => said.push({ name, what, remedy }));
      const read = File.prototype.arrayBuffer;
      let reads = 0;
      File.prototype.arrayBuffer = function () { ++reads; return read.call(this); };
      const drop = (files, entries) => {
        const event = new Event("drop", { bubbles: true, cancelable: true });
        event.dataTransfer = { types: ["Files"], files, items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })) };
        document.body.dispatchEvent(event);
      };
      const megabyte = new Blob([new Uint8Array(2 ** 20)]);
      const large = new File(Array(500).fill(megabyte), "large.npy");
      drop([large], [{ name: "large.npy", isDirectory: false }]);
      drop([new File([], "photographs")], [{ name: "photographs", isDirectory: true }]);
      await new Promise((resolve) => setTimeout(resolve, 200));
      const early = reads;
      drop([new File(["1,2\n3,4\n"], "small.csv")], [{ name: "small.csv", isDirectory: false }]);
      await new Promise((resolve) => setTimeout(resolve, 200));
      return { said, early, reads };
    });
    assert.equal(said.early, 0, "neither is read");
    assert.equal(said.reads, 2, "a small one is, by the page and by the test");
    assert.deepEqual(said.said, [
      { name: "large.npy", what: "has 500 MiB", remedy: "at most 256 MiB are read: save a part of it" },
      { name: "photographs", what: "is a folder", remedy: "drop a file of it" },
      { name: "small.csv", read: 8 },
    ]);
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});

test("the page tells of a refused file where it tells of every refusal", async () => {
  const session = await open({ colorScheme: "dark" });
  try {
    await session.ready();
    const { page } = session;
    await page.evaluate(() => window.rankscope.pause());
    await page.waitForTimeout(500);
    const before = decodePng(await session.screenshot("before-refusal"));
    await page.evaluate(() => {
      const event = new Event("drop", { bubbles: true, cancelable: true });
      event.dataTransfer = { types: ["Files"], files: [new File([], "photographs")], items: [{ webkitGetAsEntry: () => ({ name: "photographs", isDirectory: true }) }] };
      document.body.dispatchEvent(event);
    });
    await page.waitForTimeout(800);
    const after = decodePng(await session.screenshot("refused"));
    let changed = 0;
    for (let y = 0; y < 800; ++y) {
      for (let x = 0; x < 1280; ++x) changed += before.at(x, y).some((v, k) => Math.abs(v - after.at(x, y)[k]) > 8);
    }
    assert.ok(changed > 2000, `a banner is drawn: ${changed} pixels changed`);
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});

test("a dropped experiment opens as its link would; a broken one is refused by its name, and what was there goes on", async () => {
  const session = await open({ colorScheme: "dark" });
  try {
    await session.ready();
    const { page } = session;
    await dropped(page, "mine.rankscope.json", JSON.stringify({ rankscope: 2, study: "cloth", variant: "depth 2", seed: 12, page: { step: 15 } }, null, 1));
    await until("it is open", async () => (await standing(page)).document.seed === 12);
    await until("at its moment", async () => (await standing(page)).step === 15 && (await standing(page)).status === "paused");
    await until("it has an address", () => page.evaluate(() => location.hash.includes("12")));
    await dropped(page, "half.json", '{"rankscope": 2, "study": "clo');
    await until("it says which file is wrong", async () => /^half\.json: /.test(await lines(page)));
    assert.equal((await standing(page)).document.seed, 12);
    assert.equal(await page.evaluate(() => window.rankscope.step(5)), 20);
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});

test("a link to a run of a file that is not here names the file and its hash, refuses another one by them, and opens once it is dropped", async () => {
  const csv = Array.from({ length: 12 }, (_, i) => Array.from({ length: 10 }, (__, j) => (i + 2 * j) % 3 ? (i + 1) * (j + 2) / 50 : "").join(",")).join("\n");
  const rs = await load(), { hash } = rs.put("mine.csv", new TextEncoder().encode(csv));
  const link = `#${encodeURIComponent(JSON.stringify({ rankscope: 2, system: "deep_matrix", settings: { depth: 2 }, inputs: { target: { name: "mine.csv", hash } }, seed: 5 }))}`;
  const session = await open({ path: link });
  try {
    await session.ready();
    const { page } = session;
    await until("it says what is missing", async () => (await lines(page)).includes("mine.csv") && (await lines(page)).includes(hash));
    await session.screenshot("missing-file");
    await until("the first study is there meanwhile", async () => (await standing(page)).document.study === "cloth");
    assert.equal(await page.evaluate(() => location.hash), link);
    await dropped(page, "mine.csv", csv.replace("0.06", "0.07"));
    await until("it says that this is another one", async () => /mine\.csv[^]*hash[^]*This experiment needs/.test(await lines(page)));
    await session.screenshot("missing-file-wrong");
    assert.equal((await standing(page)).document.study, "cloth");
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click("#kept button")]);
    await chooser.setFiles({ name: "renamed.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
    await until("the run is open", async () => (await standing(page)).document.inputs.target?.name === "mine.csv");
    assert.equal((await standing(page)).document.seed, 5);
    await until("and the line is gone", async () => !(await lines(page)).includes("needs"));
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});
