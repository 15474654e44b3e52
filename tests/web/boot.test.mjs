import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { open, site } from "./harness.mjs";

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
    assert.doesNotMatch(list, /catalog|Inter-More|keep|page_more/, "these may wait");
    await session.page.waitForFunction(() => [...document.fonts].some(({ family }) => family.includes("Inter More")), undefined, { timeout: 20000 });
    assert.ok(["/catalog.json", "/keep.js", "/rankscope_page_more.wasm"].every((path) => session.server.sent.some((answer) => answer.path === path)), "and come after it");
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});

const second = "**/rankscope_page_more.wasm*";

/** The functions of the second part that were called before it was there. */
async function waitedFor(page) {
  const names = new Map(readFileSync(join(site, "../bin/rankscope_page.placeholders"), "utf8").split("\n").map((line) => [line.split(":")[0], line]));
  const marks = await page.evaluate(() => performance.getEntriesByType("mark").map(({ name }) => name));
  return marks.filter((name) => name.startsWith("rankscope: waited for ")).map((name) => names.get(name.split(" ").at(-1)) ?? name);
}

test("the first screen plays, answers and is driven without the interface's second part", async () => {
  const asked = [];
  const session = await open({
    prepare: (page) => page.route(second, (route) => {
      asked.push(route.request().resourceType());
      if (asked.at(-1) === "xhr") return route.continue();  // the page waits: the names below say for what
    }),
  });
  try {
    await session.ready();
    const { page } = session, stats = () => page.evaluate(() => window.rankscope.stats());
    const begun = (await stats()).step;
    for (let y = 60; y < 790; y += 61) for (let x = 10; x < 1280; x += 197) await page.mouse.move(x, y);  // every hint and readout there is
    await page.mouse.move(880, 500);
    await page.waitForTimeout(700);
    assert.ok((await stats()).step > begun, "it plays");
    const before = await page.evaluate(() => window.rankscope.document());
    await page.mouse.wheel(0, 5000);  // under the words are the parameters
    await page.waitForTimeout(500);
    for (let y = 120; y < 720; y += 24) {  // over their sliders, wherever they stand
      await page.mouse.move(120, y);
      await page.mouse.down();
      await page.mouse.move(150, y, { steps: 3 });
      await page.mouse.up();
    }
    await page.waitForTimeout(300);
    const after = await page.evaluate(() => window.rankscope.document());
    assert.notDeepEqual([after.settings, after.edits], [before.settings, before.edits], "a slider was moved");
    await page.keyboard.press("r");
    await page.keyboard.press("Space");
    await page.waitForTimeout(300);
    await page.keyboard.press("ArrowRight");
    await page.waitForTimeout(300);
    await session.screenshot("first-part");
    assert.deepEqual(await waitedFor(page), [], "these belong into the first part: see web/second_part.txt");
    assert.deepEqual(asked, ["fetch"]);
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});

test("a second part that does not come is asked for again", async () => {
  const asked = [];
  let offline = true;
  const session = await open({
    prepare: (page) => page.route(second, (route) => {
      asked.push(route.request().resourceType());
      return offline ? route.abort() : route.continue();
    }),
  });
  try {
    await session.ready();
    const { page } = session;
    const panel = page.locator("#trouble");
    await panel.waitFor();
    assert.match(await panel.innerText(), /part of the page could not be loaded[^]*connection/);
    await session.screenshot("second-part-missing");
    offline = false;
    await panel.getByRole("button", { name: "Try again" }).click();
    await panel.waitFor({ state: "hidden" });
    assert.deepEqual(asked, ["fetch", "fetch"]);
    assert.equal(session.errors.filter((text) => !/Failed to load resource/.test(text)).length, 0, String(session.errors));
  } finally {
    await session.close();
  }
});

test("a press in the moment before the second part is there waits for it", async () => {
  const asked = [];
  const session = await open({
    prepare: (page) => page.route(second, (route) => {
      asked.push(route.request().resourceType());
      if (asked.at(-1) === "xhr") return route.continue();  // the other one is still on its way
    }),
  });
  try {
    await session.ready();
    const { page } = session;
    await page.evaluate(() => window.rankscope.set({ study: "two-parameterisations" }));
    await page.waitForTimeout(500);
    assert.ok(asked.includes("xhr"), "the landscape's panel is in it");
    assert.match(String(await waitedFor(page)), /landscape_card/);
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});
