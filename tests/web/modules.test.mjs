// Two cores: the one that the page begins with, and the one with everything, which takes over when it is needed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import { open, site } from "./harness.mjs";

const { openCore } = await import(pathToFileURL(join(site, "core.js")));
const core = async (name) => {
  const { command } = await openCore({ name, wasmBinary: readFileSync(join(site, `${name}.wasm`)) });
  return (verb, rest) => JSON.parse(command(JSON.stringify({ do: verb, ...rest })));
};

const catalog = JSON.parse(readFileSync(join(site, "catalog.json"), "utf8"));
const first = (await core("rankscope_first"))("list");
/** A study that the page does not begin with, of several runs. */
const other = catalog.presets.find(({ key, runs }) => runs.length > 1 && !first.presets.some((row) => row.key === key));

const mine = first.presets.map(({ key }) => key);

const call = (page, name, ...args) => page.evaluate(([verb, rest]) => window.rankscope[verb](...rest), [name, args]);
const stats = (page) => call(page, "stats");
const study = async (page) => (await call(page, "document")).study;
/** The study of the page's address, which follows a little later. */
const addressed = async (page) => JSON.parse(decodeURIComponent(await page.evaluate(() => location.hash.slice(1)) || "{}")).study;

async function until(what, condition, ms = 20000) {
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((r) => setTimeout(r, 100))) {
    if (await condition()) return;
  }
  assert.fail(`in ${ms} ms it did not come to this: ${what}`);
}

/** Opens the gallery, scrolls to its end, and presses its cards from the last one up until a study is opened that the first core lacks. */
async function pressLast(session) {
  const { page } = session;
  for (let y = 760; y > 120; y -= 30) {
    if (!await page.evaluate(() => document.body.classList.contains("covered"))) {
      await page.mouse.click(148, 24);
      await page.waitForTimeout(300);
      await page.mouse.move(430, 400);
      await page.mouse.wheel(0, 9000);
      await page.waitForTimeout(800);
      await session.screenshot("gallery");
    }
    await page.mouse.click(430, y);
    await page.waitForTimeout(400);
    if (await page.evaluate(() => !document.getElementById("loading").hidden) || !mine.includes(await study(page))) return;
  }
  assert.fail("no such study is in the gallery");
}

const full = (session) => session.server.sent.filter(({ path }) => path.includes("rankscope_core"));

test("both cores run a study with the same bits; the page's first one knows only what it begins with", async () => {
  assert.deepEqual(first.systems.map(({ key }) => key), ["deep_matrix"]);
  assert.deepEqual(first.presets.map(({ key }) => key), ["cloth", "photograph", "depth"]);
  assert.ok(other, "the other core knows more");
  assert.deepEqual(first.presets, catalog.presets.filter(({ key }) => first.presets.some((row) => row.key === key)));
  const bits = [];
  for (const name of ["rankscope_first", "rankscope_core"]) {
    const { command, advance, put } = await openCore({ name, wasmBinary: readFileSync(join(site, `${name}.wasm`)) });
    const ask = (verb, rest) => JSON.parse(command(JSON.stringify({ do: verb, slot: 0, ...rest })));
    const document = { study: "cloth", steps: 60 };
    for (const need of ask("open", { document }).needs ?? []) {
      put(need, readFileSync(join(site, "samples", catalog.samples.find((sample) => sample.name === need).file)));
    }
    assert.equal(ask("open", { document }).error, undefined);
    ask("step", { n: 60 });
    while (advance(8));
    assert.equal(ask("bits").step, 60);
    bits.push(ask("bits").bits);
  }
  assert.equal(bits[0], bits[1]);
});

test("a study from the gallery that the first core lacks: the other core takes over, compares, is restored, and goes back to the cloth", async () => {
  const session = await open({ colorScheme: "dark" });
  try {
    await session.ready();
    const { page } = session;
    assert.deepEqual(full(session), [], "the first screen does without");
    await page.waitForTimeout(1200);
    assert.deepEqual(full(session), [], "and so it goes on");
    await pressLast(session);
    await until("another study is open", async () => !mine.includes(await study(page)));
    const opened = await study(page);
    assert.ok(full(session).length >= 2);
    await until("the address follows", async () => await addressed(page) === opened);
    await until("it plays", async () => (await stats(page)).step > 3);
    await page.waitForTimeout(1500);
    await session.screenshot("other-study");

    await call(page, "set", { study: other.key });
    assert.equal(await study(page), other.key);
    await page.mouse.click(958, 24);
    const slots = () => page.evaluate(() => {
      dispatchEvent(new Event("pagehide"));  // the record is written at once
      return JSON.parse(Object.entries(localStorage).find(([key]) => key.startsWith("rankscope.tab."))?.[1] ?? '{"slots":[]}').slots;
    });
    await until("its other runs play beside it", async () => (await slots()).length === other.runs.length && (await slots())[1].step > 3);
    await session.screenshot("other-study-compared");
    await page.mouse.click(958, 24);
    await until("they are closed", async () => (await slots()).length === 1);
    await call(page, "set", { study: other.key });
    await call(page, "step", 5);
    const bytes = (await stats(page)).bytes;
    await until("it is kept", async () => (await slots()).some(({ document, step }) => document.study === other.key && step === 5));
    const before = session.server.sent.length;
    await page.reload();
    await page.waitForFunction(() => window.rankscope !== undefined);
    await page.evaluate(() => window.rankscope.ready);
    assert.equal(await study(page), other.key);
    await until("the run stands where it stood", async () => (await stats(page)).step === 5);
    assert.ok(!session.server.sent.slice(before).some(({ path }) => path.includes("rankscope_first")), "what is restored needs one core only");
    assert.ok(bytes > 0);

    await call(page, "set", { study: "cloth" });
    await call(page, "step", 3);
    assert.equal((await stats(page)).step, 3);
    await until("the words are the cloth's", () => page.evaluate(() => document.getElementById("words").dataset.study === "cloth"));
    await until("the address follows", async () => await addressed(page) === "cloth");
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});

test("while the other core is on its way the run on the screen goes on, and one may change one's mind", async () => {
  let arrive;
  const way = new Promise((resolve) => { arrive = resolve; });
  const session = await open({ colorScheme: "dark", prepare: (page) => page.route("**/rankscope_core.wasm*", async (route) => {
    await way;
    await route.continue();
  }) });
  try {
    await session.ready();
    const { page } = session;
    const line = () => page.evaluate(() => document.getElementById("loading").hidden ? "" : document.querySelector("#loading p").textContent);
    const opened = page.evaluate((key) => window.rankscope.set({ study: key }), other.key);
    await until("it says so", async () => /Loading/.test(await line()));
    const before = (await stats(page)).step;
    await page.waitForTimeout(800);
    await session.screenshot("core-loading");
    assert.ok((await stats(page)).step > before);
    assert.equal(await study(page), "cloth");
    assert.match(await line(), /Loading/);
    arrive();
    assert.equal((await opened).study, other.key);
    assert.equal(await line(), "");
    await page.waitForTimeout(800);
    assert.equal((await stats(page)).step, 0, "it waits to be played");

    await page.reload();
    await page.waitForFunction(() => window.rankscope !== undefined);
    await page.evaluate(() => window.rankscope.ready);
    assert.equal(await study(page), other.key, "a reload waits for the core that it needs");
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
  let late;
  const detour = new Promise((resolve) => { late = resolve; });
  const fickle = await open({ prepare: (page) => page.route("**/rankscope_core.wasm*", async (route) => {
    await detour;
    await route.continue();
  }) });
  try {
    await fickle.ready();
    const { page } = fickle;
    page.evaluate((key) => window.rankscope.set({ study: key }), other.key).catch(() => {});
    await until("it is on its way", () => page.isVisible("#loading"));
    await call(page, "set", { study: "depth" });
    assert.equal(await page.isVisible("#loading"), false);
    late();
    await page.waitForTimeout(2500);
    assert.equal(await study(page), "depth");
    assert.equal(await call(page, "step", 3), 3);
    assert.deepEqual(fickle.errors, []);
  } finally {
    await fickle.close();
  }
});

for (const workers of [true, false]) {
  test(`a core that does not come is told of, the screen stays, and a second attempt may succeed${workers ? "" : ", without workers too"}`, async () => {
    const session = await open({ colorScheme: "dark", prepare: async (page) => {
      await page.route("**/rankscope_core.wasm*", (route) => route.abort());
      if (!workers) await page.addInitScript(() => { window.Worker = class { constructor() { throw new Error("no workers here"); } }; });
    } });
    try {
      await session.ready();
      const { page } = session;
      await until("it plays", async () => (await stats(page)).step > 10);
      await call(page, "pause");  // a run that stands still says nothing more of itself
      await until("it stands still", async () => (await stats(page)).status === "paused");
      await assert.rejects(page.evaluate((key) => window.rankscope.set({ study: key }), other.key), /could not be loaded/);
      assert.match(await page.innerText("#loading"), /Could not load this study/);
      assert.equal(await study(page), "cloth");
      await until("the interface waits for nothing", async () => /paused/.test(await page.textContent("#situation")));
      const before = (await stats(page)).step;
      await page.focus("#canvas");
      await page.keyboard.press("Space");
      await until("the cloth plays on", async () => (await stats(page)).step > before);
      await session.screenshot(`core-lost${workers ? "" : "-in-thread"}`);
      await call(page, "pause");
      assert.equal((await stats(page)).status, "paused");
      await page.unroute("**/rankscope_core.wasm*");
      await page.click("#loading button:not(.quiet)");
      await until("the second attempt opens it", async () => await study(page) === other.key);
      assert.equal(await page.isVisible("#loading"), false);
      await call(page, "step", 2);
      await session.screenshot(`core-second-attempt${workers ? "" : "-in-thread"}`);
    } finally {
      await session.close();
    }
  });
}

test("a dropped file is there for the other core, and what it refuses leaves the screen as it is", async () => {
  const session = await open();
  try {
    await session.ready();
    const { page } = session;
    const csv = Array.from({ length: 12 }, (_, i) => Array.from({ length: 12 }, (__, j) => (i + 2 * j) % 3 ? (i + 1) * (j + 2) / 50 : "").join(",")).join("\n");
    await page.evaluate((text) => {
      const data = new DataTransfer();
      data.items.add(new File([text], "mine.csv", { type: "text/csv" }));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }, csv);
    await page.waitForTimeout(500);
    await page.keyboard.press("Escape");
    await assert.rejects(call(page, "set", { system: "no_such_thing" }), /no_such_thing/);
    assert.equal(await study(page), "cloth");
    assert.equal((await call(page, "document")).settings.depth, 3);
    const before = (await stats(page)).step;
    await call(page, "play");
    await until("the cloth goes on", async () => (await stats(page)).step > before + 5);

    await call(page, "set", { study: other.key });
    await call(page, "set", { system: "deep_matrix", inputs: { target: "mine.csv" }, settings: { depth: 2 } });
    await call(page, "step", 3);
    assert.deepEqual((await call(page, "view", "completed")).shape, [12, 12]);
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});
