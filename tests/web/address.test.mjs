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
/** The document that the address is; {} while it is none. */
const said = async (page) => JSON.parse(decodeURIComponent((await hash(page)).slice(1)) || "{}");
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
    await until("the address follows", async () => (await hash(page)).startsWith("#%7B") && (await said(page)).variant === "depth 2");
    assert.deepEqual([(await said(page)).rankscope, (await said(page)).study], [2, "cloth"]);
    await call(page, "set", { study: "cloth", variant: "depth 2", seed: 5 });
    await call(page, "step", 4);
    await until("it is kept", () => kept(page, '"seed":5'));
    await page.reload();
    await page.waitForFunction(() => window.rankscope !== undefined);
    await page.evaluate(() => window.rankscope.ready);
    const again = await call(page, "document");
    assert.deepEqual([again.study, again.variant, again.seed], ["cloth", "depth 2", 5], "a reload goes on with the run that stood there");
    await call(page, "set", { system: "deep_matrix" });
    await until("so it does where there is no study", async () => (await said(page)).system === "deep_matrix");
    const words = (name, pattern) => until(`the words are of ${name}`, async () => await page.evaluate(() => document.getElementById("words").dataset.study) === name && pattern.test(await page.textContent("#words")));
    await words("own", /^Your own matrix/);
    await call(page, "set", { system: "hierarchical" });
    await words("own-tensor", /^A tensor without a preset/);
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
  for (const [path, words] of [["#study=clott", /'clott' is not a study \(did you mean 'cloth'\?\)/], ["#study=cloth&variant=depth%209", /depth 9/]]) {
    const session = await open({ path, colorScheme: "dark" });
    try {
      await session.ready();
      const { page } = session;
      await until("it says so", async () => words.test(await page.evaluate(() => document.getElementById("kept")?.textContent ?? "")));
      await session.screenshot("address-unknown");
      await until("the first study plays", async () => (await call(page, "document")).study === "cloth" && (await call(page, "stats")).step > 3);
      if (path.includes("clott")) await until("the address is the page's own", async () => await hash(page) === "");
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

test("the address follows what is open: back and forward open it again, with its pins; the first study as it opens has a clean one", async () => {
  const session = await open({
    prepare: (page) => page.addInitScript(() => {
      window.writes = 0;
      for (const name of ["pushState", "replaceState"]) {
        const write = history[name].bind(history);
        history[name] = (...args) => { ++window.writes; write(...args); };
      }
    }),
  });
  try {
    await session.ready();
    const { page } = session, length = () => page.evaluate(() => history.length);
    await page.waitForTimeout(1500);
    assert.equal(await hash(page), "");
    const began = await length();
    await call(page, "set", { study: "cloth", variant: "depth 1" });
    await until("another experiment has an address", async () => (await said(page)).variant === "depth 1");
    assert.equal(await length(), began + 1);
    await call(page, "step", 20);
    await call(page, "pin");
    await until("the pin is in it", async () => (await said(page)).page?.beside?.length === 1);
    await until("and the moment", async () => (await said(page)).page?.step === 20);
    assert.equal(await length(), began + 1, "the same experiment changed is no other");
    const pinned = await hash(page);

    await call(page, "set", { study: other.key });
    await until("the third", async () => (await said(page)).study === other.key);
    assert.equal(await length(), began + 2);
    await page.goBack();
    await until("back opens the second", async () => (await call(page, "document")).variant === "depth 1");
    assert.equal(await hash(page), pinned);
    await until("at its moment", async () => (await call(page, "stats")).step === 20);
    await until("with its pin", async () => JSON.parse(decodeURIComponent(new URL(await call(page, "link")).hash.slice(1))).page?.beside?.length === 1);
    await page.goBack();
    await until("back opens the first, which plays", async () => (await call(page, "document")).variant === "depth 3" && (await call(page, "stats")).status === "running");
    assert.equal(await hash(page), "");
    await page.goForward();
    await until("forward", async () => (await call(page, "document")).variant === "depth 1");
    assert.equal(await length(), began + 2);

    await page.evaluate(() => { window.writes = 0; });
    const start = Date.now();
    for (let i = 0; i < 15; ++i) {
      await call(page, "undo");
      await page.waitForTimeout(60);
      await call(page, "redo");
      await page.waitForTimeout(60);
    }
    const writes = await page.evaluate(() => window.writes), most = (Date.now() - start) / 700 + 2;
    assert.ok(writes <= most, `${writes} writes in ${Date.now() - start} ms`);
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});

test("a link that is wrong is explained, and the page stays of use", async () => {
  const wrong = [
    [`#${encodeURIComponent('{"rankscope":2,"study":"cloth","settings":{"depth":3')}`, /There is nothing at this address: /, "cloth"],
    [`#${encodeURIComponent('{"rankscope":2,"study":"clott"}')}`, /clott[^]*cloth/, "cloth"],
    [`#${encodeURIComponent('{"rankscope":99,"study":"cloth"}')}`, /newer|99/, "cloth"],
    ["#%7B%22study%22%3A%E0%A4%A", /There is nothing at this address: /, "cloth"],
  ];
  const mended = [
    [`#${encodeURIComponent('{"rankscope":2,"study":"cloth","settings":{"depth":99}}')}`, /depth[^]*10/, (document) => document.settings.depth === 10],
    [`#${encodeURIComponent('{"rankscope":2,"study":"cloth","settings":{"depht":2},"seed":8}')}`, /depht/, (document) => document.seed === 8],
    [`#${encodeURIComponent('{"rankscope":1,"study":"cloth","seed":9}')}`, /older|version 1/, (document) => document.seed === 9],
  ];
  const session = await open({ path: wrong[0][0] });
  try {
    await session.ready();
    const { page } = session, words = () => page.evaluate(() => document.getElementById("kept")?.textContent ?? "");
    const hush = () => page.evaluate(() => document.getElementById("kept")?.replaceChildren());
    await until("it says what is wrong", async () => wrong[0][1].test(await words()));
    await until("the first study plays", async () => (await call(page, "document")).study === "cloth" && (await call(page, "stats")).step > 3);
    await session.screenshot("address-damaged");
    for (const [path, pattern, study] of wrong) {
      await hush();
      await page.evaluate((to) => { location.hash = to; }, path);
      await until(`it says what is wrong with ${path}: ${await words()}`, async () => pattern.test(await words()));
      assert.equal((await call(page, "document")).study, study, "what was there goes on");
      assert.ok(await call(page, "step", 1) > 0);
    }
    for (const [path, pattern, fits] of mended) {
      await hush();
      await page.evaluate((to) => { location.hash = to; }, path);
      await until(`${path} is open: ${await words()}`, async () => fits(await call(page, "document")));
      await until(`it says what it mended of ${path}: ${await words()}`, async () => pattern.test(await words()));
    }
    await session.screenshot("address-mended");
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});
