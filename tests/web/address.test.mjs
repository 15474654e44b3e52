// What the address asks for, and what it says.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { open, site } from "./harness.mjs";

const catalog = JSON.parse(readFileSync(join(site, "catalog.json"), "utf8"));
const known = ["cloth", "photograph", "depth"];  // to the core that the page begins with
const other = catalog.presets.find(({ key, runs }) => runs.length > 1 && !known.includes(key));

const call = (page, name, ...args) => page.evaluate(([verb, rest]) => window.rankscope[verb](...rest), [name, args]);
const hash = (page) => page.evaluate(() => location.hash);
const sent = ({ server }, name) => server.sent.filter(({ path }) => path.includes(name)).length;

const kept = (page, words) => page.evaluate((text) => {
  dispatchEvent(new Event("pagehide"));  // the record is written at once
  return Object.values(localStorage).some((record) => record.includes(text));
}, words);

async function until(what, condition, ms = 20000) {
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((r) => setTimeout(r, 100))) {
    if (await condition()) return;
  }
  assert.fail(`in ${ms} ms it did not come to this: ${what}`);
}

test("#study=KEY opens that study with the core it needs and no other, and plays it; so do a reload and a changed address", async () => {
  const session = await open({ path: `#study=${other.key}`, colorScheme: "dark" });
  try {
    await session.ready();
    const { page } = session;
    assert.equal((await call(page, "document")).study, other.key);
    assert.equal(sent(session, "rankscope_first"), 0);
    await until("it plays", async () => (await call(page, "stats")).step > 0);
    await until("its words are there", () => page.evaluate((key) => document.getElementById("words").dataset.study === key && document.getElementById("title").textContent !== "", other.key));
    await session.screenshot("address-study");

    await page.evaluate(([key, run]) => { location.hash = `study=${key}&variant=${encodeURIComponent(run)}&later=1`; }, [other.key, other.runs[1]]);
    await until("its second run is open", async () => (await call(page, "document")).variant === other.runs[1]);
    await page.evaluate(() => { location.hash = "study=cloth&view=loss,singular_values"; });
    await until("the cloth is open", async () => (await call(page, "document")).study === "cloth");
    assert.equal(await hash(page), "#study=cloth&view=loss,singular_values", "the address is left as the reader wrote it");
    await call(page, "set", { study: "cloth", variant: "depth 2" });
    await until("the address follows", async () => await hash(page) === "#study=cloth&variant=depth+2");
    await call(page, "set", { study: "cloth", variant: "depth 2", seed: 5 });
    await call(page, "step", 4);
    await until("it is kept", () => kept(page, '"seed":5'));
    await page.reload();
    await page.waitForFunction(() => window.rankscope !== undefined);
    await page.evaluate(() => window.rankscope.ready);
    const again = await call(page, "document");
    assert.deepEqual([again.study, again.variant, again.seed], ["cloth", "depth 2", 5], "a reload goes on with the run that stood there");
    await call(page, "set", { system: "deep_matrix" });
    await until("what is no study has no address", async () => await hash(page) === "");
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});

test("an address of another study than the tab had open opens the study, and takes up no closed tab's run", async () => {
  const session = await open();
  try {
    await session.ready();
    const { page, context, server } = session;
    await call(page, "set", { study: "cloth", seed: 9 });
    await until("it is kept", () => kept(page, '"seed":9'));
    await page.goto("about:blank");
    await page.goto(`${server.url}#study=depth`);
    await session.ready();
    assert.equal((await call(page, "document")).study, "depth");
    await page.close();
    const second = await context.newPage();
    await second.goto(`${server.url}#study=cloth`);
    await second.waitForFunction(() => window.rankscope !== undefined);
    await second.evaluate(() => window.rankscope.ready);
    const { study, seed } = await call(second, "document");
    assert.equal(study, "cloth");
    assert.notEqual(seed, 9);
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});

test("an address of no study says which one is meant, and the page starts with its first", async () => {
  for (const [path, said] of [["#study=clott", /'clott' is not a study \(did you mean 'cloth'\?\)/], ["#study=cloth&variant=depth%209", /depth 9[^]*depth 3, depth 2, depth 1/]]) {
    const session = await open({ path, colorScheme: "dark" });
    try {
      await session.ready();
      const { page } = session;
      await until("it says so", async () => said.test(await page.evaluate(() => document.getElementById("kept")?.textContent ?? "")));
      await session.screenshot("address-unknown");
      await until("the first study plays", async () => (await call(page, "document")).study === "cloth" && (await call(page, "stats")).step > 3);
      assert.deepEqual(session.errors, []);
    } finally {
      await session.close();
    }
  }
});

test("an address without sense opens the first screen", async () => {
  const session = await open({ path: "#%E0%A4%A&&=&study=&view=,,&%" });
  try {
    await session.ready();
    assert.equal((await call(session.page, "document")).study, "cloth");
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});
