// Tensors under a finger: real touches turn a volume, cut it, read a cell, and drag a leaf of a mode tree.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./harness.mjs";
import { decodePng } from "./png.mjs";

async function phone(path) {
  const session = await open({ path, width: 390, height: 844, dpr: 2, touch: true });
  await session.ready();
  const { page } = session, client = await session.context.newCDPSession(page);
  await page.evaluate(() => window.rankscope.pause());
  await page.waitForTimeout(600);
  const touch = (type, x, y) => client.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x, y }] });
  const drag = async (from, to) => {
    await touch("touchStart", ...from);
    for (let i = 1; i <= 8; ++i) await touch("touchMove", from[0] + (to[0] - from[0]) * i / 8, from[1] + (to[1] - from[1]) * i / 8);
    await page.waitForTimeout(200);
    await touch("touchEnd");
    await page.waitForTimeout(400);
  };
  const tap = async (x, y) => {
    await touch("touchStart", x, y);
    await touch("touchEnd");
    await page.waitForTimeout(400);
  };
  /** The pixels between these heights, in CSS px. */
  const picture = async (top, bottom) => {
    const png = decodePng(await page.screenshot()), out = [];
    for (let y = top * 2; y < bottom * 2; y += 3) for (let x = 0; x < 780; x += 3) out.push(png.at(x, y).join());
    return out.join(" ");
  };
  return { ...session, drag, tap, picture };
}

test("a finger turns a volume, cuts it, reads a cell of it and of its slices, and does not scroll the page", async () => {
  const session = await phone("#study=cp-order3");
  try {
    const { page, drag, tap, picture } = session, volume = () => picture(130, 410);
    await page.evaluate(() => window.rankscope.seek(2000));
    await page.waitForFunction(async () => (await window.rankscope.stats()).step === 2000, undefined, { timeout: 30000 });
    await page.waitForTimeout(600);
    const before = await volume();
    await drag([195, 270], [290, 300]);
    const turned = await volume();
    assert.notEqual(turned, before, "it was turned");
    assert.equal(await page.evaluate(() => scrollY), 0, "and the page stood still");
    await drag([116, 437], [60, 437]);
    const cut = await volume();
    assert.notEqual(cut, turned, "a slider cuts it");
    await tap(195, 270);
    await session.screenshot("volume-touched");
    assert.notEqual(await volume(), cut, "a cell is read");
    await tap(200, 24);
    assert.equal(await volume(), cut, "until the next press");
    await tap(338, 119);
    const slices = await volume();
    assert.notEqual(slices, cut, "slices");
    await tap(180, 300);
    await session.screenshot("slices-touched");
    assert.notEqual(await volume(), slices, "a cell of a slice is read");
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});

test("a finger drags a leaf of a mode tree onto another", async () => {
  const session = await phone("#study=htf");
  try {
    const { page, drag } = session;
    const tree = () => page.evaluate(async () => (await window.rankscope.document()).settings);
    assert.notEqual((await tree()).tree, "drawn");
    await drag([152, 677], [238, 677]);
    await session.screenshot("leaf-dragged");
    const { tree: which, drawn_tree: drawn } = await tree();
    assert.deepEqual([which, drawn], ["drawn", "(1,((2,3),4))"]);
    assert.deepEqual(session.errors, []);
  } finally {
    await session.close();
  }
});
