// The page in Firefox.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openFirefox } from "./firefox.mjs";
import { likeness, pictures } from "./pictures.mjs";
import { decodePng } from "./png.mjs";

test("Firefox: the first screen is there, plays unasked, and the cloth is whole at the end", async () => {
  const session = await openFirefox({ dark: true });
  try {
    await session.ready();
    const { page } = session;
    assert.match(await page.evaluate(() => navigator.userAgent), /Firefox/);
    assert.equal((await page.evaluate(() => window.rankscope.document())).study, "cloth");
    const before = (await page.evaluate(() => window.rankscope.stats())).step;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const { step, status, draws } = await page.evaluate(() => window.rankscope.stats());
    assert.equal(status, "running");
    assert.ok(step > before + 20, `in a second it goes from step ${before} to ${step}`);
    assert.ok(draws > 5, `${draws} frames are drawn`);

    await page.evaluate(async () => window.rankscope.seek((await window.rankscope.document()).steps));
    const truth = await page.evaluate(() => window.rankscope.view("target"));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const png = decodePng(await session.screenshot("firefox-first-screen")), shown = pictures(png);
    assert.equal(shown.length, 3, "three pictures stand on the screen");
    const [sees, ...rest] = shown.map((picture) => likeness(png, picture, truth));
    assert.ok(rest.every((x) => x > 0.94) && sees < 0.5, `likeness to the truth: ${sees}, ${rest}`);
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});

test("Firefox without WebGL 2 is told what is missing and what to do", async () => {
  const session = await openFirefox({ webgl: false });
  try {
    await session.page.waitForSelector("#trouble:not([hidden])", { timeout: 15000 });
    assert.match(await session.page.$eval("#trouble", (panel) => panel.innerText), /WebGL 2[^]*hardware acceleration/);
    await session.screenshot("firefox-no-webgl");
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});
