// What is open outlives the tab: reload, crash, a closed tab, storage that is refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { open, site } from "./harness.mjs";

const { load } = await import(pathToFileURL(join(site, "rankscope.js")));

const call = (page, name, ...args) => page.evaluate(([verb, rest]) => window.rankscope[verb](...rest), [name, args]);
const stats = (page) => call(page, "stats");

async function ready(page) {
  await page.waitForFunction(() => window.rankscope !== undefined, undefined, { timeout: 60000 });
  await page.evaluate(() => window.rankscope.ready);
}

async function until(what, condition, ms = 20000) {
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((r) => setTimeout(r, 100))) {
    if (await condition()) return;
  }
  assert.fail(`in ${ms} ms it did not come to this: ${what}`);
}

/** Until the tab's checkpoint is in the storage. */
const kept = (page) => until("a checkpoint is kept", () => page.evaluate(() => new Promise((resolve) => {
  const asked = indexedDB.open("rankscope", 1);
  asked.onupgradeneeded = () => asked.transaction.abort();
  asked.onerror = () => resolve(false);
  asked.onsuccess = () => {
    const keys = asked.result.transaction("bytes").objectStore("bytes").getAllKeys();
    keys.onsuccess = () => { asked.result.close(); resolve(keys.result.some((key) => key.includes("/slot/0"))); };
  };
})));

/** The document's run in node, at a step: the same bits undisturbed. */
async function undisturbed(document, step, view, files = {}) {
  const rs = await load();
  for (const [name, text] of Object.entries(files)) rs.put(name, new TextEncoder().encode(text));
  const run = rs.run(document);
  run.step(step);
  return run.view(view).data;
}

test("rankscope.js saves a run and takes it up again, with the same bits; so does another instance", async () => {
  const rs = await load(), run = rs.run({ study: "cloth" });
  run.step(25);
  const bytes = run.save();
  assert.equal(new TextDecoder().decode(bytes.subarray(0, 2)), "PK");
  run.step(20);
  for (const other of [rs, await load()]) {
    const again = other.resume(bytes);
    assert.deepEqual(again.step(0).step, 25);
    again.step(20);
    assert.equal(again.bits(), run.bits());
  }
  assert.throws(() => rs.resume(bytes.subarray(0, bytes.length - 5)), /checkpoint/);
  assert.throws(() => rs.resume(new Uint8Array([1, 2, 3])), /no file was put|checkpoint/);
});

test("two who ask for a checkpoint at once get one each: the page's own every two seconds, and the move to another core", async () => {
  const session = await open();
  try {
    await session.ready();
    const got = await session.page.evaluate(async () => {
      const { Keeper } = await import(new URL("keep.js", location.href).href), { keeper } = await Keeper.begin(false);
      let count = 0;
      const message = (count) => keeper.message(new Uint8Array([4, 0, 0, 0, 0, count]));  // a checkpoint of slot 0
      keeper.watch({
        ask: async (verb) => {
          if (verb === "save") setTimeout(message, 100, ++count);
          return verb === "document" ? { document: { study: "cloth" } } : {};
        },
        files: new Map(), status: () => "paused", view: () => ({}),
      });
      await new Promise((resolve) => setTimeout(resolve, 20));
      const asked = Promise.all([keeper.open(), keeper.open()]);
      const slots = await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, 9000, []))]);
      return slots.map((held) => [...held.get(0).bytes ?? []]);
    });
    assert.deepEqual(got, [[1], [2]]);
  } finally {
    await session.close();
  }
});

test("a reload goes on where it was: paused, edited, of a dropped file, and with the same bits afterwards", async () => {
  const session = await open();
  try {
    await session.ready();
    const { page } = session;
    await page.evaluate(() => window.rankscope.pause());
    const csv = Array.from({ length: 16 }, (_, i) => Array.from({ length: 12 }, (__, j) => (i + 2 * j) % 3 ? (i + 1) * (j + 2) / 50 : "").join(",")).join("\n");
    await page.evaluate((text) => {
      const data = new DataTransfer();
      data.items.add(new File([text], "mine.csv", { type: "text/csv" }));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }, csv);
    await page.waitForTimeout(500);
    await page.keyboard.press("Escape");
    const document = await call(page, "set", { system: "deep_matrix", inputs: { target: "mine.csv" }, settings: { depth: 2 }, steps: 5000, every: 10,
      edits: [{ step: 120, key: "step_size", value: 0.02 }] });
    assert.equal(await call(page, "step", 101), 101);
    await kept(page);
    assert.equal(await call(page, "step", 33), 134);  // newer than the checkpoint that may be there
    const before = (await call(page, "view", "completed")).data;
    await page.reload();
    await ready(page);
    await until("the run stands at its step again", async () => (await stats(page)).step === 134);
    const { page: shown, ...again } = await call(page, "document");
    assert.deepEqual(again, document);
    assert.equal(shown.step, 134);
    assert.equal((await stats(page)).status, "paused");
    assert.deepEqual((await call(page, "view", "completed")).data, before);
    assert.equal(await call(page, "step", 100), 234);
    assert.deepEqual((await call(page, "view", "completed")).data, await undisturbed(document, 234, "completed", { "mine.csv": csv }));
    await session.screenshot("kept-reload");
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});

test("a crash of a playing page goes on playing, with the same bits", async () => {
  const session = await open();
  try {
    await session.ready();
    const { page, context } = session;
    await until("it plays", async () => (await stats(page)).step > 20);
    await kept(page);
    await page.waitForTimeout(2500);
    const { step } = await stats(page);
    const other = await context.newPage();  // the browser stays open
    const client = await context.newCDPSession(page);
    client.send("Page.crash").catch(() => {});
    await page.waitForEvent("crash");
    await page.close();
    await other.goto(session.server.url);
    await ready(other);
    const there = (await stats(other)).step;
    assert.ok(there > 0, `after the crash at ${step} it goes on, and does not start again: ${there}`);
    assert.equal((await stats(other)).status, "running");
    await until("it plays on", async () => (await stats(other)).step > step + 100);
    await call(other, "pause");
    const document = await call(other, "document"), at = (await stats(other)).step;
    assert.equal(document.study, "cloth");
    assert.deepEqual((await call(other, "view", "singular_values")).data, await undisturbed(document, at, "singular_values"));
  } finally {
    await session.close();
  }
});

test("runs beside the first are there again, at their step, with their names and colours, with and without their checkpoints", async () => {
  const rs = await load();
  const slots = ["depth 3", "depth 2", "depth 1"].map((variant, slot) => {
    const run = rs.run({ study: "cloth", variant, ...(slot === 1 && { settings: { step_size: 0.123 } }) });
    return { slot, document: run.document(), step: 25, status: "paused" };
  });
  const beside = ["the second", "the third"].map((name, i) => ({ name, color: 3 - i, document: slots[i + 1].document }));
  const record = JSON.stringify({ version: 2, at: 1, slots, page: { views: ["singular_values", "loss"], speed: 3, beside }, address: "", home: null, scroll: 0 });
  const session = await open({
    prepare: (page) => page.addInitScript((text) => {
      if (sessionStorage.getItem("rankscope.tab")) return;
      sessionStorage.setItem("rankscope.tab", "x");
      localStorage.setItem("rankscope.tab.x", text);
    }, record),
  });
  try {
    await session.ready();
    const { page } = session;
    const now = () => page.evaluate(() => JSON.parse(localStorage.getItem("rankscope.tab.x")));
    const same = async () => {
      const { slots: held, at, page: { views, speed, beside: marks = [] } } = await now();
      return at > 1 && speed === 3 && String(views) === "singular_values,loss" && String(marks.map(({ name, color }) => [name, color])) === "the second,3,the third,2" &&
        String(held.map(({ step }) => step)) === "25,25,25" &&
        held.every(({ document }, i) => document.variant === slots[i].document.variant && document.settings.step_size === slots[i].document.settings.step_size);
    };
    await until("three runs stand where they did", same);
    await kept(page);
    await page.waitForTimeout(2500);
    await page.evaluate(() => localStorage.setItem("rankscope.tab.x", JSON.stringify({ ...JSON.parse(localStorage.getItem("rankscope.tab.x")), at: 0 })));
    await page.reload();
    await ready(page);
    await until("three runs stand where they did, again", same);
    await session.screenshot("kept-compared");
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});

test("two tabs do not write over each other; a new one starts with the first screen while the others live", async () => {
  const session = await open();
  try {
    await session.ready();
    const { page, context } = session;
    await call(page, "set", { study: "cloth", seed: 11 });
    await call(page, "step", 12);
    await kept(page);
    const second = await context.newPage();
    await second.goto(session.server.url);
    await ready(second);
    assert.notEqual((await call(second, "document")).seed, 11, "a fresh tab beside a living one is a first screen");
    await call(second, "set", { study: "cloth", seed: 22 });
    await call(second, "step", 7);
    await second.waitForTimeout(4500);
    for (const [tab, seed, step] of [[page, 11, 12], [second, 22, 7]]) {
      await tab.bringToFront();  // a run nobody can see stands still
      await tab.reload();
      await ready(tab);
      assert.equal((await call(tab, "document")).seed, seed);
      await until(`step ${step}, not ${JSON.stringify(await stats(tab))}`, async () => (await stats(tab)).step === step);
    }
  } finally {
    await session.close();
  }
});

test("where nothing can be kept, and where the record is damaged or newer, the page starts afresh and says so", async () => {
  const session = await open({
    prepare: (page) => page.addInitScript(() => {
      for (const name of ["localStorage", "sessionStorage", "indexedDB"]) {
        Object.defineProperty(window, name, { get() { throw new DOMException("The operation is insecure.", "SecurityError"); } });
      }
    }),
  });
  try {
    await session.ready();
    const { page } = session;
    await until("it says so", () => page.evaluate(() => document.getElementById("kept")?.textContent.includes("a reload starts afresh")));
    await until("it plays all the same", async () => (await stats(page)).step > 20);
    await session.screenshot("kept-refused");
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
  for (const [record, said] of [['{"version":99,"slots":[]}', "newer page"], ['{"vers', "damaged"], ['{"version":2,"slots":[{"slot":0,"document":{"system":"nothing"},"step":3,"status":"paused"}],"page":{},"address":"","home":null,"scroll":0}', "could not be restored"]]) {
    const broken = await open({
      prepare: (page) => page.addInitScript((text) => {
        if (sessionStorage.getItem("rankscope.tab")) return;
        sessionStorage.setItem("rankscope.tab", "x");
        localStorage.setItem("rankscope.tab.x", text);
      }, record),
    });
    try {
      await broken.ready();
      await until(said, () => broken.page.evaluate((text) => document.getElementById("kept")?.textContent.includes(text), said));
      await until("the first screen plays", async () => (await call(broken.page, "document")).study === "cloth" && (await stats(broken.page)).step > 5);
    } finally {
      await broken.close();
    }
  }
});
