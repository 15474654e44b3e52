// One link is the experiment: the same bits in Chromium, Firefox and node, and what is shared opens as what it was.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { openFirefox } from "./firefox.mjs";
import { artifacts, open, site } from "./harness.mjs";

const { load } = await import(pathToFileURL(join(site, "rankscope.js")));
const catalog = JSON.parse(readFileSync(join(site, "catalog.json"), "utf8"));

/** [{ name, step, link }...]: documents and the step that they are looked at. */
const links = readFileSync(new URL("../data/links.txt", import.meta.url), "utf8").trim().split("\n").map((line) => {
  const [name, step, document] = line.split("\t");
  return { name, step: Number(step), link: `#${encodeURIComponent(document)}` };
});

/** As tests/golden writes it for the native build. */
const written = (bits) => links.map(({ name, step }, i) => `${name}: ${step} ${bits[i]}\n`).join("");

/** In the page: the links are opened one after the other. */
const inPage = ({ page }) => page.evaluate(async (all) => {
  const bits = [];
  for (const { step, link } of all) {
    await window.rankscope.set(link);
    if ((await window.rankscope.stats()).step !== step) await window.rankscope.seek(step);
    bits.push(await window.rankscope.bits());
  }
  return bits;
}, links);

test("the same links give the same bits in Chromium, in Firefox and in node", async () => {
  const rs = await load();
  const node = links.map(({ step, link }) => {
    const run = rs.run(link);
    run.step(step);
    return run.bits();
  });
  for (const browser of [open, openFirefox]) {
    const session = await browser();
    try {
      await session.ready();
      assert.equal(written(await inPage(session)), written(node), browser.name);
      assert.deepEqual(session.errors, []);
    } finally {
      await session.close();
    }
  }
  mkdirSync(artifacts, { recursive: true });
  writeFileSync(join(artifacts, "links.txt"), written(node));  // scripts/test compares it with the native build's
});

test("every study: its link opened, shared, and the shared one opened again is the same document and comes to the same bits", async () => {
  const session = await open();
  try {
    await session.ready();
    const { page } = session;
    for (const [i, { key, runs }] of catalog.presets.entries()) {
      const variant = runs.at(i % 2 ? -1 : 0);
      const there = await page.evaluate(async ([study, name]) => {
        const { set, link, step, bits } = window.rankscope;
        const first = await set(`#study=${study}&variant=${encodeURIComponent(name)}`), shared = await link();
        await step(3);
        const before = await bits(), second = await set(shared);
        await link();  // those beside are open then
        await step(3);
        return { first: { ...first, page: null }, second: { ...second, page: null }, before, after: await bits() };
      }, [key, variant]);
      assert.equal(there.first.study, key);
      assert.deepEqual(there.second, there.first, `${key}, ${variant}`);
      assert.equal(there.after, there.before, `${key}, ${variant}`);
    }
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});
